from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.rules.paging import Position, read_position, result_quarter


@given(st.dates(min_value=date(1000, 1, 1)), st.integers(0, 10**18 - 1))
def test_a_position_is_read_as_it_was_written(day: date, pk: int) -> None:
    assert read_position(Position(day, pk).text) == Position(day, pk)


@pytest.mark.parametrize(
    "text", ["", "20260230-1", "20260101", "-5", "20260101-x", "２０２６0101-1", "1" * 40]
)
def test_what_is_no_position_means_the_first_page(text: str) -> None:
    assert read_position(text) is None


@pytest.mark.parametrize(
    ("plan", "day", "quarter"),
    [
        pytest.param("2026Q2-S1", date(2026, 7, 1), "2026Q2", id="late check of the plan before"),
        pytest.param("", date(2026, 7, 1), "2026Q3", id="outside every plan"),
        pytest.param("", date(2026, 12, 31), "2026Q4", id="last day of the year"),
    ],
)
def test_a_result_is_filed_under_its_plan_or_its_day(plan: str, day: date, quarter: str) -> None:
    assert result_quarter(plan, day) == quarter
