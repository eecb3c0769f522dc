"""The worked example every implementation of chanji-draw/1 must reproduce."""

import copy
import json
from pathlib import Path
from typing import Any

TEXT = (Path(__file__).parents[1] / "data" / "draw-vector.json").read_text(encoding="utf-8")
_BUNDLE = json.loads(TEXT)


def bundle() -> dict[str, Any]:
    return copy.deepcopy(_BUNDLE)


def announcement() -> dict[str, Any]:
    return {
        "plan": "2027Q1",
        "quotas": {"general": 1, "key": 2, "special": 2},
        "pool_digest": _BUNDLE["pool_digest"],
        "commitment": _BUNDLE["commitment"],
        "entropy_source": _BUNDLE["entropy"]["source"],
    }
