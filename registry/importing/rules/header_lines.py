"""The header of a table: one to three lines whose titles name the columns."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from registry.importing.rules.column_spec import Column, squeeze
from registry.importing.rules.column_titles import Header, match_titles, signature
from registry.rules.cells import MARKS, NO, as_text, is_readable, without_remark

Merge = tuple[int, int, int, int]  # first line, first column, last line, last column, from 0
MAX_COLUMNS = 200
TALLEST = 3  # lines of a header
DOUBTED = 200  # lines looked at where a title means one thing here and another there

# Last year's classes beside this year's: a person chooses.
_YEAR_OF_GROUP = re.compile(r"20\d{2}年?度?")


def _is_meant(column: Column, texts: Sequence[str]) -> bool:
    if column.kind == "mark":
        ticked = [text for text in texts if text.lower() not in NO]
        return bool(ticked) and all(without_remark(text).lower() in MARKS for text in ticked)
    return any(is_readable(text, column.options, column.said) for text in texts)


class HeaderFinder:
    """``anchors``: the fields a line must name to be a header; ``merges`` are
    those of the sheet."""

    def __init__(
        self,
        known: Mapping[str, Column],
        *,
        anchors: Sequence[str],
        mappings: Mapping[str, Mapping[str, str]],
        merges: Sequence[Merge],
    ) -> None:
        self.known, self.mappings = known, mappings
        self.anchors = frozenset(anchors)
        self.flat = [m for m in merges if m[0] == m[2] or m[3] > m[1]]

    def at(
        self, number: int, texts: Sequence[str], following: Sequence[Sequence[Any]]
    ) -> Header | None:
        """The header that begins here, of as many lines as give titles to more columns."""
        best = self._judge(texts, 1)
        titles = list(texts)
        for height, row in enumerate(following, 2):
            below = [as_text(value) for value in row[:MAX_COLUMNS]]
            if not any(below):
                break
            top = self._spread(number + height - 2, titles, below)
            width = max(len(top), len(below))
            top += [""] * (width - len(top))
            below += [""] * (width - len(below))
            years = len({text for text in top if _YEAR_OF_GROUP.fullmatch(text)})
            titles = [
                f"{a}{b}" if years > 1 and _YEAR_OF_GROUP.fullmatch(a) else self._joined(a, b)
                for a, b in zip(top, below, strict=True)
            ]
            taller = self._judge(titles, height)
            if taller is None:
                continue
            name = next((i for i, c in taller.columns.items() if c.field in self.anchors), None)
            said_below = below[name] if name is not None else ""
            if said_below and squeeze(said_below) not in self.known:
                break  # a unit's name: the rows begin
            # All its lines must give titles; else the upper ones are titles over a lower header.
            alone = len(match_titles(below, self.known, self.mappings))
            if years > 1 or len(taller.columns) > max(alone, len(best.columns) if best else 0):
                best = taller
        if best is not None and best.height > 1 and self._begins_lower(number, best, following):
            return None
        return best

    def _begins_lower(
        self, number: int, header: Header, following: Sequence[Sequence[Any]]
    ) -> bool:
        """The first line adds nothing to those below it: it is a title over a header."""
        texts = [as_text(value) for value in following[0][:MAX_COLUMNS]]
        lower = self.at(number + 1, texts, following[1:])
        return lower is not None and len(lower.columns) >= len(header.columns)

    def _joined(self, top: str, below: str) -> str:
        """The title of a column under two header lines."""
        if below and squeeze(top + below) in self.known:
            return top + below  # 排污许可证 over 编号 is the permit's number, not the unit's
        if not below or squeeze(below) in self.known:
            return below or top
        over = self.known.get(squeeze(top)) if top else None
        if over is None:
            return below
        # 水环境 over 省级 and 市级 is 水环境 twice.
        return top if over.kind == "mark" else f"{top}{below}"

    def weighed(self, header: Header, following: Sequence[Sequence[Any]]) -> Header:
        """Without the columns whose title means something else here, by what stands below it."""
        said = self.mappings.get(signature(header.titles), {})
        without = set()
        for index, column in header.columns.items():
            title = squeeze(header.titles[index])
            if title in said or title not in map(squeeze, column.doubtful):
                continue
            texts = [as_text(row[index]) for row in following if index < len(row)]
            if not _is_meant(column, [text for text in texts if text]):
                without.add(index)
        if not without:
            return header
        columns = match_titles(header.titles, self.known, self.mappings, without)
        unmatched = {i: t for i, t in enumerate(header.titles) if t and i not in columns}
        return Header(header.height, columns, unmatched, header.titles)

    def _spread(self, number: int, texts: Sequence[str], below: Sequence[str]) -> list[str]:
        """A group title stands over all its columns: by the merge, or up to the next title."""
        top = list(texts)
        for first_line, first, last_line, last in self.flat:
            if first_line == number == last_line and first < len(top):
                end = min(last + 1, MAX_COLUMNS)
                top += [""] * (end - len(top))
                top[first:end] = [top[first]] * (end - first)
        for index in range(1, len(top)):
            if not top[index] and index < len(below) and below[index]:
                top[index] = top[index - 1]
        return top

    def _judge(self, titles: Sequence[str], height: int) -> Header | None:
        columns = match_titles(titles, self.known, self.mappings)
        fields = {column.field for column in columns.values()}
        if not fields >= self.anchors:
            return None
        filled = sum(1 for text in titles if text)
        if len(columns) < 2 and filled > 1:
            return None
        unmatched = {i: text for i, text in enumerate(titles) if text and i not in columns}
        return Header(height, columns, unmatched, tuple(titles))
