"""What the titles of a table say: which column is which, and what its headline tells of its rows."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from registry.rules.columns import Column, squeeze

CLASS_WORDS = (
    ("groundwater", ("地下水",)),
    ("water", ("水环境",)),
    ("air", ("大气环境", "大气重点", "大气污染")),
    ("noise", ("噪声重点", "声环境")),
    ("soil", ("土壤污染", "土壤环境", "土壤重点")),
    ("risk", ("环境风险",)),
)
_REMARK = re.compile(r"\([^()]*\)$")
_YEAR = re.compile(r"(20\d{2})\s*年")


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
    rest = title
    classes = []
    for value, words in CLASS_WORDS:
        if any(word in rest for word in words):
            classes.append(value)
        for word in words:
            rest = rest.replace(word, "")
    year = _YEAR.search(title)
    return classes, year[1] if year else ""


def _known(name: str, known: Mapping[str, Column]) -> Column | None:
    """企业名称(全称) is 企业名称, unless the title with its remark is one of its own."""
    return known.get(name) or known.get(_REMARK.sub("", name))


def match_titles(
    titles: Sequence[str], known: Mapping[str, Column], mappings: Mapping[str, Mapping[str, str]]
) -> dict[int, Column]:
    """Position → column. What a person said about this very header goes before any synonym."""
    said = mappings.get(signature(titles), {})
    by_field = {column.field: column for column in known.values() if column.kind != "mark"}
    found: dict[int, Column] = {}
    taken: set[str] = set()
    order = sorted(range(len(titles)), key=lambda i: squeeze(titles[i]) not in said)
    for index in order:
        name = squeeze(titles[index])
        column = by_field.get(said[name]) if name in said else _known(name, known)
        if column is None or (column.kind != "mark" and column.field in taken):
            continue
        if column.kind != "mark":
            taken.add(column.field)
        found[index] = column
    return dict(sorted(found.items()))
