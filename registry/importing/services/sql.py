"""SQL that compares and writes a whole register at once, the same on PostgreSQL and SQLite.

``s`` is a staged row (canonical text, NULL where the file has no such column), ``p`` a unit of the
register, ``f`` its special flag in force. Only names from our own tables of columns are put into
the text; values go in as parameters.
"""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from registry.importing.columns import SOURCE_COLUMNS
from registry.models import PollutionSource

KINDS = {column.field: column.kind for column in SOURCE_COLUMNS}
DATES = ("date", "until")
FLAG_FIELDS = ("special", "special_reason")
MODEL_FIELDS = tuple(name for name in KINDS if name not in FLAG_FIELDS)
COMPARED = tuple(name for name in MODEL_FIELDS if name != "code")
# A blank of these says nothing: it neither takes a code away nor renames a site.
BLANK_IS_SILENT = frozenset({"uscc", "site", "regulatory_type", "no_code_reason"})


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def typed(name: str) -> str:
    """The staged text of a field as the register's column holds it."""
    text, kind = f"s.{name}", KINDS[name]
    if kind == "bool":
        return f"(COALESCE({text}, 'false') = 'true')"
    if kind == "year":
        return f"CAST(NULLIF({text}, '') AS INTEGER)"
    if kind == "decimal":
        return f"CAST(NULLIF({text}, '') AS {'NUMERIC' if is_postgresql() else 'REAL'})"
    if kind in DATES:
        return f"CAST(NULLIF({text}, '') AS DATE)" if is_postgresql() else f"NULLIF({text}, '')"
    if kind in ("list", "choices"):
        filled = f"COALESCE(NULLIF({text}, ''), '[]')"
        return f"CAST({filled} AS JSONB)" if is_postgresql() else filled
    return text


def differs(name: str) -> str:
    """The file says something of this field, and something else than the register."""
    stored = _one_way(f"p.{name}") if name == "note" else f"p.{name}"
    other = f"({typed(name)}) IS DISTINCT FROM {stored}"
    if name == "no_code_reason":
        added = "(s.uscc <> '' AND p.uscc = '' AND p.no_code_reason <> '')"
        return f"({added} OR (s.no_code_reason <> '' AND p.uscc = '' AND {other}))"
    if name in BLANK_IS_SILENT:
        return f"(s.{name} <> '' AND {other})"
    return f"(s.{name} IS NOT NULL AND {other})"


def _one_way(column: str) -> str:
    """Text as a file would give it back: browsers send line ends as CR LF, spreadsheets keep LF."""
    char = "chr" if is_postgresql() else "char"
    return f"replace({column}, {char}(13) || {char}(10), {char}(10))"


def flag_differs() -> str:
    return (
        "(s.special IS NOT NULL AND ((s.special = 'true') IS DISTINCT FROM (f.id IS NOT NULL)"
        " OR (s.special = 'true' AND s.special_reason IS DISTINCT FROM f.reason)))"
    )


def written(name: str) -> str:
    """What an UPDATE puts into the column."""
    value = "''" if name == "no_code_reason" else typed(name)
    if name == "no_code_reason":
        value = f"CASE WHEN s.uscc <> '' THEN '' ELSE {typed(name)} END"
    return f"CASE WHEN {differs(name)} THEN {value} ELSE p.{name} END"


# -- JSON of the trail, put together as text --------------------------------------------------


def quoted(expression: str) -> str:
    return (
        f"CAST(to_json({expression}) AS TEXT)" if is_postgresql() else f"json_quote({expression})"
    )


def stored_json(name: str) -> str:
    column, kind = f"p.{name}", KINDS[name]
    if kind == "bool":
        return f"CASE WHEN {column} THEN 'true' ELSE 'false' END"
    if kind == "year":
        return f"COALESCE(CAST({column} AS TEXT), 'null')"
    if kind == "decimal":
        text = f"CAST({column} AS TEXT)" if is_postgresql() else f"printf('%%.6f', {column})"
        return f"CASE WHEN {column} IS NULL THEN 'null' ELSE '\"' || {text} || '\"' END"
    if kind in DATES:
        return f"COALESCE('\"' || CAST({column} AS TEXT) || '\"', 'null')"
    if kind in ("list", "choices"):
        return f"CAST({column} AS TEXT)"
    return quoted(column)


def _said_json(name: str) -> str:
    text, kind = f"s.{name}", KINDS[name]
    if name == "no_code_reason":
        return f"CASE WHEN s.uscc <> '' THEN '\"\"' ELSE {quoted(text)} END"
    if kind == "bool":
        return text
    if kind == "year":
        return f"COALESCE(NULLIF({text}, ''), 'null')"
    if kind in ("decimal", *DATES):
        return f"COALESCE('\"' || NULLIF({text}, '') || '\"', 'null')"
    if kind in ("list", "choices"):
        return f"COALESCE(NULLIF({text}, ''), '[]')"
    return quoted(text)


