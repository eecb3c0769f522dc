"""What the titles of a table say: which column is which, and what its headline tells of its rows."""

import hashlib
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from registry.importing.rules.column_spec import Column, squeeze
from registry.rules.cells import LEFT

# How running text names the classes. 污水 and 废气 alone are what a unit treats, no class of a list.
_NAMES = r"(?:环境|污染(?!源|防治[法条])|重点)"
_LAW = re.compile(r"《[^》]*》")
_CLASSES = tuple(
    (value, re.compile(pattern))
    for value, pattern in (
        ("groundwater", r"地下水"),
        ("water", rf"(?<![下污废用雨供])水{_NAMES}|(?:^|[年市州县、和及与（(：:])水[、和及与]"),
        ("air", rf"大气(?:{_NAMES}|[、和及与])|(?<![大废燃煤沼电天蒸供用])气(?:环境|重点)"),
        ("noise", rf"噪声(?:{_NAMES}|[、和及与])|声环境|声重点"),
        ("soil", rf"土壤(?:{_NAMES}|[、和及与])"),
        ("risk", r"环境风险|风险重点"),
    )
)
_NUMBER = re.compile(r"^(附[件表]|表)?[\d一二三四五六七八九十]*[-_.、\s]*")
_BEFORE_PLACE = re.compile(r"^(?:[（(]?[\d一二三四五六七八九十]+[)）、.．]+|附[件表]\d+[-_]?)")
_PLACE = re.compile(r"([\u4e00-\u9fff]{1,8}[市县区旗])(?:[（(]\d+[家户个][)）])?")
_NO_PLACE = re.compile(
    r"^[全各本]|^(?:主|中心)?城区$|^市区$|(?:县市|市辖|园|工业|管控|保护|库|厂|景|小|社)区$|超市$"
)
_LEAVING = re.compile(
    rf"[^，。；;]{{0,16}}?(?:{LEFT})[^，。；;]{{0,14}}?(?:名单|名录|单位|企业|情况)?(?:[（(]\d+[家户个][)）])?"
)
_SAYS_LEFT = re.compile(rf"(?:已|本年|今年|20\d\d年)*(?:{LEFT}|删除|取消|注销)(?:名录|名单)?")
_LISTED = re.compile(r"新增|列入|调入|纳入|保留|在册|现行")
_ONLY_MENTIONED = re.compile(r"调整|不含|不包括|除外|产能|未")
IGNORED = "-"  # what a person says of a column that shall not be read
_REMARK = re.compile(r"\([^()]*\)$")
_YEAR = re.compile(r"(20\d{2}|二[〇○零][二三][〇○零一二三四五六七八九])\s*年")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


@dataclass(frozen=True)
class Header:
    """``columns``: position → column; ``unmatched``: position → title nobody knows."""

    height: int
    columns: Mapping[int, Column]
    unmatched: Mapping[int, str]
    titles: Sequence[str]

    def position(self, name: str) -> int | None:
        return next((i for i, column in self.columns.items() if column.field == name), None)


def signature(titles: Iterable[str]) -> str:
    """A header's fingerprint: the same titles in any order are the same header."""
    names = sorted({squeeze(title) for title in titles} - {""})
    return hashlib.sha256("|".join(names).encode()).hexdigest()


def facts_of(title: str) -> tuple[list[str], str]:
    """The key classes and the year a title names."""
    year = _YEAR.search(title)
    rest = _LAW.sub("", title)  # 《水污染防治法》 is what a notice rests on, no class of its units
    classes = [value for value, names in _CLASSES if names.search(rest)]
    return classes, year[1].translate(_DIGITS) if year else ""


def class_called(name: str, known: Mapping[str, Column]) -> list[str]:
    """The class a sheet or a line is called by and nothing else: 水, 附件1 大气, 噪声（3家）."""
    column = _known(squeeze(_NUMBER.sub("", name)), known)
    return [column.options[0][0]] if column is not None and column.kind == "mark" else []


def place_called(name: str) -> str:
    """The county a sheet or a line is called by and nothing else: （一）青秀区, 独山子区（3家）."""
    place = _PLACE.fullmatch(_BEFORE_PLACE.sub("", "".join(name.split())))
    return place[1] if place and not _NO_PLACE.search(place[1]) else ""


def names_leavers(title: str) -> bool:
    """退出名录单位, 二、移出名单: what stands below is no longer on the list."""
    if _LISTED.search(title) or _ONLY_MENTIONED.search(title):
        return False
    return bool(_LEAVING.fullmatch(title))


def says_left(cell: str) -> bool:
    """已退出, 移出名录: what a column of changes says of one unit that is no longer on the list."""
    return bool(_SAYS_LEFT.fullmatch("".join(cell.split())))


def names_listed(title: str) -> bool:
    """新增单位, 二、保留的单位: what stands below is on the list."""
    return bool(_LISTED.search(title)) and not _ONLY_MENTIONED.search(title)


def _known(name: str, known: Mapping[str, Column]) -> Column | None:
    """企业名称(全称) is 企业名称, unless the title with its remark is one of its own."""
    return known.get(name) or known.get(_REMARK.sub("", name))


def said_as(column: Column) -> str:
    """What a person's choice of this column is called: its field, or which of the √ columns it is."""
    return f"mark:{column.options[0][0]}" if column.kind == "mark" else column.field


def match_titles(
    titles: Sequence[str],
    known: Mapping[str, Column],
    mappings: Mapping[str, Mapping[str, str]],
    without: Container[int] = (),
) -> dict[int, Column]:
    """Position → column. What a person said about this very header goes before any synonym."""
    said = mappings.get(signature(titles), {})
    by_field = {said_as(column): column for column in known.values()}
    found: dict[int, Column] = {}
    taken: set[str] = set()
    names = [squeeze(title) for title in titles]

    def rank(index: int) -> tuple[bool, int]:
        """类型 means the class only where no column is called 重点类别 outright, and a synonym that
        stands further behind only where none before it is there."""
        column = _known(names[index], known)
        titles = (column.title, *column.synonyms) if column is not None else ()
        at = next((n for n, title in enumerate(titles) if squeeze(title) == names[index]), 99)
        return names[index] not in said, at

    for index in sorted(range(len(names)), key=rank):
        name = names[index]
        if index in without or said.get(name) == IGNORED:
            continue
        column = by_field.get(said[name]) if name in said else _known(name, known)
        if column is None or (column.kind != "mark" and column.field in taken):
            continue
        if column.kind != "mark":
            taken.add(column.field)
        found[index] = column
    return dict(sorted(found.items()))
