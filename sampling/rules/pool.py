"""From the register to the pool of one quarter: who can be drawn, in which tier, how many.

Source: 实施方案 二（一） ratios, 二（六） risk and positive list; 国办发〔2024〕54号 frequency cap.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from registry.rules.cap_exemptions import Exemption
from registry.rules.unit_words import RiskGrade, SourceKind

from .frequency_cap import YEARLY_CAP, at_cap
from .protocol import Category, LeftOutCode, LeftOutSource, PoolSource
from .quota_lines import QuotaLine, general_line, key_line, special_line
from .quotas import (
    GENERAL_FLOOR,
    KEY_FLOOR,
    QUARTERS,
    SPECIAL_FLOOR,
    UNITS_PER_OFFICER,
    GeneralReading,
    annual_general,
    check_ratio,
    quarters_left,
    quota_for_general,
    quota_for_key,
    quota_for_special,
)


class LeftOutReason(StrEnum):
    NOT_IN_REGISTER = "not_in_register"
    CONSTRUCTION = "construction"
    AT_CAP = "at_cap"
    POSITIVE_LISTED = "positive_listed"


# Units left out for these reasons come back, in this order and drawn last, where the others are
# too few for the quota: no tier a unit has of its own is that high.
COME_BACK_TIERS = {LeftOutReason.AT_CAP: 2, LeftOutReason.POSITIVE_LISTED: 3}
# What the pool file says of those who stay out. The other reasons are of units that do not stand
# in the plan's register: the file has no line for them.
CODES = {
    LeftOutReason.AT_CAP: LeftOutCode.CAP,
    LeftOutReason.POSITIVE_LISTED: LeftOutCode.POSITIVE_LIST,
}


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What the register and this year's check ledger say about one unit.

    `onsite_visits_this_year` counts visits of every kind; `randomly_inspected_this_year` only
    random inspections, as no other check counts toward the ratios.
    """

    source_id: str
    is_key: bool = False
    is_special: bool = False
    risk: RiskGrade | None = None
    positive_listed: bool = False
    randomly_inspected_this_year: bool = False
    onsite_visits_this_year: int = 0
    exemptions: frozenset[Exemption] = frozenset()
    kind: SourceKind = SourceKind.DISCHARGER
    in_register: bool = True

    @property
    def category(self) -> Category:
        """特殊 before 重点 before 一般: each unit is drawn in one category only."""
        if self.is_special:
            return Category.SPECIAL
        return Category.KEY if self.is_key else Category.GENERAL

    @property
    def owed(self) -> bool:
        """A key unit the year has not inspected yet: 每年对所有重点排污单位检查一遍."""
        return self.is_key and not self.randomly_inspected_this_year


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """本局设定. Raises QuotaBelowFloor for a ratio below its legal floor."""

    key_ratio: Fraction = KEY_FLOOR
    special_ratio: Fraction = SPECIAL_FLOOR
    general_ratio: Fraction = GENERAL_FLOOR
    units_per_officer: int = UNITS_PER_OFFICER
    general_reading: GeneralReading = GeneralReading.STRICTER
    high_weight: int = 3
    medium_weight: int = 2
    low_weight: int = 1
    positive_list_outside: bool = False
    yearly_cap: int = YEARLY_CAP

    def __post_init__(self) -> None:
        check_ratio("重点排污单位", self.key_ratio, KEY_FLOOR)
        check_ratio("特殊监管对象", self.special_ratio, SPECIAL_FLOOR)
        annual_general(
            self.general_reading,
            pool=0,
            officers=0,
            ratio=self.general_ratio,
            units_per_officer=self.units_per_officer,
        )

    def weight(self, unit: UnitFacts) -> int:
        """Tickets: 高风险 more, 正面清单 one. A unit without a grade counts as low risk."""
        if unit.positive_listed:
            return 1
        grades: dict[RiskGrade | None, int] = {
            RiskGrade.HIGH: self.high_weight,
            RiskGrade.MEDIUM: self.medium_weight,
        }
        return max(1, grades.get(unit.risk, self.low_weight))


@dataclass(frozen=True, slots=True)
class LeftOut:
    source_id: str
    reason: LeftOutReason
    text: str


