"""Every text marked for translation is Chinese already.

The source language of this project is Chinese, so there is no catalogue to fill; what can go
wrong is an English text inside ``_()`` or ``{% translate %}``, which people would see as it is.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import house

FUNCTIONS = frozenset(
    f"{prefix}{name}{suffix}"
    for prefix in ("", "n", "p", "np")
    for name in ("gettext",)
    for suffix in ("", "_lazy", "_noop")
) | {"_", "__"}
CHINESE = re.compile("[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{[^}]*\}|&\w+;")
LOWER_CASE = re.compile("[a-z]")
TAG = re.compile(r"{%\s*(?:translate|trans)\s+(\"[^\"]*\"|'[^']*')|\b_\((\"[^\"]*\"|'[^']*')\)")
BLOCK = re.compile(r"{%\s*block(?:translate|trans)\b[^%]*%}(.*?){%\s*endblock", re.DOTALL)
MARKUP = re.compile(r"{{.*?}}|{%.*?%}|<[^>]*>", re.DOTALL)


def is_foreign(text: str) -> bool:
    """True for words nobody translated; abbreviations such as "PDF" or "GB 32100" are names."""
    bare = PLACEHOLDER.sub("", text)
    return not CHINESE.search(bare) and bool(LOWER_CASE.search(bare))


def texts_in_python(source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in FUNCTIONS:
            continue
        # pgettext's first argument is the context, which nobody sees.
        for argument in node.args[1 if name.startswith(("p", "np")) else 0 :]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield node.lineno, argument.value


def texts_in_template(source: str) -> Iterator[tuple[int, str]]:
    for match in TAG.finditer(source):
        yield source.count("\n", 0, match.start()) + 1, (match[1] or match[2])[1:-1]
    for match in BLOCK.finditer(source):
        yield source.count("\n", 0, match.start()) + 1, MARKUP.sub("", match.group(1))


def foreign_texts(root: Path) -> list[str]:
    found = []
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.html")]):
        if {".venv", "var", "vendor", "tests", "scripts"} & set(path.relative_to(root).parts):
            continue
        read = texts_in_python if path.suffix == ".py" else texts_in_template
        found += [
            f"{path.relative_to(root)}:{line}: {text.strip()!r}"
            for line, text in read(path.read_text(encoding="utf-8"))
            if is_foreign(text)
        ]
    return found


if __name__ == "__main__":
    foreign = foreign_texts(house.BASE_DIR)
    if foreign:
        house.stop("\n".join(["以下文字标为可翻译，但不是中文：", *foreign]))
    sys.exit(0)
