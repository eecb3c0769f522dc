"""宣布作废: throw a draw away only in the open (chanji-draw/2 §2)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.permissions import require, require_other_person
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event
from sampling import permissions
from sampling.choices import DrawState
from sampling.models import Draw, DrawVoid
from sampling.rules import protocol
from sampling.rules.plan_state import PlanMove
from sampling.selectors import open_void, standing_draw
from sampling.services.draws import nonce_of
from sampling.services.freezing import reopen_freeze_clock
from sampling.services.plan_clocks import cancel_clocks
from sampling.services.plan_steps import REASON_LENGTH, check_plan_move, locked_plan, move_plan
from sampling.services.proofs import build_bundle


class VoidNotPossible(RuleViolation):
    code = "void_not_possible"
    basis = "chanji-draw/2 §2"


def _refuse_once_dispatched(draw: Draw) -> None:
    if draw.waves.filter(dispatched_at__isnull=False).exists():
        raise VoidNotPossible(
            _("已有批次派发，作废会泄露尚未检查的单位，不能再宣布作废；个别单位请按规则替换。")
        )


@transaction.atomic
def propose_void(*, number: str, actor: Any, reason: str, now: datetime) -> DrawVoid:
    """The first approver says why; nothing is revealed until a second one confirms.

    Before the announced moment a freeze is withdrawn, not voided: its entropy can still come.
    """
    require(actor, permissions.VOID_DRAW)
    plan = locked_plan(number)
    check_plan_move(plan, PlanMove.VOID)
    draw = standing_draw(plan)
    if not reason.strip():
        raise VoidNotPossible(_("请填写作废的原因，原因将永久公开。"), field="reason")
    if draw.state == DrawState.FROZEN and now < draw.entropy_from:
        raise VoidNotPossible(
            _("公布的随机源时刻（%(at)s）未到，尚不能作废；需要停止时请撤回冻结。")
            % {"at": timezone.localtime(draw.entropy_from).strftime("%Y-%m-%d %H:%M")}
        )
    _refuse_once_dispatched(draw)
    if open_void(draw) is not None:
        raise VoidNotPossible(_("已有人提出作废，请由另一位局领导确认或驳回。"))
    reason = checked_text(reason, label=_("作废原因"), field="reason", limit=REASON_LENGTH)
    void = DrawVoid.objects.create(draw=draw, reason=reason, proposed_by=actor)
    record_event(
        action="draw.void_proposed", actor=actor, obj=void, label=plan.number, reason=reason
    )
    return void


@transaction.atomic
def decide_void(*, number: str, actor: Any, confirm: bool, now: datetime) -> DrawVoid:
    """Confirm: the whole draw is revealed and the plan can be frozen anew. Or reject."""
    require(actor, permissions.VOID_DRAW)
    plan = locked_plan(number)
    draw = standing_draw(plan)
    void = open_void(draw)
    if void is None:
        raise VoidNotPossible(_("没有待确认的作废申请，请刷新后再看。"))
    require_other_person(
        actor, void.proposed_by, message=_("提出作废的人不能自己确认，请由另一位局领导办理。")
    )
    void.state = DrawVoid.State.CONFIRMED if confirm else DrawVoid.State.REJECTED
    void.decided_by, void.decided_at = actor, now
    void.save(update_fields=["state", "decided_by", "decided_at"])
    if confirm:
        _refuse_once_dispatched(draw)
        draw.bundle = _revealed_whole(draw)
        draw.state = DrawState.VOID
        draw.ended_at, draw.ended_by, draw.end_reason = now, actor, void.reason
        draw.save(update_fields=["bundle", "state", "ended_at", "ended_by", "end_reason"])
        move_plan(plan, PlanMove.VOID)
        cancel_clocks(draw, now=now)
        reopen_freeze_clock(plan, now=now)
    record_event(
        action="draw.voided" if confirm else "draw.void_rejected",
        actor=actor,
        obj=void,
        label=plan.number,
        reason=void.reason,
    )
    return void


def _revealed_whole(draw: Draw) -> dict[str, Any]:
    """The proof bundle; where the entropy never came, all that there is of one."""
    if draw.record is not None:
        return build_bundle(draw)
    return protocol.build_undrawn(draw.announcement, draw.pool, nonce_of(draw))
