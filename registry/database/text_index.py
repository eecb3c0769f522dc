"""Full-text search by any part of a Chinese name: one building block for every register.

The database keeps the index itself, so that no writer can forget it: on PostgreSQL a GIN index
over an expression, on SQLite an FTS5 table filled by triggers. A migration makes it
(:class:`CreateTextIndex`), a declared :class:`TextIndex` asks it::

    SOURCE_TEXT = TextIndex("registry_pollutionsource", ("name", "site", "code"), ("uscc",))
    PollutionSource.objects.filter(SOURCE_TEXT.matches("环保 昌吉"))
"""

# ruff: noqa: S608 — the statements are put together from names written in this project.

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, connections
from django.db.models import BooleanField, F, Func, Q, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower

from registry.database.migrating import WithoutModels
from registry.database.rules.name_search import (
    Wanted,
    fold,
    is_code,
    rarest,
    reads_alike,
    terms,
    wanted,
    widened,
)

STATISTICS_SECONDS = 600
# A large import lies here until the next vacuum instead of being sorted in row by row.
PENDING_KILOBYTES = 32 * 1024
LONGEST_TEXT = 700
# SQLite has no normalize(), and its parser room for few nested calls: what people type either way.
FULL_WIDTH = [(wide, fold(wide)) for wide in "（）－＆　"]

_known: dict[tuple[str, str], tuple[float, dict[str, float]]] = {}


class Text(Func):
    """The indexed fields as one text, each closed by a line end."""

    output_field = TextField()
    arg_joiner = " || "

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._joined(compiler, connection, r"E'\n'")

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self._joined(compiler, connection, "char(10)")

    def _joined(self, compiler: Any, connection: Any, end: str) -> tuple[str, list[Any]]:
        columns = [compiler.compile(source)[0] for source in self.get_source_expressions()]
        return "(" + " || ".join(f"{column} || {end}" for column in columns) + ")", []


class Folded(Func):
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(
            compiler, connection, template="lower(normalize(%(expressions)s, NFKC))", **context
        )

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return _folded_by_sqlite(sql), params


class Contains(Func):
    """A test for a part of a text of which the planner guesses "one row in three", not "hardly
    any" as it does for LIKE: so it walks the order of the page where matches are common."""

    output_field = BooleanField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(
            compiler, connection, template="(strpos(%(expressions)s) > 0)", **context
        )

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return super().as_sql(
            compiler, connection, template="(instr(%(expressions)s) > 0)", **context
        )


class HasPairs(Func):
    output_field = BooleanField()
    template = "(chanji_pairs(%(expressions)s::tsquery))"
    arg_joiner = ") @@ ("


def _folded_by_sqlite(sql: str) -> str:
    for wide, narrow in FULL_WIDTH:
        quoted = narrow.replace("'", "''")
        sql = f"replace({sql}, '{wide}', '{quoted}')"
    return f"lower({sql})"


@dataclass(frozen=True)
class TextIndex:
    """``pair_columns`` are indexed; ``code_columns`` are looked through as well for terms that
    hold only letters and digits. All are text columns that are never NULL."""

    table: str
    pair_columns: Sequence[str]
    code_columns: Sequence[str] = ()
    registered: bool = field(default=True, compare=False)

    def __post_init__(self) -> None:
        if self.registered:
            DECLARED[self.table] = self

    @property
    def name(self) -> str:
        return f"{self.table}_pairs"

    def matches(self, query: str) -> Q:
        """The rows in which every part of ``query`` stands somewhere; an empty query is all."""
        found = Q()
        for term in terms(query):
            found &= self._holds(term)
        return found

    def _holds(self, term: str) -> Q:
        asked = wanted(term)
        columns = list(self.pair_columns)
        if asked == Wanted():
            columns += self.code_columns
        text: Any = Text(*map(F, columns))
        if is_code(term):
            # Every row may have to be read: folding each would take ten times as long.
            wide = Value(widened(term.upper()))
            return Q(Contains(Lower(text), Value(term))) | Q(Contains(text, wide))
        if not reads_alike(term):
            text = Folded(text)
        return Q(Contains(text, Value(term))) & self._indexed(asked)

    def _indexed(self, asked: Wanted) -> Q:
        if connection.vendor == "postgresql":
            asked = rarest(asked, self.frequencies())
        if asked == Wanted():
            return Q()
        if connection.vendor == "postgresql":
            query = " & ".join(map(_lexeme, asked.pairs)) or f"{_lexeme(asked.prefix)}:*"
            return Q(HasPairs(Text(*map(F, self.pair_columns)), Value(query)))
        query = " AND ".join(map(_token, asked.pairs)) or f"{_token(asked.prefix)}*"
        rows = RawSQL(f'SELECT rowid FROM "{self.name}" WHERE "{self.name}" MATCH %s', [query])  # noqa: S611
        return Q(pk__in=rows)

    def frequencies(self) -> dict[str, float]:
        """Share of rows of the common pairs, as the database last measured; kept for minutes."""
        key = (str(connection.settings_dict["NAME"]), self.name)
        read_at, known = _known.get(key, (float("-inf"), {}))
        if time.monotonic() - read_at > STATISTICS_SECONDS:
            known = self._measured()
            _known[key] = (time.monotonic(), known)
        return known

    def _measured(self) -> dict[str, float]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats"
                " WHERE schemaname = current_schema() AND tablename = %s",
                [self.name],
            )
            row = cursor.fetchone()
        # Behind the frequencies of the elements stand their least and greatest.
        return dict(zip(row[0], row[1], strict=False)) if row and row[0] else {}


