"""A year of the fictitious bureau; an honest draw passes, a planted fault does not."""

from dataclasses import replace
from math import ceil

import pytest

from sampling.rules.protocol import Category, DrawResult, Pool, draw
from sampling.rules.simulation import (
    BureauSize,
    SimulationNotPossible,
    fictitious_register,
    play_year,
    simulate,
)

SMALL = BureauSize(key=12, special=8, general=30, officers=4)
RUNS = 60


def blind_to_weights(pool: Pool, seed: str) -> DrawResult:
    alike = tuple(source._replace(weight=1) for source in pool.sources)
    return draw(replace(pool, sources=alike), seed)


def one_special_unit_less(pool: Pool, seed: str) -> DrawResult:
    quotas = {**pool.quotas, Category.SPECIAL: pool.quotas[Category.SPECIAL] - 1}
    return draw(replace(pool, quotas=quotas), seed)


def officers_alone(pool: Pool, seed: str) -> DrawResult:
    result = draw(pool, seed)
    return replace(result, teams={source: team[:1] for source, team in result.teams.items()})


def never_one_key_unit(pool: Pool, seed: str) -> DrawResult:
    """KEY00000 is passed over for another key unit whenever it is drawn."""
    result = draw(pool, seed)
    ids, reserves = result.selected["key"], result.reserves["key"]
    if "KEY00000" in ids and reserves:
        at = ids.index("KEY00000")
        swapped = [*ids[:at], reserves[0], *ids[at + 1 :]]
        teams = {**result.teams, reserves[0]: result.teams["KEY00000"]}
        return DrawResult({**result.selected, "key": swapped}, result.reserves, teams)
    return result


def test_an_honest_year_meets_every_floor():
    year = play_year(SMALL, "x")

    assert year.missed == ()
    assert [point.covered for point in year.coverage][-1] == 12 + 2
    for quarter in year.quarters:
        assert len(quarter.result.selected["special"]) >= ceil(8 / 2)
    assert sum(len(quarter.result.selected["general"]) for quarter in year.quarters) == 30


def test_the_same_seed_gives_the_same_report():
    assert simulate(SMALL, runs=3, seed=7) == simulate(SMALL, runs=3, seed=7)
    assert simulate(SMALL, runs=3, seed=7) != simulate(SMALL, runs=3, seed=8)


def test_honest_years_fit_the_rule():
    report = simulate(SMALL, runs=RUNS)

    assert report.tested
    assert report.p > 0.01
    assert report.holds
    assert report.coverage[-1].least == 1
    assert all(fit.degrees for fit in report.by_class.values())


def test_a_draw_blind_to_weights_is_refused():
    report = simulate(SMALL, runs=RUNS, draw=blind_to_weights)

    assert report.missed == []
    assert report.p < 1e-9
    assert not report.holds


def test_a_missed_floor_is_told_with_run_and_quarter():
    report = simulate(SMALL, runs=2, draw=one_special_unit_less)

    assert not report.holds
    assert report.missed[0].run == 1
    assert report.missed[0].text == "第1季度特殊监管对象本季度抽取3家，少于下限4家"


def test_a_key_unit_left_out_all_year_is_told():
    report = simulate(SMALL, runs=2, draw=never_one_key_unit)

    assert "年末还有1家重点排污单位没有检查" in {missed.text for missed in report.missed}


def test_an_officer_alone_is_told():
    year = play_year(SMALL, "x", officers_alone)

    assert "检查组不足2名执法人员" in year.missed[0]


def test_all_weights_and_key_units_among_the_special_ones_occur():
    register = fictitious_register(SMALL)

    assert len(register) == 50
    assert len({unit.risk for unit in register}) == 3
    assert sum(unit.is_key and unit.is_special for unit in register) == 2


@pytest.mark.parametrize(
    "size",
    [BureauSize(0, 0, 1, 2), BureauSize(1, 0, 0, 2), BureauSize(0, 5, 0, 3)],
    ids=["general only", "one key unit", "special only"],
)
def test_bureaus_without_some_categories_can_be_played(size: BureauSize):
    assert simulate(size, runs=2).missed == []


@pytest.mark.parametrize("sizes", [(0, 0, 0, 5), (-1, 2, 2, 5), (1, 1, 1, 1)])
def test_impossible_bureaus_are_refused(sizes: tuple[int, int, int, int]):
    with pytest.raises(SimulationNotPossible):
        BureauSize(*sizes)


def test_no_run_at_all_is_refused():
    with pytest.raises(SimulationNotPossible):
        simulate(SMALL, runs=0)
