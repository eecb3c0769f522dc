"""Recompute every freeze and draw in the database; says what does not hold, changes nothing."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from registry.models import AuditEvent
from registry.rules.integrity import Fault
from registry.rules.violations import RuleViolation
from sampling.choices import ENDED_WITHOUT_EFFECT, DrawState, PlanKind, PlanState
from sampling.models import Draw, ExternalDraw, SamplingPlan
from sampling.rules import protocol
from sampling.rules.waves import split_into_waves
from sampling.services.draws import nonce_of
from sampling.services.external_draws import external_units
from sampling.services.proofs import protocol_changes

STANDING_STATE = {
    PlanState.FROZEN: DrawState.FROZEN,
    PlanState.DRAWN: DrawState.DRAWN,
    PlanState.APPROVED: DrawState.APPROVED,
    PlanState.REVEALED: DrawState.REVEALED,
}


def sampling_faults() -> Iterator[Fault]:
    for plan in SamplingPlan.objects.order_by("number").prefetch_related("draws", "quotas"):
        yield from _plan_faults(plan)
        for draw in plan.draws.all():
            for part, message in _broken_procedure(draw):
                yield Fault(_subject(draw), part, message)
            yield from draw_faults(draw)


def _external_faults(plan: SamplingPlan) -> Iterator[Fault]:
    """The sealed list of a draw made elsewhere still opens and is as long as was announced."""
    external = ExternalDraw.objects.filter(plan=plan).first()
    adopted = external is not None and external.approved_at is not None
    if external is None or adopted != (plan.state == PlanState.APPROVED):
        yield Fault(plan.number, "state", _("计划状态与外部抽取的批准情况不符。"))
        return
    try:
        units = external_units(external)
    except RuleViolation as refusal:
        yield Fault(plan.number, "external", refusal.message)
        return
    if dict(Counter(unit.category for unit in units)) != external.counts:
        yield Fault(plan.number, "external", _("外部抽取的名单与登记的家数不符。"))


def _plan_faults(plan: SamplingPlan) -> Iterator[Fault]:
    if plan.kind == PlanKind.EXTERNAL:
        yield from _external_faults(plan)
        return
    standing = [d for d in plan.draws.all() if d.state not in ENDED_WITHOUT_EFFECT]
    expected = STANDING_STATE.get(PlanState(plan.state))
    if [d.state for d in standing] != ([expected] if expected else []):
        yield Fault(plan.number, "state", _("计划状态与有效的冻结或抽取不符。"))
    for draw in standing:
        frozen = {line["category"]: line for line in draw.quotas}
        for row in plan.quotas.all():
            copy = frozen.get(row.category, {})
            if any(
                getattr(row, name) != copy.get(name)
                for name in ("base", "drawable", "floor", "uncovered", "quota")
            ):
                yield Fault(plan.number, "quotas", _("计划的抽取数与冻结时的抽取数不符。"))


def _subject(draw: Draw) -> str:
    return f"{draw.plan.number} {draw.commitment[:12]}"


def _broken_procedure(draw: Draw) -> Iterator[tuple[str, str]]:
    """Who and when; the database refuses most of this too, while its constraints stand."""
    if draw.drawn_at and draw.drawn_at < draw.entropy_at:
        yield "drawn_at", _("抽取早于公告的随机源时刻。")
    if draw.approved_by_id and draw.approved_by_id in (
        draw.drawn_by_id,
        draw.frozen_by_id,
        draw.plan.drafted_by_id,
    ):
        yield "approver", _("批准人就是编制、冻结或主持抽取的人。")
    if draw.state == DrawState.WITHDRAWN and draw.ended_at and draw.ended_at >= draw.entropy_from:
        yield "withdrawn", _("冻结在随机源时刻之后才撤回。")
    yield from _against_the_trail(draw)
    if draw.state == DrawState.VOID and not draw.voids.filter(state="confirmed").exists():
        yield "void", _("作废没有经两位局领导提出和确认。")


def _against_the_trail(draw: Draw) -> Iterator[tuple[str, str]]:
    """What the append-only trail kept of the freeze and of the draw still stands in their row."""
    events = {
        event.action: event.changes
        for event in AuditEvent.objects.filter(
            object_type=Draw._meta.label_lower,
            object_id=str(draw.pk),
            action__in=["plan.frozen", "plan.drawn"],
        )
    }
    facts: dict[str, dict[str, Any]] = {
        "plan.frozen": {
            "pool_digest": draw.pool_digest,
            "commitment": draw.commitment,
            "announcement": draw.announcement_digest,
        }
    }
    if draw.record is not None:
        facts["plan.drawn"] = {
            "entropy": [row["value"] for row in draw.record["entropy"]],
            "witnesses": [str(witness) for witness in draw.witnesses.all()],
            "outcome_root": draw.record["outcome_root"],
        }
    for action, values in facts.items():
        if action not in events:
            yield "trail", _("留痕中没有这次冻结或抽取。")
            continue
        for part, value in values.items():
            if events[action].get(part, [None, None])[1] != value:
                yield part, _("与冻结或抽取时的留痕不符。")


def draw_faults(draw: Draw) -> list[Fault]:
    """What does not hold in one freeze or draw, the first cause first."""
    subject = _subject(draw)
    try:
        return [Fault(subject, part, message) for part, message in _broken_parts(draw)]
    except protocol.ProtocolError as error:
        return [Fault(subject, error.part, error.message)]
    except RuleViolation as refusal:
        return [Fault(subject, "nonce", refusal.message)]


def _broken_parts(draw: Draw) -> Iterator[tuple[str, str]]:
    announced = protocol.check_announcement(draw.announcement)
    yield from _broken_announcement(draw, announced)
    if protocol.pool_digest(draw.pool) != announced.pool_digest:
        yield "pool", _("抽取池与公布的摘要不符。")
        return
    pool = protocol.parse_pool(draw.pool)
    if pool.plan != draw.plan.number:
        yield "plan", _("抽取池不属于该季度。")
    if (announced.register, announced.left_out) != (pool.register(), pool.reasons()):
        yield "announcement", _("公告的名录家数或未入池家数与抽取池不符。")
    nonce = nonce_of(draw)
    if protocol.commitment(nonce) != announced.commitment:
        yield "nonce", _("密封随机数与公布的承诺不符。")
        return
    yield from _broken_quotas(draw, pool)
    sizes = [len(w) for w in split_into_waves([""] * sum(pool.quotas.values()), draw.plan.waves)]
    if [wave.size for wave in draw.waves.all()] != [size for size in sizes if size]:
        yield "waves", _("派发批次的任务数与抽取数不符。")
    if draw.record is not None:
        yield from _broken_result(draw, announced, pool, nonce)
    if draw.bundle is not None:
        yield from _broken_bundle(draw, nonce)


def _broken_announcement(draw: Draw, announced: protocol.Announcement) -> Iterator[tuple[str, str]]:
    """The columns that the desk and the constraints read say what was announced."""
    moments = [at for _kind, _identity, at in announced.sources]
    for part, stored, told in (
        ("announcement", draw.announcement_digest, announced.digest),
        ("plan", draw.plan.number, announced.plan),
        ("pool", draw.pool_digest, announced.pool_digest),
        ("commitment", draw.commitment, announced.commitment),
        ("frozen_at", draw.frozen_at, announced.frozen_at),
        ("entropy", (draw.entropy_from, draw.entropy_at), (min(moments), max(moments))),
    ):
        if stored != told:
            yield part, _("与公布的公告不符。")


def _broken_quotas(draw: Draw, pool: protocol.Pool) -> Iterator[tuple[str, str]]:
    stored = {line["category"]: line for line in draw.quotas}
    announced = draw.announcement["quotas"]
    if not {name: line["quota"] for name, line in stored.items()} == pool.quotas == announced:
        yield "quotas", _("公布的抽取数与抽取池不符。")
    for category, line in stored.items():
        drawable = len(pool.of(protocol.Category(category)))
        if line["drawable"] != drawable or line["quota"] < min(line["floor"], drawable):
            yield (
                "quotas",
                _("%(category)s 的抽取数低于法定下限或与池内家数不符。") % {"category": category},
            )


def _broken_result(
    draw: Draw, announced: protocol.Announcement, pool: protocol.Pool, nonce: str
) -> Iterator[tuple[str, str]]:
    record = protocol.check_record(draw.record, announced)
    if record["announcement"] != announced.digest:
        yield "announcement", _("抽取记录所载的公告摘要与公告不符。")
    if record["drawn_at"] != protocol.write_moment(draw.drawn_at or draw.frozen_at):
        yield "drawn_at", _("抽取记录所载的时间与抽取时间不符。")
    if record["witnesses"] != [witness.represents for witness in draw.witnesses.all()]:
        yield "witnesses", _("抽取记录所载的见证单位与见证人不符。")
    seed = protocol.seed(announced.digest, nonce, protocol.entropy_text(record["entropy"]))
    result = protocol.draw(pool, seed)
    root = protocol.outcome_root(protocol.outcome_leaves(pool, result, nonce))
    if (record["outcomes"], record["outcome_root"]) != (len(pool.sources), root):
        yield "result", _("重算的抽取结果与抽取时公布的结果树根不符。")
    roster = protocol.roster_after(pool, seed, result, [])
    for number, change in enumerate(protocol_changes(draw), 1):
        row = draw.changes.get(state="approved", position=number)
        if change["kind"] == "replace":
            expected = roster.replace(change["source"])
        else:
            expected = roster.recuse(change["source"], change["inspector"], change["reason"])
        if row.successor != expected:
            yield "changes", _("第%(number)s项变更的接替不是规则指定的。") % {"number": number}
            return


def _broken_bundle(draw: Draw, nonce: str) -> Iterator[tuple[str, str]]:
    published: dict[str, Any] = draw.bundle
    if draw.record is None:
        if published.get("nonce") != nonce or published.get("pool") != draw.pool:
            yield "bundle", _("公开的作废材料与冻结时不符。")
        return
    protocol.verify_bundle(published)
    rebuilt = protocol.build_bundle(
        announcement=draw.announcement,
        pool=draw.pool,
        nonce=nonce,
        record=draw.record,
        changes=protocol_changes(draw),
    )
    for part in rebuilt.keys() | published.keys():
        if rebuilt.get(part) != published.get(part):
            yield part, _("公开的复核材料与数据库重算的不同。")
