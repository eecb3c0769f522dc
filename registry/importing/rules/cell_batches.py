"""Whole columns of cells become typed text at once: canonical, ready for the database.

Canonical text of a value: dates ISO, degrees with six decimals, yes and no ``true`` and ``false``, lists as
JSON, code-list entries as stored; blank is the empty text. A clean column costs no look at its single
cells, which is why a register of 100,000 units is read in seconds.
"""

import contextlib
import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from registry.importing.rules.column_spec import Column
from registry.rules import cells
from registry.rules.cells import BadCell
from registry.rules.uscc import ALPHABET, LENGTH, WEIGHTS, split_site_suffix

Problems = dict[int, list[tuple[str, str, str]]]
_ALLOWED = frozenset(ALPHABET)
_AS_VALUE = str.maketrans({char: chr(value) for value, char in enumerate(ALPHABET)})
_BLANK_IN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff（）()])\s+(?=[\u3400-\u9fff（）()])")
# What printed lists put before a name: a star for the new ones, a number of their own.
_BEFORE = re.compile(
    r"^(?:[*＊★▲△]+(?!ST)|\d{1,3}[.、．](?!\d)|[（(]\d{1,3}[）)])\s*(?=[\u3400-\u9fff]{4})(?!号)"
)

READERS: dict[str, Callable[[Any, Column], Any]] = {
    "text": lambda value, column: cells.read_text(value, column.max_length),
    "name": lambda value, column: read_name(value, column.max_length),
    "plain": lambda value, column: cells.read_plain(value, column.max_length),
    "code": lambda value, column: cells.read_code(value, column.max_length),
    "uscc": lambda value, column: cells.read_uscc(value),
    "bool": lambda value, column: cells.read_bool(value),
    "year": lambda value, column: cells.read_year(value),
    "decimal": lambda value, column: cells.read_decimal(value),
    "date": lambda value, column: cells.read_date(value),
    "until": lambda value, column: cells.read_until(value),
    "list": lambda value, column: cells.split_list(value),
    "choice": lambda value, column: cells.read_choice(value, column.options),
    "choices": lambda value, column: cells.read_choices(value, column.options, column.said),
    "place": lambda value, column: cells.read_place(value, column.max_length),
    "serial": lambda value, column: "",
}
MEMO = frozenset({"bool", "year", "date", "until", "list", "choice", "choices", "place"})


def read_name(value: Any, max_length: int) -> str:
    """A name without the blanks and line ends people put between its characters to fill a column."""
    return " ".join(_BLANK_IN_CHINESE.sub("", cells.read_text(value, max_length)).split())


def listed_name(name: str) -> str:
    """A name without the star or the number a printed list puts before it."""
    return _BEFORE.sub("", name)


def canonical(value: Any) -> str:
    """A typed value as the database compares it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:.6f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def typed(text: str | None, kind: str) -> Any:
    """The way back from canonical text."""
    if kind == "bool":
        return text == "true"
    if kind in ("list", "choices"):
        return json.loads(text) if text else []
    if kind in ("year", "decimal", "date", "until"):
        if not text:
            return None
        back: dict[str, Callable[[str], Any]] = {
            "year": int,
            "decimal": Decimal,
            "date": date.fromisoformat,
            "until": date.fromisoformat,
        }
        return back[kind](text)
    return text or ""


def read_column(column: Column, values: Sequence[Any], problems: Problems) -> list[str]:
    """Canonical text of one column's cells; what cannot be read is noted by its index."""
    if column.kind == "uscc":
        return _read_codes(column, values, problems, None)
    fast = _fast(column, values)
    if fast is not None:
        if column.required and "" in fast:
            for index, text in enumerate(fast):
                if not text:
                    _note(problems, index, column, "未填写", "此列必填，请补上")
        return fast
    if column.kind in MEMO:
        memo = {}
        for value in set(values):
            with contextlib.suppress(BadCell):
                memo[value] = canonical(READERS[column.kind](value, column))
        if len(memo) == len(set(values)) and not (column.required and "" in memo.values()):
            return list(map(memo.__getitem__, values))
    return [_read_one(column, value, index, problems) for index, value in enumerate(values)]


