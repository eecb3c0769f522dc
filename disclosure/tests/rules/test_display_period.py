"""公开期限: whole quarters move to the archive, none before its time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.rules.display_period import shown_from
from registry.rules.quarter import Quarter


@pytest.mark.parametrize(
    ("today", "years", "first"),
    [
        (date(2027, 5, 10), 1, "2025Q4"),
        (date(2028, 2, 29), 2, "2025Q3"),
        (date(2031, 1, 1), 5, "2025Q3"),
    ],
)
def test_the_first_quarter_shown(today: date, years: int, first: str) -> None:
    assert str(shown_from(today, years=years)) == first


@given(st.dates(date(2025, 1, 1), date(2060, 12, 31)), st.integers(1, 20), st.integers(0, 120))
def test_nothing_published_within_four_months_is_archived_before_its_years_are_over(
    today: date, years: int, days_late: int
) -> None:
    last_archived = shown_from(today, years=years).previous

    published = last_archived.end + timedelta(days=days_late)

    assert (today - published).days >= 365 * years - 1
    assert Quarter.of(today) >= shown_from(today, years=years)
