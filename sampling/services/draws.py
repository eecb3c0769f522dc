"""抽取 → 批准, exactly by chanji-draw/2. Nothing here stores who was drawn."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.permissions import require, require_other_person
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event
from sampling import permissions
from sampling.choices import DrawState
from sampling.models import Draw, Witness
from sampling.rules import protocol
from sampling.rules.plan_state import PlanMove
from sampling.rules.witnesses import WitnessEntry, check_witnesses, read_values
from sampling.selectors import standing_draw
from sampling.services import sealing
from sampling.services.plan_clocks import start_reveal_clock
from sampling.services.plan_steps import check_plan_move, locked_plan, move_plan


class DrawTooEarly(RuleViolation):
    code = "draw_too_early"
    basis = "chanji-draw/2 §2"


class DrawTooLate(RuleViolation):
    code = "draw_too_late"
    basis = "chanji-draw/2 §2"


class DrawDoesNotHold(RuleViolation):
    """The stored draw does not recompute to its own record."""

    code = "draw_does_not_hold"
    basis = "chanji-draw/2"


def _makers(draw: Draw, actor: Any) -> dict[str, str]:
    """Who made the draw, and what each of them did."""
    people = (
        (draw.plan.drafted_by, _("编制计划")),
        (draw.frozen_by, _("冻结抽取池")),
        (actor, _("主持抽取")),
    )
    return {person.get_full_name(): role for person, role in people if person is not None}


@transaction.atomic
def draw_plan(
    *, number: str, actor: Any, value: str, witnesses: Sequence[WitnessEntry], now: datetime
) -> Draw:
    """Hold the draw: the values in, the record with its salted root out.

    ``value``: as the person drawing typed it. Source: chanji-draw/2 §2–5.
    """
    require(actor, permissions.DRAW_PLAN)
    plan = locked_plan(number)
    check_plan_move(plan, PlanMove.DRAW)
    draw = standing_draw(plan)
    now = now.replace(microsecond=0)
    if now < draw.entropy_at:
        raise DrawTooEarly(
            _("公告的抽取时刻是 %(at)s，时刻未到不能抽取。")
            % {"at": timezone.localtime(draw.entropy_at).strftime("%Y-%m-%d %H:%M:%S")}
        )
    if timezone.localdate(now).isoformat() > draw.announcement["draw_by"]:
        raise DrawTooLate(
            _("公告的抽取期限 %(day)s 已过，不能再抽取，只能由局领导宣布作废后重新冻结。")
            % {"day": draw.announcement["draw_by"]}
        )
    kinds = [source["kind"] for source in draw.announcement["entropy"]]
    values = read_values(kinds, value, field="value")
    entries = check_witnesses(witnesses, makers=_makers(draw, actor), kinds=kinds, values=values)
    present = [Witness(draw=draw, name=e.name, represents=e.represents) for e in entries]
    held = _hold(draw, at=now, witnesses=[w.represents for w in present], values=values)
    draw.record = held.record
    draw.state = DrawState.DRAWN
    draw.drawn_at, draw.drawn_by = now, actor
    draw.save(update_fields=["record", "state", "drawn_at", "drawn_by"])
    Witness.objects.bulk_create(present)
    move_plan(plan, PlanMove.DRAW)
    start_reveal_clock(draw, now=now)
    record_event(
        action="plan.drawn",
        actor=actor,
        obj=draw,
        changes={
            "entropy": [None, values],
            "witnesses": [None, [str(witness) for witness in present]],
            "outcome_root": [None, held.record["outcome_root"]],
        },
    )
    return draw


def nonce_of(draw: Draw) -> str:
    """The sealed nonce in hex. With it the list can be computed: reading it is reading the list."""
    return sealing.unseal(draw.sealed_nonce, context=draw.commitment).hex()


def _hold(
    draw: Draw, *, at: datetime, witnesses: Sequence[str], values: Sequence[str]
) -> protocol.Held:
    try:
        if protocol.announcement_digest(draw.announcement) != draw.announcement_digest:
            raise DrawDoesNotHold(_("公告与冻结时的摘要不符，抽取中止，请保留现场。"))
        return protocol.hold(
            announcement=draw.announcement,
            pool=draw.pool,
            nonce=nonce_of(draw),
            drawn_at=at,
            witnesses=witnesses,
            values=values,
        )
    except protocol.ProtocolError as error:
        # The rule's own words may name a drawn unit.
        raise DrawDoesNotHold(
            _("抽取材料的“%(part)s”不成立，抽取中止，请保留现场并运行 check_integrity。")
            % {"part": error.part}
        ) from error


def recompute(draw: Draw) -> protocol.Held:
    """The drawn result from announcement, pool, sealed nonce and values, before any change.

    Raises DrawDoesNotHold where the stored row contradicts its own record.
    """
    record = draw.record
    if record is None or draw.drawn_at is None:
        raise DrawDoesNotHold(_("该计划尚未抽取，没有抽取结果。"))
    held = _hold(
        draw,
        at=draw.drawn_at,
        witnesses=record["witnesses"],
        values=[row["value"] for row in record["entropy"]],
    )
    if held.record != record:
        raise DrawDoesNotHold(_("重算结果与抽取时公布的抽取记录不符，请保留现场。"))
    return held


@transaction.atomic
def approve_plan(*, number: str, actor: Any, now: datetime) -> Draw:
    """Confirm the procedure, by someone who neither drafted, froze nor drew."""
    require(actor, permissions.APPROVE_PLAN)
    plan = locked_plan(number)
    check_plan_move(plan, PlanMove.APPROVE)
    draw = standing_draw(plan)
    message = _("批准人不能是编制计划、冻结或主持抽取的人，请由另一位局领导批准。")
    for person in (plan.drafted_by, draw.frozen_by, draw.drawn_by):
        require_other_person(actor, person, message=message)
    recompute(draw)
    draw.state = DrawState.APPROVED
    draw.approved_at, draw.approved_by = now, actor
    draw.save(update_fields=["state", "approved_at", "approved_by"])
    move_plan(plan, PlanMove.APPROVE)
    record_event(action="plan.approved", actor=actor, obj=draw)
    return draw
