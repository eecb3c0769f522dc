"""When a running clock speaks: 10, 5, 2 and 0 working days before, and once overdue."""

from collections.abc import Collection
from datetime import date, timedelta

from registry.clocks.rules.workdays import WorkCalendar

STAGES = (10, 5, 2, 0)
OVERDUE = -1


def stage_day(calendar: WorkCalendar, *, due_on: date, stage: int) -> date:
    """The first day on which ``stage`` or fewer working days are left; the day after the due
    date for OVERDUE."""
    if stage == OVERDUE:
        return due_on + timedelta(days=1)
    return due_on if stage == 0 else calendar.subtract(due_on, stage)


def stages_due(
    calendar: WorkCalendar, *, due_on: date, sent: Collection[int], today: date
) -> list[int]:
    """Stages whose day has come and which were not sent, widest first."""
    return [
        stage
        for stage in (*STAGES, OVERDUE)
        if stage not in sent and stage_day(calendar, due_on=due_on, stage=stage) <= today
    ]


def next_check_day(
    calendar: WorkCalendar, *, due_on: date, sent: Collection[int], today: date
) -> date | None:
    """The next day the sweep has to look at this clock; None once everything was said."""
    days = [
        stage_day(calendar, due_on=due_on, stage=stage)
        for stage in (*STAGES, OVERDUE)
        if stage not in sent
    ]
    return min(days) if days else None
