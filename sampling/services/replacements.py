"""替换与回避 after the draw (chanji-draw/2 §6): proposed by one, approved by another; who comes
next follows from the protocol, never from a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from registry.permissions import require, require_other_person
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event
from sampling import permissions
from sampling.choices import ChangeKind, ChangeReason, DrawState
from sampling.models import Draw, DrawChange
from sampling.rules import protocol
from sampling.services.draws import nonce_of, recompute
from sampling.services.plan_steps import REASON_LENGTH
from sampling.services.proofs import protocol_change, protocol_changes


class ChangeNotPossible(RuleViolation):
    code = "change_not_possible"
    basis = "chanji-draw/2 §6"


@dataclass(frozen=True)
class AppliedChange:
    """``team``: the codes of the successor's team (replace) or the changed team (recuse)."""

    change: DrawChange
    team: tuple[str, ...]


def _reason(text: str) -> str:
    if not text.strip():
        raise ChangeNotPossible(_("请写明替换或回避的原因，原因将写入复核记录。"), field="reason")
    return checked_text(text, label=_("原因"), field="reason", limit=REASON_LENGTH)


@transaction.atomic
def propose_change(
    *,
    draw_id: int,
    kind: str,
    source: str,
    ground: str,
    reason: str,
    actor: Any,
    inspector: str = "",
) -> DrawChange:
    """``source``: pool id of a dispatched unit; ``inspector``: who steps back, for a recusal;
    ``ground``: the protocol's reason, public in the bundle; ``reason``: the bureau's own words.

    The party may ask for a recusal once; who follows then may still step back for reasons of
    their own (chanji-draw/2 §6).
    """
    require(actor, permissions.PROPOSE_CHANGE)
    if ground not in protocol.REASONS_OF[protocol.ChangeKind(kind)]:
        raise ChangeNotPossible(_("所选情形与申请类型不符，请重新选择。"), field="ground")
    draw = Draw.objects.select_for_update(of=("self",)).get(pk=draw_id)
    if draw.state != DrawState.APPROVED:
        raise ChangeNotPossible(_("该计划不在执行中，不能再替换或回避。"))
    same = draw.changes.filter(kind=kind, source=source, inspector=inspector, state="proposed")
    if same.exists():
        raise ChangeNotPossible(_("同样的申请正在等待批准。"))
    asked = draw.changes.filter(source=source, ground=ChangeReason.PARTY_REQUEST)
    if ground == ChangeReason.PARTY_REQUEST and asked.exclude(state="rejected").exists():
        raise ChangeNotPossible(
            _("当事人已申请过一次回避，以一次为限；成员确有应当回避情形的，请按主动回避办理。"),
            field="ground",
        )
    change = DrawChange.objects.create(
        draw=draw,
        kind=kind,
        ground=ground,
        source=source,
        inspector=inspector,
        reason=_reason(reason),
        proposed_by=actor,
    )
    record_event(action="change.proposed", actor=actor, obj=change, label=draw.plan.number)
    return change


@transaction.atomic
def approve_change(*, change_id: int, actor: Any, now: datetime) -> AppliedChange:
    """Apply the proposal; ChangeNotPossible where nobody is left to take over.

    The trail keeps the change's digest under a key that the nonce alone gives.
    """
    require(actor, permissions.APPROVE_CHANGE)
    change = _open_change(change_id, actor)
    draw = change.draw
    pool = protocol.parse_pool(draw.pool)
    held = recompute(draw)
    try:
        roster = protocol.roster_after(pool, held.seed, held.result, protocol_changes(draw))
        if change.kind == ChangeKind.REPLACE:
            change.successor = roster.replace(change.source)
            team = roster.teams()[change.successor]
        else:
            change.successor = roster.recuse(change.source, change.inspector, change.ground)
            team = roster.teams()[change.source]
    except protocol.ProtocolError as error:
        raise ChangeNotPossible(error.message) from error
    approved = draw.changes.filter(state=DrawChange.State.APPROVED)
    last = approved.aggregate(last=Max("approved_at"))["last"]
    change.state, change.approved_by = DrawChange.State.APPROVED, actor
    # To the second, as the bundle tells it, and in the order of the positions.
    change.approved_at = max(now.replace(microsecond=0), last or draw.drawn_at or now)
    change.position = approved.count() + 1
    change.save()
    digest = protocol.change_digest(
        protocol.change_key(nonce_of(draw), change.position), protocol_change(change)
    )
    record_event(
        action="change.approved",
        actor=actor,
        obj=change,
        label=draw.plan.number,
        changes={"digest": [None, digest]},
        reason=change.reason,
    )
    return AppliedChange(change, tuple(team))


@transaction.atomic
def reject_change(*, change_id: int, actor: Any) -> DrawChange:
    require(actor, permissions.APPROVE_CHANGE)
    change = _open_change(change_id, actor)
    change.state, change.approved_by = DrawChange.State.REJECTED, actor
    change.save(update_fields=["state", "approved_by"])
    record_event(action="change.rejected", actor=actor, obj=change, label=change.draw.plan.number)
    return change


def _open_change(change_id: int, actor: Any) -> DrawChange:
    """The proposal with its draw locked first, so that changes of one draw come one by one."""
    draw_id = DrawChange.objects.values_list("draw_id", flat=True).get(pk=change_id)
    Draw.objects.select_for_update(of=("self",)).get(pk=draw_id)
    change = DrawChange.objects.select_related("draw__plan").get(pk=change_id)
    if change.state != DrawChange.State.PROPOSED:
        raise ChangeNotPossible(_("该申请已处理。"))
    require_other_person(actor, change.proposed_by, message=_("提出申请的人不能批准。"))
    return change


def teams_after_changes(draw: Draw) -> dict[str, list[str]]:
    """Every team by pool id as it stands now. Calling it is opening the sealed list."""
    pool, held = protocol.parse_pool(draw.pool), recompute(draw)
    return protocol.apply_changes(pool, held.seed, held.result, protocol_changes(draw))
