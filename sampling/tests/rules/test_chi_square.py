"""The test accepts the honest draw and refuses every planted bias."""

from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from math import erfc, exp, inf, sqrt

import pytest

from sampling.rules.chi_square import (
    Fit,
    chi_square,
    chi_square_p,
    combined,
    unit_chi_square,
    upper_gamma,
)
from sampling.rules.inclusion_probability import Moments, Stratum, draw_moments, strata
from sampling.rules.protocol import Category, PoolSource, ids_of, select

RUNS, QUOTA = 400, 12
POOL = [PoolSource(Category.KEY, 0, f"A{n:02d}", 1 + n % 3) for n in range(6)] + [
    PoolSource(Category.KEY, 1, f"B{n:02d}", 1 + n % 3) for n in range(24)
]

Pick = Callable[[str], list[str]]


def honest(seed: str) -> list[str]:
    return ids_of(select(seed, POOL, QUOTA))


def blind_to_weights(seed: str) -> list[str]:
    alike = [source._replace(weight=1) for source in POOL]
    return ids_of(select(seed, alike, QUOTA))


def blind_to_tiers(seed: str) -> list[str]:
    level = [source._replace(tier=0) for source in POOL]
    return ids_of(select(seed, level, QUOTA))


def kind_to_a_friend(seed: str) -> list[str]:
    """Half of the time one unit is passed over for another of the same weight."""
    friend, other = "B00", "B03"
    ids = honest(seed)
    if friend in ids and other not in ids and int(seed[-1], 16) % 2:
        ids[ids.index(friend)] = other
    return ids


def always_the_same(seed: str) -> list[str]:
    return honest("0" * 64)


def counts(pick: Pick, name: str = "") -> Counter[str]:
    drawn: Counter[str] = Counter()
    for run in range(RUNS):
        drawn.update(pick(sha256(f"{name}{run}".encode()).hexdigest()))
    return drawn


def by_stratum(drawn: Counter[str]) -> tuple[Counter[Stratum], Moments[Stratum]]:
    observed: Counter[Stratum] = Counter()
    for source in POOL:
        observed[Stratum(source.tier, source.weight)] += drawn[source.source_id]
    moments: Moments[Stratum] = Moments()
    moments.add(draw_moments(strata(POOL), QUOTA), RUNS)
    return observed, moments


@pytest.mark.parametrize("name", ["a", "b", "c", "d"])
def test_the_honest_draw_is_accepted(name: str):
    drawn = counts(honest, name)

    assert chi_square(*by_stratum(drawn)).p > 0.001
    assert unit_chi_square(drawn, POOL, QUOTA, RUNS).p > 0.001


def test_degrees_count_only_what_chance_decides():
    drawn = counts(honest)

    # Tier 0 is exhausted; tier 1 has three strata of eight, and their sum is fixed.
    assert chi_square(*by_stratum(drawn)).degrees == 2
    assert unit_chi_square(drawn, POOL, QUOTA, RUNS).degrees == 2 + 3 * 7


def test_p_of_honest_draws_is_neither_always_high_nor_too_often_low():
    found = [unit_chi_square(counts(honest, f"{n}/"), POOL, QUOTA, RUNS).p for n in range(30)]

    # Fixed seeds. Uniform numbers have mean 0.5 ± 0.05 and some on either side.
    assert 0.35 < sum(found) / len(found) < 0.65
    assert min(found) < 0.2
    assert max(found) > 0.8


@pytest.mark.parametrize("bias", [blind_to_weights, blind_to_tiers, always_the_same])
def test_a_bias_between_classes_is_refused(bias: Pick):
    drawn = counts(bias)

    assert chi_square(*by_stratum(drawn)).p < 1e-9
    assert unit_chi_square(drawn, POOL, QUOTA, RUNS).p < 1e-9


def test_a_bias_among_equals_is_refused_unit_by_unit():
    drawn = counts(kind_to_a_friend)

    assert chi_square(*by_stratum(drawn)).p > 0.001
    assert unit_chi_square(drawn, POOL, QUOTA, RUNS).p < 1e-6


def test_one_draw_too_early_from_a_later_tier_is_impossible():
    drawn = counts(honest)
    drawn["A00"] -= 1
    drawn["B00"] += 1

    fit = unit_chi_square(drawn, POOL, QUOTA, RUNS)

    assert fit.p == 0
    assert fit.statistic == inf


def test_a_unit_too_many_and_a_stranger_are_impossible():
    drawn = counts(honest)

    assert unit_chi_square(drawn + Counter(["B00"]), POOL, QUOTA, RUNS).p == 0
    assert unit_chi_square(drawn + Counter(["C00"]), POOL, QUOTA, RUNS).p == 0


def test_two_classes_are_a_squared_z():
    # Variance 100 · 1/3 · 2/3; the second class is what the first leaves.
    once = draw_moments({Stratum(0, 1): 1, Stratum(0, 2): 1}, 1)
    moments: Moments[Stratum] = Moments()
    moments.add(once, 90)

    fit = chi_square({Stratum(0, 1): 40, Stratum(0, 2): 50}, moments)

    assert fit == Fit(pytest.approx(10**2 / 20), 1)
    assert fit.p == pytest.approx(erfc(sqrt(5 / 2)))


def test_rare_classes_are_judged_by_chebyshev():
    moments = Moments({"rare": 1.0}, {("rare", "rare"): 1.0})

    assert chi_square({"rare": 2}, moments).p == 1
    assert chi_square({"rare": 11}, moments).p == pytest.approx(0.01)


def test_fits_add_up():
    assert combined([Fit(1.0, 2), Fit(2.0, 3)]) == Fit(3.0, 5)
    assert combined([]) == Fit(0.0, 0)
    assert not combined([]).tested
    assert combined([]).p == 1


@pytest.mark.parametrize(
    ("statistic", "degrees", "p"),
    [
        (3.841459, 1, 0.05),
        (6.634897, 1, 0.01),
        (10.827566, 1, 0.001),
        (0.0157908, 1, 0.9),
        (5.991465, 2, 0.05),
        (18.307038, 10, 0.05),
        (29.588298, 10, 0.001),
        (2.558212, 10, 0.99),
        (124.342113, 100, 0.05),
        (149.449253, 100, 0.001),
    ],
)
def test_p_is_that_of_the_tables(statistic: float, degrees: int, p: float):
    assert chi_square_p(statistic, degrees) == pytest.approx(p, rel=1e-5)


@pytest.mark.parametrize("x", [0.0, 0.1, 0.9, 1.1, 1.9, 2.1, 5.0, 40.0, 300.0])
def test_gamma_agrees_with_its_closed_forms(x: float):
    assert upper_gamma(1, x) == pytest.approx(exp(-x), rel=1e-12)
    assert upper_gamma(0.5, x) == pytest.approx(erfc(sqrt(x)), rel=1e-12)
    assert upper_gamma(2, x) == pytest.approx((1 + x) * exp(-x), rel=1e-12)


def test_no_distance_and_no_freedom():
    assert chi_square_p(0, 0) == 1
    assert chi_square_p(inf, 3) == 0
    with pytest.raises(ValueError, match="not negative"):
        chi_square_p(-1, 1)
