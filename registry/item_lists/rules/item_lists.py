"""随机抽查事项清单 as bureaus publish it: what its cells mean, and how two lists differ (domain rules §2)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from registry.rules.cells import BadCell

SEPARATORS = re.compile(r"[、,，;；/\s]+")
CITED = re.compile(r"《([^《》]{2,120})》([^《]*)")
NUMERAL = "[一二三四五六七八九十百千零〇0-9]+"
ARTICLE = re.compile(
    rf"第{NUMERAL}条(?:之{NUMERAL})?(?:第{NUMERAL}款)?(?:第[（(]?{NUMERAL}[)）]?项)?"
)
NATION = "中华人民共和国"
# Cells that a publisher merges downwards: a blank one means the one above.
MERGED = ("item_class", "body", "level")
LABELS = {
    "name": "抽查事项",
    "item_class": "事项类别",
    "bases": "抽查依据",
    "body": "检查主体",
    "target": "检查对象",
    "content": "检查内容",
    "method": "检查方式",
    "ratio": "抽查比例",
    "frequency": "抽查频次",
    "level": "检查层级",
}


def item_class(text: str) -> str:
    """``key`` or ``general``; BadCell for anything else."""
    if "重点" in text:
        return "key"
    if "一般" in text:
        return "general"
    raise BadCell(f"“{text or '空白'}”不是事项类别", "请填“重点检查事项”或“一般检查事项”")


def method(text: str) -> str:
    """``on_site``, ``documents`` or ``remote``; where several are named the strictest. A list that
    names none means a visit. BadCell for what is no method."""
    found = {_one_method(word) for word in SEPARATORS.split(text) if word}
    for kind in ("on_site", "documents", "remote"):
        if kind in found:
            return kind
    if not text:
        return "on_site"
    raise BadCell(f"“{text}”不是检查方式", "请填现场、书面或非现场")


def _one_method(word: str) -> str:
    if any(part in word for part in ("非现场", "网络", "在线", "远程", "视频", "遥感", "无人机")):
        return "remote"
    if any(part in word for part in ("现场", "实地", "抽样", "检测", "监测")):
        return "on_site"
    return "documents" if any(part in word for part in ("书面", "资料", "报表", "台账")) else ""


@dataclass(frozen=True)
class Citation:
    """One law with the articles named; ``article`` is blank where none is."""

    title: str
    article: str = ""


def citations(text: str) -> tuple[Citation, ...]:
    """The laws a cell cites, each once, in their order.

    Lists often print the whole article: its number is kept, its words are not. A cell without
    《》 is one title.
    """
    pairs = CITED.findall(text) or [(line.strip(" 、，；。"), "") for line in text.splitlines()]
    found: dict[Citation, None] = {}
    for title, rest in pairs:
        if not title:
            continue
        articles = "、".join(dict.fromkeys(ARTICLE.findall(rest)))
        found[Citation(title.strip()[:120], articles[:120])] = None
    return tuple(found)


def same_law(left: str, right: str) -> bool:
    """《水污染防治法》 and 《中华人民共和国水污染防治法》 are one."""
    return left.removeprefix(NATION) == right.removeprefix(NATION)


def filled_down(rows: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Rows with the merged cells of the ones above."""
    last: dict[str, str] = {}
    filled = []
    for row in rows:
        full = dict(row)
        for name in MERGED:
            if name in full:
                full[name] = full[name] or last.get(name, "")
                last[name] = full[name]
        filled.append(full)
    return filled


# --- two lists side by side -----------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One item as it reads; ``fields`` by the keys of LABELS, in words."""

    code: str
    fields: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.fields.get("name", "")


@dataclass(frozen=True)
class Pair:
    """``state``: same, changed, left_only or right_only; ``changes``: (label, left, right)."""

    state: str
    left: Item | None = None
    right: Item | None = None
    changes: tuple[tuple[str, str, str], ...] = field(default=())

    @property
    def item(self) -> Item:
        found = self.right or self.left
        assert found is not None  # noqa: S101  (a pair has at least one side)
        return found


def compare(left: Sequence[Item], right: Sequence[Item]) -> list[Pair]:
    """Items of ``right`` in their order, each beside the one of ``left`` with its code, else with
    its name; then what only ``left`` has."""
    by_code = {item.code: item for item in left}
    by_name = {item.name: item for item in left}
    right_codes = {item.code for item in right}
    used: set[str] = set()
    pairs = []
    for item in right:
        old = by_code.get(item.code)
        if old is None:
            named = by_name.get(item.name)
            old = named if named and named.code not in right_codes | used else None
        if old is None:
            pairs.append(Pair("right_only", None, item))
            continue
        used.add(old.code)
        changes = _changes(old, item)
        pairs.append(Pair("changed" if changes else "same", old, item, changes))
    return pairs + [Pair("left_only", item, None) for item in left if item.code not in used]


def _changes(old: Item, new: Item) -> tuple[tuple[str, str, str], ...]:
    found = [] if old.code == new.code else [("事项编码", old.code, new.code)]
    found += [
        (label, old.fields.get(name, ""), new.fields.get(name, ""))
        for name, label in LABELS.items()
        if old.fields.get(name, "") != new.fields.get(name, "")
    ]
    return tuple(found)
