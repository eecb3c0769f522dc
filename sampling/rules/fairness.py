"""What a report on the draws needs: who was drawn against what the rule promises, and who went.

Plain values only: pools and results as protocol.py has them. The probabilities stand in
inclusion_probability.py, the test in chi_square.py; both are offered here too, so that a report needs one
import.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from .chi_square import Fit, chi_square, chi_square_p, unit_chi_square
from .inclusion_probability import (
    Method,
    Moments,
    NotAProbabilitySample,
    Stratum,
    draw_moments,
    expected_selection,
    inclusion_probabilities,
    method_for,
    strata,
    tier_shares,
)
from .protocol import Category, Pool, PoolInspector, Role

__all__ = [
    "ClassLine",
    "CoveragePoint",
    "DrawTally",
    "DrawnClass",
    "Fit",
    "Method",
    "Moments",
    "NotAProbabilitySample",
    "RepeatedPairs",
    "RoleLoad",
    "Stratum",
    "UnitLine",
    "chi_square",
    "chi_square_p",
    "coverage_curve",
    "draw_moments",
    "drawn_by_unit",
    "expected_selection",
    "inclusion_probabilities",
    "inspector_loads",
    "method_for",
    "repeated_pairs",
    "unit_chi_square",
]

Selected = Mapping[str, Sequence[str]]  # DrawResult.selected: {category: ids}
Teams = Mapping[str, Sequence[str]]  # DrawResult.teams: {source id: inspector ids}


# --- Units: drawn against expected --------------------------------------------------------------


class DrawnClass(NamedTuple):
    category: Category
    tier: int
    weight: int


@dataclass(frozen=True, slots=True)
class UnitLine:
    """`draws`: pools the unit stood in; `drawn` of them took it, `expected` on average."""

    source_id: str
    draws: int
    drawn: int
    expected: float


@dataclass(frozen=True, slots=True)
class ClassLine:
    """`chances`: units of the class, summed over the draws. `fit` looks at this class alone."""

    drawn_class: DrawnClass
    chances: int
    drawn: int
    expected: float
    fit: Fit


def drawn_by_unit(draws: Iterable[tuple[Pool, Selected]]) -> list[UnitLine]:
    """One line for each unit that stood in any of the pools, by id."""
    chances: Counter[str] = Counter()
    drawn: Counter[str] = Counter()
    expected: dict[str, float] = {}
    for pool, selected in draws:
        for category, quota in pool.quotas.items():
            for source_id, p in expected_selection(pool.of(category), quota).items():
                chances[source_id] += 1
                expected[source_id] = expected.get(source_id, 0.0) + p
            drawn.update(selected.get(category, ()))
    return [UnitLine(i, chances[i], drawn[i], expected[i]) for i in sorted(expected)]


class DrawTally:
    """Draws added one by one, of any quarters and plans, and compared class by class at the end.

    Each draw is judged by the pool as it stood then, so that pools may depend on earlier draws.
    """

    def __init__(self) -> None:
        self._designs: Counter[tuple[Category, tuple[tuple[Stratum, int], ...], int]] = Counter()
        self._drawn: Counter[DrawnClass] = Counter()

    def add(self, pool: Pool, selected: Selected) -> None:
        """Raises NotAProbabilitySample for a selected unit that is not in its category's pool."""
        for category, quota in pool.quotas.items():
            sources = pool.of(category)
            design = tuple(sorted(strata(sources).items()))
            self._designs[category, design, quota] += 1
            stands = {s.source_id: DrawnClass(category, s.tier, s.weight) for s in sources}
            for source_id in selected.get(category, ()):
                if source_id not in stands:
                    raise NotAProbabilitySample(f"{source_id} 不在 {category} 类的抽取池内。")
                self._drawn[stands[source_id]] += 1

    def moments(self) -> Moments[DrawnClass]:
        total: Moments[DrawnClass] = Moments()
        for (category, design, quota), times in self._designs.items():
            names = {stratum: DrawnClass(category, *stratum) for stratum, _ in design}
            total.add(draw_moments(dict(design), quota).named(names), times)
        return total

    def lines(self) -> list[ClassLine]:
        """By category, tier and weight."""
        moments, chances = self.moments(), self._chances()
        return [
            ClassLine(
                drawn_class,
                chances[drawn_class],
                self._drawn[drawn_class],
                moments.mean[drawn_class],
                self._fit_of(moments, [drawn_class]),
            )
            for drawn_class in sorted(moments.mean)
        ]

    def fits(self) -> dict[Category, Fit]:
        """All classes of each category together."""
        moments = self.moments()
        return {
            category: self._fit_of(moments, [c for c in moments.mean if c.category == category])
            for category in sorted({c.category for c in moments.mean})
        }

    def methods(self) -> set[Method]:
        """How the expected numbers were computed."""
        return {
            method_for(units, share)
            for _, design, quota in self._designs
            for _, units, share in tier_shares(dict(design), quota)
        }

    def _chances(self) -> Counter[DrawnClass]:
        chances: Counter[DrawnClass] = Counter()
        for (category, design, _), times in self._designs.items():
            for stratum, units in design:
                chances[DrawnClass(category, *stratum)] += times * units
        return chances

    def _fit_of(self, moments: Moments[DrawnClass], classes: list[DrawnClass]) -> Fit:
        return chi_square({c: self._drawn[c] for c in classes}, moments.only(classes))


