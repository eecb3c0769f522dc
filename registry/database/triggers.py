"""Append-only tables: the database itself refuses UPDATE and DELETE on them.

SQLite and PostgreSQL both enforce this with triggers, so that neither a forgotten
``.update()`` nor a person at the SQL prompt changes what was recorded. The same module is
used by migrations and by the test harness, which must flush tables between tests.
"""

from collections.abc import Iterable
from typing import Any

from registry.database.migrating import WithoutModels

# Filled by the migrations' AppendOnly operations and by apps that load this module first.
APPEND_ONLY_TABLES = (
    "registry_auditevent",
    "registry_riskweights",
    "disclosure_publicnotice",
    "disclosure_publicstatutoryreport",
    "inspections_recordversion",
    "inspections_syncoperation",
    "inspections_assignmentview",
    "inspections_printedpaper",
    "inspections_paperprint",
    "inspections_gatescan",
)


def _create_statements(vendor: str, table: str) -> Iterable[str]:
    if vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            yield (
                f'CREATE TRIGGER IF NOT EXISTS "{table}_no_{verb.lower()}" BEFORE {verb} ON "{table}" '
                f"BEGIN SELECT RAISE(ABORT, 'append-only table {table}'); END"
            )
    elif vendor == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION chanji_append_only() RETURNS trigger AS $$ "
            "BEGIN RAISE EXCEPTION 'append-only table %', TG_TABLE_NAME "
            "USING ERRCODE = 'integrity_constraint_violation'; END; $$ LANGUAGE plpgsql"
        )
        yield f'DROP TRIGGER IF EXISTS "{table}_append_only" ON "{table}"'
        yield (
            f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION chanji_append_only()"
        )


def _drop_statements(vendor: str, table: str) -> Iterable[str]:
    if vendor == "sqlite":
        yield f'DROP TRIGGER IF EXISTS "{table}_no_update"'
        yield f'DROP TRIGGER IF EXISTS "{table}_no_delete"'
    elif vendor == "postgresql":
        yield f'DROP TRIGGER IF EXISTS "{table}_append_only" ON "{table}"'


def _run(connection: Any, statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _existing(connection: Any) -> list[str]:
    present = set(connection.introspection.table_names())
    return [table for table in APPEND_ONLY_TABLES if table in present]


def create_all(connection: Any) -> None:
    """Put the triggers on every append-only table that exists."""
    for table in _existing(connection):
        _run(connection, _create_statements(connection.vendor, table))


def drop_all(connection: Any) -> None:
    """Take the triggers off; only the test harness has a reason to."""
    for table in _existing(connection):
        _run(connection, _drop_statements(connection.vendor, table))


class AppendOnly(WithoutModels):
    """Migration operation: ``AppendOnly("registry_auditevent")``."""

    def __init__(self, table: str) -> None:
        if table not in APPEND_ONLY_TABLES:
            raise ValueError(f"{table} is missing from APPEND_ONLY_TABLES")
        self.table = table

        def forwards(_apps: None, schema_editor: Any) -> None:
            connection = schema_editor.connection
            _run(connection, _create_statements(connection.vendor, table))

        def backwards(_apps: None, schema_editor: Any) -> None:
            connection = schema_editor.connection
            _run(connection, _drop_statements(connection.vendor, table))

        super().__init__(forwards, backwards)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table], {})
