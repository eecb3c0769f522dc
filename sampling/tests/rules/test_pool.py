from dataclasses import replace
from fractions import Fraction

import pytest

from registry.rules.cap_exemptions import Exemption
from registry.rules.unit_words import RiskGrade, SourceKind
from sampling.rules.pool import (
    LeftOutReason,
    PoolComposition,
    PoolSettings,
    UnitFacts,
    compose_pool,
)
from sampling.rules.protocol import Category, LeftOutCode, LeftOutSource
from sampling.rules.quotas import QuotaBelowFloor

KEY = UnitFacts("K", is_key=True)
SPECIAL = UnitFacts("X", is_special=True)
GENERAL = UnitFacts("G")


def many(unit: UnitFacts, n: int) -> list[UnitFacts]:
    return [replace(unit, source_id=f"{unit.source_id}{i}") for i in range(n)]


def compose(
    units: list[UnitFacts],
    settings: PoolSettings | None = None,
    quarter_number: int = 1,
    officers: int = 1,
    drawn: int = 0,
) -> PoolComposition:
    return compose_pool(
        units,
        settings or PoolSettings(),
        quarter_number=quarter_number,
        officers=officers,
        drawn_general_this_year=drawn,
    )


def tiers(pool: PoolComposition) -> dict[str, int]:
    return {source.source_id: source.tier for source in pool.sources}


def reasons(pool: PoolComposition) -> dict[str, LeftOutReason]:
    return {left.source_id: left.reason for left in pool.left_out}


def test_special_flag_goes_before_key_and_key_before_general():
    pool = compose([replace(KEY, is_special=True), replace(KEY, source_id="K2"), GENERAL])

    assert [(s.source_id, s.category) for s in pool.sources] == [
        ("K2", "key"),
        ("K", "special"),
        ("G", "general"),
    ]


def test_construction_projects_and_ended_units_are_never_in_the_pool():
    units = [
        replace(GENERAL, source_id="B", kind=SourceKind.CONSTRUCTION),
        replace(KEY, source_id="E", in_register=False),
    ]

    pool = compose(units)

    assert pool.sources == ()
    assert reasons(pool) == {"B": "construction", "E": "not_in_register"}
    assert all(line.base == 0 for line in pool.lines)


@pytest.mark.parametrize(
    ("risk", "positive", "weight"),
    [
        (RiskGrade.HIGH, False, 3),
        (RiskGrade.MEDIUM, False, 2),
        (RiskGrade.LOW, False, 1),
        (None, False, 1),
        (RiskGrade.HIGH, True, 1),
    ],
)
def test_weight_follows_risk_unless_positive_listed(risk: RiskGrade, positive: bool, weight: int):
    pool = compose([replace(GENERAL, risk=risk, positive_listed=positive)])

    assert pool.sources[0].weight == weight


def test_key_units_not_yet_inspected_this_year_come_first():
    done = replace(KEY, source_id="D", randomly_inspected_this_year=True)

    assert tiers(compose([KEY, done])) == {"K": 0, "D": 1}


def test_special_units_are_equal_until_the_last_quarter_puts_owed_key_units_first():
    units = [replace(SPECIAL, source_id="A", is_key=True), SPECIAL]

    assert tiers(compose(units, quarter_number=3)) == {"A": 0, "X": 0}
    assert tiers(compose(units, quarter_number=4)) == {"A": 0, "X": 1}


def test_special_quota_grows_to_the_owed_key_units_in_the_last_quarter():
    units = [*many(replace(SPECIAL, is_key=True), 5), SPECIAL]

    assert compose(units, quarter_number=3).quotas["special"] == 3
    assert compose(units, quarter_number=4).quotas["special"] == 5


def test_unit_at_its_cap_leaves_the_pool_with_the_figures():
    pool = compose([*many(GENERAL, 20), replace(GENERAL, onsite_visits_this_year=2)])

    assert reasons(pool) == {"G": "at_cap"}
    assert "2次" in pool.left_out[0].text
    assert "国办发〔2024〕54号" in pool.left_out[0].text


def test_exemption_keeps_a_unit_at_its_cap_in_the_pool():
    capped = replace(GENERAL, onsite_visits_this_year=5, exemptions=frozenset({Exemption.CREDIT_D}))

    assert compose([*many(GENERAL, 20), capped]).left_out == ()


