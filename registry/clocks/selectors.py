"""Reads of the deadline calendar."""

import calendar as months
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from registry.choices import BureauRole, CalendarLayer, DeadlineState
from registry.clocks.rules.clock import Clock
from registry.clocks.rules.workdays import WorkCalendar
from registry.models import AuditEvent, CalendarDay, Deadline, HolidayNotice


def work_calendar() -> WorkCalendar:
    """The calendar as it stands now, three layers, national first."""
    layers: dict[str, dict[date, str]] = {layer: {} for layer in CalendarLayer.values}
    rows = CalendarDay.objects.order_by("day").values_list("notice__layer", "day", "kind")
    for layer, day, kind in rows:
        layers[layer][day] = kind
    last = (
        HolidayNotice.objects.filter(layer=CalendarLayer.NATIONAL)
        .order_by("-year")
        .values_list("year", flat=True)
        .first()
    )
    ordered = (CalendarLayer.NATIONAL, CalendarLayer.XINJIANG, CalendarLayer.PREFECTURE)
    return WorkCalendar(tuple(layers[layer] for layer in ordered), last or 0)


SHOWN = 500  # rows on one page; what lies further ahead is seen in its own month


@dataclass(frozen=True)
class Row:
    deadline: Deadline
    clock: Clock


@dataclass(frozen=True)
class Day:
    day: date
    in_month: bool
    workday: bool
    today: bool
    rows: list[Row] = field(default_factory=list)


def deadlines_of(user: Any) -> QuerySet[Deadline]:
    """The open clocks that are this person's: named, or of his post where nobody is named."""
    names = set(user.groups.values_list("name", flat=True))
    roles = [role.value for role in BureauRole if role.label in names]
    mine = Q(pk__in=Deadline.users.through.objects.filter(user=user).values("deadline_id"))
    of_post = Q(role__in=roles, users=None)
    return Deadline.objects.filter(mine | of_post, state=DeadlineState.OPEN).order_by(
        "due_on", "pk"
    )


def all_deadlines() -> QuerySet[Deadline]:
    return Deadline.objects.filter(state=DeadlineState.OPEN).order_by("due_on", "pk")


def as_rows(deadlines: Iterable[Deadline], *, today: date, calendar: WorkCalendar) -> list[Row]:
    return [Row(row, clock_of(row, today=today, calendar=calendar)) for row in deadlines]


def clock_of(deadline: Deadline, *, today: date, calendar: WorkCalendar) -> Clock:
    return Clock.until(
        deadline.due_on, today=today, calendar=calendar, provisional=deadline.provisional
    )


def month_of(
    rows: Iterable[Row], *, year: int, month: int, today: date, calendar: WorkCalendar
) -> list[list[Day]]:
    """Whole weeks from Monday, each day with what is due on it."""
    by_day: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        by_day[row.deadline.due_on].append(row)
    return [
        [
            Day(day, day.month == month, calendar.is_workday(day), day == today, by_day[day])
            for day in week
        ]
        for week in months.Calendar().monthdatescalendar(year, month)
    ]


def recent_moves(limit: int = 50) -> list[AuditEvent]:
    """Clocks that followed a change of the working calendar, newest first."""
    return list(AuditEvent.objects.filter(action="deadline.recomputed").order_by("-pk")[:limit])
