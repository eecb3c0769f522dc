"""The list of results: filters, order and pages, each read from an index however long it is."""

# ruff: noqa: S608  (only names fixed in this file are put into the statements)

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Min, Q, QuerySet, Sum

from disclosure.models import PublicResult, PublicTally
from disclosure.rules.paging import Position, read_position
from registry.database.rules import name_search
from registry.database.text_index import TextIndex
from registry.rules.quarter import Quarter
from registry.web.paging import Count, count_up_to

PAGE = 20
COUNT_CAP = 1000
RARE = 0.002  # share of the names; below it gathering beats walking
TEXT_LENGTH = 60
COLUMNS = (
    "id", "public_id", "enterprise_name", "enterprise_key", "outcome_text", "handling", "category",
    "checked_on", "published_on", "withdrawn_at", "withdrawn_note",
)  # fmt: skip
SELECTED = ", ".join(COLUMNS)
# The identifier is only ever printed; as text it need not become an object first.
PRINTED = SELECTED.replace("public_id", "public_id::text")
# What a reader may order by: the column, and whether the newest come first.
SORTS = {
    "": ("published_on", True),
    "published": ("published_on", False),
    "-checked": ("checked_on", True),
    "checked": ("checked_on", False),
}
NAMES = TextIndex("disclosure_publicresult", ("enterprise_name",), ("uscc",))
QUARTER = re.compile(r"20\d\dQ[1-4]", re.ASCII)
USCC = re.compile(r"[0-9A-Z]{6,18}", re.ASCII)


@dataclass(frozen=True)
class Wanted:
    """What the reader asked for; whatever cannot be meant is dropped, never an error."""

    text: str = ""
    quarter: str = ""
    plan: str = ""
    category: str = ""
    outcome: str = ""
    sort: str = ""
    # The first quarter of the list where none is asked for; what lies before is archived.
    since: Quarter | None = None
    # The earliest day of publication from that quarter on, where the caller knows it.
    first_day: date | None = None

    @classmethod
    def read(cls, query: Mapping[str, str], *, shown_from: Quarter | None = None) -> "Wanted":
        quarter = query.get("quarter", "")
        plan = query.get("plan", "")[:12]
        if not QUARTER.fullmatch(quarter):
            # Plans were once named in the same parameter; such links are out in the world.
            plan, quarter = plan or quarter[:12], ""
        sort = query.get("sort", "")
        return cls(
            text=" ".join(query.get("q", "").split())[:TEXT_LENGTH],
            quarter=quarter,
            plan=plan,
            category=query.get("category", "")[:20],
            outcome=query.get("outcome", "")[:1],
            sort=sort if sort in SORTS else "",
            since=None if quarter or plan else shown_from,
        )

    @property
    def exact(self) -> dict[str, str]:
        values = {
            "quarter": self.quarter,
            "plan_number": self.plan,
            "category": self.category,
            "outcome": self.outcome,
        }
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True)
class Page:
    """``after`` and ``before`` lead on and back; empty at the ends of the list."""

    rows: list[dict[str, Any]]
    after: str
    before: str


def conditions(wanted: Wanted) -> tuple[list[str], list[Any]]:
    """The filters as conditions of SQL and their values."""
    return [f"{name} = %s" for name in wanted.exact], list(wanted.exact.values())


def page_of(
    wanted: Wanted, *, after: str = "", before: str = "", last: bool = False, size: int = PAGE
) -> Page:
    """One page by keyset: as fast at the end of a million rows as at its beginning."""
    column, newest_first = SORTS[wanted.sort]
    backwards = last or bool(before)
    descending = newest_first != backwards
    position = None if last else read_position(before or after)
    read = _search if wanted.text else _walk
    found = read(wanted, column, position, descending, size + 1)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([], "", "")
    ends = [Position(row[column], row["id"]).text for row in (found[0], found[-1])]
    has_before = more if backwards else position is not None
    has_after = position is not None if backwards else more
    return Page(found, ends[1] if has_after else "", ends[0] if has_before else "")


def _walk(
    wanted: Wanted, column: str, position: Position | None, descending: bool, size: int
) -> list[dict[str, Any]]:
    """Written in SQL: to build the same statement from a query set takes longer than to run it."""
    parts, values = conditions(wanted)
    if wanted.since is not None:
        # No check of a quarter is made or published before it begins: the day bounds the walk.
        # What was published in that quarter belongs to the one before for weeks; a walk from the
        # end would read through all of it, so it starts at the first day that has a row to show.
        parts += ["quarter >= %s", f"{column} >= %s"]
        bound = wanted.first_day if column == "published_on" else None
        values += [str(wanted.since), bound or wanted.since.start]
    if position is not None:
        way = "<" if descending else ">"
        # Bounded first, then refined: the form both databases answer from the index.
        parts.append(f"{column} {way}= %s AND ({column} {way} %s OR id {way} %s)")
        values += [position.day, position.day, position.pk]
    where = f"WHERE {' AND '.join(parts)}" if parts else ""
    order = "DESC" if descending else "ASC"
    return _read(
        f"SELECT {_selected()} FROM disclosure_publicresult {where} "
        f"ORDER BY {column} {order}, id {order} LIMIT {size}",
        COLUMNS,
        values,
    )


