"""How bureaus lay out their lists: titles, headers, sections, sums and notes around the rows.

A sheet is walked once, from the top. Every line ends up in a table's body, in a header, or named as
skipped with the reason; no title is ever taken for an enterprise.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from registry.importing.rules import line_kinds as words
from registry.importing.rules.column_spec import Column
from registry.importing.rules.column_titles import (
    Header,
    class_called,
    facts_of,
    names_leavers,
    names_listed,
    place_called,
)
from registry.importing.rules.header_lines import DOUBTED, MAX_COLUMNS, TALLEST, HeaderFinder, Merge
from registry.rules.cells import as_text
from registry.rules.uscc import is_valid_uscc, normalise_code

BATCH = 2000
HEADER_SEARCH_LINES = 60  # below that a sheet without a header is given up
SAMPLE_LINES = 12


@dataclass
class Table:
    """One table of the sheet: its header, and what the titles above it say about its rows.

    ``leaving``: they name units that are no longer on the list; ``county``: that of its rows, where
    the sheet or a line between the rows is called by it.
    """

    header: Header
    line: int
    title: str = ""
    classes: list[str] = field(default_factory=list)
    year: str = ""
    leaving: bool = False
    county: str = ""


@dataclass(frozen=True)
class Ending:
    """The table a sheet ended with, its sections taken in, and the number of its last row."""

    table: Table
    serial: Any

    def goes_on_with(self, texts: Sequence[str]) -> bool:
        """The first row of a sheet without a header is the next row of this table."""
        header = self.table.header
        at = {name: header.position(name) for name in ("serial", "name", "uscc")}
        said = {n: texts[i] for n, i in at.items() if i is not None and i < len(texts)}
        name, code = said.get("name", ""), normalise_code(said.get("uscc", ""))
        if len(name) <= words.SHORT or name.isdecimal() or words.is_title(name):
            return False
        last, now = as_text(self.serial), said.get("serial", "")
        if last.isdecimal() and now.isdecimal():
            return int(now) == int(last) + 1
        return is_valid_uscc(code)


@dataclass(frozen=True)
class Body:
    table: Table
    lines: Sequence[int]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Skipped:
    line: int
    why: str
    text: str


@dataclass(frozen=True)
class Sample:
    """The first lines of a sheet in which no header was found."""

    lines: Sequence[tuple[int, Sequence[str]]]


class _Lines:
    """Numbered lines, counted from 0, with a look at the next ones."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self.source = enumerate(rows)
        self.ahead: deque[tuple[int, Sequence[Any]]] = deque()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> tuple[int, Sequence[Any]]:
        return self.ahead.popleft() if self.ahead else next(self.source)

    def peek(self, number: int) -> list[Sequence[Any]]:
        """Up to so many of the lines that follow."""
        while len(self.ahead) < number:
            following = next(self.source, None)
            if following is None:
                break
            self.ahead.append(following)
        return [row for _number, row in islice(self.ahead, number)]


