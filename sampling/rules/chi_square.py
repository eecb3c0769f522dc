"""Do the drawn numbers fit what the rule promises?

The statistic is the squared Mahalanobis distance d' S^-1 d of the observed numbers from the
expected ones, with the covariance S of the draw itself. Pearson's sum of (observed - expected)² /
expected would be wrong here: a unit is drawn or not (its count is binomial, not Poisson), and who
is drawn takes a place from the others (the counts are negatively correlated). With S both are
accounted for, and the distance is asymptotically chi-square with as many degrees of freedom as S
has dimensions: 0 where the quota leaves no choice.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import exp, inf, lgamma, log, sqrt
from typing import TypeVar

from .inclusion_probability import Moments, Stratum, draw_moments, strata
from .protocol import PoolSource

Key = TypeVar("Key", bound=Hashable)

# The normal approximation behind chi-square wants room: Cochran's rule of five, for a variance.
MIN_VARIANCE = 5.0
# Below this a number is fixed by the rule (a tier exhausted or not reached), up to rounding.
FIXED_VARIANCE = 1e-9
# Observed numbers are whole: what the rule fixes is met up to rounding, or missed by a whole unit.
WHOLE = 0.5
# A direction that keeps less than this share of its variance depends on the directions before it.
DEPENDENT = 1e-9


@dataclass(frozen=True, slots=True)
class Fit:
    """How far the observed numbers are from the rule.

    `bounds` are Chebyshev's bounds on p for classes too rare for chi-square. A statistic of
    infinity: something happened that the rule makes impossible.
    """

    statistic: float
    degrees: int
    bounds: tuple[float, ...] = ()

    @property
    def p(self) -> float:
        """Probability of a fit at least as bad, were the draw as the rule says (Bonferroni)."""
        tests = len(self.bounds) + bool(self.degrees)
        smallest = min([chi_square_p(self.statistic, self.degrees), *self.bounds])
        return min(1.0, max(1, tests) * smallest)

    @property
    def tested(self) -> bool:
        """False where the rule leaves nothing to chance, or the draws were too few to judge."""
        return self.degrees > 0 or bool(self.bounds) or self.statistic > 0


IMPOSSIBLE = Fit(inf, 0)
NOTHING_TO_TEST = Fit(0.0, 0)


def combined(parts: Iterable[Fit]) -> Fit:
    """One fit of several uncorrelated ones: statistics and degrees of freedom add up."""
    parts = list(parts)
    return Fit(
        sum((part.statistic for part in parts), 0.0),
        sum(part.degrees for part in parts),
        tuple(bound for part in parts for bound in part.bounds),
    )


def chi_square(observed: Mapping[Key, float], moments: Moments[Key]) -> Fit:
    """Fit of the numbers drawn per class, summed over the draws that `moments` was summed over.

    Classes that were never to be drawn may be missing on either side. A number the rule fixes must
    be met exactly. A class too rare for chi-square (variance below MIN_VARIANCE) is judged by
    Chebyshev's inequality instead, which holds for every distribution.
    """
    off = {
        key: observed.get(key, 0) - moments.mean.get(key, 0.0)
        for key in dict.fromkeys([*moments.mean, *observed])
    }
    variance = {key: moments.variance(key) for key in off}
    if any(abs(off[key]) > WHOLE for key in off if variance[key] < FIXED_VARIANCE):
        return IMPOSSIBLE
    usual = [key for key in off if variance[key] >= MIN_VARIANCE]
    rare = [key for key in off if FIXED_VARIANCE <= variance[key] < MIN_VARIANCE]
    bounds = Fit(0.0, 0, tuple(variance[k] / max(off[k] ** 2, variance[k]) for k in rare))
    return combined([_mahalanobis(off, moments, usual), bounds])


def _mahalanobis(off: Mapping[Key, float], moments: Moments[Key], keys: list[Key]) -> Fit:
    """Gaussian elimination, the largest variance first, until only fixed directions are left."""
    rest = {key: off[key] for key in keys}
    matrix = {(a, b): moments.covariance.get((a, b), 0.0) for a in keys for b in keys}
    statistic, degrees = 0.0, 0
    while rest:
        pivot = max(rest, key=lambda key: matrix[key, key])
        if matrix[pivot, pivot] <= DEPENDENT * moments.variance(pivot):
            break
        distance = rest.pop(pivot)
        statistic += distance**2 / matrix[pivot, pivot]
        degrees += 1
        for a in rest:
            factor = matrix[a, pivot] / matrix[pivot, pivot]
            rest[a] -= factor * distance
            for b in rest:
                matrix[a, b] -= factor * matrix[pivot, b]
    if any(abs(left) > WHOLE for left in rest.values()):
        return IMPOSSIBLE
    return Fit(statistic, degrees)


def unit_chi_square(
    observed: Mapping[str, int], sources: Iterable[PoolSource], quota: int, runs: int
) -> Fit:
    """Fit of {source_id: times drawn} over `runs` draws of one category from the same pool.

    Units of one tier and weight are alike, so the distance splits into two uncorrelated parts:
    the numbers per stratum (as in `chi_square`), and within each stratum of n units
    sum (times drawn - mean)² / (runs · (p - p2)) with n - 1 degrees, where p is the probability of
    one unit and p2 that of two given units together. The first is blind to who is favoured
    among equals, the second is not; it is left out where the runs are too few for a variance of
    MIN_VARIANCE. Raises NotAProbabilitySample.
    """
    sources = list(sources)
    units, members = strata(sources), _members(sources)
    once = draw_moments(units, quota)
    all_runs: Moments[Stratum] = Moments()
    all_runs.add(once, runs)
    drawn = {s: sum(observed.get(i, 0) for i in ids) for s, ids in members.items()}
    parts = [chi_square(drawn, all_runs)]
    for stratum, ids in members.items():
        each = runs * _variance_among_equals(
            units[stratum], once.mean[stratum], once.variance(stratum)
        )
        parts.append(_among_equals([observed.get(i, 0) for i in ids], each))
    strangers = observed.keys() - {source.source_id for source in sources}
    if any(observed[stranger] for stranger in strangers):
        parts.append(IMPOSSIBLE)
    return combined(parts)


def _members(sources: Iterable[PoolSource]) -> dict[Stratum, list[str]]:
    members: dict[Stratum, list[str]] = {}
    for source in sources:
        members.setdefault(Stratum(source.tier, source.weight), []).append(source.source_id)
    return members


def _variance_among_equals(units: int, mean: float, variance: float) -> float:
    """p - p2: the variance of one draw's indicator minus its covariance with an equal's."""
    if units < 2:
        return 0.0
    pairs = variance + mean**2 - mean
    return mean / units - pairs / (units * (units - 1))


def _among_equals(counts: list[int], variance: float) -> Fit:
    mean = sum(counts) / len(counts)
    spread = sum((count - mean) ** 2 for count in counts)
    if variance < FIXED_VARIANCE:
        return NOTHING_TO_TEST if spread < WHOLE else IMPOSSIBLE
    if variance < MIN_VARIANCE:
        return NOTHING_TO_TEST
    return Fit(spread / variance, len(counts) - 1)


# --- The distribution ---------------------------------------------------------------------------


def chi_square_p(statistic: float, degrees: int) -> float:
    """P(chi-square with `degrees` >= statistic); 1 for no degrees and no distance.

    Raises ValueError for a negative statistic or negative degrees.
    """
    if statistic < 0 or degrees < 0:
        raise ValueError("a chi-square statistic and its degrees of freedom are not negative")
    if statistic == inf:
        return 0.0
    if degrees == 0:
        return 1.0 if statistic == 0 else 0.0
    return upper_gamma(degrees / 2, statistic / 2)


def upper_gamma(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function Q(a, x), for a > 0 and x >= 0.

    The series of P below the mode, the continued fraction of Q above it (modified Lentz), each
    where it converges fast; absolute error below 1e-10 for a up to some thousands.
    """
    if x <= 0:
        return 1.0
    front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1:
        return min(1.0, max(0.0, 1.0 - front * _lower_series(a, x)))
    return min(1.0, front * _upper_fraction(a, x))


def _lower_series(a: float, x: float) -> float:
    term = total = 1 / a
    step = a
    while term > total * 1e-17:
        step += 1
        term *= x / step
        total += term
    return total


def _upper_fraction(a: float, x: float) -> float:
    tiny = 1e-300
    b = x + 1 - a
    c, d = 1 / tiny, 1 / b
    value = d
    for n in range(1, 100 + int(20 * sqrt(a + 1))):
        top = -n * (n - a)
        b += 2
        d = 1 / (top * d + b or tiny)
        c = b + top / c or tiny
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