def _selected() -> str:
    return SELECTED if connection.vendor == "sqlite" else PRINTED


def _read(sql: str, columns: Sequence[str], values: Sequence[Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    if connection.vendor == "sqlite":  # which knows neither identifiers nor days
        for row in rows:
            row["public_id"] = UUID(row["public_id"])
            for name in ("checked_on", "published_on"):
                row[name] = date.fromisoformat(str(row[name]))
    return rows


def of_enterprise(key: str) -> list[dict[str, Any]]:
    """Everything published about one enterprise, the latest check first; in each row also whether
    the enterprise ``has_problems`` or ``has_penalties``, so that most need no second question."""
    return _read(
        f"SELECT {_selected()}, uscc, register_code, "
        "EXISTS (SELECT 1 FROM disclosure_publicproblem p "
        "WHERE p.enterprise_key = r.enterprise_key AND NOT p.withdrawn), "
        "EXISTS (SELECT 1 FROM disclosure_publicpenalty p "
        "WHERE p.enterprise_key = r.enterprise_key) "
        "FROM disclosure_publicresult r WHERE enterprise_key = %s ORDER BY checked_on DESC, id DESC",
        (*COLUMNS, "uscc", "register_code", "has_problems", "has_penalties"),
        [key],
    )


def _named(wanted: Wanted) -> QuerySet[PublicResult]:
    code = wanted.text.upper()
    exact = {**wanted.exact, **({"uscc__startswith": code} if USCC.fullmatch(code) else {})}
    rows = PublicResult.objects.filter(**exact)
    if wanted.since is not None:
        rows = rows.filter(quarter__gte=str(wanted.since))
    return rows if USCC.fullmatch(code) else rows.filter(NAMES.matches(wanted.text))


def _search(
    wanted: Wanted, column: str, position: Position | None, descending: bool, size: int
) -> list[dict[str, Any]]:
    rows = _named(wanted)
    if position is not None:
        way = "lt" if descending else "gt"
        rows = rows.filter(**{f"{column}__{way}e": position.day}).filter(
            Q(**{f"{column}__{way}": position.day}) | Q(**{f"pk__{way}": position.pk})
        )
    if _is_rare(wanted.text):
        return _gathered(rows, column, descending, size)
    sign = "-" if descending else ""
    return list(rows.order_by(sign + column, sign + "id").values(*COLUMNS)[:size])


def _is_rare(text: str) -> bool:
    """Whether so few names hold the text that they are better gathered first and then sorted.

    PostgreSQL takes every pair it has no statistics of for equally frequent, and would rather walk
    a million rows in their order than fetch the few that match.
    """
    if connection.vendor != "postgresql":
        return False
    known = NAMES.frequencies()
    asked = [name_search.wanted(term).pairs for term in name_search.terms(text)]
    found = [min(known.get(pair, 0.0) for pair in term) for term in asked if term]
    return bool(known) and bool(found) and min(found) < RARE


def _gathered(
    rows: QuerySet[PublicResult], column: str, descending: bool, size: int
) -> list[dict[str, Any]]:
    inner, values = rows.order_by().values_list(*COLUMNS).query.sql_with_params()
    order = "DESC" if descending else "ASC"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found ({SELECTED}) AS MATERIALIZED ({inner}) "
            f"SELECT * FROM found ORDER BY {column} {order}, id {order} LIMIT {size}",
            values,
        )
        return [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]


def first_day_of(since: Quarter) -> date:
    """The first day on which a result of ``since`` or later was published."""
    found = PublicResult.objects.filter(quarter__gte=str(since), published_on__gte=since.start)
    day: date | None = found.aggregate(day=Min("published_on"))["day"]
    return day or since.start


def count_of(wanted: Wanted) -> Count:
    """How many there are: from the counters, or counted up to a limit."""
    if wanted.text or wanted.plan:
        return count_up_to(_named(wanted) if wanted.text else _planned(wanted), COUNT_CAP)
    tallies = PublicTally.objects.filter(**wanted.exact)
    if wanted.since is not None:
        tallies = tallies.filter(quarter__gte=str(wanted.since))
    return Count(tallies.aggregate(n=Sum("number"))["n"] or 0)


def _planned(wanted: Wanted) -> QuerySet[PublicResult]:
    return PublicResult.objects.filter(**wanted.exact)


def choices_of() -> dict[str, list[Any]]:
    """Quarters (newest first, with their names) and categories there are results of."""
    found = set(PublicTally.objects.filter(number__gt=0).values_list("quarter", "category"))
    return {
        "quarters": [
            (quarter, Quarter.parse(quarter).label)
            for quarter in sorted({quarter for quarter, _c in found}, reverse=True)
        ],
        "categories": sorted({category for _q, category in found if category}),
    }
