"""Key lists of other bureaus, read for tests."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .reading import Told, book, told

FILE = "名录.xlsx"
TITLE = "2026年某市环境监管重点单位名录"
HEADER = ["序号", "县区", "单位名称"]
Lines = Sequence[Sequence[Any]]


def listed(path: Path, *sheets: Lines, merged: Sequence[str] = (), **more: Any) -> Told:
    return told(book(path / FILE, *sheets, merged=merged), is_key_list=True, **more)


def classes(found: Told) -> dict[str, str]:
    """Name → classes, as water+air."""
    return {row["name"]: "+".join(json.loads(row.get("key_classes") or "[]")) for row in found.rows}


def whys(found: Told) -> dict[int, str]:
    return dict(found.skipped)
