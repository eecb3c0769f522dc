from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampling.rules.quotas import NoQuarterLeft
from sampling.rules.year_ahead import YearFacts, year_ahead

FLOOR, HALF = Fraction(1, 4), Fraction(1, 2)
FACTS = YearFacts(
    key=23, key_drawable=20, key_owed=20, special=10, special_owed=3,
    general=150, general_annual=80, general_drawn=0,
)  # fmt: skip


def test_a_plain_year_by_hand():
    ahead = year_ahead(FACTS, quarter_number=1, key_ratio=FLOOR, special_ratio=HALF)

    assert [q.key for q in ahead] == [6, 6, 6, 6]
    assert [q.special for q in ahead] == [5, 5, 5, 5]
    assert [q.general for q in ahead] == [20, 20, 20, 20]
    assert ahead[0].total == 31


def test_what_was_missed_makes_the_last_quarter_heavy():
    late = YearFacts(**{**FACTS.__dict__, "key_owed": 18, "general_drawn": 20})

    [last] = year_ahead(late, quarter_number=4, key_ratio=FLOOR, special_ratio=HALF)

    assert (last.key, last.special, last.general) == (18, 5, 60)


def test_a_higher_ratio_now_makes_later_quarters_no_lighter_than_the_floor():
    ahead = year_ahead(FACTS, quarter_number=1, key_ratio=Fraction(1, 2), special_ratio=HALF)

    assert [q.key for q in ahead] == [12, 12, 12, 12]


def test_there_is_no_fifth_quarter():
    with pytest.raises(NoQuarterLeft):
        list(year_ahead(FACTS, quarter_number=0, key_ratio=FLOOR, special_ratio=HALF))


@given(
    drawable=st.integers(0, 300), extra=st.integers(0, 30), general=st.integers(0, 500),
    annual=st.integers(0, 500), start=st.integers(1, 4),
)  # fmt: skip
def test_the_year_covers_every_key_unit_and_the_general_number(
    drawable: int, extra: int, general: int, annual: int, start: int
):
    annual = min(annual, general)
    facts = YearFacts(drawable + extra, drawable, drawable, extra, extra, general, annual, 0)

    ahead = year_ahead(facts, quarter_number=start, key_ratio=FLOOR, special_ratio=HALF)

    assert sum(q.key for q in ahead) >= drawable
    assert sum(q.general for q in ahead) == annual
    assert ahead[-1].special >= extra
