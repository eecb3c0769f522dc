"""Inclusion probabilities against hand calculation and against every possible draw."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampling.rules import inclusion_probability
from sampling.rules.inclusion_probability import (
    Method,
    NotAProbabilitySample,
    Stratum,
    count_moments,
    draw_moments,
    expected_selection,
    inclusion_probabilities,
    method_for,
)
from sampling.rules.protocol import Category, PoolSource

registers = st.dictionaries(st.sampled_from([1, 2, 3]), st.integers(1, 30), min_size=1)


@st.composite
def draws(draw_: st.DrawFn) -> tuple[dict[int, int], int]:
    weights = draw_(registers)
    return weights, draw_(st.integers(0, sum(weights.values())))


def every_draw(units: list[int], quota: int) -> dict[frozenset[int], Fraction]:
    """Probability of every set of `quota` unit numbers, one unit after the other."""
    chances = {frozenset[int](): Fraction(1)}
    for _ in range(quota):
        following: Counter[frozenset[int]] = Counter()
        for taken, chance in chances.items():
            waiting = [n for n in range(len(units)) if n not in taken]
            tickets = sum(units[n] for n in waiting)
            for n in waiting:
                following[taken | {n}] += chance * Fraction(units[n], tickets)
        chances = dict(following)
    return chances


@pytest.mark.parametrize(
    ("weights", "quota", "expected"),
    [
        pytest.param({1: 1, 2: 1}, 1, {1: 1 / 3, 2: 2 / 3}, id="one of two"),
        pytest.param({1: 1, 2: 1}, 2, {1: 1.0, 2: 1.0}, id="both"),
        pytest.param({1: 1, 3: 1}, 0, {1: 0.0, 3: 0.0}, id="none"),
        pytest.param({2: 8}, 3, {2: 3 / 8}, id="all alike"),
        # 1: first 1/6, after 2 1/3 · 1/4, after 3 1/2 · 1/3. 2: 1/3 + 1/6 · 2/5 + 1/2 · 2/3.
        pytest.param({1: 1, 2: 1, 3: 1}, 2, {1: 5 / 12, 2: 11 / 15, 3: 17 / 20}, id="two of three"),
        pytest.param({1: 2, 2: 0}, 1, {1: 0.5}, id="a weight without units"),
    ],
)
def test_worked_examples(weights: dict[int, int], quota: int, expected: dict[int, float]):
    assert inclusion_probabilities(weights, quota) == pytest.approx(expected, abs=1e-14)


@given(st.lists(st.sampled_from([1, 2, 5]), min_size=1, max_size=6), st.data())
def test_moments_are_those_of_every_possible_draw(units: list[int], data: st.DataObject):
    quota = data.draw(st.integers(0, len(units)))
    chances = every_draw(units, quota)

    moments = count_moments(Counter(units), quota)

    def mean(*weights: int) -> float:
        total = Fraction(0)
        for taken, chance in chances.items():
            for weight in weights:
                chance *= sum(units[n] == weight for n in taken)
            total += chance
        return float(total)

    for a in set(units):
        assert moments.mean[a] == pytest.approx(mean(a), abs=1e-12)
        for b in set(units):
            covariance = mean(a, b) - mean(a) * mean(b)
            assert moments.covariance.get((a, b), 0.0) == pytest.approx(covariance, abs=1e-12)


@given(draws())
def test_probabilities_sum_to_the_quota_and_grow_with_the_weight(
    drawn: tuple[dict[int, int], int],
):
    weights, quota = drawn

    chance = inclusion_probabilities(weights, quota)

    assert sum(weights[w] * p for w, p in chance.items()) == pytest.approx(quota, abs=1e-9)
    rising = [chance[w] for w in sorted(chance)]
    assert all(a <= b + 1e-12 for a, b in pairwise(rising))
    assert all(-1e-12 <= p <= 1 + 1e-12 for p in rising)


def test_three_hundred_units_are_exact_and_fast():
    weights = {1: 100, 2: 100, 3: 100}
    started = perf_counter()

    inclusion_probabilities(weights, 149)

    assert method_for(weights, 149) == Method.EXACT
    assert perf_counter() - started < 5  # a fifth of a second on a quiet machine


@pytest.fixture
def fresh_cache() -> Iterator[None]:
    inclusion_probability._count_moments.cache_clear()
    yield
    inclusion_probability._count_moments.cache_clear()


def test_large_pools_use_the_clock_and_hardly_differ(
    monkeypatch: pytest.MonkeyPatch, fresh_cache: None
):
    weights, quota = {1: 70, 2: 60, 3: 71}, 52
    exact = count_moments(weights, quota)
    monkeypatch.setattr(inclusion_probability, "EXACT_STATES", 0)
    inclusion_probability._count_moments.cache_clear()

    clock = count_moments(weights, quota)

    assert method_for(weights, quota) == Method.EXPONENTIAL_CLOCK
    assert clock.mean != exact.mean
    assert clock.mean == pytest.approx(exact.mean, abs=0.03)
    assert clock.covariance == pytest.approx(exact.covariance, rel=0.02)
    assert sum(clock.mean.values()) == pytest.approx(quota)
    assert sum(clock.covariance.values()) == pytest.approx(0, abs=1e-9)


def test_many_weights_or_many_units_are_not_called_exact():
    assert method_for({1: 5, 2: 5, 3: 5, 4: 5}, 7) == Method.EXPONENTIAL_CLOCK
    assert method_for({1: 5, 2: 5, 3: 5, 4: 5}, 20) == Method.EXACT
    assert method_for({1: 999, 2: 999, 3: 999}, 900) == Method.EXPONENTIAL_CLOCK


@pytest.mark.parametrize(("weights", "quota"), [({1: 2}, 3), ({1: 2}, -1), ({0: 2}, 1), ({}, 1)])
def test_impossible_draws_are_refused(weights: dict[int, int], quota: int):
    with pytest.raises(NotAProbabilitySample):
        inclusion_probabilities(weights, quota)


def test_lower_tiers_are_exhausted_first():
    sources = [
        PoolSource(Category.KEY, 0, "A", 1),
        PoolSource(Category.KEY, 0, "B", 3),
        PoolSource(Category.KEY, 1, "C", 1),
        PoolSource(Category.KEY, 1, "D", 2),
        PoolSource(Category.KEY, 2, "E", 3),
    ]

    assert expected_selection(sources, 3) == pytest.approx(
        {"A": 1, "B": 1, "C": 1 / 3, "D": 2 / 3, "E": 0}
    )
    assert expected_selection(sources, 1) == pytest.approx(
        {"A": 1 / 4, "B": 3 / 4, "C": 0, "D": 0, "E": 0}
    )


def test_tiers_do_not_vary_together():
    moments = draw_moments({Stratum(0, 1): 2, Stratum(1, 1): 2, Stratum(1, 2): 2}, 3)

    assert moments.variance(Stratum(0, 1)) == 0
    assert moments.variance(Stratum(1, 1)) == pytest.approx(2 / 9)
    assert moments.covariance[Stratum(1, 1), Stratum(1, 2)] == pytest.approx(-2 / 9)


def test_more_than_the_pool_is_refused_in_tiers_too():
    with pytest.raises(NotAProbabilitySample):
        draw_moments({Stratum(0, 1): 2, Stratum(1, 1): 2}, 5)
    with pytest.raises(NotAProbabilitySample):
        expected_selection([], 1)
    assert expected_selection([], 0) == {}
