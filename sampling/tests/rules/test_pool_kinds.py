"""Plans beside the quarter's own keep the quarter's promises."""

from dataclasses import replace
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.unit_words import SourceKind
from sampling.rules.plan_number import BadPlanNumber, PlanKind, PlanNumber
from sampling.rules.pool import PoolSettings, UnitFacts, compose_pool
from sampling.rules.pool_kinds import (
    EarlierBatches,
    compose_monthly,
    compose_share,
    compose_supplementary,
    construction_members,
    entrants,
    lookback_members,
)
from sampling.rules.protocol_v1 import Category

UNITS = st.lists(
    st.builds(
        UnitFacts,
        source_id=st.just(""),
        is_key=st.booleans(),
        is_special=st.booleans(),
        randomly_inspected_this_year=st.booleans(),
        onsite_visits_this_year=st.integers(0, 3),
        in_register=st.booleans(),
        kind=st.sampled_from(SourceKind),
    ),
    max_size=60,
).map(lambda rows: [replace(row, source_id=f"PS{n:05d}") for n, row in enumerate(rows)])


def quota_by_category(composition: object) -> dict[Category, int]:
    return {line.category: line.quota for line in composition.lines}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "kind", "label"),
    [
        ("2027Q1", PlanKind.QUARTERLY, "2027年第一季度抽查计划"),
        ("2027Q2-M3", PlanKind.MONTHLY, "2027年6月抽查批次"),
        ("2027q1-s1", PlanKind.SUPPLEMENTARY, "2027年第一季度补充抽查（第1次）"),
        ("2027Q4-J12", PlanKind.JOINT, "2027年第四季度部门联合抽查（第12次）"),
    ],
)
def test_a_plan_number_says_quarter_and_kind(text: str, kind: PlanKind, label: str) -> None:
    number = PlanNumber.parse(text)

    assert (number.kind, number.label, str(number)) == (kind, label, text.upper())


@pytest.mark.parametrize(
    "text", ["", "2027", "2027Q5", "2027Q1-", "2027Q1-M4", "2027Q1-X1", "2027Q1-S0"]
)
def test_other_texts_are_no_plan_numbers(text: str) -> None:
    with pytest.raises(BadPlanNumber):
        PlanNumber.parse(text)


@given(units=UNITS, quarter=st.integers(1, 4), officers=st.integers(0, 9))
def test_three_monthly_batches_draw_what_the_quarter_owes_and_nobody_twice(
    units: list[UnitFacts], quarter: int, officers: int
) -> None:
    whole = compose_pool(
        units, PoolSettings(), quarter_number=quarter, officers=officers, drawn_general_this_year=0
    )
    counts = dict.fromkeys(Category, 0)
    drawn: list[str] = []

    for month in (1, 2, 3):
        batch = compose_monthly(
            units, PoolSettings(), quarter_number=quarter, month=month, officers=officers,
            drawn_general_this_year=0, earlier=EarlierBatches(dict(counts), frozenset(drawn)),
        )  # fmt: skip
        for line in batch.lines:
            rows = sorted(
                (row.tier, row.source_id) for row in batch.sources if row.category == line.category
            )
            drawn += [name for _tier, name in rows[: line.quota]]
            counts[line.category] += line.quota

    assert counts == {**dict.fromkeys(Category, 0), **quota_by_category(whole)}
    assert len(drawn) == len(set(drawn))


def test_the_first_batch_draws_a_third_rounded_up() -> None:
    units = [UnitFacts(f"PS{n:05d}", is_key=True) for n in range(40)]

    batch = compose_monthly(
        units, PoolSettings(), quarter_number=1, month=1, officers=2, drawn_general_this_year=0,
        earlier=EarlierBatches({}, ()),
    )  # fmt: skip

    assert quota_by_category(batch)[Category.KEY] == 4  # a third of ten
    assert "累计应抽4家" in batch.lines[0].explanation


def test_who_entered_after_the_freeze_is_drawn_by_the_same_floors() -> None:
    old = [UnitFacts(f"PS{n:05d}") for n in range(50)]
    new = [
        *(UnitFacts(f"PS9{n:04d}", is_key=True) for n in range(5)),
        *(UnitFacts(f"PS8{n:04d}", is_special=True) for n in range(3)),
        *(UnitFacts(f"PS7{n:04d}") for n in range(11)),
    ]

    entered = entrants([*old, *new], known={unit.source_id for unit in old})
    pool = compose_supplementary(entered, PoolSettings(), quarter_number=2)

    assert quota_by_category(pool) == {Category.KEY: 2, Category.SPECIAL: 2, Category.GENERAL: 2}
    assert {row.source_id for row in pool.sources} == {unit.source_id for unit in new}


def test_in_the_fourth_quarter_every_entering_key_unit_is_drawn() -> None:
    entered = [UnitFacts(f"PS{n:05d}", is_key=True) for n in range(5)]

    pool = compose_supplementary(entered, PoolSettings(), quarter_number=4)

    assert quota_by_category(pool)[Category.KEY] == 5


@given(units=UNITS, percent=st.integers(1, 100))
def test_a_construction_draw_reaches_projects_and_nobody_else(
    units: list[UnitFacts], percent: int
) -> None:
    members = construction_members(units)

    pool = compose_share(
        members, PoolSettings(), ratio=Fraction(percent, 100), about="建设项目", quarter_number=1
    )

    projects = {u.source_id for u in units if u.in_register and u.kind == SourceKind.CONSTRUCTION}
    assert {row.source_id for row in pool.sources} <= projects
    drawn = sum(quota_by_category(pool).values())
    assert drawn == min(ceil(Fraction(percent, 100) * len(projects)), len(pool.sources))


def test_a_look_back_draws_only_key_units_of_earlier_quarters() -> None:
    units = [
        UnitFacts("A", is_key=True, randomly_inspected_this_year=True),
        UnitFacts("B", is_key=True, randomly_inspected_this_year=True),
        UnitFacts("C", is_key=True),
        UnitFacts("D", randomly_inspected_this_year=True),
    ]

    members = lookback_members(units, this_quarter={"B"})

    assert [unit.source_id for unit in members] == ["A"]