DECLARED: dict[str, TextIndex] = {}


def _lexeme(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _token(text: str) -> str:
    """As SQLite's hex() writes it; hexadecimal digits are one word to every tokenizer."""
    return text.encode().hex().upper()


# --- making and mending it ------------------------------------------------------------------

PAIRS_FUNCTION = """
CREATE OR REPLACE FUNCTION chanji_pairs(content text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 100 AS $$
DECLARE chars text[] := string_to_array(lower(normalize(content, NFKC)), NULL);
BEGIN
  RETURN array_to_tsvector(ARRAY(
    SELECT a || b FROM unnest(chars, chars[2:]) AS pair(a, b) WHERE octet_length(a) > 1));
END $$
"""


def _postgresql(table: str, columns: Sequence[str]) -> Iterable[str]:
    text = " || ".join(rf"""{column} || E'\n'""" for column in columns)
    yield PAIRS_FUNCTION
    yield (
        f'CREATE INDEX IF NOT EXISTS "{table}_pairs" ON "{table}" USING gin'
        f" (chanji_pairs(({text}))) WITH (gin_pending_list_limit = {PENDING_KILOBYTES})"
    )


def _sqlite_pairs(row: str, columns: Sequence[str]) -> str:
    text = " || ".join(f'{row}"{column}" || char(10)' for column in columns)
    numbers = ",".join(map(str, range(1, LONGEST_TEXT + 1)))
    return (
        "(SELECT group_concat(hex(substr(content, place.value, 2)), ' ')"
        f" FROM (SELECT {_folded_by_sqlite(text)} AS content), json_each('[{numbers}]') AS place"
        " WHERE place.value < length(content)"
        " AND unicode(substr(content, place.value, 1)) > 127)"
    )


def _sqlite(table: str, columns: Sequence[str]) -> Iterable[str]:
    name = f"{table}_pairs"
    new = f'INSERT INTO "{name}" (rowid, pairs) VALUES (NEW.id, {_sqlite_pairs("NEW.", columns)})'
    old = f'DELETE FROM "{name}" WHERE rowid = OLD.id'
    changed = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in ("id", *columns))
    yield f'DROP TABLE IF EXISTS "{name}"'
    yield f'CREATE VIRTUAL TABLE "{name}" USING fts5(pairs, detail=none, tokenize="ascii")'
    for verb, condition, statements in (
        ("INSERT", "", [new]),
        ("UPDATE", f"WHEN {changed}", [old, new]),
        ("DELETE", "", [old]),
    ):
        trigger = f"{name}_{verb.lower()}"
        body = "; ".join(statements)
        yield f'DROP TRIGGER IF EXISTS "{trigger}"'
        yield (
            f'CREATE TRIGGER "{trigger}" AFTER {verb} ON "{table}" {condition} BEGIN {body}; END'
        )
    yield (
        f'INSERT INTO "{name}" (rowid, pairs) SELECT id, {_sqlite_pairs("", columns)}'
        f' FROM "{table}"'
    )


def _drop(vendor: str, table: str) -> Iterable[str]:
    if vendor == "sqlite":
        for verb in ("insert", "update", "delete"):
            yield f'DROP TRIGGER IF EXISTS "{table}_pairs_{verb}"'
        yield f'DROP TABLE IF EXISTS "{table}_pairs"'
    else:
        yield f'DROP INDEX IF EXISTS "{table}_pairs"'


def _run(database: Any, statements: Iterable[str]) -> None:
    with database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


class CreateTextIndex(WithoutModels):
    """Migration operation: ``CreateTextIndex("registry_pollutionsource", ["name", "code"])``."""

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        self.table, self.columns = table, list(columns)

        def forwards(_apps: None, schema_editor: Any) -> None:
            make = _sqlite if schema_editor.connection.vendor == "sqlite" else _postgresql
            _run(schema_editor.connection, make(table, columns))

        def backwards(_apps: None, schema_editor: Any) -> None:
            _run(schema_editor.connection, _drop(schema_editor.connection.vendor, table))

        super().__init__(forwards, backwards)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table, self.columns], {})


def mend(using: str) -> None:
    """After each ``migrate``: SQLite changes a table by building it anew, which loses its triggers
    without a word; then they are made again, and the index with them."""
    database = connections[using]
    if database.vendor != "sqlite":
        return
    with database.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'trigger')")
        present = {name for (name,) in cursor.fetchall()}
    for index in DECLARED.values():
        triggers = {f"{index.name}_{verb}" for verb in ("insert", "update", "delete")}
        if index.name in present and index.table in present and not triggers <= present:
            _run(database, _sqlite(index.table, index.pair_columns))
