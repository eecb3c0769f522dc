"""What every check outside the draw has in common: who may go, and how it goes out."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.models import Assignment, TeamMember
from inspections.services.assignments import member_facts
from inspections.services.dispatch import start_clocks, team_role
from inspections.services.numbering import create_numbered
from registry.clocks.rules.workdays import WorkCalendar
from registry.clocks.services.deadlines import notify
from registry.item_lists.selectors import must_check_set_in_force
from registry.models import ConflictOfInterest, Inspector, PollutionSource
from registry.rules.two_officers import check_team
from registry.rules.violations import RuleViolation


class BadTeam(RuleViolation):
    code = "bad_team"
    basis = "行政处罚法 第四十二条"


class NoChecklist(RuleViolation):
    code = "no_checklist"


def check_people(team: Sequence[Inspector], source: PollutionSource, day: date) -> None:
    """Two officers with valid certificates, a lead who can sign in, nobody with a conflict."""
    check_team([member_facts(person, day) for person in team], day)
    lead = team[0]
    if lead.role != "officer" or lead.user is None:
        raise BadTeam(_("主办须为有登录账号的执法人员，请另选主办或先为其开通账号。"), field="lead")
    conflicts = ConflictOfInterest.objects.in_force(day).filter(
        source=source.standing, inspector__in=team
    )
    names = sorted({row.inspector.name for row in conflicts.select_related("inspector")})
    if names:
        raise BadTeam(
            _("%(names)s 与该单位有利害关系，应当回避，请另选人员。") % {"names": "、".join(names)},
            field="members",
        )


def send_out(
    *,
    prefix: str,
    check_source: str,
    source: PollutionSource,
    reason: str,
    team: Sequence[Inspector],
    due_on: date,
    urgent: bool,
    now: datetime,
    calendar: WorkCalendar,
) -> Assignment:
    """The assignment with its team and clocks; ``prefix`` begins its number (DX-2027-00001)."""
    today = timezone.localdate(now)
    check_set = must_check_set_in_force(today)
    if check_set is None:
        raise NoChecklist(
            _("没有在今天有效的十必查清单，请先在后台录入（或运行 load_checklists）。")
        )
    check_people(team, source, today)
    assignment: Assignment = create_numbered(
        Assignment,
        f"{prefix}-{today.year}-",
        check_source=check_source,
        source=source.standing,  # merged since the check was asked for
        reason=reason,
        must_check_set=check_set,
        dispatched_at=now,
        due_on=due_on,
    )
    TeamMember.objects.bulk_create(
        TeamMember(
            assignment=assignment,
            inspector=person,
            role=team_role(person, first_officer=index == 0),
            position=index + 1,
        )
        for index, person in enumerate(team)
    )
    users = [person.user for person in team if person.user is not None]
    start_clocks(assignment, users=users, now=now, calendar=calendar)
    notify(
        users=users,
        key=f"assignment:{assignment.pk}:dispatched",
        text=_("%(urgent)s%(source)s任务 %(number)s 已派发，请在时限内接收。")
        % {
            "urgent": _("【紧急】") if urgent else "",
            "source": assignment.get_check_source_display(),
            "number": assignment.number,
        },
        level="warning" if urgent else "info",
        link=f"/inspections/{assignment.public_id}/",
    )
    return assignment