# --- Inspectors ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoleLoad:
    """Inspections per person of one role; people without any count too."""

    role: Role
    people: int
    least: int
    most: int
    mean: float


@dataclass(frozen=True, slots=True)
class RepeatedPairs:
    """Times of what came about more than once; the two officers of a pair in order of their ids."""

    at_source: dict[tuple[str, str], int]  # (inspector, source)
    together: dict[tuple[str, str], int]  # (inspector, inspector)


def inspector_loads(inspectors: Iterable[PoolInspector], rounds: Iterable[Teams]) -> list[RoleLoad]:
    """One line per role that has people, in the protocol's order; `rounds`: teams of each draw."""
    carried = Counter(i for teams in rounds for team in teams.values() for i in team)
    by_role: dict[Role, list[int]] = {role: [] for role in Role}
    for inspector in inspectors:
        by_role[inspector.role].append(carried[inspector.id])
    return [
        RoleLoad(role, len(loads), min(loads), max(loads), sum(loads) / len(loads))
        for role, loads in by_role.items()
        if loads
    ]


def repeated_pairs(officers: Collection[str], rounds: Iterable[Teams]) -> RepeatedPairs:
    """Only these inspectors are looked at; a pair meets once for each unit it inspects."""
    visits: Counter[tuple[str, str]] = Counter()
    meetings: Counter[tuple[str, str]] = Counter()
    looked_at = frozenset(officers)
    for teams in rounds:
        for source_id, team in teams.items():
            members = sorted(looked_at.intersection(team))
            visits.update((member, source_id) for member in members)
            meetings.update(combinations(members, 2))
    return RepeatedPairs(_repeated(visits), _repeated(meetings))


def _repeated(times: Counter[tuple[str, str]]) -> dict[tuple[str, str], int]:
    return {pair: n for pair, n in sorted(times.items()) if n > 1}


# --- Coverage -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CoveragePoint:
    """`covered` of `pool` units by the end of this quarter, `newly` of them in it."""

    quarter: str
    newly: int
    covered: int
    pool: int

    @property
    def share(self) -> float:
        """1 where there is nothing to cover."""
        return self.covered / self.pool if self.pool else 1.0


def coverage_curve(
    quarters: Iterable[tuple[str, Collection[str]]], pool: int
) -> list[CoveragePoint]:
    """From (quarter, ids covered in it), in the order given; an id counts once, the first time.

    `pool`: units to be covered in the year.
    """
    seen: set[str] = set()
    curve: list[CoveragePoint] = []
    for quarter, ids in quarters:
        newly = set(ids) - seen
        seen |= newly
        curve.append(CoveragePoint(quarter, len(newly), len(seen), pool))
    return curve
