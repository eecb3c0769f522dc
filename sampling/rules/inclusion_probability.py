"""How likely each unit is to be drawn, computed before anything is drawn.

Each unit holds `weight` tickets and the smallest ticket decides (protocol.select). That is
successive sampling: whoever is next is any unit still waiting, with probability proportional to
its weight. Units of one weight are alike, so a draw is described by how many of each weight it has
taken so far, and a walk over those counts gives the exact probabilities.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from math import exp, prod
from typing import Generic, NamedTuple, TypeVar

from registry.rules.violations import RuleViolation

from .protocol import PoolSource

EXACT_CLASSES = 3
# About half a second in pure Python; three classes of a hundred units, half of them drawn, fit in.
EXACT_STATES = 5_000_000

Key = TypeVar("Key", bound=Hashable)
Other = TypeVar("Other", bound=Hashable)


class NotAProbabilitySample(RuleViolation):
    """No such draw: more units than the pool holds, or a weight below one."""

    code = "not_a_probability_sample"
    basis = "chanji-draw/2 §3"


class Method(StrEnum):
    EXACT = "exact"
    EXPONENTIAL_CLOCK = "exponential_clock"


class Stratum(NamedTuple):
    """Units that nothing but chance tells apart within their category."""

    tier: int
    weight: int


@dataclass
class Moments(Generic[Key]):
    """Expected number drawn from each class, and the covariance of every two such numbers.

    In units and units squared. Pairs that are missing have covariance 0. Moments of independent
    draws add up, and so do those of draws whose pool depends on earlier draws, if each is computed
    from the pool as it then stood: what is left over is a martingale.
    """

    mean: dict[Key, float] = field(default_factory=dict)
    covariance: dict[tuple[Key, Key], float] = field(default_factory=dict)

    def add(self, other: "Moments[Key]", times: int = 1) -> None:
        for key, value in other.mean.items():
            self.mean[key] = self.mean.get(key, 0.0) + times * value
        for pair, value in other.covariance.items():
            self.covariance[pair] = self.covariance.get(pair, 0.0) + times * value

    def variance(self, key: Key) -> float:
        return max(0.0, self.covariance.get((key, key), 0.0))

    def only(self, keys: Iterable[Key]) -> "Moments[Key]":
        """Of these classes alone."""
        keys = frozenset(keys)
        return Moments(
            {key: value for key, value in self.mean.items() if key in keys},
            {pair: value for pair, value in self.covariance.items() if keys.issuperset(pair)},
        )

    def named(self, names: Mapping[Key, Other]) -> "Moments[Other]":
        """The same numbers under other names, one name a class."""
        return Moments(
            {names[key]: value for key, value in self.mean.items()},
            {(names[a], names[b]): value for (a, b), value in self.covariance.items()},
        )


def inclusion_probabilities(weights: Mapping[int, int], quota: int) -> dict[int, float]:
    """{weight: probability that a unit of this weight is among the first `quota`}.

    `weights` is {weight: number of units} of one tier; weights without units are left out of the
    answer. Exact or approximate as `method_for` says. Raises NotAProbabilitySample.
    """
    units = +Counter(weights)
    mean = count_moments(units, quota).mean
    return {weight: mean[weight] / units[weight] for weight in sorted(units)}


def method_for(weights: Mapping[int, int], quota: int) -> Method:
    """Exact up to three weights and some hundreds of units; else the exponential clock.

    The clock lets every unit ring at an exponential time of rate `weight`, which is the same draw,
    and stops when `quota` rings are expected instead of when they have come. From some hundreds of
    units on, the expected number drawn of a weight is then off by about 0.02 units a draw; in a
    pool of a few units with four or more weights by up to 0.1.
    """
    if quota in (0, sum(weights.values())):
        return Method.EXACT
    smaller = sorted(n for n in weights.values() if n)[:-1]
    if len(smaller) >= EXACT_CLASSES:
        return Method.EXPONENTIAL_CLOCK
    states = quota * prod(min(n, quota) + 1 for n in smaller)
    return Method.EXACT if states <= EXACT_STATES else Method.EXPONENTIAL_CLOCK


def count_moments(weights: Mapping[int, int], quota: int) -> Moments[int]:
    """Moments of the number of units drawn per weight, within one tier.

    Raises NotAProbabilitySample unless 0 <= quota <= units and every weight is at least 1.
    """
    units = +Counter(weights)
    if min(units, default=1) < 1:
        raise NotAProbabilitySample("每家单位至少有1张签，请核对抽取池的签数。")
    if not 0 <= quota <= units.total():
        raise NotAProbabilitySample(
            f"抽取数{quota}应在0至{units.total()}家之间，请核对抽取池和抽取数。"
        )
    return _count_moments(tuple(sorted(units.items())), quota)


@lru_cache(maxsize=4096)
def _count_moments(classes: tuple[tuple[int, int], ...], quota: int) -> Moments[int]:
    """Callers share the answer and must not change it."""
    if len(classes) == 1:
        return Moments({weight: float(quota) for weight, _ in classes})
    if quota in (0, sum(n for _, n in classes)):
        return Moments({weight: float(n if quota else 0) for weight, n in classes})
    if method_for(dict(classes), quota) is Method.EXPONENTIAL_CLOCK:
        return _by_clock(classes, quota)
    return _from_distribution(classes, _final_counts(classes, quota))


def _final_counts(
    classes: Sequence[tuple[int, int]], quota: int
) -> Iterator[tuple[dict[int, int], float]]:
    """Every possible ({weight: units drawn}, probability) once `quota` units are drawn.

    A layer holds the probabilities after so many draws by the counts of two weights; the third
    count, of the largest class so that the layers stay small, is what is left.
    """
    ordered = sorted(classes, key=lambda item: item[1])
    (w1, n1), (w2, n2), (w3, n3) = [(0, 0)] * (EXACT_CLASSES - len(ordered)) + ordered
    layer = [[1.0]]
    for drawn in range(quota):
        following = [[0.0] * (min(n2, drawn + 1 - k1) + 1) for k1 in range(min(n1, drawn + 1) + 1)]
        for k1, row in enumerate(layer):
            first = w1 * (n1 - k1)
            for k2, probability in enumerate(row):
                third = w3 * (n3 - (drawn - k1 - k2))
                if third < 0 or not probability:
                    continue
                second = w2 * (n2 - k2)
                share = probability / (first + second + third)
                following[k1][k2] += share * third
                if second:
                    following[k1][k2 + 1] += share * second
                if first:
                    following[k1 + 1][k2] += share * first
        layer = following
    for k1, row in enumerate(layer):
        for k2, probability in enumerate(row):
            if probability:
                yield {w1: k1, w2: k2, w3: quota - k1 - k2}, probability


def _from_distribution(
    classes: Sequence[tuple[int, int]], outcomes: Iterable[tuple[dict[int, int], float]]
) -> Moments[int]:
    outcomes, weights = list(outcomes), [w for w, _ in classes]
    mean = {w: sum(p * counts[w] for counts, p in outcomes) for w in weights}
    return Moments(
        mean,
        {
            (a, b): sum(p * (counts[a] - mean[a]) * (counts[b] - mean[b]) for counts, p in outcomes)
            for a in weights
            for b in weights
        },
    )


def _by_clock(classes: Sequence[tuple[int, int]], quota: int) -> Moments[int]:
    """Expectations at the moment t where sum n (1 - exp(-w t)) = quota.

    The covariance takes into account that the draw stops at a count and not at t: one ring too
    many by then is taken back from each class in proportion to its rate (delta method).
    """
    t = _moment_of(classes, quota)
    mean = {w: n * (1 - exp(-w * t)) for w, n in classes}
    alone = {w: mean[w] * exp(-w * t) for w, _ in classes}
    rates = {w: w * n * exp(-w * t) for w, n in classes}
    rate, spread = sum(rates.values()), sum(alone.values())
    share = {w: rates[w] / rate for w in rates}
    return Moments(
        mean,
        {
            (a, b): (alone[a] if a == b else 0.0)
            - alone[a] * share[b]
            - alone[b] * share[a]
            + share[a] * share[b] * spread
            for a in mean
            for b in mean
        },
    )


def _moment_of(classes: Sequence[tuple[int, int]], quota: int) -> float:
    def rung(t: float) -> float:
        return sum(n * (1 - exp(-w * t)) for w, n in classes)

    early, late = 0.0, 1.0
    while rung(late) < quota:
        early, late = late, 2 * late
    for _ in range(100):
        middle = (early + late) / 2
        early, late = (middle, late) if rung(middle) < quota else (early, middle)
    return late


# --- Tiers --------------------------------------------------------------------------------------


def draw_moments(strata: Mapping[Stratum, int], quota: int) -> Moments[Stratum]:
    """Moments of the number drawn per tier and weight in one category: {stratum: units} in.

    Lower tiers are exhausted first, so at most one tier leaves anything to chance.
    Raises NotAProbabilitySample.
    """
    total: Moments[Stratum] = Moments()
    for tier, units, share in tier_shares(strata, quota):
        total.add(count_moments(units, share).named({w: Stratum(tier, w) for w in units}))
    return total


def tier_shares(
    strata: Mapping[Stratum, int], quota: int
) -> Iterator[tuple[int, dict[int, int], int]]:
    """(tier, {weight: units}, how many of them are drawn) from the first tier on.

    Raises NotAProbabilitySample where the quota is more than the pool.
    """
    for tier in sorted({stratum.tier for stratum in strata}):
        units = {s.weight: n for s, n in strata.items() if s.tier == tier}
        share = min(quota, sum(units.values()))
        yield tier, units, share
        quota -= share
    if quota:
        raise NotAProbabilitySample(f"抽取数比池内单位多{quota}家，请核对抽取池和抽取数。")


def strata(sources: Iterable[PoolSource]) -> Counter[Stratum]:
    return Counter(Stratum(source.tier, source.weight) for source in sources)


def expected_selection(sources: Iterable[PoolSource], quota: int) -> dict[str, float]:
    """{source_id: probability of being selected} for the units of one category.

    The probabilities sum to the quota. Raises NotAProbabilitySample.
    """
    sources = list(sources)
    units = strata(sources)
    mean = draw_moments(units, quota).mean
    chance = {stratum: mean[stratum] / units[stratum] for stratum in units}
    return {s.source_id: chance[Stratum(s.tier, s.weight)] for s in sources}
