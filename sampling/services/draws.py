"""抽取 → 批准, exactly by chanji-draw/1. Nothing here stores who was drawn."""

import hashlib
import json
from collections.abc import Sequence
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
from sampling.models import Draw, Witness
from sampling.rules import protocol_v1 as protocol
from sampling.rules.plan_state import PlanMove
from sampling.rules.witnesses import check_witnesses
from sampling.selectors import standing_draw
from sampling.services import sealing
from sampling.services.plan_steps import check_plan_move, locked_plan, move_plan


class DrawTooEarly(RuleViolation):
    code = "draw_too_early"
    basis = "chanji-draw/1 §2"


class DrawDoesNotHold(RuleViolation):
    """The stored draw does not recompute to its own digests."""

    code = "draw_does_not_hold"
    basis = "chanji-draw/1"


def result_digest(result: protocol.DrawResult) -> str:
    """SHA-256 of the drawn result in canonical JSON: recorded without recording the names."""
    text = json.dumps(
        {"selected": result.selected, "reserves": result.reserves, "teams": result.teams},
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def draw_plan(
    *, number: str, actor: Any, entropy: str, witnesses: Sequence[str], now: datetime
) -> Draw:
    """Hold the draw: entropy in, digest of the result out. Source: chanji-draw/1 §3–4."""
    require(actor, permissions.DRAW_PLAN)
    plan = locked_plan(number)
    check_plan_move(plan, PlanMove.DRAW)
    draw = standing_draw(plan)
    if now < draw.entropy_at:
        raise DrawTooEarly(
            _("公告的抽取时刻是 %(at)s，时刻未到不能抽取。")
            % {"at": timezone.localtime(draw.entropy_at).strftime("%Y-%m-%d %H:%M:%S")}
        )
    names = check_witnesses(witnesses, drawn_by=actor.get_full_name())
    checked_text(entropy, label=_("公开随机源取值"), field="entropy", limit=500)
    result = recompute(draw, entropy=entropy)
    draw.entropy_value = entropy
    draw.state = DrawState.DRAWN
    draw.drawn_at, draw.drawn_by = now, actor
    draw.result_digest = result_digest(result)
    draw.save(update_fields=["entropy_value", "state", "drawn_at", "drawn_by", "result_digest"])
    Witness.objects.bulk_create([Witness(draw=draw, name=name) for name in names])
    move_plan(plan, PlanMove.DRAW)
    record_event(
        action="plan.drawn",
        actor=actor,
        obj=draw,
        changes={
            "entropy": [None, entropy],
            "witnesses": [None, names],
            "result_digest": [None, draw.result_digest],
        },
    )
    return draw


def recompute(draw: Draw, *, entropy: str | None = None) -> protocol.DrawResult:
    """The draw's result from pool, sealed nonce and entropy, before any change.

    Raises DrawDoesNotHold where the stored row contradicts its own digests.
    """
    try:
        nonce = sealing.unseal(draw.sealed_nonce, context=draw.commitment).hex()
        if protocol.commitment(nonce) != draw.commitment:
            raise DrawDoesNotHold(_("密封随机数与公布的承诺不符，抽取中止，请保留现场。"))
        if protocol.pool_digest(draw.pool) != draw.pool_digest:
            raise DrawDoesNotHold(_("抽取池与公布的摘要不符，抽取中止，请保留现场。"))
        value = draw.entropy_value if entropy is None else entropy
        seed = protocol.seed(
            draw.plan.number, draw.pool_digest, nonce, protocol.normalise_entropy(value)
        )
        result = protocol.draw(protocol.parse_pool(draw.pool), seed)
    except protocol.ProtocolError as error:
        # The rule's own words may name a drawn unit.
        raise DrawDoesNotHold(
            _("抽取材料的“%(part)s”不成立，抽取中止，请保留现场并运行 check_integrity。")
            % {"part": error.part}
        ) from error
    if draw.result_digest and result_digest(result) != draw.result_digest:
        raise DrawDoesNotHold(_("重算结果与抽取时记录的结果摘要不符，请保留现场。"))
    return result


@transaction.atomic
def approve_plan(*, number: str, actor: Any, now: datetime) -> Draw:
    """Confirm the procedure, by someone who neither drafted the plan nor held the draw."""
    require(actor, permissions.APPROVE_PLAN)
    plan = locked_plan(number)
    check_plan_move(plan, PlanMove.APPROVE)
    draw = standing_draw(plan)
    message = _("批准人不能是编制计划或主持抽取的人，请由另一位局领导批准。")
    require_other_person(actor, plan.drafted_by, message=message)
    require_other_person(actor, draw.drawn_by, message=message)
    recompute(draw)
    draw.state = DrawState.APPROVED
    draw.approved_at, draw.approved_by = now, actor
    draw.save(update_fields=["state", "approved_at", "approved_by"])
    move_plan(plan, PlanMove.APPROVE)
    record_event(action="plan.approved", actor=actor, obj=draw)
    return draw
