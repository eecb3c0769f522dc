"""The next code of the register, and decisions on proposed flags."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.models import SpecialFlag
from registry.permissions import APPROVE_SPECIAL_FLAG
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.services.access import require, require_other_person
from registry.services.source_codes import next_codes
from registry.services.trail import record_event


class FlagAlreadyDecided(RuleViolation):
    code = "flag_already_decided"
    basis = "实施方案 二（一）"


def fresh_code() -> str:
    return next_codes(1)[0]


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
