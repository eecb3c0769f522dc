"""Plans beside the quarter's own keep the quarter's promises."""

from dataclasses import replace
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.unit_words import SourceKind
from sampling.rules.plan_number import BadPlanNumber, PlanKind, PlanNumber
from sampling.rules.pool import (
    PoolComposition,
    PoolSettings,
    UnitFacts,
    compose_pool,
    dischargers,
)
from sampling.rules.pool_kinds import (
    EarlierBatches,
    compose_monthly,
    compose_share,
    compose_supplementary,
    construction_members,
    known_to,
    lookback_members,
)
from sampling.rules.protocol import Category, LeftOutCode, LeftOutSource, Pool, PoolSource

UNITS = st.lists(
    st.builds(
        UnitFacts,
        source_id=st.just(""),
        is_key=st.booleans(),
        is_special=st.booleans(),
        positive_listed=st.booleans(),
        randomly_inspected_this_year=st.booleans(),
        onsite_visits_this_year=st.integers(0, 3),
        in_register=st.booleans(),
        kind=st.sampled_from(SourceKind),
    ),
    max_size=60,
).map(lambda rows: [replace(row, source_id=f"PS{n:05d}") for n, row in enumerate(rows)])


SETTINGS = st.builds(PoolSettings, positive_list_outside=st.booleans())


def quota_by_category(composition: PoolComposition) -> dict[Category, int]:
    return {line.category: line.quota for line in composition.lines}


def codes(composition: PoolComposition) -> dict[str, LeftOutCode]:
    return {row.source_id: row.reason for row in composition.out_of_pool}


def in_or_out(composition: PoolComposition) -> list[str]:
    rows = (*composition.sources, *composition.out_of_pool)
    return sorted(row.source_id for row in rows)


def names(units: list[UnitFacts]) -> list[str]:
    return sorted(unit.source_id for unit in units)


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

    pool = compose_supplementary(
        [*old, *new],
        PoolSettings(),
        quarter_number=2,
        known={unit.source_id for unit in old},
    )

    assert quota_by_category(pool) == {Category.KEY: 2, Category.SPECIAL: 2, Category.GENERAL: 2}
    assert {row.source_id for row in pool.sources} == {unit.source_id for unit in new}
    assert codes(pool) == {unit.source_id: LeftOutCode.OTHER_BATCH for unit in old}


def test_in_the_fourth_quarter_every_entering_key_unit_is_drawn() -> None:
    entered = [UnitFacts(f"PS{n:05d}", is_key=True) for n in range(5)]

    pool = compose_supplementary(entered, PoolSettings(), quarter_number=4, known=())

    assert quota_by_category(pool)[Category.KEY] == 5