@dataclass(frozen=True, slots=True)
class PoolComposition:
    """`sources`, `quotas` and `out_of_pool` are the pool file's; `left_out` and the lines are what
    the plan prints.

    `sources` and `out_of_pool` together are exactly the plan's register, nobody twice; `left_out`
    also names those who have left it.
    """

    sources: tuple[PoolSource, ...]
    left_out: tuple[LeftOut, ...]
    lines: tuple[QuotaLine, ...]
    out_of_pool: tuple[LeftOutSource, ...]

    @property
    def quotas(self) -> dict[Category, int]:
        return {line.category: line.quota for line in self.lines}


def compose_pool(
    units: Sequence[UnitFacts],
    settings: PoolSettings,
    *,
    quarter_number: int,
    officers: int,
    drawn_general_this_year: int,
) -> PoolComposition:
    """The quarter's pool, quotas and the units left out with their reasons.

    `officers`: on post, for the 1:10 of an officer. The bases count every discharger in the
    register, those left out for the cap or the positive list too; a key unit still owed its
    yearly inspection is never left out. Raises NoQuarterLeft unless quarter_number is 1 to 4.
    """
    registered = dischargers(units)
    lines = quota_lines(registered, settings, quarter_number, officers, drawn_general_this_year)
    left_out = [
        _left_out(unit, reason, settings)
        for unit in units
        if (reason := _never_in_pool(unit)) is not None
    ]
    return assemble(registered, lines, settings, quarter_number=quarter_number, left_out=left_out)


def dischargers(units: Iterable[UnitFacts]) -> list[UnitFacts]:
    return [u for u in units if u.in_register and u.kind == SourceKind.DISCHARGER]


def assemble(
    drawable: Sequence[UnitFacts],
    lines: Sequence[QuotaLine],
    settings: PoolSettings,
    *,
    quarter_number: int,
    left_out: Iterable[LeftOut] = (),
    elsewhere: Iterable[LeftOutSource] = (),
    inspected_last: bool = False,
) -> PoolComposition:
    """Pool rows of the units that may be drawn; those at their cap or on the positive list come
    back, drawn last, where the others are too few for a quota. No quota exceeds its pool.

    `elsewhere`: units of the plan's register that are not `drawable`, each with its reason.
    `inspected_last`: whoever was inspected this year follows the others, whatever the category.
    """
    sources: list[PoolSource] = []
    left_out, out_of_pool = list(left_out), list(elsewhere)
    for line in lines:
        members = [unit for unit in drawable if unit.category == line.category]
        eligible, waiting = _by_reason(members, settings)
        rows = [
            _row(unit, settings, _tier(unit, quarter_number, inspected_last)) for unit in eligible
        ]
        for reason, tier in COME_BACK_TIERS.items():
            if len(rows) < line.quota:
                rows += [_row(unit, settings, tier) for unit in waiting[reason]]
            else:
                left_out += [_left_out(unit, reason, settings) for unit in waiting[reason]]
                out_of_pool += out_as(CODES[reason], waiting[reason])
        sources += rows
    sizes = Counter(source.category for source in sources)
    fitted = [
        replace(
            line,
            drawable=sizes[line.category],
            quota=min(line.quota, sizes[line.category]),
            floor=min(line.floor, sizes[line.category]),
        )
        for line in lines
    ]
    return PoolComposition(tuple(sources), tuple(left_out), tuple(fitted), tuple(out_of_pool))


def out_as(reason: LeftOutCode, units: Iterable[UnitFacts]) -> list[LeftOutSource]:
    """The pool file's lines of units that stay out for one reason."""
    return [LeftOutSource(unit.category, unit.source_id, reason) for unit in units]


@dataclass(frozen=True, slots=True)
class Tally:
    """Units by the category they are drawn in: all of them, and those the year still owes a check.

    `keys` counts every key unit, special ones too.
    """

    base: Mapping[Category, int]
    owed: Mapping[Category, int]
    keys: int

    @classmethod
    def of(cls, units: Iterable[UnitFacts]) -> "Tally":
        units = list(units)
        return cls(
            Counter(unit.category for unit in units),
            Counter(unit.category for unit in units if unit.owed),
            sum(unit.is_key for unit in units),
        )

    def key_quota(self, settings: PoolSettings, quarter_number: int) -> int:
        return quota_for_key(
            pool=self.keys,
            drawable=self.base[Category.KEY],
            uncovered=self.owed[Category.KEY],
            quarters_left=quarters_left(quarter_number),
            ratio=settings.key_ratio,
        )

    def special_quota(self, settings: PoolSettings, quarter_number: int) -> int:
        return quota_for_special(
            pool=self.base[Category.SPECIAL],
            uncovered_key=self.owed[Category.SPECIAL],
            quarters_left=quarters_left(quarter_number),
            ratio=settings.special_ratio,
        )


