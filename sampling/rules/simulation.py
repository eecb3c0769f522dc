"""Whole years of a fictitious bureau, to see that the rules keep what they promise.

Nothing here is random: run number and quarter decide each seed. The pool of each quarter is
composed, drawn and staffed by the same rules as a real one, and every drawn unit is inspected.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from math import ceil

from registry.rules.two_officers import OFFICERS_NEEDED
from registry.rules.unit_words import RiskGrade
from registry.rules.violations import RuleViolation

from .chi_square import Fit, unit_chi_square
from .fairness import (
    ClassLine,
    CoveragePoint,
    DrawTally,
    Method,
    RepeatedPairs,
    RoleLoad,
    coverage_curve,
    inspector_loads,
    repeated_pairs,
)
from .pool import PoolSettings, UnitFacts, compose_pool
from .protocol import (
    ANY_SKILL,
    EVERY_SOURCE,
    Category,
    DrawResult,
    Need,
    Pool,
    PoolInspector,
    Role,
    draw,
)
from .quotas import GENERAL_FLOOR, KEY_FLOOR, QUARTERS, SPECIAL_FLOOR, UNITS_PER_OFFICER

REFUSE_BELOW = 0.001
RISKS = (RiskGrade.HIGH, RiskGrade.MEDIUM, RiskGrade.LOW)
KEY_AMONG_SPECIAL = 4  # every fourth special unit is a key discharger as well

DrawFunction = Callable[[Pool, str], DrawResult]


class SimulationNotPossible(RuleViolation):
    """A bureau, or a number of runs, with which no year can be played."""

    code = "simulation_not_possible"


@dataclass(frozen=True, slots=True)
class BureauSize:
    """Units by the category they are drawn in, and officers on post.

    Raises SimulationNotPossible below no unit at all, or two officers.
    """

    key: int = 40
    special: int = 20
    general: int = 200
    officers: int = 20

    def __post_init__(self) -> None:
        if min(self.key, self.special, self.general) < 0 or not self.units:
            raise SimulationNotPossible("单位数不能为负数，三类单位合计至少1家。")
        if self.officers < OFFICERS_NEEDED:
            raise SimulationNotPossible(
                f"每组至少{OFFICERS_NEEDED}名执法人员，请把 --officers 改为不少于{OFFICERS_NEEDED}。"
            )

    @property
    def units(self) -> int:
        return self.key + self.special + self.general


def fictitious_register(size: BureauSize) -> list[UnitFacts]:
    """High, medium and low risk in turn within each category."""
    return [
        UnitFacts(
            source_id=f"{category.upper()}{n:05d}",
            is_key=category == Category.KEY
            or (category == Category.SPECIAL and n % KEY_AMONG_SPECIAL == 0),
            is_special=category == Category.SPECIAL,
            risk=RISKS[n % len(RISKS)],
        )
        for category, units in (
            (Category.KEY, size.key),
            (Category.SPECIAL, size.special),
            (Category.GENERAL, size.general),
        )
        for n in range(units)
    ]


def fictitious_officers(size: BureauSize) -> tuple[PoolInspector, ...]:
    return tuple(PoolInspector(f"IN{n:03d}", Role.OFFICER) for n in range(size.officers))


# --- One year -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlayedQuarter:
    """`missed`: legal floors that this quarter's draw did not reach, in words."""

    number: int
    pool: Pool
    result: DrawResult
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlayedYear:
    quarters: tuple[PlayedQuarter, ...]
    coverage: tuple[CoveragePoint, ...]  # of key units, special ones included
    loads: tuple[RoleLoad, ...]
    pairs: RepeatedPairs
    missed: tuple[str, ...]


def play_year(size: BureauSize, secret: str, draw: DrawFunction = draw) -> PlayedYear:
    """Four quarters with the default settings; `secret` decides every seed."""
    register, officers = fictitious_register(size), fictitious_officers(size)
    quarters: list[PlayedQuarter] = []
    general = 0
    for number in range(1, QUARTERS + 1):
        pool = _pool(register, officers, number, general)
        result = draw(pool, sha256(f"{secret}|{number}".encode()).hexdigest())
        general += len(result.selected[Category.GENERAL])
        missed = (*_missed_floors(size, register, number, result, general), *_bad_teams(result))
        quarters.append(PlayedQuarter(number, pool, result, missed))
        drawn = {source_id for ids in result.selected.values() for source_id in ids}
        register = [_inspected(unit) if unit.source_id in drawn else unit for unit in register]
    return _year(quarters, register, officers)


def _pool(
    register: Sequence[UnitFacts], officers: tuple[PoolInspector, ...], number: int, general: int
) -> Pool:
    composed = compose_pool(
        register,
        PoolSettings(),
        quarter_number=number,
        officers=len(officers),
        drawn_general_this_year=general,
    )
    needs = (Need(EVERY_SOURCE, Role.OFFICER, ANY_SKILL, OFFICERS_NEEDED),)
    return Pool(f"2027Q{number}", composed.sources, composed.quotas, officers, needs, ())


def _inspected(unit: UnitFacts) -> UnitFacts:
    return replace(
        unit,
        randomly_inspected_this_year=True,
        onsite_visits_this_year=unit.onsite_visits_this_year + 1,
    )