@given(units=UNITS, percent=st.integers(1, 100))
def test_a_construction_draw_reaches_projects_and_nobody_else(
    units: list[UnitFacts], percent: int
) -> None:
    members = construction_members(units)

    pool = compose_share(
        members,
        PoolSettings(),
        register=members,
        ratio=Fraction(percent, 100),
        about="建设项目",
        quarter_number=1,
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


def test_who_stood_in_an_earlier_pool_of_the_quarter_is_known_to_it() -> None:
    pool = Pool(
        "2027Q1",
        (PoolSource(Category.KEY, 0, "A", 1),),
        {Category.KEY: 1},
        (),
        (),
        (),
        (LeftOutSource(Category.GENERAL, "B", LeftOutCode.CAP),),
    )

    assert known_to([pool]) == {"A", "B"}
    assert known_to([]) == frozenset()


# --- Every unit of the plan's register stands in its pool file, in or out, once ------------------


@given(units=UNITS, chosen=SETTINGS, quarter=st.integers(1, 4))
def test_a_quarterly_pool_file_names_every_discharger_of_the_register_once(
    units: list[UnitFacts], chosen: PoolSettings, quarter: int
) -> None:
    pool = compose_pool(
        units, chosen, quarter_number=quarter, officers=3, drawn_general_this_year=0
    )

    assert in_or_out(pool) == names(dischargers(units))
    assert set(codes(pool).values()) <= {LeftOutCode.CAP, LeftOutCode.POSITIVE_LIST}
    # What people read tells the same, and of those who are not in the register besides.
    told = {row.source_id for row in pool.left_out}
    assert told - codes(pool).keys() == set(names(units)) - set(names(dischargers(units)))
    assert codes(pool).keys() <= told


@given(units=UNITS, chosen=SETTINGS, month=st.integers(1, 3), data=st.data())
def test_a_monthly_pool_file_names_who_was_drawn_in_an_earlier_batch(
    units: list[UnitFacts], chosen: PoolSettings, month: int, data: st.DataObject
) -> None:
    registered = names(dischargers(units))
    drawn = data.draw(st.sets(st.sampled_from(registered))) if registered else set()

    pool = compose_monthly(
        units, chosen, quarter_number=1, month=month, officers=3, drawn_general_this_year=0,
        earlier=EarlierBatches({}, drawn),
    )  # fmt: skip

    assert in_or_out(pool) == registered
    other = {name for name, code in codes(pool).items() if code == LeftOutCode.OTHER_BATCH}
    assert other == drawn


@given(units=UNITS, chosen=SETTINGS, data=st.data())
def test_a_supplementary_pool_file_names_who_was_known_before(
    units: list[UnitFacts], chosen: PoolSettings, data: st.DataObject
) -> None:
    known = data.draw(st.sets(st.sampled_from(names(units)))) if units else set()

    pool = compose_supplementary(units, chosen, quarter_number=1, known=known)

    assert in_or_out(pool) == names(dischargers(units))
    other = {name for name, code in codes(pool).items() if code == LeftOutCode.OTHER_BATCH}
    assert other == known & set(names(dischargers(units)))


@given(units=UNITS, chosen=SETTINGS)
def test_a_construction_pool_file_names_every_project_of_the_register_once(
    units: list[UnitFacts], chosen: PoolSettings
) -> None:
    members = construction_members(units)

    pool = compose_share(
        members, chosen, register=members, ratio=Fraction(1, 10), about="在册建设项目",
        quarter_number=1, inspected_last=True,
    )  # fmt: skip

    assert in_or_out(pool) == names(members)
    assert LeftOutCode.NOT_SAMPLED not in codes(pool).values()


@given(units=UNITS, chosen=SETTINGS, data=st.data())
def test_a_joint_pool_file_names_who_is_outside_its_scope(
    units: list[UnitFacts], chosen: PoolSettings, data: st.DataObject
) -> None:
    registered = dischargers(units)
    scope = data.draw(st.sets(st.sampled_from(names(registered)))) if registered else set()

    pool = compose_share(
        [unit for unit in registered if unit.source_id in scope], chosen, register=registered,
        ratio=Fraction(1, 10), about="联合抽查范围内单位", quarter_number=1,
    )  # fmt: skip

    assert in_or_out(pool) == names(registered)
    outside = {name for name, code in codes(pool).items() if code == LeftOutCode.NOT_SAMPLED}
    assert outside == set(names(registered)) - scope


@given(units=UNITS, chosen=SETTINGS, data=st.data())
def test_a_look_back_pool_file_names_every_discharger_of_the_register_once(
    units: list[UnitFacts], chosen: PoolSettings, data: st.DataObject
) -> None:
    this_quarter = data.draw(st.sets(st.sampled_from(names(units)))) if units else set()
    members = lookback_members(units, this_quarter)

    pool = compose_share(
        members, chosen, register=dischargers(units), ratio=Fraction(1, 10), about="重点排污单位",
        quarter_number=2,
    )  # fmt: skip

    assert in_or_out(pool) == names(dischargers(units))
    outside = {name for name, code in codes(pool).items() if code == LeftOutCode.NOT_SAMPLED}
    assert outside == set(names(dischargers(units))) - set(names(members))
