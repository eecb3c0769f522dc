"""Clocks of publication (实施方案 二（五）; domain rules §4)."""

from datetime import date

from registry.clocks.rules.workdays import WorkCalendar

PUBLISH_RESULT_WORKING_DAYS = 20  # 实施方案 二（五）: 任务完成后的20个工作日内

PUBLISH_PENALTY_WORKING_DAYS = 7  # 处罚决定作出之日起7个工作日内公示 (domain rules §4.7)


def publication_due(completed_on: date, calendar: WorkCalendar) -> date:
    """The last day on which a result is published in time."""
    return calendar.add(completed_on, PUBLISH_RESULT_WORKING_DAYS)


def penalty_due(decided_on: date, calendar: WorkCalendar) -> date:
    """The last day on which a penalty decision is published in time."""
    return calendar.add(decided_on, PUBLISH_PENALTY_WORKING_DAYS)


def publishes_by_itself(
    *, today: date, due_on: date, days_left: int, calendar: WorkCalendar
) -> bool:
    """True once ``days_left`` working days or fewer remain: the system publishes, never late."""
    return today >= calendar.subtract(due_on, days_left)
