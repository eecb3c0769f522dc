"""Full-text search by any part of a Chinese name: one building block for every register.

On PostgreSQL the database keeps the index itself, a GIN index over an expression, so that no writer
can forget it; on SQLite, whose registers are small, every row is read. A migration makes it
(:class:`CreateTextIndex`), a :class:`TextIndex` asks it::

    SOURCE_TEXT = TextIndex("registry_pollutionsource", ("name", "site", "code"), ("uscc",))
    PollutionSource.objects.filter(SOURCE_TEXT.matches("环保 昌吉"))
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, TextField, Value
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
        for wide, narrow in FULL_WIDTH:
            sql = f"replace({sql}, '{wide}', '{narrow}')"
        return f"lower({sql})", params


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


@dataclass(frozen=True)
class TextIndex:
    """``pair_columns`` are indexed; ``code_columns`` are looked through as well for terms that
    hold only letters and digits. All are text columns that are never NULL."""

    table: str
    pair_columns: Sequence[str]
    code_columns: Sequence[str] = ()

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
        if connection.vendor == "sqlite":
            return Q()
        asked = rarest(asked, self.frequencies())
        if asked == Wanted():
            return Q()
        query = " & ".join(map(_lexeme, asked.pairs)) or f"{_lexeme(asked.prefix)}:*"
        return Q(HasPairs(Text(*map(F, self.pair_columns)), Value(query)))

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


def _lexeme(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


PAIRS_FUNCTION = """
CREATE OR REPLACE FUNCTION chanji_pairs(content text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 100 AS $$
DECLARE chars text[] := string_to_array(lower(normalize(content, NFKC)), NULL);
BEGIN
  RETURN array_to_tsvector(ARRAY(
    SELECT a || b FROM unnest(chars, chars[2:]) AS pair(a, b) WHERE octet_length(a) > 1));
END $$
"""


class CreateTextIndex(WithoutModels):
    """Migration operation: ``CreateTextIndex("registry_pollutionsource", ["name", "code"])``."""

    def __init__(self, table: str, columns: Sequence[str]) -> None:
        self.table, self.columns = table, list(columns)
        super().__init__(self._make, self._drop)

    def _make(self, _apps: None, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            return
        text = " || ".join(rf"""{column} || E'\n'""" for column in self.columns)
        schema_editor.execute(PAIRS_FUNCTION, params=None)
        schema_editor.execute(
            f'CREATE INDEX "{self.table}_pairs" ON "{self.table}" USING gin'
            f" (chanji_pairs(({text}))) WITH (gin_pending_list_limit = {PENDING_KILOBYTES})",
            params=None,
        )

    def _drop(self, _apps: None, schema_editor: Any) -> None:
        if schema_editor.connection.vendor != "sqlite":
            schema_editor.execute(f'DROP INDEX "{self.table}_pairs"')

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.table, self.columns], {})
