"""派发: the moment at which part of the sealed list becomes rows."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import TeamRole
from inspections.models import Assignment, TeamMember
from registry.choices import BureauRole, CheckSource, DeadlineKind, InspectorRole
from registry.clocks.rules.workdays import WorkCalendar
from registry.clocks.selectors import work_calendar
from registry.clocks.services.deadlines import notify, start_deadline
from registry.models import Inspector, PollutionSource
from registry.permissions import require
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_setting
from registry.trail.services import record_event
from sampling.choices import PlanKind
from sampling.models import SamplingPlan, Wave
from sampling.permissions import DISPATCH_WAVE
from sampling.rules.plan_number import PlanNumber
from sampling.selectors import next_wave, open_void, standing_draw
from sampling.services.external_draws import open_for_dispatch
from sampling.services.plan_steps import locked_plan
from sampling.services.waves import WaveUnit, wave_units


class NothingToDispatch(RuleViolation):
    code = "nothing_to_dispatch"
    basis = "实施方案 二（四）"


@transaction.atomic
def dispatch_wave(*, number: str, actor: Any, now: datetime) -> list[Assignment]:
    """Dispatch the next wave of an approved plan; ``actor`` None is the scheduler.

    The wave's row is claimed by a conditional update: two at once dispatch it once.
    """
    if actor is not None:
        require(actor, DISPATCH_WAVE)
    number = str(PlanNumber.parse(number))
    # Queues up behind a void, which looks at the same waves.
    plan = locked_plan(number)
    if plan.kind == PlanKind.EXTERNAL:
        return _dispatch_external(plan, actor=actor, now=now)
    draw = standing_draw(plan)
    if open_void(draw) is not None:
        raise NothingToDispatch(_("已有人提出宣布本次抽取作废，须先确认或驳回，再派发任务。"))
    wave = next_wave(number)
    if wave is None:
        raise NothingToDispatch(
            _("%(number)s 没有待派发的批次：计划须先抽取并批准，且仍有未派发的批次。")
            % {"number": number}
        )
    claimed = Wave.objects.filter(pk=wave.pk, dispatched_at__isnull=True).update(
        dispatched_at=now, dispatched_by=actor
    )
    if claimed != 1:
        raise NothingToDispatch(_("该批次刚刚已由他人派发，请刷新。"))
    calendar = work_calendar()
    made = [
        create_assignment(plan=plan, wave=wave, unit=unit, now=now, calendar=calendar)
        for unit in wave_units(wave)
    ]
    record_event(
        action="wave.dispatched",
        actor=actor,
        obj=wave,
        changes={"assignments": [None, len(made)]},
    )
    return made


def _dispatch_external(plan: SamplingPlan, *, actor: Any, now: datetime) -> list[Assignment]:
    """A draw made elsewhere has no waves: all of it goes out at once."""
    calendar = work_calendar()
    made = [
        create_assignment(plan=plan, wave=None, unit=unit, now=now, calendar=calendar)
        for unit in open_for_dispatch(number=plan.number, actor=actor, now=now)
    ]
    record_event(
        action="external_draw.dispatched",
        actor=actor,
        obj=plan,
        changes={"assignments": [None, len(made)]},
    )
    return made


def _next_number(plan: str) -> str:
    count = Assignment.objects.filter(plan__number=plan).count()
    return f"CJ-{plan}-{count + 1:04d}"


def create_assignment(
    *,
    plan: SamplingPlan,
    wave: Wave | None,
    unit: WaveUnit,
    now: datetime,
    calendar: WorkCalendar,
) -> Assignment:
    """One assignment with its team and clocks; the caller holds the transaction."""
    source = PollutionSource.objects.get(pk=unit.source_id)
    assignment = Assignment.objects.create(
        number=_next_number(plan.number),
        check_source=CheckSource.RANDOM,
        plan=plan,
        wave=wave,
        category=unit.category,
        source=source,
        reason=_("%(plan)s随机抽取") % {"plan": plan},
        must_check_set=plan.must_check_set,
        dispatched_at=now,
        due_on=plan.period.end,
    )
    people = {row.code: row for row in Inspector.objects.filter(code__in=unit.team)}
    TeamMember.objects.bulk_create(
        [
            TeamMember(
                assignment=assignment,
                inspector=people[code],
                role=team_role(people[code], first_officer=index == 0),
                position=index + 1,
            )
            for index, code in enumerate(unit.team)
        ]
    )
    users = [row.user for row in people.values() if row.user is not None]
    start_clocks(assignment, users=users, now=now, calendar=calendar)
    notify(
        users=users,
        key=f"assignment:{assignment.pk}:dispatched",
        text=_("新任务 %(number)s 已派发，请在时限内接收。") % {"number": assignment.number},
        level="info",
        link=f"/inspections/{assignment.public_id}/",
    )
    return assignment


def team_role(person: Inspector, *, first_officer: bool) -> str:
    if person.role == InspectorRole.EXPERT:
        return TeamRole.EXPERT
    if person.role == InspectorRole.STAFF:
        return TeamRole.SUPPORT
    return TeamRole.LEAD if first_officer else TeamRole.ASSISTING


def start_clocks(
    assignment: Assignment, *, users: list[Any], now: datetime, calendar: WorkCalendar
) -> None:
    today = timezone.localdate(now)
    days = bureau_setting("accept_working_days")
    common: dict[str, Any] = {
        "subject": f"assignment:{assignment.pk}",
        "label": assignment.number,
        "link": f"/inspections/{assignment.public_id}/",
        "started_on": today,
        "role": BureauRole.OFFICER,
        "users": users,
        "calendar": calendar,
    }
    start_deadline(
        kind=DeadlineKind.ACCEPT_ASSIGNMENT,
        due_on=calendar.add(today, days),
        working_days=days,
        basis="本局设定：接收任务时限",
        **common,
    )
    start_deadline(
        kind=DeadlineKind.FINISH_INSPECTION,
        due_on=assignment.due_on,
        basis="实施方案 二（四）",
        **common,
    )
