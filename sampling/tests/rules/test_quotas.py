from fractions import Fraction

import pytest

from sampling.rules.quotas import (
    GeneralReading,
    NoQuarterLeft,
    QuotaBelowFloor,
    annual_general,
    coverage_of,
    due_by,
    percent,
    quarters_left,
    quota_for_general,
    quota_for_key,
    quota_for_special,
    share_of,
)


@pytest.mark.parametrize(
    ("pool", "drawable", "uncovered", "quarters_left", "quota"),
    [
        pytest.param(100, 100, 100, 4, 25, id="a quarter of the pool"),
        pytest.param(101, 101, 101, 4, 26, id="fractions round up"),
        pytest.param(100, 100, 90, 3, 30, id="coverage asks for more than the ratio"),
        pytest.param(100, 100, 91, 3, 31, id="coverage rounds up as well"),
        pytest.param(100, 100, 10, 1, 25, id="ratio asks for more than coverage"),
        pytest.param(100, 100, 60, 1, 60, id="the last quarter takes all that remain"),
        pytest.param(100, 20, 20, 4, 20, id="special units leave too few"),
        pytest.param(1, 1, 0, 2, 1, id="one unit"),
        pytest.param(0, 0, 0, 4, 0, id="no unit"),
    ],
)
def test_key_quota(pool: int, drawable: int, uncovered: int, quarters_left: int, quota: int):
    drawn = quota_for_key(
        pool=pool, drawable=drawable, uncovered=uncovered, quarters_left=quarters_left
    )

    assert drawn == quota


@pytest.mark.parametrize(
    ("pool", "uncovered_key", "quarters_left", "quota"),
    [
        pytest.param(7, 0, 4, 4, id="half rounds up"),
        pytest.param(8, 6, 2, 4, id="key units can wait until the last quarter"),
        pytest.param(8, 6, 1, 6, id="the last quarter takes every key unit left"),
        pytest.param(8, 2, 1, 4, id="few key units left"),
        pytest.param(0, 0, 1, 0, id="no unit"),
    ],
)
def test_special_quota(pool: int, uncovered_key: int, quarters_left: int, quota: int):
    drawn = quota_for_special(pool=pool, uncovered_key=uncovered_key, quarters_left=quarters_left)

    assert drawn == quota


def test_ratio_above_the_floor_is_taken():
    more = Fraction(3, 10)
    assert quota_for_key(pool=11, drawable=11, uncovered=0, quarters_left=4, ratio=more) == 4
    assert quota_for_special(pool=10, uncovered_key=0, quarters_left=4, ratio=Fraction(3, 5)) == 6


def test_ratio_below_a_floor_is_refused_with_its_rule():
    with pytest.raises(QuotaBelowFloor, match=r"24%.*25%") as refusal:
        quota_for_key(pool=9, drawable=9, uncovered=0, quarters_left=4, ratio=Fraction(24, 100))
    assert refusal.value.basis == "实施方案 二（一）"
    with pytest.raises(QuotaBelowFloor, match=r"特殊监管对象.*49\.9%.*50%"):
        quota_for_special(pool=9, uncovered_key=0, quarters_left=4, ratio=Fraction(499, 1000))
    with pytest.raises(QuotaBelowFloor, match="一般排污单位年度"):
        annual_general(GeneralReading.UNITS, pool=9, officers=1, ratio=Fraction(1, 11))
    with pytest.raises(QuotaBelowFloor, match="88号"):
        annual_general(GeneralReading.UNITS, pool=9, officers=1, units_per_officer=9)


def test_quarter_outside_the_year_is_refused():
    with pytest.raises(NoQuarterLeft, match="剩余季度"):
        quota_for_key(pool=9, drawable=9, uncovered=9, quarters_left=0)
    with pytest.raises(NoQuarterLeft, match="1至4"):
        quota_for_general(annual=10, quarter_number=5, drawn_this_year=0, pool=9)


@pytest.mark.parametrize(
    ("reading", "pool", "officers", "used"),
    [
        ("officers", 600, 12, 120),
        ("units", 600, 12, 60),
        ("stricter", 600, 12, 120),
        ("stricter", 2001, 12, 201),
        ("stricter", 90, 12, 90),
        ("stricter", 0, 12, 0),
    ],
)
def test_annual_general_keeps_both_readings(reading: str, pool: int, officers: int, used: int):
    annual = annual_general(GeneralReading(reading), pool=pool, officers=officers)

    assert (annual.by_officers, annual.by_units) == (10 * officers, -(-pool // 10))
    assert annual.used == used


@pytest.mark.parametrize(
    ("annual", "quarter", "drawn", "pool", "quota"),
    [
        pytest.param(10, 1, 0, 100, 3, id="first quarter rounds up"),
        pytest.param(10, 2, 3, 100, 2, id="second takes the rounding back"),
        pytest.param(10, 4, 8, 100, 2, id="year ends exactly"),
        pytest.param(10, 3, 0, 100, 8, id="missed quarters are made up"),
        pytest.param(10, 2, 9, 100, 0, id="never negative"),
        pytest.param(50, 4, 10, 30, 30, id="never above the pool"),
    ],
)
def test_general_quota_is_cumulative(annual: int, quarter: int, drawn: int, pool: int, quota: int):
    drawn_now = quota_for_general(
        annual=annual, quarter_number=quarter, drawn_this_year=drawn, pool=pool
    )

    assert drawn_now == quota


def test_percent_is_short():
    assert [percent(Fraction(1, 4)), percent(Fraction(1, 3))] == ["25%", "33.33%"]


@pytest.mark.parametrize(
    ("ratio", "units", "share"),
    [
        pytest.param(Fraction(1, 4), 100, 25, id="whole"),
        pytest.param(Fraction(1, 4), 101, 26, id="rounded up"),
        pytest.param(Fraction(1, 10), 1, 1, id="one unit"),
        pytest.param(Fraction(1, 10), 0, 0, id="no unit"),
        pytest.param(Fraction(3, 10), 10, 3, id="no dust of decimal fractions"),
    ],
)
def test_a_share_rounds_up(ratio: Fraction, units: int, share: int):
    assert share_of(ratio, units) == share


def test_the_quarters_left_cover_everything():
    assert [quarters_left(number) for number in (1, 2, 3, 4)] == [4, 3, 2, 1]
    uncovered = 91
    for number in (1, 2, 3, 4):
        uncovered -= coverage_of(uncovered, quarters_left(number))
    assert uncovered == 0


@pytest.mark.parametrize(("total", "due"), [(9, [3, 6, 9]), (10, [4, 7, 10]), (1, [1, 1, 1])])
def test_what_is_due_by_a_part_adds_up_to_the_total(total: int, due: list[int]):
    assert [due_by(total, part, 3) for part in (1, 2, 3)] == due
