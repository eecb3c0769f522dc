"""Repeated visits to one unit (domain rules §3): how often is too often, and for whom.

Every kind of check counts. The numbers are 本局设定 (practice of Chengdu's 一码检查).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Limits:
    """Most visits in one day, one week (Monday to Sunday) and one month; ``officer``: the visit of
    the same officer within a year, nothing found before, for which a reason is asked."""

    day: int = 1
    week: int = 2
    month: int = 3
    officer: int = 3


@dataclass(frozen=True)
class Visit:
    """``officers``: codes; ``found``: whether something was found. Visits of one ``group`` (综合查一次)
    on one day are one visit."""

    on: date
    officers: frozenset[str] = frozenset()
    found: bool = False
    group: str = ""


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _number(visits: Iterable[Visit]) -> int:
    """How many visits these are: merged ones count once."""
    rows = list(visits)
    merged = {(visit.on, visit.group) for visit in rows if visit.group}
    return len(merged) + sum(1 for visit in rows if not visit.group)


def too_often(visits: Sequence[Visit], *, day: date, limits: Limits, group: str = "") -> list[str]:
    """What one more visit on ``day`` would exceed, in words; nothing when it is within all limits.

    ``group``: the visit is made together with others of this group.
    """
    this = Visit(day, group=group)
    spans = (
        ("当日", limits.day, lambda v: v.on == day),
        ("本周", limits.week, lambda v: _monday(v.on) == _monday(day)),
        ("本月", limits.month, lambda v: (v.on.year, v.on.month) == (day.year, day.month)),
    )
    said = []
    for label, most, within in spans:
        number = _number([*filter(within, visits), this])
        if number > most:
            said.append(f"{label}将是对该单位的第 {number} 次上门（上限 {most} 次）")
    return said


def officers_again(
    visits: Iterable[Visit], *, day: date, team: Collection[str], limits: Limits
) -> dict[str, int]:
    """``{officer: which visit this would be}`` for those of the team who were at this unit so often in
    the calendar year, with nothing found, that a reason is asked."""
    counts = dict.fromkeys(team, 0)
    for visit in visits:
        if visit.on.year == day.year and visit.on <= day and not visit.found:
            for code in visit.officers & counts.keys():
                counts[code] += 1
    return {code: n + 1 for code, n in counts.items() if n + 1 >= limits.officer}