def _missed_floors(
    size: BureauSize, register: Iterable[UnitFacts], number: int, result: DrawResult, general: int
) -> list[str]:
    """The floors once more from the law's numbers alone, not by way of the quotas."""
    annual = max(UNITS_PER_OFFICER * size.officers, ceil(GENERAL_FLOOR * size.general))
    floors = [
        (
            "重点排污单位本季度",
            len(result.selected[Category.KEY]),
            min(size.key, ceil(KEY_FLOOR * sum(unit.is_key for unit in register))),
        ),
        (
            "特殊监管对象本季度",
            len(result.selected[Category.SPECIAL]),
            ceil(SPECIAL_FLOOR * size.special),
        ),
        (
            "一般排污单位本年累计",
            general,
            ceil(Fraction(min(size.general, annual) * number, QUARTERS)),
        ),
    ]
    return [
        f"第{number}季度{name}抽取{drawn}家，少于下限{floor}家"
        for name, drawn, floor in floors
        if drawn < floor
    ]


def _bad_teams(result: DrawResult) -> list[str]:
    drawn = [source_id for ids in result.selected.values() for source_id in ids]
    return [
        f"{source_id} 的检查组不足{OFFICERS_NEEDED}名执法人员"
        for source_id in drawn
        if len(set(result.teams.get(source_id, ()))) < OFFICERS_NEEDED
    ]


def _year(
    quarters: Sequence[PlayedQuarter],
    register: Sequence[UnitFacts],
    officers: tuple[PoolInspector, ...],
) -> PlayedYear:
    key = {unit.source_id for unit in register if unit.is_key}
    drawn = [
        (f"Q{quarter.number}", {i for ids in quarter.result.selected.values() for i in ids} & key)
        for quarter in quarters
    ]
    coverage = coverage_curve(drawn, len(key))
    missed = [text for quarter in quarters for text in quarter.missed]
    left = len(key) - coverage[-1].covered
    if left:
        missed.append(f"年末还有{left}家重点排污单位没有检查")
    teams = [quarter.result.teams for quarter in quarters]
    return PlayedYear(
        tuple(quarters),
        tuple(coverage),
        tuple(inspector_loads(officers, teams)),
        repeated_pairs([officer.id for officer in officers], teams),
        tuple(missed),
    )


# --- Many years ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MissedFloor:
    run: int
    text: str


@dataclass(frozen=True, slots=True)
class Range:
    least: float
    most: float
    mean: float


@dataclass(frozen=True)
class SimulationReport:
    """`by_class`: all classes of a category, four quarters. `by_unit`: its units, first quarter.

    The first quarter is the only one whose pool is the same in each run. Loads are inspections a
    year for one officer; `load_gap` is most minus least within one year.
    """

    runs: int
    lines: list[ClassLine]
    by_class: dict[Category, Fit]
    by_unit: dict[Category, Fit]
    methods: set[Method]
    coverage: list[Range]
    loads: Range
    load_gap: Range
    same_source: Range
    most_together: int
    missed: list[MissedFloor]

    @property
    def p(self) -> float:
        """The smallest p, corrected for the number of tests (Bonferroni)."""
        fits = self._tested_fits()
        return min(1.0, len(fits) * min((fit.p for fit in fits), default=1.0))

    @property
    def tested(self) -> bool:
        return bool(self._tested_fits())

    @property
    def holds(self) -> bool:
        return not self.missed and self.p >= REFUSE_BELOW

    def _tested_fits(self) -> list[Fit]:
        return [fit for fit in [*self.by_class.values(), *self.by_unit.values()] if fit.tested]


def simulate(
    size: BureauSize, *, runs: int, seed: int = 0, draw: DrawFunction = draw
) -> SimulationReport:
    """`runs` years, each from the first quarter on; the same seed gives the same report.

    Raises SimulationNotPossible for less than one run.
    """
    if runs < 1:
        raise SimulationNotPossible("至少模拟1年，请把 --runs 改为不少于1。")
    tally, first = DrawTally(), Counter[str]()
    years: list[PlayedYear] = []
    for run in range(runs):
        year = play_year(size, sha256(f"{seed}|{run}".encode()).hexdigest(), draw)
        for quarter in year.quarters:
            tally.add(quarter.pool, quarter.result.selected)
        for ids in year.quarters[0].result.selected.values():
            first.update(ids)
        years.append(replace(year, quarters=year.quarters[:1]))
    return _report(years, tally, first)


def _report(years: Sequence[PlayedYear], tally: DrawTally, first: Counter[str]) -> SimulationReport:
    pool = years[0].quarters[0].pool
    loads = [year.loads[0] for year in years]
    return SimulationReport(
        runs=len(years),
        lines=tally.lines(),
        by_class=tally.fits(),
        by_unit={
            category: unit_chi_square(
                {s.source_id: first[s.source_id] for s in pool.of(category)},
                pool.of(category),
                quota,
                len(years),
            )
            for category, quota in sorted(pool.quotas.items())
            if pool.of(category)
        },
        methods=tally.methods(),
        coverage=[_range([year.coverage[n].share for year in years]) for n in range(QUARTERS)],
        loads=Range(
            min(load.least for load in loads),
            max(load.most for load in loads),
            sum(load.mean for load in loads) / len(loads),
        ),
        load_gap=_range([load.most - load.least for load in loads]),
        same_source=_range([len(year.pairs.at_source) for year in years]),
        most_together=max(max(year.pairs.together.values(), default=0) for year in years),
        missed=[MissedFloor(n, text) for n, year in enumerate(years, 1) for text in year.missed],
    )


def _range(values: Sequence[float]) -> Range:
    return Range(min(values), max(values), sum(values) / len(values))
