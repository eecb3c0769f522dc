"""Templates decide nothing, and can be read.

What a state, kind or other stored value means for a page is said by the view or a presenter
(``may_fill``, ``tone``, ``next_step``): a template that compares it with a literal has taken the
decision itself, out of reach of types and tests. And a line is as long as an eye can follow.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import house

LONGEST = 200
TAG = re.compile(r"{%-?\s*(\w+)\b(.*?)-?%}")
# Words a template shows are literals too: only what is compared counts.
LITERAL = r"(?:\"[^\"]*\"|'[^']*')"
STORED = r"[\w.]*\.(?:state|status|kind|level)"
COMPARED = re.compile(
    rf"(?:==|!=|\bin\b)\s*{LITERAL}|{LITERAL}\s*(?:==|!=|(?:not\s+)?in\b)"
    rf"|(?:==|!=)\s*{STORED}\b|\b{STORED}\s*(?:==|!=|(?:not\s+)?in\b)"
)
DECIDING = frozenset({"if", "elif", "with", "include"})


def too_long(source: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source.splitlines(), start=1):
        if len(line) > LONGEST:
            yield number, f"{len(line)} 个字符，最多 {LONGEST}"


def decisions(source: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source.splitlines(), start=1):
        for tag in TAG.finditer(line):
            if tag[1] in DECIDING and COMPARED.search(tag[2]):
                yield number, f"模板在作判断：{tag[0]}"


def faults(root: Path) -> list[str]:
    found = []
    for path in sorted((root / "templates").rglob("*.html")):
        place = path.relative_to(root).as_posix()
        source = path.read_text(encoding="utf-8")
        for line, why in sorted([*too_long(source), *decisions(source)]):
            found.append(f"{place}:{line}: {why}")
    return found


if __name__ == "__main__":
    found = faults(house.BASE_DIR)
    if found:
        house.stop("\n".join(["模板应当换行，或由视图给出判断：", *found]))
    sys.exit(0)
