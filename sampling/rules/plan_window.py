"""The next quarter's plan is fixed within the last five working days of this one."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from registry.rules.violations import RuleViolation

BASIS = "实施方案 二（四）"
# Where the approver's reason for another day is written: what these refusals ask for.
REASON_FIELD = "outside_window_reason"


class PlanWindowNotYetOpen(RuleViolation):
    """Too early to freeze the plan."""

    code = "plan_window_not_yet_open"
    basis = BASIS


class PlanWindowClosed(RuleViolation):
    """Too late to freeze the plan without a reason and an approver."""

    code = "plan_window_closed"
    basis = BASIS


class WindowState(StrEnum):
    BEFORE = "before"
    OPEN = "open"
    CLOSED = "closed"


def check_within_quarter(today: date, last: date) -> None:
    """The plans beside the quarter's own have until its end. Raises PlanWindowClosed."""
    if today > last:
        raise PlanWindowClosed(
            f"本季度已于{last:%Y-%m-%d}结束，请编制下一季度的计划，或由批准人写明原因后补办冻结。",
            field=REASON_FIELD,
        )


def window_state(today: date, window: Sequence[date]) -> WindowState:
    """`window`: the last five working days of the quarter before the plan's, ascending.

    A weekend or holiday between them counts as open: the period runs from its first day to its
    last, and nothing forbids working then.
    """
    if today < window[0]:
        return WindowState.BEFORE
    return WindowState.OPEN if today <= window[-1] else WindowState.CLOSED


def check_window(today: date, window: Sequence[date]) -> None:
    """Raises PlanWindowNotYetOpen or PlanWindowClosed, naming the dates."""
    state = window_state(today, window)
    period = f"{window[0]:%Y-%m-%d}至{window[-1]:%Y-%m-%d}"
    if state == WindowState.BEFORE:
        raise PlanWindowNotYetOpen(
            f"尚未到确定下一季度抽查计划的时段（{period}，季度结束前5个工作日），"
            "请在时段内冻结，或由批准人写明原因后提前冻结。",
            field=REASON_FIELD,
        )
    if state == WindowState.CLOSED:
        raise PlanWindowClosed(
            f"确定抽查计划的时段（{period}，季度结束前5个工作日）已过，"
            "请由批准人写明原因后补办冻结。",
            field=REASON_FIELD,
        )
