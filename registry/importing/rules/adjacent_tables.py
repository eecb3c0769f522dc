"""Tables that stand beside one another on a sheet become sheets of their own.

Lists made for printing run in two or three columns: 序号 单位名称 序号 单位名称. Read as one table the
right half would be lost.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from registry.importing.rules.column_spec import Column, squeeze
from registry.importing.rules.header_lines import Merge
from registry.rules.cells import as_text

MOST = 4  # tables beside one another
_CHANGED = re.compile(r"(?:变更|调整|更名|整合)[前后]|原名|现名")
Span = tuple[int, int]  # first column, column behind the last


def spans_of(
    lines: Iterable[Sequence[Any]], known: Mapping[str, Column], anchors: Collection[str]
) -> tuple[int, list[Span]] | None:
    """The line, counted from 0, whose titles repeat themselves, and the columns of each table."""
    for number, row in enumerate(lines):
        titles = [(i, squeeze(text)) for i, text in enumerate(map(as_text, row)) if text]
        for count in range(MOST, 1, -1):  # four tables are also two pairs
            size, rest = divmod(len(titles), count)
            if rest or size < 2:
                continue
            parts = [titles[n * size : (n + 1) * size] for n in range(count)]
            if len({_shape(part) for part in parts}) > 1:
                continue
            columns = [known[title] for _i, title in parts[0] if title in known]
            if len(columns) < 2 or not {c.field for c in columns} >= set(anchors):
                continue
            starts = [0, *(part[0][0] for part in parts[1:])]
            return number, list(zip(starts, [*starts[1:], len(row)], strict=True))
    return None


def is_all_of(
    rows: Iterable[Sequence[Any]],
    header: int,
    spans: Sequence[Span],
    known: Mapping[str, Column],
    anchors: Collection[str],
) -> bool:
    """No other table stands below them, and they do not set what was beside what is."""
    titles: list[str] = []
    for number, row in enumerate(rows):
        texts = [squeeze(as_text(value)) for value in row]
        if number < header and any(_CHANGED.search(text) for text in texts):
            return False
        if number == header:
            titles = [text for text in texts if text]
        fields = {known[text].field for text in texts if text in known}
        other = number > header and len(fields) > 1 and fields >= set(anchors)
        if other and [text for text in texts if text] != titles:
            return False
    return True


def _shape(part: Sequence[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    return tuple((index - part[0][0], title) for index, title in part)


def part_of(
    rows: Iterable[Sequence[Any]],
    header: int,
    spans: Sequence[Span],
    span: Span,
    merges: Iterable[Merge],
) -> list[list[Any]]:
    """One table's columns. A line of one cell above all of them, or merged over all of them between
    the rows, stands above each."""
    start, end = span
    middle = spans[0][1]
    across = {top for top, left, _bottom, right in merges if left < middle <= right}
    found = []
    for number, row in enumerate(rows):
        said = [value for value in row if value]
        if len(said) == 1 and (number < header or number in across):
            found.append(said)
        else:
            found.append(list(row[start:end]))
    return found


def merges_of(merges: Iterable[Merge], span: Span) -> list[Merge]:
    """The merges within one table's columns, counted from its own first column."""
    start, end = span
    return [
        (top, max(left, start) - start, bottom, min(right, end - 1) - start)
        for top, left, bottom, right in merges
        if left < end and right >= start
    ]
