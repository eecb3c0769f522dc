"""Summaries of draws, loads, repeated pairs and coverage: worked examples."""

from hashlib import sha256

import pytest

from sampling.rules.fairness import (
    CoveragePoint,
    DrawnClass,
    DrawTally,
    Method,
    NotAProbabilitySample,
    RoleLoad,
    UnitLine,
    coverage_curve,
    drawn_by_unit,
    inspector_loads,
    repeated_pairs,
)
from sampling.rules.protocol import Category, Pool, PoolInspector, PoolSource, Role, draw

LIGHT, HEAVY = PoolSource(Category.KEY, 0, "A", 1), PoolSource(Category.KEY, 0, "B", 2)
LATER = PoolSource(Category.KEY, 1, "C", 1)
OTHER = PoolSource(Category.GENERAL, 0, "G", 1)


def pool(*sources: PoolSource, **quotas: int) -> Pool:
    numbers = {Category(word): quota for word, quota in quotas.items()}
    return Pool("2027Q1", sources, numbers, (), (), ())


FIRST = pool(LIGHT, HEAVY, OTHER, key=1, general=1)
SECOND = pool(LIGHT, HEAVY._replace(tier=1), LATER, key=2)


def test_a_unit_is_expected_by_every_pool_it_stood_in():
    lines = drawn_by_unit(
        [(FIRST, {"key": ["B"], "general": ["G"]}), (SECOND, {"key": ["A", "C"]})]
    )

    assert lines == [
        UnitLine("A", 2, 1, pytest.approx(1 / 3 + 1)),
        UnitLine("B", 2, 1, pytest.approx(2 / 3 + 2 / 3)),
        UnitLine("C", 1, 1, pytest.approx(1 / 3)),
        UnitLine("G", 1, 1, 1.0),
    ]


def test_classes_follow_the_tier_a_unit_has_at_the_time():
    tally = DrawTally()
    tally.add(FIRST, {"key": ["B"], "general": ["G"]})
    tally.add(SECOND, {"key": ["A", "C"]})

    found = {tuple(line.drawn_class): line for line in tally.lines()}

    assert {key: (line.chances, line.drawn) for key, line in found.items()} == {
        ("general", 0, 1): (1, 1),
        ("key", 0, 1): (2, 1),
        ("key", 0, 2): (1, 1),
        ("key", 1, 1): (1, 1),
        ("key", 1, 2): (1, 0),
    }
    assert found["key", 0, 1].expected == pytest.approx(4 / 3)
    assert found["key", 1, 2].expected == pytest.approx(2 / 3)
    assert tally.methods() == {Method.EXACT}


def test_each_class_is_judged_alone_and_each_category_as_a_whole():
    sources = [PoolSource(Category.KEY, 0, f"S{n:02d}", 1 + n % 3) for n in range(30)]
    tally, frozen = DrawTally(), pool(*sources, key=10)
    for run in range(100):
        tally.add(frozen, draw_without_teams(frozen, run))

    assert [line.fit.degrees for line in tally.lines()] == [1, 1, 1]
    assert {category: fit.degrees for category, fit in tally.fits().items()} == {Category.KEY: 2}
    assert tally.fits()[Category.KEY].p > 0.001


def draw_without_teams(frozen: Pool, run: int) -> dict[str, list[str]]:
    return draw(frozen, sha256(str(run).encode()).hexdigest()).selected


def test_a_selected_unit_must_have_stood_in_the_pool():
    with pytest.raises(NotAProbabilitySample, match="C"):
        DrawTally().add(FIRST, {"key": ["C"]})


def test_nothing_drawn_gives_empty_summaries():
    tally = DrawTally()

    assert tally.lines() == []
    assert tally.fits() == {}
    assert drawn_by_unit([]) == []


def test_class_names_are_the_protocols_words():
    assert str(DrawnClass(Category.KEY, 0, 1).category) == "key"


def test_loads_count_people_without_any_inspection():
    inspectors = [
        PoolInspector("I1", Role.OFFICER),
        PoolInspector("I2", Role.OFFICER),
        PoolInspector("I3", Role.OFFICER),
        PoolInspector("E1", Role.EXPERT),
    ]

    loads = inspector_loads(inspectors, [{"A": ["I1", "I2", "E1"]}, {"B": ["I1", "E1"]}])

    assert loads == [RoleLoad(Role.OFFICER, 3, 0, 2, 1.0), RoleLoad(Role.EXPERT, 1, 2, 2, 2.0)]


def test_only_pairs_that_met_again_are_told():
    rounds = [{"A": ["I2", "I1"], "B": ["I1", "I3"]}, {"A": ["I1", "I3"]}, {"C": ["I2", "I1", "X"]}]

    pairs = repeated_pairs({"I1", "I2", "I3"}, rounds)

    assert pairs.at_source == {("I1", "A"): 2}
    assert pairs.together == {("I1", "I2"): 2, ("I1", "I3"): 2}


def test_coverage_counts_each_unit_once():
    curve = coverage_curve([("Q1", {"A", "B"}), ("Q2", {"B"}), ("Q3", {"C", "A"})], 4)

    assert curve == [
        CoveragePoint("Q1", 2, 2, 4),
        CoveragePoint("Q2", 0, 2, 4),
        CoveragePoint("Q3", 1, 3, 4),
    ]
    assert [point.share for point in curve] == [0.5, 0.5, 0.75]
    assert coverage_curve([("Q1", set())], 0)[0].share == 1
