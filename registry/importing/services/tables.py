"""The tables an import compares and writes, and the few statements every part of it needs."""

from typing import Any

from django.db import connection

from registry.importing.services import sql
from registry.models import AuditEvent, ImportedFile, ImportRow, PollutionSource, SpecialFlag

ROWS = ImportRow._meta.db_table
UNITS = PollutionSource._meta.db_table
FLAGS = SpecialFlag._meta.db_table
EVENTS = AuditEvent._meta.db_table
MANY = 2000
# The staged rows that change a unit, each with its unit.
CHANGED = f"FROM {ROWS} s JOIN {UNITS} p ON p.id = s.match_id"
IN_FORCE = (
    f"(SELECT source_id, MAX(id) AS id FROM {FLAGS} WHERE state = 'approved' AND starts_on <= %s"  # noqa: S608
    " AND (ends_on IS NULL OR ends_on > %s) GROUP BY source_id)"
)


def run(statement: str, *parameters: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def fetch(statement: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def said_fields(job: ImportedFile) -> list[str]:
    """The fields some table of the file speaks of, besides the flag."""
    present = set(job.report.get("present", ()))
    fields = [name for name in sql.COMPARED if name in present]
    if "uscc" in present and "no_code_reason" not in fields:
        fields.append("no_code_reason")  # a code that is added takes the reason for none away
    return fields


def plan_for(job: ImportedFile) -> None:
    """PostgreSQL knows nothing yet of rows that just came in, and would join them one by one."""
    if sql.is_postgresql() and ImportRow.objects.filter(job=job)[:MANY].count() == MANY:
        run(f"ANALYZE {ROWS} (job_id, outcome, number, code, uscc, site, name)")
        run("SET LOCAL enable_nestloop = off")
