"""The worked example every implementation of chanji-draw/2 must reproduce."""

import copy
import json
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "data" / "draw-vector.json"
WHOLE: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
TEXT = json.dumps(WHOLE["bundle"], ensure_ascii=False, indent=1)


def bundle() -> dict[str, Any]:
    return copy.deepcopy(WHOLE["bundle"])


def announcement() -> dict[str, Any]:
    return bundle()["announcement"]


def record() -> dict[str, Any]:
    return bundle()["draw"]


def gate() -> dict[str, Any]:
    return copy.deepcopy(WHOLE["gate"])


def undrawn() -> dict[str, Any]:
    """What the plan would reveal had it become void before its draw."""
    return {key: bundle()[key] for key in ("protocol", "announcement", "pool", "nonce")}
