"""Clocks that run from a problem; worked examples."""

from datetime import date

import pytest

from inspections.rules.deadlines import (
    decision_due,
    filing_due,
    recheck_due,
    recheck_opens,
    service_due,
)
from inspections.rules.problem_age import age_group

SERVED = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("rectify_by", "due", "opens"),
    [
        pytest.param(date(2026, 3, 16), date(2026, 4, 5), date(2026, 3, 17), id="ten days given"),
        pytest.param(date(2026, 4, 3), date(2026, 4, 5), date(2026, 3, 26), id="nearly all given"),
        pytest.param(date(2026, 5, 31), date(2026, 6, 1), date(2026, 5, 22), id="longer given"),
        pytest.param(date(2026, 3, 6), date(2026, 4, 5), date(2026, 3, 7), id="same day"),
    ],
)
def test_a_recheck_is_due_thirty_days_after_service_and_opens_before(
    rectify_by: date, due: date, opens: date
) -> None:
    assert recheck_due(SERVED, rectify_by) == due
    assert recheck_opens(SERVED, rectify_by) == opens


def test_case_decision_and_service_have_their_days() -> None:
    assert filing_due(SERVED) == date(2026, 3, 21)
    assert decision_due(SERVED) == date(2026, 6, 4)
    assert service_due(SERVED) == date(2026, 3, 13)


@pytest.mark.parametrize(
    ("opened", "label"),
    [
        (date(2026, 3, 6), "30天以内"),
        (date(2026, 2, 4), "30—59天"),
        (date(2025, 12, 6), "90天以上"),
        (date(2026, 4, 1), "30天以内"),
    ],
)
def test_open_problems_are_grouped_by_age(opened: date, label: str) -> None:
    assert age_group(opened, SERVED) == label
