"""公开: the proof bundle of a draw, sealed until every result is out (chanji-draw/2 §7)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.choices import DisclosureMark
from registry.models import CheckLedgerEntry
from registry.permissions import require
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event
from sampling import permissions
from sampling.choices import DrawState
from sampling.models import Draw, DrawChange, SamplingPlan
from sampling.rules import protocol
from sampling.rules.plan_state import PlanMove
from sampling.selectors import standing_draw
from sampling.services.draws import nonce_of, recompute
from sampling.services.plan_clocks import stop_reveal_clock
from sampling.services.plan_steps import ReasonMissing, check_plan_move, locked_plan, move_plan
from sampling.services.pools import sources_by_pool_id


class NotYetComplete(RuleViolation):
    code = "plan_not_complete"
    basis = "chanji-draw/2 §7"


class RevealNeedsReason(RuleViolation):
    """An approver has to say, for good, why the bundle is published all the same, or only now."""

    code = "reveal_needs_reason"
    basis = "实施方案 二（五）；chanji-draw/2 §2"


def protocol_changes(draw: Draw) -> list[dict[str, str]]:
    """The approved changes in the protocol's own form."""
    rows = draw.changes.filter(state="approved").order_by("position")
    return [protocol_change(row) for row in rows]


def protocol_change(row: DrawChange) -> dict[str, str]:
    """One approved change as the bundle tells it and as its digest is made (chanji-draw/2 §6)."""
    assert row.approved_at is not None  # noqa: S101  (narrowing for mypy)
    who = {"by": row.successor} if row.kind == "replace" else {"inspector": row.inspector}
    return {
        "kind": row.kind,
        "source": row.source,
        **who,
        "reason": row.ground,
        "at": protocol.write_moment(row.approved_at),
    }


def build_bundle(draw: Draw) -> dict[str, Any]:
    """The proof bundle of a drawn plan; reading it is reading the sealed list."""
    return protocol.build_bundle(
        announcement=draw.announcement,
        pool=draw.pool,
        nonce=nonce_of(draw),
        record=recompute(draw).record,
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
def reveal_plan(*, number: str, actor: Any, now: datetime, reason: str = "") -> Draw:
    """Publish nonce and pool so that anyone can recompute the draw (chanji-draw/2 §7).

    Where a withheld unit stands in the pool under its own code, the bundle tells that it was
    drawn, though not what was found: an approver then says why it is published all the same. He
    also says why, where the announced day is over.
    """
    if actor is not None:
        require(actor, permissions.REVEAL_PLAN)
    plan = locked_plan(number)
    check_plan_move(plan, PlanMove.REVEAL)
    draw = standing_draw(plan)
    withheld = _require_complete(plan, draw)
    reason = reason.strip()
    if withheld and not reason:
        raise RevealNeedsReason(
            _(
                "有 %(count)s 家不予公开的单位以名录编号列在抽取池中，公开复核材料会使人知道其曾被抽中"
                "（不含检查结果）。确认仍要公开的，请写明理由；涉密单位今后请在冻结前标为涉密。"
            )
            % {"count": withheld},
            field="reason",
        )
    if timezone.localdate(now).isoformat() > draw.announcement["reveal_by"] and not reason:
        raise RevealNeedsReason(
            _("公告的公开期限 %(day)s 已过，请写明迟延公开的理由，理由将永久记录。")
            % {"day": draw.announcement["reveal_by"]},
            field="reason",
        )
    bundle = build_bundle(draw)
    protocol.verify_bundle(bundle)
    draw.bundle = bundle
    draw.state = DrawState.REVEALED
    draw.ended_at, draw.ended_by = now, actor
    draw.save(update_fields=["bundle", "state", "ended_at", "ended_by"])
    move_plan(plan, PlanMove.REVEAL)
    stop_reveal_clock(draw, now=now)
    record_event(action="plan.revealed", actor=actor, obj=draw, reason=reason)
    return draw


@transaction.atomic
def read_sealed_bundle(*, number: str, actor: Any, reason: str) -> dict[str, Any]:
    """The bundle before its reveal, for one who may; the read itself is recorded first."""
    require(actor, permissions.VIEW_SEALED_SELECTION)
    plan = locked_plan(number)
    draw = standing_draw(plan)
    if not reason.strip():
        raise ReasonMissing(_("读取密封名单须写明理由，全体工作人员可见。"), field="reason")
    if draw.record is None:
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
