"""接收、开始检查: what the team does before the record."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.models import Assignment, AssignmentView
from inspections.permissions import SUBMIT_RECORD
from inspections.rules.assignment_state import AssignmentMoveNotAllowed, check_move
from inspections.services.assignment_facts import write_facts
from registry.choices import DeadlineKind
from registry.clocks.services.deadlines import close_deadline
from registry.models import ConflictOfInterest, Inspector
from registry.permissions import require
from registry.rules.two_officers import MemberFacts, check_team
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event


class NotOnTheTeam(RuleViolation):
    code = "not_on_the_team"
    basis = "实施方案 二（四）"


class MemberMustRecuse(RuleViolation):
    """Somebody on the team has declared a conflict of interest with the unit."""

    code = "member_must_recuse"
    basis = "行政处罚法 第四十三条"


def move(assignment: Assignment, new: str, **fields: Any) -> None:
    """One step of the state table; a conditional update lets one of two people through."""
    check_move(assignment.state, new)
    moved = Assignment.objects.filter(pk=assignment.pk, state=assignment.state).update(
        state=new, **fields
    )
    if moved != 1:
        raise AssignmentMoveNotAllowed(_("任务状态刚刚被他人改变，请刷新页面。"))
    assignment.state = new
    for name, value in fields.items():
        setattr(assignment, name, value)


def require_team(assignment: Assignment, actor: Any) -> None:
    require(actor, SUBMIT_RECORD)
    if not assignment.has_on_team(actor):
        raise NotOnTheTeam(_("您不是该任务检查组的成员，不能办理。"))


def locked(assignment_id: int) -> Assignment:
    return Assignment.objects.select_for_update(of=("self",)).get(pk=assignment_id)


def record_view(*, assignment: Assignment, user: Any) -> None:
    """Every look at a dispatched assignment is kept (domain rules §4.4)."""
    AssignmentView.objects.create(assignment=assignment, user=user)


@transaction.atomic
def accept_assignment(*, assignment_id: int, actor: Any, now: datetime) -> Assignment:
    assignment = locked(assignment_id)
    require_team(assignment, actor)
    move(assignment, "accepted", accepted_at=now, accepted_by=actor)
    close_deadline(
        kind=DeadlineKind.ACCEPT_ASSIGNMENT, subject=f"assignment:{assignment.pk}", now=now
    )
    record_event(action="assignment.accepted", actor=actor, obj=assignment)
    return assignment


def member_facts(person: Inspector, day: date) -> MemberFacts:
    """One person with the certificate and leave as of ``day``."""
    certificate = (
        person.credentials.filter(valid_from__lte=day, valid_to__gte=day).first()
        or person.credentials.order_by("-valid_to").first()
    )
    return MemberFacts(
        name=person.name,
        role=person.role,
        valid_from=certificate.valid_from if certificate else None,
        valid_to=certificate.valid_to if certificate else None,
        on_leave=person.status != "on_post" or person.leaves.on(day).exists(),
    )


def team_facts(assignment: Assignment, day: date) -> list[MemberFacts]:
    """The team with each member's certificate and leave as of ``day``."""
    members = assignment.team.present().select_related("inspector")
    return [member_facts(member.inspector, day) for member in members]


def check_recusals(assignment: Assignment, day: date) -> None:
    """A conflict declared since the draw is recused before anybody goes in."""
    rows = ConflictOfInterest.objects.in_force(day).filter(
        source=assignment.source,
        inspector__in=assignment.team.present().values("inspector"),
    )
    names = sorted({row.inspector.name for row in rows.select_related("inspector")})
    if names:
        raise MemberMustRecuse(
            _("%(names)s 与该单位有利害关系，应当回避，请先在任务页申请回避，批准后再开始检查。")
            % {"names": "、".join(names)}
        )


@transaction.atomic
def start_inspection(*, assignment_id: int, actor: Any, now: datetime) -> Assignment:
    """Certificates and conflicts are checked again here: two valid officers without a conflict, or
    nobody goes in."""
    assignment = locked(assignment_id)
    require_team(assignment, actor)
    check_move(assignment.state, "inspecting")
    check_team(team_facts(assignment, timezone.localdate(now)), timezone.localdate(now))
    check_recusals(assignment, timezone.localdate(now))
    move(assignment, "inspecting", started_at=now)
    write_facts(assignment=assignment, actor=actor, now=now)
    record_event(action="assignment.started", actor=actor, obj=assignment)
    return assignment


def begin(assignment: Assignment, *, actor: Any, now: datetime) -> None:
    """Accept and start on behalf of whoever makes the first entry; nothing once it is open.

    The caller holds the assignment's lock. Certificates are checked as ever.
    """
    if assignment.state == "dispatched":
        accept_assignment(assignment_id=assignment.pk, actor=actor, now=now)
        assignment.refresh_from_db()
    if assignment.state == "accepted":
        start_inspection(assignment_id=assignment.pk, actor=actor, now=now)
        assignment.refresh_from_db()
