"""What is known of visits to one unit: finished ones and those already dispatched and begun.

Assignments that do not exist yet (a drawn list before its wave) cannot be seen here, so no warning tells
who was drawn.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.models import Assignment
from inspections.rules.repeat_visits import Limits, Visit, officers_again, too_often
from inspections.services.assignments import locked, require_team, start_inspection
from registry.choices import CheckMethod
from registry.models import CheckLedgerEntry, Inspector, PollutionSource
from registry.querysets import about
from registry.rules.outcomes import PROBLEM_FOUND
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_settings
from registry.trail.services import record_event


class RepeatReasonMissing(RuleViolation):
    code = "repeat_reason_missing"
    basis = "本局设定：同一执法人员再次检查须说明理由"


def limits() -> Limits:
    chosen = bureau_settings()
    return Limits(
        day=chosen["repeat_day"],
        week=chosen["repeat_week"],
        month=chosen["repeat_month"],
        officer=chosen["repeat_officer"],
    )


def visits_to(source: PollutionSource, *, but: Assignment | None = None) -> list[Visit]:
    """On-site visits of any kind, finished or under way; without the assignment ``but``. Whichever
    of its records they went to: one enterprise was visited."""
    unit = source.standing
    finished = CheckLedgerEntry.objects.of_unit(unit).filter(method=CheckMethod.ON_SITE)
    under_way = (
        Assignment.objects.filter(about(unit), started_at__isnull=False)
        .exclude(number__in=finished.values("reference"))
        .exclude(state="replaced")
        .prefetch_related("team__inspector")
    )
    if but is not None:
        finished = finished.exclude(reference=but.number)
        under_way = under_way.exclude(pk=but.pk)
    groups = _groups(unit)
    return [
        *(
            Visit(
                row.checked_on,
                frozenset(row.officers),
                row.outcome in PROBLEM_FOUND,
                groups.get(row.reference, ""),
            )
            for row in finished
        ),
        *(
            Visit(
                timezone.localdate(row.started_at),
                frozenset(m.inspector.code for m in row.team.all() if m.left_at is None),
                group=groups.get(row.number, ""),
            )
            for row in under_way
        ),
    ]


def _groups(unit: PollutionSource) -> dict[str, str]:
    """Assignment number → the joint visit it was merged into."""
    rows = Assignment.objects.filter(about(unit), joint_visit__isnull=False)
    return {number: str(pk) for number, pk in rows.values_list("number", "joint_visit_id")}


def warnings_for(
    source: PollutionSource,
    *,
    day: date,
    team: Collection[Inspector],
    but: Assignment | None = None,
) -> list[str]:
    """Everything a planner or a team should know before it goes, in Chinese sentences."""
    visits, lines = visits_to(source, but=but), limits()
    group = str(but.joint_visit_id) if but is not None and but.joint_visit_id else ""
    names = {person.code: person.name for person in team}
    said = too_often(visits, day=day, limits=lines, group=group)
    for code, number in officers_again(
        visits, day=day, team=frozenset(names), limits=lines
    ).items():
        said.append(
            _("%(name)s 本年第 %(number)d 次到该单位检查，以往未发现问题，请说明理由")
            % {"name": names[code], "number": number}
        )
    return said


def team_of(assignment: Assignment) -> list[Inspector]:
    rows = assignment.team.officers()
    return [member.inspector for member in rows.select_related("inspector")]


def needs_reason(assignment: Assignment, *, day: date) -> bool:
    """The same officer is there again and nobody said why."""
    if assignment.repeat_reason:
        return False
    again = officers_again(
        visits_to(assignment.source, but=assignment),
        day=day,
        team=frozenset(person.code for person in team_of(assignment)),
        limits=limits(),
    )
    return bool(again)


def start_visit(*, assignment_id: int, actor: Any, now: datetime) -> Assignment:
    """开始检查 by the button: the reason is asked for at the door. What a tablet entered without a
    network is taken all the same; there the submission asks."""
    assignment = Assignment.objects.select_related("source").get(pk=assignment_id)
    if needs_reason(assignment, day=timezone.localdate(now)):
        raise RepeatReasonMissing(
            _("同一执法人员本年多次检查该单位且未发现问题，请先填写再次检查的理由，再开始检查。"),
            field="reason",
        )
    return start_inspection(assignment_id=assignment_id, actor=actor, now=now)


@transaction.atomic
def give_repeat_reason(*, assignment_id: int, reason: str, actor: Any, now: datetime) -> Assignment:
    """Why the same officer goes again; the reviewer reads it."""
    assignment = locked(assignment_id)
    require_team(assignment, actor)
    reason = checked_text(reason, label=_("再次检查的理由"), field="reason", limit=300)
    old, assignment.repeat_reason = assignment.repeat_reason, reason
    assignment.save(update_fields=["repeat_reason"])
    record_event(
        action="assignment.repeat_explained",
        actor=actor,
        obj=assignment,
        changes={"repeat_reason": [old, reason]},
    )
    return assignment
