"""不予公开: proposed with ground and reason, decided by another person, counted publicly."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from disclosure.choices import NoticeKind, PublicationState, WithholdingGround, WithholdingState
from disclosure.models import PublicationLink, PublicResult, Withholding
from disclosure.permissions import PROPOSE_WITHHOLDING, WITHHOLD_RESULT
from disclosure.services.notices import tell_change, tell_withholding
from disclosure.services.publishing import AlreadyDecided, NoteMissing, put_in_public
from registry.choices import DeadlineKind, DisclosureMark
from registry.clocks.services.deadlines import close_deadline
from registry.permissions import require, require_other_person
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.services.check_ledger import mark_disclosure
from registry.trail.services import record_event


class GroundMissing(RuleViolation):
    code = "withholding_ground_missing"
    basis = "实施方案 二（五）"


@transaction.atomic
def propose_withholding(*, link_id: int, actor: Any, ground: str, reason: str) -> Withholding:
    require(actor, PROPOSE_WITHHOLDING)
    link = PublicationLink.objects.select_for_update(of=("self",)).get(pk=link_id)
    if link.state not in (PublicationState.WAITING, PublicationState.QUEUED):
        raise AlreadyDecided(_("该结果已处理，不能再申请不予公开；已公示的请走撤回。"))
    if ground not in WithholdingGround.values:
        raise GroundMissing(_("请选择不予公开的理由类别。"), field="ground")
    if not reason.strip():
        raise GroundMissing(_("请填写不予公开的具体理由。"), field="reason")
    reason = checked_text(reason, label=_("不予公开的理由"), field="reason", limit=500)
    if link.withholdings.filter(state=WithholdingState.PROPOSED).exists():
        raise AlreadyDecided(_("已有待批准的不予公开申请。"))
    row = Withholding.objects.create(
        link=link, ground=ground, reason=reason.strip(), proposed_by=actor
    )
    record_event(action="withholding.proposed", actor=actor, obj=row, reason=reason)
    return row


@transaction.atomic
def decide_withholding(
    *, withholding_id: int, actor: Any, approve: bool, now: datetime
) -> Withholding:
    """Approve or reject; the approver is not the proposer."""
    require(actor, WITHHOLD_RESULT)
    row = Withholding.objects.select_for_update(of=("self",)).get(pk=withholding_id)
    if row.state != WithholdingState.PROPOSED:
        raise AlreadyDecided(_("该申请已处理。"))
    require_other_person(actor, row.proposed_by, message=_("提出不予公开的人不能批准。"))
    row.state = WithholdingState.APPROVED if approve else WithholdingState.REJECTED
    row.decided_by, row.decided_at = actor, now
    row.save(update_fields=["state", "decided_by", "decided_at"])
    if approve:
        PublicationLink.objects.filter(pk=row.link_id).update(
            state=PublicationState.WITHHELD, decided_at=now
        )
        tell_withholding(row, now=now)
        mark_disclosure(reference=row.link.assignment.number, mark=DisclosureMark.WITHHELD)
        close_deadline(
            kind=DeadlineKind.PUBLISH_RESULT,
            subject=f"assignment:{row.link.assignment_id}",
            now=now,
        )
    record_event(
        action="withholding.approved" if approve else "withholding.rejected", actor=actor, obj=row
    )
    return row


@transaction.atomic
def lift_withholding(*, link_id: int, actor: Any, note: str, now: datetime) -> PublicResult:
    """解除不予公开: the ground has gone, or was never there. Published at once, with a public note.

    What could not be published before is not late: its time limit moves to this day.
    """
    require(actor, WITHHOLD_RESULT)
    if not note.strip():
        raise NoteMissing(_("请填写解除说明，说明将公开显示。"), field="note")
    note = checked_text(note, label=_("解除说明"), field="note", limit=300).strip()
    link = (
        PublicationLink.objects.select_for_update(of=("self",))
        .select_related("assignment__source", "assignment__plan")
        .get(pk=link_id)
    )
    if link.state != PublicationState.WITHHELD:
        raise AlreadyDecided(_("只有不予公开的结果可以解除。"))
    link.due_on = max(link.due_on, timezone.localdate(now))
    result = put_in_public(link, now=now)
    ground = link.withholdings.get(state=WithholdingState.APPROVED).ground
    tell_change(NoticeKind.LIFTED, link, actor=actor, note=note, now=now, ground=ground)
    return result
