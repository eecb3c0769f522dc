"""Working days (domain rules §6): weekends, then three layers of notices, later layers win.

The start day is never counted. Past the last year with an official national notice a date
follows from weekends and statutory days alone and is provisional (暂定): bridge days, make-up days
and the Xinjiang days of such a year are unknown, as are lunar days after 2035.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from registry.rules.quarter import Quarter

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class DayKind(StrEnum):
    """What a layer says of a day; NORMAL cancels what a lower layer said."""

    OFF = "off"
    WORK = "work"
    NORMAL = "normal"


# 全国年节及纪念日放假办法（国务院令第795号，2025-01-01 起）: statutory days with a fixed date.
FIXED_STATUTORY = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
# 春节 (正月初一) · 清明 · 端午 · 中秋 of years without a notice yet. Computed from the new moon and
# the sun's longitude in Beijing time; 2027 and 2030 fall within minutes of midnight, where common
# calendar libraries are a day off. A 中秋 within 国庆 (2028, 2031) is listed all the same.
LUNAR_DATES = (
    ("2027-02-06", "2027-04-05", "2027-06-09", "2027-09-15"),
    ("2028-01-26", "2028-04-04", "2028-05-28", "2028-10-03"),
    ("2029-02-13", "2029-04-04", "2029-06-16", "2029-09-22"),
    ("2030-02-03", "2030-04-05", "2030-06-05", "2030-09-12"),
    ("2031-01-23", "2031-04-05", "2031-06-24", "2031-10-01"),
    ("2032-02-11", "2032-04-04", "2032-06-12", "2032-09-19"),
    ("2033-01-31", "2033-04-04", "2033-06-01", "2033-09-08"),
    ("2034-02-19", "2034-04-05", "2034-06-20", "2034-09-27"),
    ("2035-02-08", "2035-04-05", "2035-06-10", "2035-09-16"),
)


def _lunar_statutory() -> frozenset[date]:
    """清明, 端午 and 中秋 a day each; 春节 from 除夕 to 初三."""
    days: set[date] = set()
    for new_year, *single in LUNAR_DATES:
        first = date.fromisoformat(new_year)
        days.update(first + ONE_DAY * n for n in range(-1, 3))
        days.update(map(date.fromisoformat, single))
    return frozenset(days)


LUNAR_STATUTORY = _lunar_statutory()


@dataclass(frozen=True)
class WorkCalendar:
    """``layers``: day → DayKind value, lowest first; ``last_official_year``: national notices
    are complete up to this year."""

    layers: tuple[Mapping[date, str], ...]
    last_official_year: int

    def is_provisional(self, day: date) -> bool:
        """True past the last year with an official notice."""
        return day.year > self.last_official_year

    def is_workday(self, day: date) -> bool:
        for layer in reversed(self.layers):
            kind = layer.get(day)
            if kind == DayKind.NORMAL:
                break
            if kind is not None:
                return kind == DayKind.WORK
        return day.weekday() < SATURDAY and not self._is_bare_statutory(day)

    def _is_bare_statutory(self, day: date) -> bool:
        if not self.is_provisional(day):
            return False
        return (day.month, day.day) in FIXED_STATUTORY or day in LUNAR_STATUTORY

    def add(self, start: date, count: int) -> date:
        """The ``count``-th working day after ``start``; ``start`` itself for 0."""
        return self._walk(start, count, ONE_DAY)

    def subtract(self, end: date, count: int) -> date:
        """The ``count``-th working day before ``end``; ``end`` itself for 0."""
        return self._walk(end, count, -ONE_DAY)

    def _walk(self, day: date, count: int, step: timedelta) -> date:
        if count < 0:
            raise ValueError("工作日数不能为负")
        while count:
            day += step
            count -= self.is_workday(day)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when reversed."""
        if end < start:
            return -self.between(end, start)
        days = (end - start).days
        return sum(self.is_workday(start + ONE_DAY * n) for n in range(1, days + 1))

    def first_workday_from(self, day: date) -> date:
        """``day`` if it is a working day, else the next one."""
        return day if self.is_workday(day) else self.add(day, 1)

    def last_workdays(self, quarter: Quarter, count: int) -> tuple[date, ...]:
        """The last ``count`` working days of ``quarter``, ascending."""
        first_after = quarter.end + ONE_DAY
        return tuple(self.subtract(first_after, n) for n in range(count, 0, -1))
