"""Changes to one source with reason, date and actor (两库动态管理)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.models import PollutionSource, SourceStatusChange, SpecialFlag
from registry.permissions import APPROVE_SPECIAL_FLAG, MANAGE_REGISTERS
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.services.access import require, require_other_person
from registry.services.import_sources import next_codes
from registry.services.trail import record_event


class ReasonMissing(RuleViolation):
    code = "reason_missing"
    basis = "实施方案 二（二）动态管理"


class FlagAlreadyDecided(RuleViolation):
    code = "flag_already_decided"
    basis = "实施方案 二（一）"


def fresh_code() -> str:
    return next_codes(1)[0]


@transaction.atomic
def change_status(
    *, source_id: int, new_status: str, on: date, reason: str, actor: Any
) -> PollutionSource:
    """搬迁/停产/关停/恢复…: the unit keeps its history."""
    require(actor, MANAGE_REGISTERS)
    source = PollutionSource.objects.select_for_update().get(pk=source_id)
    if not reason.strip():
        raise ReasonMissing(_("请填写状态变更的原因。"))
    reason = checked_text(reason, label=_("状态变更的原因"), field="reason", limit=300)
    old = source.status
    if old == new_status:
        raise ReasonMissing(_("状态没有变化。"))
    source.status, source.status_date = new_status, on
    source.status_reason = "" if new_status == "normal" else reason.strip()
    source.save(update_fields=["status", "status_date", "status_reason", "updated_at"])
    SourceStatusChange.objects.create(
        source=source, old_status=old, new_status=new_status, on=on, reason=reason, actor=actor
    )
    record_event(
        action="source.status_changed",
        actor=actor,
        obj=source,
        changes={"status": [old, new_status]},
        reason=reason,
    )
    return source


@transaction.atomic
def decide_flag(
    *, flag_id: int, approve: bool, reason: str, actor: Any, now: datetime
) -> SpecialFlag:
    """The system or a planner proposes, another person approves or rejects, and says why."""
    require(actor, APPROVE_SPECIAL_FLAG)
    reason = checked_text(reason, label=_("决定理由"), field="reason", limit=300)
    flag = SpecialFlag.objects.select_for_update(of=("self",)).get(pk=flag_id)
    if flag.state != SpecialFlag.State.PROPOSED:
        raise FlagAlreadyDecided(_("该标记已处理。"))
    require_other_person(actor, flag.proposed_by, message=_("提出人不能批准自己提出的标记。"))
    flag.state = SpecialFlag.State.APPROVED if approve else SpecialFlag.State.REJECTED
    flag.approved_by, flag.decided_at, flag.decision_reason = actor, now, reason
    flag.save(update_fields=["state", "approved_by", "decided_at", "decision_reason"])
    record_event(
        action="special_flag.approved" if approve else "special_flag.rejected",
        actor=actor,
        obj=flag,
        reason=reason,
    )
    return flag