class Reader:
    """Walks the lines of one sheet.

    ``sheet``: its name, which may say the class; ``anchors``: the fields a line must name to be a
    header; ``merges``: those of the sheet;
    ``before``: the last table of the sheet before, which may go on here without a header; ``year``:
    that of the list, unless its titles say another; ``printed``: another body's list, laid out for
    printing, in which more may be no row than in a register's file.
    """

    def __init__(
        self,
        known: Mapping[str, Column],
        *,
        anchors: Sequence[str],
        mappings: Mapping[str, Mapping[str, str]] | None = None,
        merges: Sequence[Merge] = (),
        sheet: str = "",
        before: "Ending | None" = None,
        year: str = "",
        printed: bool = False,
    ) -> None:
        self.known = known
        self.anchors = frozenset(anchors)
        self.headers = HeaderFinder(known, anchors=anchors, mappings=mappings or {}, merges=merges)
        self.down = deque(sorted(m for m in merges if m[2] > m[0]))
        self.wide = {m[0]: m[3] - m[1] + 1 for m in merges if m[3] - m[1] >= 2}
        self.active: list[tuple[Merge, list[Any]]] = []
        self.table: Table | None = None
        self.lines: list[int] = []
        self.body: list[Sequence[Any]] = []
        self.sample: list[tuple[int, Sequence[str]]] = []
        self.empty = True
        self.heading: list[str] = []
        self.apart = False  # behind a blank line or a title another table may begin
        self.pending: list[tuple[int, Sequence[Any], str, str]] = []
        self.sheet_classes, self.year = facts_of(sheet)
        self.year = self.year or year
        self.printed = printed
        self.sheet = sheet if printed else ""
        self.sheet_classes = self.sheet_classes or class_called(self.sheet, known)
        self.place = place_called(self.sheet)
        self.place_level = ""
        self.before = before if printed else None
        self.above: list[str] = []  # the titles of the table being read
        self.level = ""  # how the line is numbered that said its classes
        self.ditto: dict[int, str] = {}  # columns in which a blank means the same as above

    def walk(self, rows: Iterable[Sequence[Any]]) -> Iterator[Table | Body | Skipped | Sample]:
        lines = _Lines(rows)
        for number, said in lines:
            row = self._merged(number, said) if self.down or self.active else said
            if not any(said):
                self.apart = True
                continue
            if not self.apart and self._plain(row):
                if self.pending:
                    yield from self._settle(before_header=False)
                self._keep(number, row)
                if len(self.body) >= BATCH:
                    yield self._flush()
            elif self.table is None and number > HEADER_SEARCH_LINES:
                break
            else:
                self.apart = False
                yield from self._look(number, row, lines)
        yield from self._settle(before_header=False, at_end=True)
        if self.body:
            yield self._flush()
        if self.table is None and not self.empty:
            yield Sample(self.sample)

    def ending(self) -> "Ending | None":
        """Where the sheet ended, for the next one."""
        return Ending(self.table, self.serial) if self.table is not None else None

    def _look(
        self, number: int, row: Sequence[Any], lines: "_Lines"
    ) -> Iterator[Table | Body | Skipped]:
        """A line that needs reading: a header, something between the rows, or an unusual row."""
        texts = [as_text(value) for value in row[:MAX_COLUMNS]]
        if not any(texts):
            return
        self.empty = False
        if len(self.sample) < SAMPLE_LINES and not self._is_lone(texts):
            self.sample.append((number + 1, texts))
        header = self.headers.at(number, texts, lines.peek(TALLEST - 1))
        if header is not None:
            yield from self._settle(before_header=True)
            if self.body:
                yield self._flush()
            for _line in range(header.height - 1):
                next(lines)
            header = self.headers.weighed(header, lines.peek(DOUBTED))
            yield self._start(header, number)
            return
        before, self.before = self.before, self.before if self._is_lone(texts) else None
        if self.table is None and before is not None and before.goes_on_with(texts):
            yield self._start(before.table.header, number, before.table)
        said = " ".join(filter(None, texts))
        why = self._why_skipped(number, texts)
        if self.table is not None and (
            why in words.UNDECIDED or (not why and self._is_lone(texts))
        ):
            self.pending.append((number, row, said, why))
            self.apart = True
            return
        yield from self._settle(before_header=False)
        if why or self.table is None:
            if why == words.TITLE:
                self.heading.append(said)
            self.apart = True
            yield Skipped(number + 1, why or words.ABOVE, said[:200])
        else:
            self._keep(number, row)

    def _settle(self, *, before_header: bool, at_end: bool = False) -> Iterator[Skipped | Body]:
        """Titles, notes and lines of one cell alone: what follows tells a title from a unit of
        which only the name is known, and an office that is one from the one that issued the list."""
        waiting, self.pending = self.pending, []
        for number, row, said, undecided in waiting:
            why = "" if undecided == words.ISSUER and not (before_header or at_end) else undecided
            note = why == words.NOTE and not said[0].isdecimal()
            if (before_header and not note) or why == words.TITLE:
                # Between the rows it is a part of this table, above a header the next one's title.
                (self.heading if before_header else self.above).append(said)
                yield Skipped(number + 1, words.TITLE, said[:200])
            elif why:
                yield Skipped(number + 1, why, said[:200])
            else:
                self._keep(number, row)
            if not before_header:
                yield from self._section(said, why)

    def _section(self, said: str, why: str) -> Iterator[Body]:
        """A title between the rows, or the bare name of a class, says the class of those below; the
        next one numbered like it ends what it said."""
        if why not in (words.TITLE, words.SECTION) or self.table is None:
            return
        classes = facts_of(said)[0] if why == words.TITLE else []
        classes = classes or class_called(said, self.known)
        level = words.level_of(said)
        leaving = self.printed and names_leavers(said)
        place = place_called(said) if self.printed else ""
        county = place or self.table.county
        if not place and words.is_no_lower(level, self.place_level):
            county = self.place
        if place:
            self.place_level = level
        ends = words.is_no_lower(level, self.level)
        ends = ends or (self.table.leaving and names_listed(said))
        if level:
            self.ditto.update(dict.fromkeys(self.class_columns, ""))
        if not (classes or leaving or ends or county != self.table.county):
            return
        if self.body:
            yield self._flush()
        self.table = replace(self.table, county=county)
        if classes or leaving or ends:
            self.table = replace(self.table, classes=classes, leaving=leaving)
            self.level = level

    @staticmethod
    def _is_lone(texts: Sequence[str]) -> bool:
        return sum(1 for text in texts if text) == 1

    def _keep(self, number: int, row: Sequence[Any]) -> None:
        if self._serial is not None and self._serial < len(row):
            self.serial = row[self._serial]
        self.lines.append(number + 1)
        self.body.append(self._filled_down(row) if self.ditto else row)

    def _flush(self) -> Body:
        if self.table is None:
            raise AssertionError("a body without a header")
        body = Body(self.table, self.lines, self.body)
        self.lines, self.body = [], []
        return body

    # -- rows ------------------------------------------------------------------------------

    def _plain(self, row: Sequence[Any]) -> bool:
        """The quick look: a name, something beside it, and nothing that reads like a title."""
        if self.table is None:
            return False
        name = row[self._name] if self._name < len(row) else ""
        if type(name) is not str or not name or name in self._raw or row[0] in self._raw:
            return False
        if words.needs_a_look(name, self.known):
            return False
        for position in self._others:  # noqa: SIM110  (twice as fast as a generator, once a row)
            if position < len(row) and row[position]:
                return True
        return False

    def _merged(self, number: int, row: Sequence[Any]) -> Sequence[Any]:
        """The row with the values of cells merged from above."""
        self.active = [entry for entry in self.active if entry[0][2] >= number]
        filled = list(row)
        for (_top, first, _bottom, last), anchor in self.active:
            for column in range(first, min(last + 1, len(filled))):
                if filled[column] in ("", None):
                    filled[column] = anchor[first] if first < len(anchor) else ""
        while self.down and self.down[0][0] <= number:
            merge = self.down.popleft()
            if merge[0] == number:
                self.active.append((merge, list(row)))
        return filled

    def _filled_down(self, row: Sequence[Any]) -> Sequence[Any]:
        """Where no merge tells: a county, or a class left of the names, is written once and holds
        for the lines below it."""
        filled = list(row)
        for position, above in self.ditto.items():
            if position < len(filled):
                filled[position] = self.ditto[position] = as_text(filled[position]) or above
        return filled

    # -- tables ----------------------------------------------------------------------------

    def _start(self, header: Header, number: int, before: Table | None = None) -> Table:
        """``before``: the table of the sheet before that goes on here without a header."""
        again = self._continues(header)
        title = "；".join(self.heading)
        classes: list[str] = []
        level = ""
        # The title nearest to the table says its class; the year may stand further up.
        for text in reversed(self.heading):
            found, year = facts_of(text)
            found = found or class_called(text, self.known)
            if found and not classes:
                classes, level = found, words.level_of(text)
            self.year = year or self.year
        if all(column.field != "key_classes" for column in header.columns.values()):
            classes = classes or self.sheet_classes
        leaving, county = self._says_leaving(), self._says_county()
        if before is not None:
            classes = classes or self.sheet_classes or before.classes
            self.year = self.year or before.year
            leaving, county = leaving or before.leaving, county or before.county
        if again is not None:
            title, classes, level = again.title, again.classes, self.level
            leaving, county = again.leaving, again.county
            self.above += self.heading
        else:
            self.above, self.ditto = self.heading, {}
        self.heading, self.level = [], level
        self.table = Table(header, number + 1, title[:300], classes, self.year, leaving, county)
        named = header.position("name")
        other = header.position(min(self.anchors))
        self._name = named if named is not None else other or 0
        self._others = [i for i in header.columns if i != self._name]
        self._others += [i for i in header.unmatched if i not in self._others]
        self._serial = header.position("serial")
        self.class_columns: list[int] = []
        marked = any(column.kind == "mark" for column in header.columns.values())
        for index, column in header.columns.items():
            beside = self.printed and column.field == "key_classes" and index < self._name
            if beside and not marked:
                self.class_columns.append(index)
            if column.field == "county" or index in self.class_columns:
                self.ditto.setdefault(index, "")
        self._raw = {text for text in header.titles if text} | set(self.known)
        return self.table

    def _says_county(self) -> str:
        """By the nearest title that is a county's name; by the sheet where there is none."""
        for text in reversed(self.heading if self.printed else []):
            place = place_called(text)
            if place:
                self.place_level = words.level_of(text)
                return place
        return self.place

    def _says_leaving(self) -> bool:
        """By the nearest title that names a list, or a part of one; by the sheet where there is none."""
        if not self.printed:
            return False
        for text in reversed(self.heading):
            if names_leavers(text):
                return True
            if words.level_of(text) or words.is_title(text):
                return False
        return names_leavers(self.sheet)

    def _continues(self, header: Header) -> Table | None:
        """The table before, where this is its header again at the top of the next page."""
        table = self.table
        if table is None or list(table.header.titles) != list(header.titles):
            return None
        said = all(text in self.above or words.goes_on(text) for text in self.heading)
        return table if said else None

    _name = 0
    _others: Sequence[int] = ()
    _serial: int | None = None
    serial: Any = None  # of the last row
    _raw: frozenset[str] | set[str] = frozenset()

    # -- what is no unit -------------------------------------------------------------------

    def _why_skipped(self, number: int, texts: Sequence[str]) -> str:
        """The reason a line is none of the table's rows, or nothing."""
        filled = [i for i, text in enumerate(texts) if text]
        first = texts[filled[0]]
        name = texts[self._name] if self._name < len(texts) else ""
        if self.table is not None:
            if words.is_sum(first) or words.is_sum(name):
                return words.SUM
            why = self._why_printed(texts, filled, name) if self.printed else ""
            if why:
                return why
        alone = len(filled) == 1 or not name or words.is_labelled(name)
        if words.is_note(first) and len(filled) <= 3 and alone:
            return words.NOTE
        spread = self.wide.get(number, 0) >= 3
        if len(filled) == 1 or (spread and len(set(filter(None, texts))) == 1):
            return self._lone(first, filled[0], spread=spread)
        if self.table is not None and self._repeated(texts):
            return words.REPEATED
        return ""

    def _why_printed(self, texts: Sequence[str], filled: Sequence[int], name: str) -> str:
        if words.is_printed_sum([texts[i] for i in filled if i <= self._name], name):
            return words.SUM
        if words.says_nothing(name) and len(filled) <= 2:
            return words.NOTHING
        if name and words.are_column_numbers([texts[i] for i in filled]):
            return words.NUMBERS
        return ""

    def _lone(self, text: str, position: int, *, spread: bool) -> str:
        if self.table is None or words.is_title(text):
            return words.TITLE
        if self.printed and words.stands_under_a_list(text):
            return words.NOTE
        if self.printed and words.names_an_issuer(text):
            return words.ISSUER
        if spread or position != self._name:
            return words.SECTION
        # A name and nothing beside it: an enterprise only where rows carry no serial number.
        if self._serial is not None and self._serial != self._name:
            return words.SECTION
        return ""

    def _repeated(self, texts: Sequence[str]) -> bool:
        table = self.table
        return table is not None and list(filter(None, texts)) == [
            text for text in table.header.titles if text
        ]
