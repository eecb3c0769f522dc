"""Counters and change marks of the public tables, kept by the database itself.

A service that forgot to count, a bulk insert or a line at the SQL prompt would leave a page stale
or a number wrong; a trigger runs in the same transaction as whatever changed the table. They are
put in place after every migrate (SQLite drops the triggers of a table that a migration rebuilds).
"""

# ruff: noqa: S608  (only names fixed in this file are put into the statements)

from collections.abc import Iterable
from typing import Any

RESULTS = "disclosure_publicresult"
TALLY = "disclosure_publictally"
PULSE = "disclosure_publicationpulse"
# Every table a public page shows something of; the bureau's name and telephone are settings.
WATCHED = (
    "disclosure_guidematerial",
    "disclosure_guidepage",
    "disclosure_publicexternaldraw",
    "disclosure_publicfairness",
    "disclosure_publicitem",
    "disclosure_publicnotice",
    "disclosure_publicpenalty",
    "disclosure_publicplan",
    "disclosure_publicpositivelistchange",
    "disclosure_publicproblem",
    "disclosure_publicprogress",
    "disclosure_publicproof",
    "disclosure_publicstatutoryreport",
    RESULTS,
    "registry_bureausetting",
)
SORT = "quarter, category, outcome, random, late, withdrawn"
VERBS = ("INSERT", "UPDATE", "DELETE")


def sort_of(row: str = "") -> str:
    """The tally's columns as expressions over a result; ``row`` is ``NEW.`` or ``OLD.``."""
    return (
        f"{row}quarter, {row}category, {row}outcome, ({row}plan_number <> ''), "
        f"({row}published_on > {row}due_on), ({row}withdrawn_at IS NOT NULL)"
    )


def _same(row: str) -> str:
    columns = zip(SORT.split(", "), sort_of(row).split(", "), strict=True)
    return " AND ".join(f"{TALLY}.{name} = {value}" for name, value in columns)


def _sqlite_tally() -> Iterable[str]:
    # Not an upsert: inside a trigger the outer statement's OR IGNORE would decide about it.
    add = (
        f"INSERT INTO {TALLY} ({SORT}, number) SELECT {sort_of('NEW.')}, 0 "
        f"WHERE NOT EXISTS (SELECT 1 FROM {TALLY} WHERE {_same('NEW.')}); "
        f"UPDATE {TALLY} SET number = number + 1 WHERE {_same('NEW.')}; "
    )
    take = f"UPDATE {TALLY} SET number = number - 1 WHERE {_same('OLD.')}; "
    for verb, body in zip(VERBS, (add, take + add, take), strict=True):
        name = f"{RESULTS}_tally_{verb.lower()}"
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield f"CREATE TRIGGER {name} AFTER {verb} ON {RESULTS} BEGIN {body}END"


def _sqlite_pulse(table: str) -> Iterable[str]:
    now = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
    body = (
        f"INSERT INTO {PULSE} (table_name, token, changed_at) SELECT '{table}', '', {now} "
        f"WHERE NOT EXISTS (SELECT 1 FROM {PULSE} WHERE table_name = '{table}'); "
        f"UPDATE {PULSE} SET token = lower(hex(randomblob(16))), changed_at = {now} "
        f"WHERE table_name = '{table}'; "
    )
    for verb in VERBS:
        name = f"{table}_pulse_{verb.lower()}"
        yield f"DROP TRIGGER IF EXISTS {name}"
        yield f"CREATE TRIGGER {name} AFTER {verb} ON {table} BEGIN {body}END"


_POSTGRES_FUNCTIONS = (
    f"""CREATE OR REPLACE FUNCTION chanji_tally() RETURNS trigger AS $$ BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE {TALLY} SET number = {TALLY}.number - gone.number
        FROM (SELECT {sort_of()}, count(*) FROM old_rows GROUP BY 1, 2, 3, 4, 5, 6)
            AS gone ({SORT}, number)
        WHERE {" AND ".join(f"{TALLY}.{name} = gone.{name}" for name in SORT.split(", "))};
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO {TALLY} ({SORT}, number)
        SELECT {sort_of()}, count(*) FROM new_rows GROUP BY 1, 2, 3, 4, 5, 6
        ON CONFLICT ({SORT}) DO UPDATE SET number = {TALLY}.number + EXCLUDED.number;
    END IF;
    RETURN NULL; END; $$ LANGUAGE plpgsql""",
    f"""CREATE OR REPLACE FUNCTION chanji_pulse() RETURNS trigger AS $$ BEGIN
    INSERT INTO {PULSE} (table_name, token, changed_at)
    VALUES (TG_TABLE_NAME, gen_random_uuid()::text, clock_timestamp())
    ON CONFLICT (table_name) DO UPDATE
    SET token = EXCLUDED.token, changed_at = EXCLUDED.changed_at;
    RETURN NULL; END; $$ LANGUAGE plpgsql""",
)
_POSTGRES_ROWS = {
    "INSERT": "REFERENCING NEW TABLE AS new_rows",
    "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "REFERENCING OLD TABLE AS old_rows",
}


def _postgres(tables: Iterable[str]) -> Iterable[str]:
    yield from _POSTGRES_FUNCTIONS
    for verb, rows in _POSTGRES_ROWS.items():
        yield (
            f"CREATE OR REPLACE TRIGGER {RESULTS}_tally_{verb.lower()} AFTER {verb} ON {RESULTS} "
            f"{rows} FOR EACH STATEMENT EXECUTE FUNCTION chanji_tally()"
        )
    for table in tables:
        yield (
            f"CREATE OR REPLACE TRIGGER {table}_pulse "
            f"AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION chanji_pulse()"
        )


def create_all(connection: Any) -> None:
    """Put the triggers on every watched table; harmless to repeat."""
    present = set(connection.introspection.table_names())
    if not {RESULTS, TALLY, PULSE} <= present:
        return  # an older state of the migrations
    tables = [table for table in WATCHED if table in present]
    if connection.vendor == "postgresql":
        statements = list(_postgres(tables))
    else:
        statements = [*_sqlite_tally(), *(s for table in tables for s in _sqlite_pulse(table))]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def after_migrate(sender: Any, *, using: str, **kwargs: Any) -> None:
    from django.db import connections

    create_all(connections[using])
