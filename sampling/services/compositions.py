"""The pool of a plan, by its kind: facts from the registers in, the protocol's pool file out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from registry.models import CheckLedgerEntry, PollutionSource
from registry.rules.quarter import Quarter
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_settings
from sampling.choices import ENDED_WITHOUT_EFFECT, DrawState, PlanKind
from sampling.models import Draw, ExternalDraw, SamplingPlan
from sampling.rules import pool_kinds, protocol
from sampling.rules.plan_number import COUNT_TOWARD_RATIO, DRAWN_FROM_THE_REGISTER
from sampling.rules.pool import PoolComposition, PoolSettings, UnitFacts, compose_pool
from sampling.rules.quotas import GeneralReading
from sampling.rules.rotation import Rotation, rotate
from sampling.services.pools import (
    conflicts,
    inspectors,
    needs,
    officer_visits,
    pool_id,
    reference_day,
    unit_facts,
)


class PoolNotWritable(RuleViolation):
    """A code or skill in the registers has characters the pool file cannot hold."""

    code = "pool_not_writable"
    basis = "chanji-draw/2 §1"


@dataclass(frozen=True)
class FrozenPool:
    """What a freeze needs: the composition with its figures, and the protocol's pool.

    ``rotation``: which officers stay away from which units because they were often there.
    """

    composition: PoolComposition
    text: str
    pool: protocol.Pool
    officers: int
    rotation: Rotation


def drawn_general_this_year(period: Quarter) -> int:
    """General units the year's earlier quarters have drawn; what was withdrawn or voided does not
    count, nor do the kinds of plans that never count."""
    rows = Draw.objects.filter(
        plan__quarter__startswith=str(period.year),
        plan__quarter__lt=str(period),
        plan__kind__in=COUNT_TOWARD_RATIO,
        state__in=["drawn", "approved", "revealed"],
    ).values_list("quotas", flat=True)
    elsewhere = ExternalDraw.objects.filter(
        plan__quarter__startswith=str(period.year),
        plan__quarter__lt=str(period),
        approved_at__isnull=False,
    ).values_list("counts", flat=True)
    here = sum(line["quota"] for lines in rows for line in lines if line["category"] == "general")
    return here + sum(counts.get("general", 0) for counts in elsewhere)


def pool_settings(plan: SamplingPlan, chosen: Mapping[str, Any]) -> PoolSettings:
    return PoolSettings(
        key_ratio=Fraction(plan.key_ratio, 100),
        special_ratio=Fraction(plan.special_ratio, 100),
        general_reading=GeneralReading(chosen["general_reading"]),
        high_weight=chosen["weight_high"],
        medium_weight=chosen["weight_medium"],
        low_weight=chosen["weight_low"],
        positive_list_outside=chosen["positive_list_outside_draw"],
        yearly_cap=chosen["yearly_cap"],
    )


def build_pool(plan: SamplingPlan, *, today: date) -> FrozenPool:
    """The pool of ``plan`` as the registers stand now; nothing is written."""
    chosen = bureau_settings()
    day = reference_day(plan.period, today)
    people = inspectors(plan, day)
    officers = sum(1 for person in people if person.role == protocol.Role.OFFICER)
    facts = unit_facts(plan, day, strict=chosen["soil_and_risk_classes_make_key"])
    composition = COMPOSERS[PlanKind(plan.kind)](plan, facts, pool_settings(plan, chosen), officers)
    declared = conflicts(plan.period, day)

    def render(barred: Iterable[protocol.Conflict]) -> str:
        return protocol.render_pool(
            protocol.Pool(
                plan=plan.number,
                sources=composition.sources,
                quotas=composition.quotas,
                inspectors=tuple(people),
                needs=tuple(needs(plan)),
                conflicts=(*declared, *barred),
                left_out=composition.out_of_pool,
            )
        )

    try:
        text = render(())
        pool = protocol.parse_pool(text)
        rotation = rotate(pool, officer_visits(today), chosen["rotation_visits"])
        if rotation.barred:
            text = render(rotation.barred)
            pool = protocol.parse_pool(text)
    except protocol.ProtocolError as error:
        raise PoolNotWritable(
            _("名录中有不能写入抽取池的内容：%(message)s请修改后再试。")
            % {"message": error.message}
        ) from error
    return FrozenPool(
        composition=composition, text=text, pool=pool, officers=officers, rotation=rotation
    )


# --- The composition of each kind of plan -------------------------------------------------------


def _quarterly(
    plan: SamplingPlan, facts: list[UnitFacts], settings_: PoolSettings, officers: int
) -> PoolComposition:
    return compose_pool(
        facts,
        settings_,
        quarter_number=plan.period.number,
        officers=officers,
        drawn_general_this_year=drawn_general_this_year(plan.period),
    )


def _monthly(
    plan: SamplingPlan, facts: list[UnitFacts], settings_: PoolSettings, officers: int
) -> PoolComposition:
    return pool_kinds.compose_monthly(
        facts,
        settings_,
        quarter_number=plan.period.number,
        month=plan.parsed.count,
        officers=officers,
        drawn_general_this_year=drawn_general_this_year(plan.period),
        earlier=_earlier_batches(plan),
    )


def _supplementary(
    plan: SamplingPlan, facts: list[UnitFacts], settings_: PoolSettings, officers: int
) -> PoolComposition:
    return pool_kinds.compose_supplementary(
        facts,
        settings_,
        quarter_number=plan.period.number,
        known=pool_kinds.known_to(
            protocol.parse_pool(draw.pool) for draw in _draws_of_the_quarter(plan)
        ),
    )


def _construction(
    plan: SamplingPlan, facts: list[UnitFacts], settings_: PoolSettings, officers: int
) -> PoolComposition:
    members = pool_kinds.construction_members(facts)
    return _share(plan, members, members, settings_, _("在册建设项目"))


def _joint(
    plan: SamplingPlan, facts: list[UnitFacts], settings_: PoolSettings, officers: int
) -> PoolComposition:
    register, wanted = pool_kinds.dischargers(facts), _pool_ids(_scope(plan.scope))
    members = [unit for unit in register if unit.source_id in wanted]
    return _share(plan, members, register, settings_, _("联合抽查范围内单位"))


def _lookback(
    plan: SamplingPlan, facts: list[UnitFacts], settings_: PoolSettings, officers: int
) -> PoolComposition:
    members = pool_kinds.lookback_members(facts, this_quarter=_checked_in(plan.quarter))
    register = pool_kinds.dischargers(facts)
    return _share(plan, members, register, settings_, _("本年前几季度已检查的重点排污单位"))


def _share(
    plan: SamplingPlan,
    members: list[UnitFacts],
    register: list[UnitFacts],
    settings_: PoolSettings,
    about: str,
) -> PoolComposition:
    return pool_kinds.compose_share(
        members,
        settings_,
        register=register,
        ratio=Fraction(plan.share or 0, 100),
        about=about,
        quarter_number=plan.period.number,
        inspected_last=plan.kind == PlanKind.CONSTRUCTION,
    )


COMPOSERS = {
    PlanKind.QUARTERLY: _quarterly,
    PlanKind.MONTHLY: _monthly,
    PlanKind.SUPPLEMENTARY: _supplementary,
    PlanKind.CONSTRUCTION: _construction,
    PlanKind.JOINT: _joint,
    PlanKind.LOOKBACK: _lookback,
}


def _scope(scope: Mapping[str, Any]) -> Q:
    """The units a joint plan is about; what is not narrowed down is left wide."""
    wanted = Q()
    if scope.get("types"):
        wanted &= Q(regulatory_type__in=scope["types"])
    if scope.get("grids"):
        wanted &= Q(grid__in=scope["grids"])
    industries = Q()
    for prefix in scope.get("industries", ()):
        industries |= Q(industry_code__startswith=prefix)
    return wanted & industries


def _draws_of_the_quarter(plan: SamplingPlan) -> Any:
    """Freezes and draws of the quarter that count, this plan's own left out."""
    return (
        Draw.objects.filter(plan__quarter=plan.quarter, plan__kind__in=DRAWN_FROM_THE_REGISTER)
        .exclude(plan=plan.pk)
        .exclude(state__in=ENDED_WITHOUT_EFFECT)
    )


