"""定向检查: a clue goes on site, proposed with a typed reason and approved by another person."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import ClueState, TargetedState
from inspections.models import Assignment, Clue, TargetedCheck
from inspections.permissions import APPROVE_TARGETED_CHECK, HANDLE_CLUES
from inspections.rules.clue_state import check_on_site
from inspections.services.clues import locked_clue, move_clue
from inspections.services.outside_draw import check_people, send_out
from registry.choices import CheckSource, ClueKind
from registry.clocks.rules.workdays import WorkCalendar
from registry.clocks.services.deadlines import notify
from registry.models import InspectionItem, Inspector
from registry.permissions import require, require_other_person
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event

# 检查来源 of 《污染源现场检查记录表》: what monitoring finds is followed up in daily supervision.
CHECK_SOURCES = {
    ClueKind.COMPLAINT: CheckSource.COMPLAINT,
    ClueKind.ASSIGNED: CheckSource.ASSIGNED,
    ClueKind.ONLINE: CheckSource.DAILY,
    ClueKind.DATA: CheckSource.DAILY,
    ClueKind.VIDEO: CheckSource.PATROL,
    ClueKind.DRONE: CheckSource.PATROL,
}
LONGEST = timedelta(days=92)


class BadTargetedCheck(RuleViolation):
    code = "bad_targeted_check"
    basis = "实施方案 二（一）"


class TargetedCheckDecided(RuleViolation):
    code = "targeted_check_decided"
    basis = "实施方案 二（一）"


@transaction.atomic
def request_targeted_check(
    *,
    clue_id: int,
    reason_kind: str,
    reason: str,
    items: Sequence[InspectionItem],
    lead: Inspector,
    members: Sequence[Inspector],
    due_on: date,
    actor: Any,
    now: datetime,
    urgent: bool = False,
) -> TargetedCheck:
    """Ask for a check on site; refused without a typed reason, or while it was not looked at
    off-site although it can be."""
    require(actor, HANDLE_CLUES)
    clue, today = locked_clue(clue_id), timezone.localdate(now)
    exemption = check_on_site(
        state=clue.state, remote_possible=clue.remote_possible, kind=reason_kind, reason=reason
    )
    reason = checked_text(reason, label=_("转现场理由"), field="reason", limit=300)
    if clue.source is None:
        raise BadTargetedCheck(_("线索尚未对应到名录中的单位，不能转为定向检查。"))
    if not items:
        raise BadTargetedCheck(_("请至少选择一个检查事项。"), field="items")
    if not today <= due_on <= today + LONGEST:
        raise BadTargetedCheck(_("完成期限应在今天起三个月以内。"), field="due_on")
    others = [row for row in members if row.pk != lead.pk]
    check_people([lead, *others], clue.source, due_on)
    move_clue(clue, ClueState.REQUESTED)
    row = TargetedCheck.objects.create(
        clue=clue,
        source=clue.source.standing,
        reason_kind=reason_kind,
        reason=reason,
        cap_exemption=exemption,
        lead=lead,
        urgent=urgent or clue.urgent,
        due_on=due_on,
        proposed_by=actor,
        proposed_at=now,
    )
    row.items.set(items)
    row.members.set(others)
    record_event(action="targeted_check.proposed", actor=actor, obj=row, reason=reason)
    return row


@transaction.atomic
def decide_targeted_check(
    *,
    check_id: int,
    approve: bool,
    reason: str,
    actor: Any,
    now: datetime,
    calendar: WorkCalendar,
) -> TargetedCheck:
    """Approve, and the assignment is dispatched at once; or send the clue back with a reason."""
    require(actor, APPROVE_TARGETED_CHECK)
    reason = checked_text(
        reason, label=_("批准意见"), field="reason", limit=300, required=not approve
    )
    row = TargetedCheck.objects.select_for_update(of=("self",)).get(pk=check_id)
    clue = locked_clue(row.clue_id)
    if row.state != TargetedState.PROPOSED:
        raise TargetedCheckDecided(_("该申请已处理，请刷新页面。"))
    require_other_person(actor, row.proposed_by, message=_("申请人不能批准自己提出的定向检查。"))
    row.decided_by, row.decided_at, row.decision_reason = actor, now, reason
    if approve:
        row.state = TargetedState.APPROVED
        row.assignment = _dispatch(row, clue, now=now, calendar=calendar)
        move_clue(clue, ClueState.TARGETED)
    else:
        row.state = TargetedState.REJECTED
        move_clue(clue, ClueState.REMOTE_CHECKED if clue.remote_at else ClueState.VERIFIED)
    row.save()
    _tell_proposer(row, clue)
    record_event(
        action="targeted_check.approved" if approve else "targeted_check.rejected",
        actor=actor,
        obj=row,
        reason=reason,
    )
    return row


def _dispatch(
    row: TargetedCheck, clue: Clue, *, now: datetime, calendar: WorkCalendar
) -> Assignment:
    if row.due_on < timezone.localdate(now):
        raise BadTargetedCheck(_("完成期限已过，请不予批准并请申请人重新申请。"))
    assignment = send_out(
        prefix="DX",
        check_source=CHECK_SOURCES[ClueKind(clue.kind)],
        source=row.source,
        reason=_("%(kind)s线索核查：%(reason)s")
        % {"kind": clue.get_kind_display(), "reason": row.reason[:250]},
        team=[row.lead, *row.members.order_by("code")],
        due_on=row.due_on,
        urgent=row.urgent,
        now=now,
        calendar=calendar,
    )
    record_event(action="assignment.targeted", obj=assignment)
    return assignment


def _tell_proposer(row: TargetedCheck, clue: Clue) -> None:
    notify(
        users=[row.proposed_by],
        key=f"targeted:{row.pk}:{row.state}",
        text=_("线索 %(clue)s 的定向检查申请%(state)s。")
        % {"clue": clue.number, "state": row.get_state_display()},
        level="info",
        link=f"/inspections/clues/{clue.pk}/",
    )