def quota_lines(
    registered: list[UnitFacts],
    settings: PoolSettings,
    quarter_number: int,
    officers: int,
    drawn_general: int,
) -> list[QuotaLine]:
    tally = Tally.of(registered)
    base, owed, left = tally.base, tally.owed, quarters_left(quarter_number)
    annual = annual_general(
        settings.general_reading,
        pool=base[Category.GENERAL],
        officers=officers,
        ratio=settings.general_ratio,
        units_per_officer=settings.units_per_officer,
    )
    general = quota_for_general(
        annual=annual.used,
        quarter_number=quarter_number,
        drawn_this_year=drawn_general,
        pool=base[Category.GENERAL],
    )
    return [
        key_line(
            base=tally.keys,
            drawable=base[Category.KEY],
            uncovered=owed[Category.KEY],
            quarters_left=left,
            ratio=settings.key_ratio,
            quota=tally.key_quota(settings, quarter_number),
        ),
        special_line(
            base=base[Category.SPECIAL],
            uncovered_key=owed[Category.SPECIAL],
            quarters_left=left,
            ratio=settings.special_ratio,
            quota=tally.special_quota(settings, quarter_number),
        ),
        general_line(
            base=base[Category.GENERAL],
            annual=annual,
            ratio=settings.general_ratio,
            officers=officers,
            quarter_number=quarter_number,
            drawn=drawn_general,
            quota=general,
        ),
    ]


def _never_in_pool(unit: UnitFacts) -> LeftOutReason | None:
    if not unit.in_register:
        return LeftOutReason.NOT_IN_REGISTER
    return LeftOutReason.CONSTRUCTION if unit.kind == SourceKind.CONSTRUCTION else None


def _by_reason(
    members: Iterable[UnitFacts], settings: PoolSettings
) -> tuple[list[UnitFacts], dict[LeftOutReason, list[UnitFacts]]]:
    """Who may be drawn, and who waits for which reason; the later tier where both apply."""
    eligible: list[UnitFacts] = []
    waiting: dict[LeftOutReason, list[UnitFacts]] = {reason: [] for reason in COME_BACK_TIERS}
    for unit in members:
        if unit.owed:
            eligible.append(unit)
        elif unit.positive_listed and settings.positive_list_outside:
            waiting[LeftOutReason.POSITIVE_LISTED].append(unit)
        elif at_cap(unit.onsite_visits_this_year, settings.yearly_cap, unit.exemptions):
            waiting[LeftOutReason.AT_CAP].append(unit)
        else:
            eligible.append(unit)
    return eligible, waiting


def _tier(unit: UnitFacts, quarter_number: int, inspected_last: bool) -> int:
    """0 goes first: owed key units, among the special ones only in the last quarter."""
    if inspected_last:
        return int(unit.randomly_inspected_this_year)
    ordered = unit.category == Category.KEY or (
        unit.category == Category.SPECIAL and quarter_number == QUARTERS
    )
    return 1 if ordered and not unit.owed else 0


def _row(unit: UnitFacts, settings: PoolSettings, tier: int) -> PoolSource:
    return PoolSource(unit.category, tier, unit.source_id, settings.weight(unit))


def _left_out(unit: UnitFacts, reason: LeftOutReason, settings: PoolSettings) -> LeftOut:
    text = {
        LeftOutReason.NOT_IN_REGISTER: "已搬迁、停产、关停或注销，不在检查对象名录库内",
        LeftOutReason.CONSTRUCTION: "建设项目不参加随机抽取，按建设项目监管另行检查",
        LeftOutReason.AT_CAP: (
            f"本年已现场检查{unit.onsite_visits_this_year}次，达到年度频次上限"
            f"{settings.yearly_cap}次（本局设定，国办发〔2024〕54号）"
        ),
        LeftOutReason.POSITIVE_LISTED: "列入环境监管正面清单，列入期间不参加抽取（本局设定）",
    }[reason]
    return LeftOut(unit.source_id, reason, text)
