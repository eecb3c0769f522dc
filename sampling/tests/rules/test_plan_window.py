from datetime import date

import pytest

from registry.rules.violations import RuleViolation
from sampling.rules.plan_window import (
    PlanWindowClosed,
    PlanWindowNotYetOpen,
    check_window,
    window_state,
)

# Last five working days of 2026Q3: 09-25…27 are holidays, 09-20 was a make-up day.
WINDOW = tuple(date(2026, 9, day) for day in (23, 24, 28, 29, 30))


@pytest.mark.parametrize(
    ("today", "state"),
    [
        pytest.param(date(2026, 9, 22), "before", id="the day before"),
        pytest.param(date(2026, 9, 23), "open", id="first day"),
        pytest.param(date(2026, 9, 26), "open", id="holiday within"),
        pytest.param(date(2026, 9, 30), "open", id="last day"),
        pytest.param(date(2026, 10, 1), "closed", id="the day after"),
    ],
)
def test_window_is_open_from_its_first_day_to_its_last(today: date, state: str):
    assert window_state(today, WINDOW) == state


@pytest.mark.parametrize(
    ("today", "refusal"),
    [(date(2026, 9, 1), PlanWindowNotYetOpen), (date(2026, 10, 8), PlanWindowClosed)],
)
def test_freeze_outside_the_window_is_refused_with_its_dates(
    today: date, refusal: type[RuleViolation]
):
    with pytest.raises(refusal, match="2026-09-23至2026-09-30") as refused:
        check_window(today, WINDOW)

    assert refused.value.basis == "实施方案 二（四）"


def test_freeze_within_the_window_is_fine():
    assert check_window(WINDOW[0], WINDOW) is None
