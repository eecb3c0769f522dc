"""How many units of each category a quarter draws. Floors have no ceiling; fractions round up.

Source: 实施方案 二（一）确定随机抽查比例. A quota never exceeds the units that can be drawn.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil

from registry.rules.legal_floors import KEY_PERCENT, SPECIAL_PERCENT
from registry.rules.violations import RuleViolation

BASIS = "实施方案 二（一）"
KEY_FLOOR = Fraction(KEY_PERCENT, 100)
SPECIAL_FLOOR = Fraction(SPECIAL_PERCENT, 100)
GENERAL_FLOOR = Fraction(1, 10)  # 实施方案 二（一）: 至少按照 1:10, a year
UNITS_PER_OFFICER = 10  # 环办〔2015〕88号 as provinces spell it out, a year
QUARTERS = 4


class QuotaBelowFloor(RuleViolation):
    """A ratio the bureau may not choose."""

    code = "quota_below_floor"
    basis = BASIS


class NoQuarterLeft(RuleViolation):
    """The year has no such quarter."""

    code = "no_quarter_left"
    basis = BASIS


class GeneralReading(StrEnum):
    """How 1:10 is read: units per on-post officer, one unit in ten, or the larger of both."""

    OFFICERS = "officers"
    UNITS = "units"
    STRICTER = "stricter"


@dataclass(frozen=True)
class AnnualGeneral:
    """Units a year by each reading, and the one used (at most the register)."""

    reading: GeneralReading
    by_officers: int
    by_units: int
    used: int


def check_ratio(
    name: str, ratio: Fraction, floor: Fraction, *, field: str | None = None
) -> Fraction:
    """The ratio itself; raises QuotaBelowFloor below the legal floor."""
    if ratio < floor:
        raise QuotaBelowFloor(
            f"{name}抽查比例{percent(ratio)}低于法定下限{percent(floor)}，请改为不低于下限的比例。",
            field=field,
        )
    return ratio


def percent(ratio: Fraction) -> str:
    """25%, 33.3%: for people; the arithmetic stays with the fraction."""
    return f"{float(ratio * 100):.4g}%"


def share_of(ratio: Fraction, units: int) -> int:
    """`ratio` of the units, rounded up: half a unit is a unit."""
    return ceil(ratio * units)


def coverage_of(uncovered: int, quarters_left: int) -> int:
    """How many of the `uncovered` each quarter left must take, this one included, to reach all."""
    return ceil(Fraction(uncovered, quarters_left))


def due_by(total: int, part: int, parts: int) -> int:
    """What `total` should have reached after `part` of `parts`. Cumulative: what is rounded up now is
    not drawn again later, and after the last part it is the total."""
    return ceil(Fraction(total * part, parts))


def quarters_left(quarter_number: int) -> int:
    """Quarters of the year that remain, this one included: 4 … 1."""
    return QUARTERS + 1 - quarter_number


def quota_for_key(
    *,
    pool: int,
    drawable: int,
    uncovered: int,
    quarters_left: int,
    ratio: Fraction = KEY_FLOOR,
) -> int:
    """How many key dischargers to draw this quarter.

    `pool` counts every key unit in the register, special ones too; `drawable` those that are not
    special; `uncovered` those of them not yet randomly inspected this year. At least the ratio,
    and enough that the uncovered are finished by year end; this quarter counts as left.
    Raises QuotaBelowFloor, and NoQuarterLeft when quarters_left < 1.
    """
    check_ratio("重点排污单位", ratio, KEY_FLOOR)
    if quarters_left < 1:
        raise NoQuarterLeft("本年度已没有剩余季度，无法安排重点排污单位全覆盖。")
    return min(drawable, max(share_of(ratio, pool), coverage_of(uncovered, quarters_left)))


def quota_for_special(
    *, pool: int, uncovered_key: int, quarters_left: int, ratio: Fraction = SPECIAL_FLOOR
) -> int:
    """How many special-supervision targets to draw this quarter.

    In the last quarter at least `uncovered_key`, the key units among them that the year has not
    inspected yet: they are drawn nowhere else. Raises QuotaBelowFloor.
    """
    check_ratio("特殊监管对象", ratio, SPECIAL_FLOOR)
    owed = uncovered_key if quarters_left == 1 else 0
    return min(pool, max(share_of(ratio, pool), owed))


def annual_general(
    reading: GeneralReading,
    *,
    pool: int,
    officers: int,
    ratio: Fraction = GENERAL_FLOOR,
    units_per_officer: int = UNITS_PER_OFFICER,
) -> AnnualGeneral:
    """General dischargers to draw in the year; `officers` are those on post. Both figures are kept.

    Raises QuotaBelowFloor for settings below one in ten or below ten units an officer.
    """
    check_ratio("一般排污单位年度", ratio, GENERAL_FLOOR)
    if units_per_officer < UNITS_PER_OFFICER:
        raise QuotaBelowFloor(
            f"每名执法人员每年抽查{units_per_officer}家，低于下限{UNITS_PER_OFFICER}家"
            "（环办〔2015〕88号），请改为不低于下限的家数。"
        )
    by_officers, by_units = units_per_officer * officers, share_of(ratio, pool)
    chosen = {
        GeneralReading.OFFICERS: by_officers,
        GeneralReading.UNITS: by_units,
        GeneralReading.STRICTER: max(by_officers, by_units),
    }[reading]
    return AnnualGeneral(reading, by_officers, by_units, min(pool, chosen))


def quota_for_general(*, annual: int, quarter_number: int, drawn_this_year: int, pool: int) -> int:
    """How many general dischargers to draw: what the year should have by now, less what it has.

    Cumulative, so that rounding up never adds up to more than the year needs.
    Raises NoQuarterLeft unless quarter_number is 1 to 4.
    """
    if quarter_number not in range(1, QUARTERS + 1):
        raise NoQuarterLeft(f"季度应为1至4，而不是{quarter_number}。")
    due = due_by(annual, quarter_number, QUARTERS) - drawn_this_year
    return min(pool, max(0, due))