def json_object(parts: Iterable[str]) -> str:
    text = " || ".join(parts)
    whole = f"'{{' || substr({text}, 2) || '}}'"
    return f"CAST({whole} AS JSONB)" if is_postgresql() else f"({whole})"


def no_list() -> str:
    return "CAST('[]' AS JSONB)" if is_postgresql() else "'[]'"


def changes_of_changed(fields: Iterable[str], more: str = "") -> str:
    """``{field: [old, new]}`` of a unit about to be changed; ``more``: a further part of it."""
    parts = [
        f"CASE WHEN {differs(name)} THEN ',\"{name}\":[' || {stored_json(name)} || ',' || "
        f"{_said_json(name)} || ']' ELSE '' END"
        for name in fields
    ]
    old, new = quoted("COALESCE(f.reason, '')"), quoted("COALESCE(s.special_reason, '')")
    parts.append(
        f"CASE WHEN {flag_differs()} THEN ',\"special\":['"
        " || CASE WHEN f.id IS NULL THEN 'false' ELSE 'true' END || ',' || s.special"
        f" || '],\"special_reason\":[' || {old} || ',' || {new} || ']' ELSE '' END"
    )
    parts += [more] if more else []
    return json_object(parts)


def changes_of_new() -> str:
    """``{field: [null, value]}`` of a unit just written."""
    parts = []
    for name in MODEL_FIELDS:
        kind = KINDS[name]
        if kind == "bool":
            said = f"p.{name}"
        elif kind in ("year", "decimal", *DATES):
            said = f"p.{name} IS NOT NULL"
        elif kind in ("list", "choices"):
            said = f"CAST(p.{name} AS TEXT) <> '[]'"
        else:
            said = f"p.{name} <> ''"
        parts.append(
            f"CASE WHEN {said} THEN ',\"{name}\":[null,' || {stored_json(name)} || ']' ELSE '' END"
        )
    return json_object(parts)


def label(alias: str = "p") -> str:
    """What ``str()`` of a unit says."""
    site = f"CASE WHEN {alias}.site <> '' THEN '（' || {alias}.site || '）' ELSE '' END"
    return f"substr({alias}.code || ' ' || {alias}.name || {site}, 1, 200)"


def made_code(number: str) -> str:
    if is_postgresql():
        padded = f"CASE WHEN {number} < 100000 THEN lpad(CAST({number} AS TEXT), 5, '0')"
        return f"'PS' || {padded} ELSE CAST({number} AS TEXT) END"
    return f"printf('PS%%05d', {number})"


def inserted(
    evidence: str, options: dict[str, Any], now: Any
) -> tuple[list[str], list[str], list[Any]]:
    """Columns, expressions and parameters of the INSERT of new units."""
    columns, values, parameters = [], [], []
    for field in PollutionSource._meta.concrete_fields:
        name = field.attname
        if field.primary_key:
            continue
        columns.append(name)
        if name in ("created_at", "updated_at"):
            values.append("%s")
            parameters.append(now)
        elif name == "status_reason":
            values.append("CASE WHEN COALESCE(s.status, 'normal') = 'normal' THEN '' ELSE %s END")
            parameters.append(evidence)
        elif name in MODEL_FIELDS:
            values.append(_for_new(name, options))
        else:
            values.append("%s")
            default = field.get_default() if field.has_default() else None
            parameters.append(field.get_db_prep_save(default, connection))
    return columns, values, parameters


def _for_new(name: str, options: dict[str, Any]) -> str:
    if name == "code":
        return "s.given_code"
    if name == "no_code_reason":
        pending = "'not_stated'" if options.get("no_code") else "''"
        given = f"COALESCE(NULLIF(s.no_code_reason, ''), {pending})"
        return f"CASE WHEN COALESCE(s.uscc, '') <> '' THEN '' ELSE {given} END"
    if name == "regulatory_type":
        assumed = {"key": "'key'", "general": "'general'"}.get(options.get("type", ""), "''")
        return f"COALESCE(NULLIF(s.regulatory_type, ''), {assumed})"
    if name == "address":
        return "COALESCE(NULLIF(s.address, ''), s.county, '')"
    if KINDS[name] in ("bool", "year", "decimal", *DATES, "list", "choices"):
        return typed(name)
    default = {"kind": "discharger", "status": "normal"}.get(name, "")
    return f"COALESCE(s.{name}, '{default}')"
