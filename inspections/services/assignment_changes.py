"""What an approved replacement or recusal does to the assignments."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inspections.models import Assignment, TeamMember
from inspections.rules.assignment_state import EDITABLE, LABELS, MOVES
from inspections.services.assignment_facts import write_facts
from inspections.services.assignments import locked, move, require_team
from inspections.services.dispatch import create_assignment
from registry.choices import DeadlineKind, DeadlineState
from registry.clocks.selectors import work_calendar
from registry.clocks.services.deadlines import close_deadline, notify
from registry.models import Inspector
from sampling.choices import ChangeKind, PlanKind
from sampling.models import DrawChange
from sampling.services.pools import pool_id, pool_id_in, sources_by_pool_id
from sampling.services.replacements import (
    AppliedChange,
    ChangeNotPossible,
    approve_change,
    propose_change,
)
from sampling.services.waves import WaveUnit


@transaction.atomic
def propose(
    *,
    assignment_id: int,
    kind: str,
    ground: str,
    reason: str,
    actor: Any,
    inspector: str = "",
) -> DrawChange:
    """The team asks: the unit is closed, moved or exempt; or a member may not or cannot go."""
    assignment = locked(assignment_id)
    require_team(assignment, actor)
    if assignment.plan is not None and assignment.plan.kind == PlanKind.EXTERNAL:
        raise ChangeNotPossible(
            _(
                "本任务是外部抽取的，接替的单位和人员只能由原抽取平台确定，请在该平台办理替换或回避。"
            )
        )
    if assignment.wave is None or "replaced" not in MOVES[assignment.state]:
        raise ChangeNotPossible(
            _("任务目前是“%(state)s”，不能再替换或回避。") % {"state": LABELS[assignment.state]}
        )
    if kind == ChangeKind.RECUSE and not _member(assignment, inspector):
        raise ChangeNotPossible(_("请选择需要回避的检查组成员。"), field="inspector")
    source = assignment.source
    return propose_change(
        draw_id=assignment.wave.draw_id,
        kind=kind,
        source=pool_id_in(assignment.wave.draw.pool, source),
        inspector=inspector if kind == ChangeKind.RECUSE else "",
        ground=ground,
        reason=reason,
        actor=actor,
    )


def _member(assignment: Assignment, code: str) -> TeamMember | None:
    return assignment.team.present().filter(inspector__code=code).first()


def assignment_of(change: DrawChange) -> Assignment:
    """The dispatched assignment a change is about."""
    rows = Assignment.objects.filter(plan=change.draw.plan).select_related("source")
    for row in rows:
        # Either id: a unit may have been marked confidential after the freeze, or no longer be.
        if change.source in {pool_id(row.source.code, confidential=c) for c in (False, True)}:
            return row
    raise ChangeNotPossible(_("找不到该任务，请刷新页面。"))


@transaction.atomic
def approve(*, change_id: int, actor: Any, now: datetime) -> AppliedChange:
    """Approve, then let the assignments follow: the drawn unit stays visible as 已替换."""
    applied = approve_change(change_id=change_id, actor=actor, now=now)
    assignment = locked(assignment_of(applied.change).pk)
    if applied.change.kind == ChangeKind.REPLACE:
        _replace(assignment, applied, now)
    else:
        _recuse(assignment, applied, now)
        if assignment.state in EDITABLE:
            write_facts(assignment=assignment, actor=actor, now=now)
    return applied


def _replace(assignment: Assignment, applied: AppliedChange, now: datetime) -> None:
    move(assignment, "replaced")
    for kind in (DeadlineKind.ACCEPT_ASSIGNMENT, DeadlineKind.FINISH_INSPECTION):
        close_deadline(
            kind=kind,
            subject=f"assignment:{assignment.pk}",
            now=now,
            state=DeadlineState.CANCELLED,
        )
    name = applied.change.successor
    unit = WaveUnit(sources_by_pool_id([name])[name].pk, name, assignment.category, applied.team)
    wave = assignment.wave
    assert wave is not None  # noqa: S101  (only drawn assignments have changes)
    create_assignment(plan=wave.draw.plan, wave=wave, unit=unit, now=now, calendar=work_calendar())


def _recuse(assignment: Assignment, applied: AppliedChange, now: datetime) -> None:
    leaving = _member(assignment, applied.change.inspector)
    if leaving is None:
        raise ChangeNotPossible(_("该成员已不在检查组内。"))
    leaving.left_at, leaving.left_reason = now, applied.change.reason
    leaving.save(update_fields=["left_at", "left_reason"])
    newcomer = Inspector.objects.get(code=applied.change.successor)
    TeamMember.objects.create(
        assignment=assignment,
        inspector=newcomer,
        role=leaving.role,
        position=leaving.position,
    )
    if newcomer.user is not None:
        notify(
            users=[newcomer.user],
            key=f"assignment:{assignment.pk}:joined:{newcomer.pk}",
            text=_("因回避由您接替任务 %(number)s，请在 %(day)s 前完成。")
            % {"number": assignment.number, "day": assignment.due_on.isoformat()},
            level="info",
            link=f"/inspections/{assignment.public_id}/",
        )
