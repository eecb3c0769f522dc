"""Pools of the plans beside the quarter's own: monthly batches, supplementary, construction-project,
joint and look-back draws. Each is a pool of the same protocol, with quotas that anyone can recompute.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from registry.rules.unit_words import SourceKind

from .plan_number import MONTHS
from .pool import (
    PoolComposition,
    PoolSettings,
    Tally,
    UnitFacts,
    assemble,
    dischargers,
    out_as,
    quota_lines,
)
from .protocol import Category, LeftOutCode, Pool
from .quota_lines import QuotaLine
from .quotas import (
    BASIS,
    GENERAL_FLOOR,
    due_by,
    percent,
    share_of,
)


@dataclass(frozen=True, slots=True)
class EarlierBatches:
    """What this quarter's earlier monthly batches drew: how many by category, and which units."""

    counts: Mapping[Category, int]
    units: Collection[str]


def compose_monthly(
    units: Sequence[UnitFacts],
    settings: PoolSettings,
    *,
    quarter_number: int,
    month: int,
    officers: int,
    drawn_general_this_year: int,
    earlier: EarlierBatches,
) -> PoolComposition:
    """Batch `month` (1 to 3) of a quarter that is drawn by the month.

    The quarter's quotas are spread cumulatively, so that after the third batch every floor of the
    quarter holds; units drawn in an earlier batch are not drawn again. `units` say whether they
    were inspected before this quarter; `drawn_general_this_year` counts the quarters before.
    """
    registered = dischargers(units)
    whole = quota_lines(registered, settings, quarter_number, officers, drawn_general_this_year)
    lines = [_batch_line(line, month, earlier.counts.get(line.category, 0)) for line in whole]
    drawable, drawn = _split(registered, earlier.units)
    return assemble(
        drawable,
        lines,
        settings,
        quarter_number=quarter_number,
        elsewhere=out_as(LeftOutCode.OTHER_BATCH, drawn),
    )


def _split(
    units: Iterable[UnitFacts], names: Collection[str]
) -> tuple[list[UnitFacts], list[UnitFacts]]:
    """Those who are not named, and those who are."""
    found: tuple[list[UnitFacts], list[UnitFacts]] = [], []
    for unit in units:
        found[unit.source_id in names].append(unit)
    return found


def _batch_line(line: QuotaLine, month: int, drawn: int) -> QuotaLine:
    def due(count: int) -> int:
        return max(0, due_by(count, month, MONTHS) - drawn)

    text = (
        f"{line.explanation.rstrip('。')}。按月分批：至本季度第{month}个月累计应抽"
        f"{due_by(line.quota, month, MONTHS)}家，前批已抽{drawn}家，本批抽取{due(line.quota)}家。"
    )
    return replace(line, quota=due(line.quota), floor=due(line.floor), explanation=text)


def known_to(pools: Iterable[Pool]) -> frozenset[str]:
    """Units that these pools of one quarter could draw, or left out knowing them."""
    known: set[str] = set()
    for pool in pools:
        known.update(row.source_id for row in pool.sources)
        known.update(row.source_id for row in pool.left_out)
    return frozenset(known)


def compose_supplementary(
    units: Sequence[UnitFacts],
    settings: PoolSettings,
    *,
    quarter_number: int,
    known: Collection[str],
) -> PoolComposition:
    """Units that entered the register after the quarter's freeze, drawn by the same floors of
    their own number: nobody enters unseen. `known`: who stood in an earlier pool of the quarter.

    Source: 实施方案 二（一）, 二（二）动态管理.
    """
    entered, seen = _split(dischargers(units), known)
    tally = Tally.of(entered)
    base, owed = tally.base, tally.owed
    key = tally.key_quota(settings, quarter_number)
    special = tally.special_quota(settings, quarter_number)
    general = share_of(settings.general_ratio, base[Category.GENERAL])
    lines = [
        _entrants_line(Category.KEY, tally.keys, settings.key_ratio, owed[Category.KEY], key),
        _entrants_line(
            Category.SPECIAL,
            base[Category.SPECIAL],
            settings.special_ratio,
            owed[Category.SPECIAL],
            special,
        ),
        _entrants_line(Category.GENERAL, base[Category.GENERAL], GENERAL_FLOOR, 0, general),
    ]
    return assemble(
        entered,
        lines,
        settings,
        quarter_number=quarter_number,
        elsewhere=out_as(LeftOutCode.OTHER_BATCH, seen),
    )


def _entrants_line(
    category: Category, base: int, ratio: Fraction, owed: int, quota: int
) -> QuotaLine:
    text = (
        f"{BASIS}：本季度冻结后新入名录库{base}家，按不低于{percent(ratio)}抽取，小数进一，"
        f"本次抽取{quota}家。"
    )
    return QuotaLine(
        category=category,
        base=base,
        drawable=base,
        ratio_text=f"新入库单位不低于{percent(ratio)}",
        floor=min(quota, share_of(ratio, base)),
        uncovered=owed,
        quota=quota,
        explanation=text,
    )


def compose_share(
    members: Sequence[UnitFacts],
    settings: PoolSettings,
    *,
    register: Iterable[UnitFacts],
    ratio: Fraction,
    about: str,
    quarter_number: int,
    inspected_last: bool = False,
) -> PoolComposition:
    """A share of the units a plan is about, category by category, rounded up; no legal floor.

    `register`: all units that the plan could have been about, the `members` among them. `about`
    names the members in the sentence printed with each figure.
    """
    base = Counter(unit.category for unit in members)
    lines = [
        _share_line(category, base[category], ratio, about)
        for category in Category
        if base[category]
    ]
    others, _ = _split(register, {unit.source_id for unit in members})
    return assemble(
        members,
        lines,
        settings,
        quarter_number=quarter_number,
        elsewhere=out_as(LeftOutCode.NOT_SAMPLED, others),
        inspected_last=inspected_last,
    )


def _share_line(category: Category, base: int, ratio: Fraction, about: str) -> QuotaLine:
    quota = share_of(ratio, base)
    return QuotaLine(
        category=category,
        base=base,
        drawable=base,
        ratio_text=f"{percent(ratio)}（本局设定）",
        floor=0,
        uncovered=0,
        quota=quota,
        explanation=f"本局设定：{about}{base}家，按{percent(ratio)}抽取，小数进一，本次抽取{quota}家。",
    )


def construction_members(units: Sequence[UnitFacts]) -> list[UnitFacts]:
    """Construction projects in the register, all in one category: they have no type to draw by.

    Source: domain rules §1, §4: 建设项目 are inspected by a draw of their own.
    """
    return [
        replace(unit, is_key=False, is_special=False)
        for unit in units
        if unit.in_register and unit.kind == SourceKind.CONSTRUCTION
    ]


def lookback_members(units: Sequence[UnitFacts], this_quarter: Collection[str]) -> list[UnitFacts]:
    """回头看: key units inspected in an earlier quarter of the year and not drawn in this one, so
    that nobody is safe for the rest of the year. Drawn as key ones, special or not."""
    return [
        replace(unit, is_special=False)
        for unit in dischargers(units)
        if unit.is_key and unit.randomly_inspected_this_year and unit.source_id not in this_quarter
    ]
