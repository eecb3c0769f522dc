"""A deadline as every table shows it."""

from datetime import date

import pytest

from registry.clocks.rules.clock import Clock
from registry.clocks.rules.workdays import WorkCalendar
from registry.rules.tones import PLAIN, RED

TODAY = date(2026, 3, 6)  # a Friday
CALENDAR = WorkCalendar(({},), 2026)


@pytest.mark.parametrize(
    ("due_on", "pressing", "left", "overdue", "tone"),
    [
        pytest.param(date(2026, 3, 20), None, 10, False, PLAIN, id="far away"),
        pytest.param(date(2026, 3, 9), None, 1, False, PLAIN, id="the next working day"),
        pytest.param(TODAY, None, 0, False, PLAIN, id="today is not late"),
        pytest.param(date(2026, 3, 5), None, -1, True, RED, id="yesterday is"),
        pytest.param(date(2026, 3, 13), 5, 5, False, RED, id="five days press the publisher"),
        pytest.param(date(2026, 3, 16), 5, 6, False, PLAIN, id="six do not"),
    ],
)
def test_a_clock_says_what_is_left_and_when_it_presses(
    due_on: date, pressing: int | None, left: int, overdue: bool, tone: str
) -> None:
    clock = Clock.until(due_on, today=TODAY, calendar=CALENDAR, pressing=pressing)

    assert (clock.left, clock.overdue, clock.tone) == (left, overdue, tone)
