"""替换与回避 after the draw (chanji-draw/1 §5): proposed by one, approved by another; who comes
next follows from the protocol, never from a person."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.permissions import require, require_other_person
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event
from sampling import permissions
from sampling.choices import ChangeGround, ChangeKind, DrawState
from sampling.models import Draw, DrawChange
from sampling.rules import protocol_v1 as protocol
from sampling.services import sealing
from sampling.services.draws import recompute
from sampling.services.plan_steps import REASON_LENGTH
from sampling.services.proofs import protocol_changes

GROUNDS = {
    ChangeKind.RECUSE: (
        ChangeGround.CONFLICT,
        ChangeGround.LEAVE,
        ChangeGround.CERTIFICATE,
        ChangeGround.PARTY_REQUEST,
    ),
    ChangeKind.REPLACE: (ChangeGround.CLOSED, ChangeGround.MOVED, ChangeGround.EXEMPTED),
}


class ChangeNotPossible(RuleViolation):
    code = "change_not_possible"
    basis = "chanji-draw/1 §5"


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
    reason: str,
    actor: Any,
    inspector: str = "",
    ground: str = "",
) -> DrawChange:
    """``source``: pool id of a dispatched unit; ``inspector``: who steps back, for a recusal.

    The party may ask for a recusal once; who follows then may still step back for reasons of
    their own (chanji-draw/1 §5).
    """
    require(actor, permissions.PROPOSE_CHANGE)
    if ground and ground not in GROUNDS[ChangeKind(kind)]:
        raise ChangeNotPossible(_("所选情形与申请类型不符，请重新选择。"), field="ground")
    draw = Draw.objects.select_for_update(of=("self",)).get(pk=draw_id)
    if draw.state != DrawState.APPROVED:
        raise ChangeNotPossible(_("该计划不在执行中，不能再替换或回避。"))
    same = draw.changes.filter(kind=kind, source=source, inspector=inspector, state="proposed")
    if same.exists():
        raise ChangeNotPossible(_("同样的申请正在等待批准。"))
    asked = draw.changes.filter(source=source, ground=ChangeGround.PARTY_REQUEST)
    if ground == ChangeGround.PARTY_REQUEST and asked.exclude(state="rejected").exists():
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
def approve_change(*, change_id: int, actor: Any) -> AppliedChange:
    """Apply the proposal; ChangeNotPossible where nobody is left to take over."""
    require(actor, permissions.APPROVE_CHANGE)
    change = _open_change(change_id, actor)
    draw = change.draw
    pool = protocol.parse_pool(draw.pool)
    result = recompute(draw)
    try:
        roster = protocol.roster_after(pool, _seed(draw), result, protocol_changes(draw))
        if change.kind == ChangeKind.REPLACE:
            change.successor = roster.replace(change.source)
            team = roster.teams()[change.successor]
        else:
            change.successor = roster.recuse(change.source, change.inspector)
            team = roster.teams()[change.source]
    except protocol.ProtocolError as error:
        raise ChangeNotPossible(error.message) from error
    change.state, change.approved_by = DrawChange.State.APPROVED, actor
    change.position = draw.changes.filter(state="approved").count() + 1
    change.save()
    record_event(
        action="change.approved",
        actor=actor,
        obj=change,
        label=draw.plan.number,
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
    pool, result = protocol.parse_pool(draw.pool), recompute(draw)
    return protocol.apply_changes(pool, _seed(draw), result, protocol_changes(draw))


def _seed(draw: Draw) -> str:
    nonce = sealing.unseal(draw.sealed_nonce, context=draw.commitment).hex()
    value = protocol.normalise_entropy(draw.entropy_value)
    return protocol.seed(draw.plan.number, draw.pool_digest, nonce, value)
