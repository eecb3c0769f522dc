"""The statutory report can be recomputed by its reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.rules.statutory_report import ITEM_NAMES, StatutoryNumbers, rate, table

NUMBERS = StatutoryNumbers(
    units_total=40, units_general=24, units_key=12, units_special=6, officers=8,
    checks_general=3, checks_key=4, checks_special=3, published=9, withheld=1,
    problems_found=3, problems_handled=2,
)  # fmt: skip


def test_every_number_has_a_name_of_its_own() -> None:
    assert list(ITEM_NAMES) == list(NUMBERS.as_json())
    assert len(set(ITEM_NAMES.values())) == len(ITEM_NAMES)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(9, 10, "90.00%"), (2, 3, "66.67%"), (1, 800, "0.13%"), (0, 5, "0.00%"), (0, 0, "—")],
)
def test_rates_have_two_decimals_and_halves_go_up(part: int, whole: int, text: str) -> None:
    assert rate(part, whole) == text


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_rate_is_never_off_by_more_than_half_a_hundredth(part: int, whole: int) -> None:
    shown = float(rate(part, whole).removesuffix("%"))

    assert abs(shown - 100 * part / whole) <= 0.005 + 1e-9 * shown


def test_both_numbers_stand_beside_each_rate() -> None:
    rows = {row[0]: row for row in table(NUMBERS)}

    assert rows["公示率"][1:] == ("90.00%", "", "", "", "9 ÷ 10")
    assert rows["处理率"][1:] == ("66.67%", "", "", "", "2 ÷ 3")
    assert "不予公开 1 项" in rows["公示结果（项）"][5]


def test_numbers_survive_being_stored() -> None:
    assert StatutoryNumbers.from_json(NUMBERS.as_json()) == NUMBERS
