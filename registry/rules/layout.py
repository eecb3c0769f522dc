"""How bureaus lay out their lists: titles, headers, sections, sums and notes around the rows.

A sheet is walked once, from the top. Every line ends up in a table's body, in a header, or named as
skipped with the reason; no title is ever taken for an enterprise.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from registry.rules.cells import as_text, is_readable
from registry.rules.columns import Column, squeeze
from registry.rules.headers import (
    Header,
    class_called,
    facts_of,
    match_titles,
    names_leavers,
    place_called,
    signature,
)
from registry.rules.uscc import is_valid_uscc, normalise_code

BATCH = 2000
MAX_COLUMNS = 200
TALLEST = 3  # lines of a header
HEADER_SEARCH_LINES = 60  # below that a sheet without a header is given up
SAMPLE_LINES = 12
DOUBTED = 20  # lines looked at where a title means one thing here and another there

_SUM = re.compile(
    r"\S{0,6}?(合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|总\s*数|家\s*数)\s*([:：(（\d].*|[家户个]?数?|企业.{0,4})"
    r"|(以上)?共\s*\d+\s*[家户个].*|\d+\s*[家户个]"
)
_LABEL = (
    r"(备?注|说明|填表说明|填报说明|填表人|填报人|制表|审核|联系人|联系电话|填报单位|填报日期|日期|附件|附表|数据来源"
    r"|主办单位|计量单位|单位)\s*[0-9一二三]*\s*"
)
_NOTE = re.compile(_LABEL + r"[:：.、]|[*※]\s*\S|\d+[.、]\s*\S{12,}")
_LABELLED = re.compile(_LABEL + "[:：]")  # no enterprise is called 审核：李四
_TITLE = re.compile(
    r".*(名录|名单|清单|汇总表|一览表|统计表|登记表|明细表|花名册|目录)[）)]?(（[^（）]*）|\([^()]*\))?$"
    r"|[（(]?[一二三四五六七八九十]{1,3}[、）).．].*|第[一二三四五六七八九十\d]+(部分|批|类|章).*"
    r"|附[件表]\s*[\d一二三四五六七八九十]*|表\s*[\d一二三四五六七八九十]+.*"
    r"|.*共\s*\d+\s*家.*|.*[（(]\s*\d+\s*家\s*[）)]\s*$|.*重点(排污|监管|管控)单位$"
)
_NUMBERED = re.compile(
    r"(?P<chapter>第[一二三四五六七八九十\d]+(?:部分|批|类|章))|(?P<point>[一二三四五六七八九十]{1,3}[、.．])"
    r"|(?P<part>[（(][一二三四五六七八九十]{1,3}[）)])|(?P<digit>\d{1,2}[、.．])"
)
# What stands alone under a table and is no enterprise: a sentence, a date, who issued the list.
_UNDER = re.compile(
    r".*[。；;]|\d{4}\s*年\s*\d{1,2}\s*月(\s*\d{1,2}\s*日)?|[二〇○零一三四五六七八九十]{4}年.*[日月]"
    r"|.*(生态环境局|环境保护局|环保局|人民政府|管理委员会|管委会|办公室)([（(]\S*章\S*[）)])?"
)
_YEAR_OF_GROUP = re.compile(
    r"20\d\d年?度?"
)  # last year's classes beside this year's: a person chooses
_CONTINUED = re.compile(r"续表|[（(]续[）)]|[（(]续表|第\s*\d+\s*页")
_NOTHING = frozenset({"无", "暂无", "没有", "空白", "略", "/", "-", "—", "——"})
_NUMBERS = frozenset("甲乙丙丁戊己庚辛壬癸ABCDEFGHIJ")  # of columns, in a line below the header


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
        return [row for _number, row in list(self.ahead)[:number]]


class Reader:
    """Walks the lines of one sheet.

    ``sheet``: its name, which may say the class; ``anchors``: the fields a line must name to be a
    header; ``merges``: (first line, first column, last line, last column), all counted from 0;
    ``before``: the last table of the sheet before, which may go on here without a header; ``year``:
    that of the list, unless its titles say another.
    """

    def __init__(
        self,
        known: Mapping[str, Column],
        *,
        anchors: Sequence[str],
        mappings: Mapping[str, Mapping[str, str]] | None = None,
        merges: Sequence[tuple[int, int, int, int]] = (),
        sheet: str = "",
        before: Table | None = None,
        year: str = "",
    ) -> None:
        self.known = known
        self.anchors = frozenset(anchors)
        self.mappings = mappings or {}
        self.down = deque(sorted(m for m in merges if m[2] > m[0]))
        self.wide = {m[0]: m[3] - m[1] + 1 for m in merges if m[3] - m[1] >= 2}
        self.flat = [m for m in merges if m[0] == m[2] or m[3] > m[1]]
        self.active: list[tuple[tuple[int, int, int, int], list[Any]]] = []
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
        self.sheet_classes = self.sheet_classes or class_called(sheet, known)
        self.sheet_leaves = names_leavers(sheet)
        self.place = place_called(sheet)
        self.before = before
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
        yield from self._settle(before_header=False)
        if self.body:
            yield self._flush()
        if self.table is None and not self.empty:
            yield Sample(self.sample)

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
        header = self._header(number, texts, lines.peek(TALLEST - 1))
        if header is not None:
            yield from self._settle(before_header=True)
            if self.body:
                yield self._flush()
            for _line in range(header.height - 1):
                next(lines)
            yield self._start(self._weighed(header, lines.peek(DOUBTED)), number)
            return
        if self.table is None and self.before is not None and self._goes_on(self.before, texts):
            yield self._start(self.before.header, number)
        said = " ".join(filter(None, texts))
        why = self._why_skipped(number, texts)
        if self.table is not None and (why in UNDECIDED or (not why and self._is_lone(texts))):
            self.pending.append((number, row, said, why))
            self.apart = True
            return
        yield from self._settle(before_header=False)
        if why or self.table is None:
            if why == TITLE:
                self.heading.append(said)
            self.apart = True
            yield Skipped(number + 1, why or ABOVE, said[:200])
        else:
            self._keep(number, row)

    def _settle(self, *, before_header: bool) -> Iterator[Skipped | Body]:
        """Titles, notes and lines of one cell alone: what follows tells a title from a unit of
        which only the name is known."""
        waiting, self.pending = self.pending, []
        for number, row, said, why in waiting:
            note = why == NOTE and not said[0].isdecimal()
            if (before_header and not note) or why == TITLE:
                self.heading.append(said)
                yield Skipped(number + 1, TITLE, said[:200])
            elif why:
                yield Skipped(number + 1, why, said[:200])
            else:
                self._keep(number, row)
            if not before_header:
                yield from self._section(said, why)

    def _section(self, said: str, why: str) -> Iterator[Body]:
        """A title between the rows, or the bare name of a class, says the class of those below; the
        next one numbered like it ends what it said."""
        if why not in (TITLE, SECTION) or self.table is None:
            return
        classes = (facts_of(said)[0] if why == TITLE else []) or class_called(said, self.known)
        level = _level(said)
        leaving = names_leavers(said)
        ends = bool(level and self.level) and LEVELS.index(level) <= LEVELS.index(self.level)
        place = place_called(said)
        if classes or leaving or ends:
            if self.body:
                yield self._flush()
            self.table = replace(self.table, classes=classes, leaving=leaving, county=self.place)
            self.level = level
        elif place:
            if self.body:
                yield self._flush()
            self.table = replace(self.table, county=place)

    @staticmethod
    def _is_lone(texts: Sequence[str]) -> bool:
        return sum(1 for text in texts if text) == 1

    def _keep(self, number: int, row: Sequence[Any]) -> None:
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
        if name[0] in _LOOK_TWICE or name[-1] in _LOOK_TWICE_AT_END or len(name) <= SHORT:
            return False
        if len(name) < LONG and (name[1:2] in _BLANKS or self._reads_like_a_title(name)):
            return False
        for position in self._others:  # noqa: SIM110  (twice as fast as a generator, once a row)
            if position < len(row) and row[position]:
                return True
        return False

    def _reads_like_a_title(self, name: str) -> bool:
        """单位 名称, 企业名称（必填）, 县（市、区）: another header writes titles in its own way. Those
        without signs stand among the known ones as they are."""
        plain = name.isalnum() and not name[-1].isdecimal()
        return not plain and squeeze(name) in self.known

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

    # -- headers ---------------------------------------------------------------------------

    def _header(
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
        lower = self._header(number + 1, texts, following[1:])
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

    def _weighed(self, header: Header, following: Sequence[Sequence[Any]]) -> Header:
        """Without the columns whose title means something else here, by what stands below it."""
        said = self.mappings.get(signature(header.titles), {})
        without = set()
        for index, column in header.columns.items():
            title = squeeze(header.titles[index])
            if title in said or title not in map(squeeze, column.doubtful):
                continue
            texts = [as_text(row[index]) for row in following if index < len(row)]
            texts = [text for text in texts if text]
            if texts and not any(is_readable(text, column.options, column.said) for text in texts):
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

    def _start(self, header: Header, number: int) -> Table:
        again = self._continues(header)
        title = "；".join(self.heading)
        classes: list[str] = []
        level = ""
        # The title nearest to the table says its class; the year may stand further up.
        for text in reversed(self.heading):
            found, year = facts_of(text)
            found = found or class_called(text, self.known)
            if found and not classes:
                classes, level = found, _level(text)
            self.year = year or self.year
        if all(column.field != "key_classes" for column in header.columns.values()):
            classes = classes or self.sheet_classes
        if self.before is not None and header is self.before.header:
            classes = classes or self.sheet_classes or self.before.classes
            self.year = self.year or self.before.year
        leaving = self.sheet_leaves or any(map(names_leavers, self.heading))
        if again is not None:
            title, classes, leaving, level = again.title, again.classes, again.leaving, self.level
            self.above += self.heading
        else:
            self.above, self.ditto = self.heading, {}
        self.heading, self.level = [], level
        self.table = Table(header, number + 1, title[:300], classes, self.year, leaving, self.place)
        named = header.position("name")
        other = header.position(min(self.anchors))
        self._name = named if named is not None else other or 0
        self._others = [i for i in header.columns if i != self._name]
        self._others += [i for i in header.unmatched if i not in self._others]
        self._serial = header.position("serial")
        for index, column in header.columns.items():
            beside = column.kind == "choices" and column.field == "key_classes"
            if column.field == "county" or (beside and index < self._name):
                self.ditto.setdefault(index, "")
        self._raw = {text for text in header.titles if text} | set(self.known)
        return self.table

    @staticmethod
    def _goes_on(before: Table, texts: Sequence[str]) -> bool:
        """The first line of a sheet without a header: a numbered row of the table before."""
        header = before.header
        at = {name: header.position(name) for name in ("serial", "name", "uscc")}
        said = {n: texts[i] for n, i in at.items() if i is not None and i < len(texts)}
        name, code = said.get("name", ""), normalise_code(said.get("uscc", ""))
        if len(name) <= SHORT or name.isdecimal() or _TITLE.fullmatch(name):
            return False
        return said.get("serial", "").isdecimal() or is_valid_uscc(code)

    def _continues(self, header: Header) -> Table | None:
        """The table before, where this is its header again at the top of the next page."""
        table = self.table
        if table is None or list(table.header.titles) != list(header.titles):
            return None
        said = all(text in self.above or _CONTINUED.search(text) for text in self.heading)
        return table if said else None

    _name = 0
    _others: Sequence[int] = ()
    _serial: int | None = None
    _raw: frozenset[str] | set[str] = frozenset()

    # -- what is no unit -------------------------------------------------------------------

    def _why_skipped(self, number: int, texts: Sequence[str]) -> str:
        """The reason a line is none of the table's rows, or nothing."""
        filled = [i for i, text in enumerate(texts) if text]
        first = texts[filled[0]]
        name = texts[self._name] if self._name < len(texts) else ""
        if self.table is not None:
            left = [texts[i] for i in filled if i <= self._name]
            if any(map(_SUM.fullmatch, (first, *left))):
                return SUM
            if name in _NOTHING and len(filled) <= 2:
                return NOTHING
            numbered = [i for i in filled if texts[i].isdecimal() or texts[i] in _NUMBERS]
            if name and len(filled) > 2 and numbered == filled:
                return NUMBERS
        alone = len(filled) == 1 or not name or _LABELLED.match(name)
        if _NOTE.match(first) and len(filled) <= 3 and alone:
            return NOTE
        spread = self.wide.get(number, 0) >= 3
        if len(filled) == 1 or (spread and len(set(filter(None, texts))) == 1):
            return self._lone(first, filled[0], spread=spread)
        if self.table is not None and self._repeated(texts):
            return REPEATED
        return ""

    def _lone(self, text: str, position: int, *, spread: bool) -> str:
        if self.table is None or _TITLE.fullmatch(text):
            return TITLE
        if _UNDER.fullmatch(text):
            return NOTE
        if spread or position != self._name:
            return SECTION
        # A name and nothing beside it: an enterprise only where rows carry no serial number.
        if self._serial is not None and self._serial != self._name:
            return SECTION
        return ""

    def _repeated(self, texts: Sequence[str]) -> bool:
        table = self.table
        return table is not None and list(filter(None, texts)) == [
            text for text in table.header.titles if text
        ]


# A name that begins like a sum, a note or a number, or a short one spread by blanks, gets a second look.
_LOOK_TWICE = frozenset(
    "合总小共备注说填附审制数联日*※ \u3000\n0123456789（(一二三四五六七八九十第"
)
_LOOK_TWICE_AT_END = frozenset("计数家：:0123456789")
_BLANKS = frozenset(" \u3000\u00a0\n")
LONG, SHORT = 20, 2
LEVELS = ("chapter", "point", "part", "digit")  # 第一部分, 一、, （一）, 1.
TITLE = "标题行"
SECTION = "分组行"
SUM = "合计行"
NOTE = "表下说明"
REPEATED = "重复的表头"
NOTHING = "空表的说明"
NUMBERS = "栏号行"
# These may stand between rows or above the next table.
UNDECIDED = frozenset({TITLE, SECTION, NOTE})
ABOVE = "表头以上的内容"


def _level(text: str) -> str:
    """How a line is numbered, one of LEVELS; empty where it is not."""
    numbered = _NUMBERED.match(text)
    return numbered.lastgroup or "" if numbered else ""
