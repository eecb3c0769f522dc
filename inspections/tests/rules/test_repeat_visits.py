"""Repeat-visit warnings (domain rules §3): more than 1 a day, 2 a week, 3 a month; the same officer again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.rules.repeat_visits import Limits, Visit, officers_again, too_often

DAY = date(2026, 5, 13)  # a Wednesday
LIMITS = Limits()


def on(*days: int) -> list[Visit]:
    return [Visit(date(2026, 5, day)) for day in days]


@pytest.mark.parametrize(
    ("days", "warned"),
    [
        pytest.param((), [], id="first visit"),
        pytest.param((13,), ["当日"], id="second on one day"),
        pytest.param((11,), [], id="second in a week"),
        pytest.param((11, 12), ["本周"], id="third in a week"),
        pytest.param((10, 17), [], id="Sunday before, Sunday of this week"),
        pytest.param((1, 5), [], id="third in a month"),
        pytest.param((1, 5, 28), ["本月"], id="fourth in a month"),
        pytest.param((11, 12, 13), ["当日", "本周", "本月"], id="all at once"),
    ],
)
def test_one_visit_more_is_measured_by_day_week_and_month(
    days: tuple[int, ...], warned: list[str]
) -> None:
    said = too_often(on(*days), day=DAY, limits=LIMITS)

    assert [text[:2] for text in said] == warned


def test_a_week_over_the_end_of_a_month_is_one_week() -> None:
    visits = [Visit(date(2026, 9, 28)), Visit(date(2026, 9, 30))]

    assert too_often(visits, day=date(2026, 10, 1), limits=LIMITS)[0].startswith("本周")


def test_visits_that_were_merged_are_one_visit() -> None:
    visits = [Visit(DAY, group="j1"), Visit(DAY, group="j1")]

    assert too_often(visits, day=DAY, limits=LIMITS, group="j1") == []
    assert too_often(visits, day=DAY, limits=LIMITS) != []


def test_the_third_visit_of_the_same_officer_with_nothing_found_asks_for_a_reason() -> None:
    team = frozenset({"IN001", "IN002"})
    visits = [
        Visit(date(2026, 1, 9), team),
        Visit(date(2026, 3, 9), frozenset({"IN001"})),
        Visit(date(2026, 4, 9), frozenset({"IN002"}), found=True),
        Visit(date(2025, 12, 9), frozenset({"IN002"})),
    ]

    assert officers_again(visits, day=DAY, team=team, limits=LIMITS) == {"IN001": 3}


@given(
    st.lists(st.integers(-60, 60), max_size=12),
    st.integers(1, 4),
)
def test_a_visit_more_never_takes_a_warning_away(offsets: list[int], most: int) -> None:
    limits = Limits(day=most, week=most, month=most)
    visits = [Visit(DAY + timedelta(days=n)) for n in offsets]

    fewer = too_often(visits[:-1], day=DAY, limits=limits)
    more = too_often(visits, day=DAY, limits=limits)

    assert {text[:2] for text in fewer} <= {text[:2] for text in more}