def _earlier_batches(plan: SamplingPlan) -> pool_kinds.EarlierBatches:
    """Counts of every earlier batch; names only of waves that have been dispatched: what is still
    sealed is not opened for this (the freeze waits until all are out)."""
    from sampling.services.waves import dispatched_pool_ids

    draws = _draws_of_the_quarter(plan).filter(plan__number__lt=plan.number).select_related("plan")
    counts: dict[protocol.Category, int] = {}
    for draw in draws.exclude(state=DrawState.FROZEN):
        for line in draw.quotas:
            category = protocol.Category(line["category"])
            counts[category] = counts.get(category, 0) + line["quota"]
    names = {name for draw in draws for name in dispatched_pool_ids(draw)}
    return pool_kinds.EarlierBatches(counts, frozenset(names))


def _pool_ids(wanted: Q) -> frozenset[str]:
    rows = PollutionSource.objects.filter(wanted).values_list("code", "confidential")
    return frozenset(pool_id(code, confidential=hidden) for code, hidden in rows)


def _checked_in(quarter: str) -> frozenset[str]:
    """Pool ids of units with a finished check of this quarter's plans."""
    checks = CheckLedgerEntry.objects.filter(plan_number__startswith=quarter)
    return _pool_ids(Q(pk__in=checks.units().values("unit")))
