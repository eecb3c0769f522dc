"""The register list: which units a filter means, how many, and what a row shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains

from registry.choices import RegulatoryType, SourceKind, SourceStatus
from registry.models import CheckLedgerEntry, PollutionSource, SpecialFlag
from registry.querysets import PollutionSourceQuerySet
from registry.rules.register_quality import BY_KEY, Gap
from registry.selectors.register_quality import detail, gap_condition
from registry.web.paging import MOST_COUNTED, Count, Page, count_up_to, page_of

LEFT = [value for value in SourceStatus.values if value != SourceStatus.NORMAL]
# To count what a filter means, rows must be read: all of a small register, few of a large one.
SMALL_REGISTER = 50_000
MOST_FILTERED = 200
MOST_GRIDS = 200
ORDERS: dict[str, dict[str, Any]] = {
    "code": {"field": "code", "unique": True},
    "name": {"field": "name"},
    "updated": {"field": "updated_at", "descending": True},
    "address": {"field": "address"},
}

Rows = PollutionSourceQuerySet


def in_tab(tab: str, today: date) -> Rows:
    """The tabs 重点, 一般, 建设项目 and 已移出 add up to 全部; 特殊 lies across them."""
    rows = PollutionSource.objects.all()
    if tab == "left":
        return rows.filter(status__in=LEFT)  # named one by one: the index knows no "not"
    if tab == "special":
        return rows.active().special_on(today)
    if tab == "construction":
        return rows.active().filter(kind=SourceKind.CONSTRUCTION)
    if tab in RegulatoryType.values:
        return rows.in_pool().filter(regulatory_type=tab)
    return rows


def tab_counts(tabs: Sequence[tuple[str, Any]], today: date) -> list[tuple[str, Any, Count]]:
    return [(tab, label, count_up_to(in_tab(tab, today).order_by())) for tab, label in tabs]


def _is(field: str) -> Callable[[str, date], Q]:
    return lambda value, _day: Q(**{field: "" if value == "none" else value})


def _yes(field: str) -> Callable[[str, date], Q]:
    return lambda value, _day: Q(**{field: value == "yes"})


def _checked(value: str, day: date) -> Q:
    year = CheckLedgerEntry.objects.filter(
        source=OuterRef("pk"), checked_on__gte=date(day.year, 1, 1), checked_on__lte=day
    )
    return Q(Exists(year)) if value == "yes" else ~Q(Exists(year))


def _flagged(value: str, day: date) -> Q:
    flags = SpecialFlag.objects.in_force(day).filter(reason=value)
    return Q(pk__in=flags.values("source_id"))


def _key_class(value: str, _day: date) -> Q:
    # A JSON list on both databases; the quotes keep "water" apart from "groundwater".
    return Q(Contains(Cast("key_classes", TextField()), f'"{value}"'))


CONDITIONS: dict[str, Callable[[str, date], Q]] = {
    "status": _is("status"),
    "risk": _is("risk_grade"),
    "credit": _is("credit_grade"),
    "permit": _is("permit_class"),
    "grid": _is("grid"),
    "industry": lambda value, _day: Q(industry_code__startswith=value),
    "address": lambda value, _day: Q(address__contains=value),
    "online": _yes("online_monitored"),
    "positive": _yes("positive_list"),
    "key_class": _key_class,
    "reason": _flagged,
    "checked": _checked,
    "problem": gap_condition,
}


def is_filtered(chosen: Mapping[str, str]) -> bool:
    return bool(chosen.get("q")) or any(chosen.get(name) for name in CONDITIONS)


def listed(chosen: Mapping[str, str], today: date) -> Rows:
    """The units of the tab that meet every condition; in no order yet."""
    rows = in_tab(chosen["tab"], today)
    for name, condition in CONDITIONS.items():
        if value := chosen.get(name):
            rows = rows.filter(condition(value, today))
    return rows.search(chosen.get("q", ""))


def found(rows: Rows, page: Page) -> Count:
    """How many units a filter means; of a large register only whether they are more than a few.

    A page without neighbours holds them all: what was searched once is not searched again.
    """
    if page.previous is None and page.next is None:
        return Count(len(page.keys))
    newest = PollutionSource.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    most = MOST_COUNTED if newest <= SMALL_REGISTER else MOST_FILTERED
    return count_up_to(rows.order_by("code"), most)


def ordered(rows: Rows, sort: str) -> Rows:
    order = ORDERS[sort]
    sign = "-" if order.get("descending") else ""
    return rows.order_by(f"{sign}{order['field']}", "pk")


def order_of(chosen: Mapping[str, str]) -> str:
    """The order asked for; units that concern one another stand together."""
    problem = BY_KEY.get(chosen.get("problem", ""))
    return problem.sort if problem and problem.sort else chosen["sort"]


@dataclass(frozen=True)
class Row:
    source: PollutionSource
    special: str
    last_check: date | None
    detail: str = ""  # what is to be mended, where the list is filtered by a problem

    @property
    def type_label(self) -> str:
        """A construction project is drawn as such, whatever it will be one day."""
        if self.source.kind == SourceKind.CONSTRUCTION:
            return str(self.source.get_kind_display())
        return str(self.source.get_regulatory_type_display())


def source_page(
    rows: Rows, sort: str, today: date, problem: Gap | None = None, **place: Any
) -> tuple[list[Row], Page]:
    """One page of ``rows``: keys in order from the index first, then fifty rows by key."""
    page = page_of(rows, **ORDERS[sort], **place)
    return rows_of(page.keys, today, problem), page


def rows_of(keys: Sequence[int], today: date, problem: Gap | None = None) -> list[Row]:
    """These units in this order, with what stands in other tables."""
    units = {unit.pk: unit for unit in PollutionSource.objects.filter(pk__in=keys)}
    flags: dict[int, list[str]] = {}
    for flag in SpecialFlag.objects.in_force(today).filter(source__in=keys).order_by("pk"):
        flags.setdefault(flag.source_id, []).append(str(flag.get_reason_display()))
    checks = CheckLedgerEntry.objects.filter(source__in=keys).order_by()
    last = dict(checks.values_list("source_id").annotate(Max("checked_on")))
    return [
        Row(
            units[pk],
            "、".join(flags.get(pk, ())),
            last.get(pk),
            detail(problem, units[pk]) if problem else "",
        )
        for pk in keys
        if pk in units
    ]


def place_of(text: str, sort: str) -> int | None:
    """The key after which the rows begin that stand at or behind ``text`` in the order."""
    field = ORDERS[sort]["field"]
    before = PollutionSource.objects.filter(**{f"{field}__lt": text})
    return before.order_by(f"-{field}", "-pk").values_list("pk", flat=True).first()


def grids_in_use() -> list[str]:
    """Every grid once, by jumping from one to the next in the index instead of reading all rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE grids (grid) AS ("
            " SELECT min(grid) FROM registry_pollutionsource WHERE grid > ''"
            " UNION ALL SELECT (SELECT min(next.grid) FROM registry_pollutionsource AS next"
            " WHERE next.grid > grids.grid) FROM grids WHERE grids.grid IS NOT NULL"
            ") SELECT grid FROM grids WHERE grid IS NOT NULL LIMIT %s",
            [MOST_GRIDS],
        )
        return [grid for (grid,) in cursor.fetchall()]
