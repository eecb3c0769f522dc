"""确保全覆盖: which items of a list the checks of a year have looked at, and which they have not (domain rules §2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.choices import ListLevel
from registry.item_lists.selectors import item_list_in_force
from registry.models import CheckLedgerEntry, InspectionItem, InspectionItemList
from registry.rules.quarter import Quarter


@dataclass(frozen=True)
class Covered:
    """One item and what the year's finished checks did with it; ``plans`` counts the year's plans
    that name it."""

    item: InspectionItem
    checks: int
    last: date | None
    plans: int


def coverage(item_list: InspectionItemList, year: int) -> list[Covered]:
    """Every item of the list: how many finished checks of the year looked at it, and when last."""
    counts: dict[str, int] = {}
    last: dict[str, date] = {}
    rows = CheckLedgerEntry.objects.filter(checked_on__year=year).order_by("checked_on")
    for on, codes in rows.values_list("checked_on", "items").iterator():
        for code in set(codes):
            counts[code] = counts.get(code, 0) + 1
            last[code] = on
    planned = _planned(item_list.items.values_list("code", flat=True), year)
    return [
        Covered(row, counts.get(row.code, 0), last.get(row.code), planned.get(row.code, 0))
        for row in item_list.items.order_by("position", "code")
    ]


def _planned(codes: Iterable[str], year: int) -> dict[str, int]:
    """How many plans of the year name an item of that code, whatever version it came from."""
    found: dict[str, int] = {}
    rows = InspectionItem.objects.filter(
        code__in=list(codes), plans__quarter__startswith=str(year)
    ).values_list("code", "plans__number")
    for code, _plan in set(rows):
        found[code] = found.get(code, 0) + 1
    return found


def list_for_coverage(level: str, year: int, today: date) -> InspectionItemList | None:
    """The version in force today, or at the end of a year that is past."""
    return item_list_in_force(level, min(today, date(year, 12, 31)))


def years_with_checks(today: date) -> Sequence[int]:
    years = {day.year for day in CheckLedgerEntry.objects.dates("checked_on", "year")}
    return sorted(years | {today.year}, reverse=True)


def items_not_covered(year: int) -> list[str]:
    """Items of the bureau's list that no finished check of the year has looked at."""
    item_list = item_list_in_force(ListLevel.BUREAU, Quarter(year, 4).start)
    if item_list is None:
        return []
    return [str(row.item) for row in coverage(item_list, year) if row.checks == 0]