def test_key_unit_owed_its_yearly_inspection_stays_whatever_the_cap_or_list_says():
    settings = PoolSettings(positive_list_outside=True)
    units = [
        replace(KEY, onsite_visits_this_year=9, positive_listed=True),
        *many(replace(KEY, randomly_inspected_this_year=True), 8),
    ]

    assert tiers(compose(units, settings))["K"] == 0


def test_positive_listed_units_stay_outside_only_where_the_bureau_says_so():
    units = [*many(GENERAL, 20), replace(GENERAL, positive_listed=True)]

    assert "G" in tiers(compose(units))
    assert reasons(compose(units, PoolSettings(positive_list_outside=True))) == {
        "G": "positive_listed"
    }


def test_left_out_units_come_back_last_where_the_quota_needs_them():
    settings = PoolSettings(positive_list_outside=True)
    capped = replace(SPECIAL, onsite_visits_this_year=2)
    listed = replace(SPECIAL, source_id="P", positive_listed=True)
    both = replace(capped, source_id="B", positive_listed=True)

    assert tiers(compose([*many(SPECIAL, 1), capped, listed], settings)) == {"X0": 0, "X": 2}
    assert tiers(compose([capped, listed, both], settings)) == {"X": 2, "P": 3, "B": 3}


def test_who_stays_out_stands_in_the_pool_file_with_the_reason():
    settings = PoolSettings(positive_list_outside=True)
    units = [
        *many(GENERAL, 20),
        replace(GENERAL, source_id="C", onsite_visits_this_year=2),
        replace(GENERAL, source_id="L", positive_listed=True),
        replace(GENERAL, source_id="E", in_register=False),
        replace(GENERAL, source_id="B", kind=SourceKind.CONSTRUCTION),
    ]

    assert set(compose(units, settings).out_of_pool) == {
        LeftOutSource(Category.GENERAL, "C", LeftOutCode.CAP),
        LeftOutSource(Category.GENERAL, "L", LeftOutCode.POSITIVE_LIST),
    }


def test_bases_count_units_left_out():
    capped = many(replace(GENERAL, onsite_visits_this_year=2), 10)

    line = compose([*many(replace(GENERAL, source_id="F"), 20), *capped]).lines[2]

    assert (line.base, line.drawable) == (30, 20)


def test_explanations_name_the_rule_and_every_figure():
    units = [
        *many(KEY, 3),
        *many(replace(SPECIAL, is_key=True), 9),
        *many(GENERAL, 60),
    ]

    key, special, general = compose(units, quarter_number=2, officers=2, drawn=5).lines

    assert (key.base, key.floor, key.uncovered, key.quota) == (12, 3, 3, 3)
    for figure in ("实施方案 二（一）", "12家", "9家", "25%", "3家", "3个季度"):
        assert figure in key.explanation
    assert (special.base, special.floor, special.quota) == (9, 5, 5)
    assert (general.base, general.quota) == (60, 5)
    for figure in ("在岗2人）20家", "10%）6家", "全年20家", "累计应抽10家", "已抽5家"):
        assert figure in general.explanation


def test_plan_says_what_the_special_draw_covers_where_key_units_are_too_few():
    units = [KEY, *many(replace(SPECIAL, is_key=True), 9)]

    key, _, _ = compose(units).lines

    assert (key.floor, key.quota) == (1, 1)
    assert "另9家重点排污单位同为特殊监管对象，由特殊监管对象抽取覆盖，故少于3家" in key.explanation


def test_last_quarter_says_that_special_key_units_come_first():
    _, special, _ = compose([replace(SPECIAL, is_key=True)], quarter_number=4).lines

    assert "第四季度优先抽取" in special.explanation


@pytest.mark.parametrize(
    "setting",
    [
        {"key_ratio": Fraction(24, 100)},
        {"special_ratio": Fraction(49, 100)},
        {"general_ratio": Fraction(9, 100)},
        {"units_per_officer": 9},
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_setting_below_a_floor_is_refused(setting: dict[str, Fraction]):
    with pytest.raises(QuotaBelowFloor):
        PoolSettings(**setting)  # type: ignore[arg-type]
