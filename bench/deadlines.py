"""The deadline sweep with 1,000 and with 10,000,000 stored clocks, on PostgreSQL.

    DATABASE_URL=postgres://… python bench/deadlines.py [--rows 10000000]

Makes a database of its own beside the one named, drops it afterwards. Prints queries, rows read and
the ratio of the times; 100 clocks are due in both.
"""

import argparse
import json
import time
from datetime import date, timedelta
from typing import Any

from house import prepare

prepare()

from django.core.management import call_command
from django.db import connection

from registry.clocks.selectors import work_calendar
from registry.clocks.services.calendar import load_calendar
from registry.clocks.services.deadlines import sweep_deadlines
from registry.models import Deadline, DeadlineReminder, Notification

TODAY = date(2026, 6, 1)
DUE = 100
FILL = """
INSERT INTO registry_deadline (kind, subject, label, link, started_on, due_on, provisional,
    basis, role, state, closed_at, next_check, created_at)
SELECT 'publish_result', 'assignment:' || n, 'CJ-' || n, '', %(start)s, %(due)s, false, '', 'publisher',
    CASE WHEN n %% 10 = 0 THEN 'open' ELSE 'met' END,
    CASE WHEN n %% 10 = 0 THEN NULL ELSE now() END,
    CASE WHEN n %% 10 = 0 THEN %(later)s::date ELSE NULL END, now()
FROM generate_series(%(first)s, %(last)s) AS n
"""


def fill(first: int, last: int) -> None:
    """Nine of ten clocks are closed, the open ones speak later."""
    values = {
        "start": TODAY - timedelta(days=20),
        "due": TODAY + timedelta(days=60),
        "later": TODAY + timedelta(days=30),
        "first": first,
        "last": last,
    }
    with connection.cursor() as cursor:
        cursor.execute(FILL, values)
        cursor.execute("VACUUM ANALYZE registry_deadline")


def make_due() -> None:
    """The same clocks are due again, as if nothing had been said."""
    Notification.objects.all().delete()
    DeadlineReminder.objects.all().delete()
    ids = list(
        Deadline.objects.filter(state="open").order_by("pk").values_list("pk", flat=True)[:DUE]
    )
    Deadline.objects.filter(pk__in=ids).update(due_on=TODAY + timedelta(days=5), next_check=TODAY)


class Counter:
    """Counts the queries that pass through the connection."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Any, *arguments: Any) -> Any:
        self.queries += 1
        return execute(*arguments)


def measure() -> tuple[int, float]:
    """Queries of one sweep, and the best of five processor-and-wait times in seconds."""
    counts, times = [], []
    for _round in range(5):
        make_due()
        counter = Counter()
        start = time.perf_counter()
        with connection.execute_wrapper(counter):
            reminded = sweep_deadlines(today=TODAY, calendar=work_calendar())
        times.append(time.perf_counter() - start)
        counts.append(counter.queries)
        if reminded != DUE:
            raise SystemExit(f"{reminded} of {DUE} clocks spoke")
    return counts[-1], min(times)


def rows_read() -> int:
    """Rows the sweep's own question touches, by the plan PostgreSQL really ran."""
    make_due()
    question = Deadline.objects.filter(state="open", next_check__lte=TODAY).order_by(
        "next_check", "pk"
    )
    plan = json.loads(question.explain(format="json", analyze=True))[0]["Plan"]
    found = []

    def walk(node: dict) -> None:
        found.append(node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
        for child in node.get("Plans", []):
            walk(child)

    walk(plan)
    return max(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    rows = parser.parse_args().rows
    if connection.vendor != "postgresql":
        raise SystemExit("DATABASE_URL must name a PostgreSQL database")
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        call_command("setup_roles", verbosity=0)
        load_calendar()
        fill(1, 1_000)
        few, few_seconds = measure()
        fill(1_001, rows)
        many, many_seconds = measure()
        read = rows_read()
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
    print(f"{DUE} clocks due; queries with 1,000 stored: {few}, with {rows:,} stored: {many}")
    print(f"rows read by the sweep's question with {rows:,} stored: {read}")
    print(f"time with {rows:,} stored / with 1,000 stored: {many_seconds / few_seconds:.2f}")


if __name__ == "__main__":
    main()