def _read_one(column: Column, value: Any, index: int, problems: Problems) -> str:
    try:
        text = canonical(READERS[column.kind](value, column))
    except BadCell as error:
        _note(problems, index, column, error.reason, error.mend)
        return ""
    if column.required and not text:
        _note(problems, index, column, "未填写", "此列必填，请补上")
    return text


def _note(problems: Problems, index: int, column: Column, reason: str, mend: str) -> None:
    problems.setdefault(index, []).append((column.title, reason, mend))


def _fast(column: Column, values: Sequence[Any]) -> list[str] | None:
    """The column as it stands, where one look at all of it proves it clean; else None."""
    if column.kind == "decimal" and all(type(value) is float for value in values):
        if all(-180.0 <= value <= 180.0 for value in values):
            return [f"{value:.6f}" for value in values]
        return None
    if column.kind not in ("text", "name", "plain", "code"):
        return None
    if any(type(value) is not str for value in values):
        return None
    joined = "".join(values)
    if not joined.isprintable() or " " in joined or "\\" in joined or "_x000D_" in joined:
        return None
    if max(map(len, values), default=0) > column.max_length:
        return None
    if column.kind == "plain" and not joined.isascii():
        return None
    if column.kind == "code" and not (joined.isascii() and (joined.isalnum() or not joined)):
        return None
    return list(values)


def all_codes(values: Sequence[str]) -> bool:
    """Every text is a code with a right check digit; decided for all of them at once.

    Each code is a lane of 16 bits in one large number, so that 18 multiplications weigh them all; a
    lane holds at most 30 · 30 · 18 = 16,200.
    """
    if any(len(value) != LENGTH for value in values):
        return False
    joined = "".join(values)
    if not _ALLOWED.issuperset(joined):
        return False
    numbers = joined.translate(_AS_VALUE)
    total = sum(
        int.from_bytes(numbers[position::LENGTH].encode("utf-16-le"), "little") * weight
        for position, weight in enumerate((*WEIGHTS, 1))
    )
    lanes = memoryview(total.to_bytes(2 * len(values), "little")).cast("H")
    return all(lane % len(ALPHABET) == 0 for lane in set(lanes))


def read_codes(
    column: Column, values: Sequence[Any], problems: Problems
) -> tuple[list[str], dict[int, str]]:
    """统一社会信用代码, and the sites that stood behind some of them, by index."""
    sites: dict[int, str] = {}
    return _read_codes(column, values, problems, sites), sites


def _read_codes(
    column: Column, values: Sequence[Any], problems: Problems, sites: dict[int, str] | None
) -> list[str]:
    if all(type(value) is str for value in values) and all_codes([v for v in values if v]):
        return list(values)
    found = []
    for index, value in enumerate(values):
        if sites is not None and type(value) is str:
            code, suffix = split_site_suffix(value)
            if suffix:
                sites[index] = suffix
                found.append(code)
                continue
        found.append(_read_one(column, value, index, problems))
    return found


def add_marks(
    column: Column,
    values: Sequence[Any],
    classes: list[list[str]],
    problems: Problems,
    *,
    hollow_is_no: bool = False,
) -> None:
    """A column of √: adds its option to the classes of each marked row."""
    ((option, label),) = column.options
    for index, value in enumerate(values):
        if value == "" or value is None:
            continue
        if value == "√":
            classes[index].append(option)
            continue
        text = unicodedata.normalize("NFKC", cells.as_text(value)).lower().strip()
        short = cells.without_remark(text) or text
        if short == "○" and hollow_is_no:
            continue
        if short in cells.MARKS or short in (label, *column.synonyms):
            classes[index].append(option)
        elif short not in cells.NO:
            _note(problems, index, column, f"“{cells.as_text(value)}”不是“√”", "请填“√”或留空")
