"""公开: the proof bundle of a draw, sealed until every result is out (chanji-draw/1 §6)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.choices import DisclosureMark
from registry.models import CheckLedgerEntry
from registry.permissions import require
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event
from sampling import permissions
from sampling.choices import DrawState
from sampling.models import Draw, SamplingPlan
from sampling.rules import protocol_v1 as protocol
from sampling.rules.plan_state import PlanMove
from sampling.selectors import standing_draw
from sampling.services import sealing
from sampling.services.draws import recompute
from sampling.services.plan_steps import ReasonMissing, check_plan_move, locked_plan, move_plan
from sampling.services.pools import sources_by_pool_id


class NotYetComplete(RuleViolation):
    code = "plan_not_complete"
    basis = "chanji-draw/1 §6"


class WithheldUnitsWouldShow(RuleViolation):
    code = "withheld_units_would_show"
    basis = "实施方案 二（五）"


def protocol_changes(draw: Draw) -> list[dict[str, str]]:
    """The approved changes in the protocol's own form."""
    rows = draw.changes.filter(state="approved").order_by("position")
    return [
        {"kind": "replace", "source": row.source, "by": row.successor}
        if row.kind == "replace"
        else {"kind": "recuse", "source": row.source, "inspector": row.inspector}
        for row in rows
    ]


def build_bundle(draw: Draw) -> dict[str, Any]:
    """The proof bundle of a drawn plan; reading it is reading the sealed list."""
    recompute(draw)
    return protocol.build_bundle(
        pool=draw.pool,
        nonce=sealing.unseal(draw.sealed_nonce, context=draw.commitment).hex(),
        entropy_source=draw.entropy_source,
        entropy_value=draw.entropy_value,
        changes=protocol_changes(draw),
    )


def _require_complete(plan: SamplingPlan, draw: Draw) -> int:
    """Every drawn unit has been inspected (or replaced) and its result published or withheld,
    else its name would leak. Returns how many withheld units the pool names by their own code."""
    waiting = draw.waves.filter(dispatched_at__isnull=True).count()
    if waiting:
        raise NotYetComplete(
            _("还有 %(count)s 个批次未派发，名单仍须保密，不能公开复核材料。") % {"count": waiting}
        )
    bundle = build_bundle(draw)
    replaced = {change["source"] for change in bundle["changes"] if change["kind"] == "replace"}
    expected = set(bundle["teams"]) - replaced
    rows = sources_by_pool_id(expected)
    marks = dict(
        CheckLedgerEntry.objects.filter(plan_number=plan.number).values_list(
            "source_id", "disclosure"
        )
    )
    found = {name: marks.get(rows[name].pk) if name in rows else None for name in expected}
    missing = sum(1 for mark in found.values() if mark is None)
    if missing:
        raise NotYetComplete(
            _("还有 %(count)s 项抽查任务未完成审核，名单仍须保密，全部完成后再公开复核材料。")
            % {"count": missing}
        )
    undecided = sum(1 for mark in found.values() if mark == "")
    if undecided:
        raise NotYetComplete(
            _("还有 %(count)s 项结果未公示，名单仍须保密，全部公示后再公开复核材料。")
            % {"count": undecided}
        )
    return sum(
        1
        for name, mark in found.items()
        if mark == DisclosureMark.WITHHELD and name == rows[name].code
    )


@transaction.atomic
def reveal_plan(*, number: str, actor: Any, now: datetime, withheld_reason: str = "") -> Draw:
    """Publish nonce and pool so that anyone can recompute the draw (chanji-draw/1 §6).

    Where a withheld unit stands in the pool under its own code, the bundle tells that it was
    drawn, though not what was found: an approver then says why it is published all the same.
    """
    if actor is not None:
        require(actor, permissions.REVEAL_PLAN)
    plan = locked_plan(number)
    check_plan_move(plan, PlanMove.REVEAL)
    draw = standing_draw(plan)
    withheld = _require_complete(plan, draw)
    if withheld and not withheld_reason.strip():
        raise WithheldUnitsWouldShow(
            _(
                "有 %(count)s 家不予公开的单位以名录编号列在抽取池中，公开复核材料会使人知道其曾被抽中"
                "（不含检查结果）。确认仍要公开的，请写明理由；涉密单位今后请在冻结前标为涉密。"
            )
            % {"count": withheld},
            field="withheld_reason",
        )
    bundle = build_bundle(draw)
    protocol.verify_bundle(bundle)
    draw.bundle = bundle
    draw.state = DrawState.REVEALED
    draw.ended_at, draw.ended_by = now, actor
    draw.save(update_fields=["bundle", "state", "ended_at", "ended_by"])
    move_plan(plan, PlanMove.REVEAL)
    record_event(action="plan.revealed", actor=actor, obj=draw, reason=withheld_reason.strip())
    return draw


@transaction.atomic
def read_sealed_bundle(*, number: str, actor: Any, reason: str) -> dict[str, Any]:
    """The bundle before its reveal, for one who may; the read itself is recorded first."""
    require(actor, permissions.VIEW_SEALED_SELECTION)
    plan = locked_plan(number)
    draw = standing_draw(plan)
    if not reason.strip():
        raise ReasonMissing(_("读取密封名单须写明理由，全体工作人员可见。"), field="reason")
    if not draw.entropy_value:
        raise NotYetComplete(_("该计划尚未抽取，没有复核材料。"))
    record_event(action="plan.sealed_read", actor=actor, obj=draw, reason=reason, sealed_read=True)
    return build_bundle(draw)


def published_bundle(number: str) -> dict[str, Any]:
    """The revealed bundle; refused before the reveal."""
    draw = Draw.objects.filter(plan__number=number.upper(), state=DrawState.REVEALED).first()
    if draw is None:
        raise NotYetComplete(
            _("%(number)s 的复核材料尚未公开。全部任务完成后由局领导公开。") % {"number": number}
        )
    return dict(draw.bundle)
