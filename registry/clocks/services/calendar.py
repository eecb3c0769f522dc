"""Working calendar: load the shipped notices, and recompute clocks when a notice changes."""

from datetime import date
from typing import Any

from django.db import transaction

from registry.clocks.calendar_data import NOTICES
from registry.clocks.selectors import work_calendar
from registry.clocks.services.deadlines import Moved, recompute_deadlines
from registry.models import CalendarDay, HolidayNotice
from registry.trail.services import record_event


@transaction.atomic
def load_calendar() -> int:
    """Enter the shipped notices that are missing; a notice already there is the bureau's own and
    is left alone. Returns how many were entered."""
    entered = 0
    for notice in NOTICES:
        row, created = HolidayNotice.objects.get_or_create(
            layer=notice.layer,
            year=notice.year,
            defaults={"title": notice.title, "confirmed": notice.confirmed},
        )
        if not created:
            continue
        entered += 1
        days = [(day, "off") for day in notice.off] + [(day, "work") for day in notice.work]
        CalendarDay.objects.bulk_create(
            [CalendarDay(notice=row, day=day, kind=kind) for day, kind in days]
        )
        record_event(action="calendar.loaded", obj=row)
    return entered


@transaction.atomic
def calendar_changed(*, notice: HolidayNotice, actor: Any, today: date) -> list[Moved]:
    """Record the edit and move every open clock that counts working days; returns the moves."""
    record_event(action="calendar.changed", actor=actor, obj=notice)
    return recompute_deadlines(calendar=work_calendar(), today=today)
