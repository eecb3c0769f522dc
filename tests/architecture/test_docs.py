"""The texts for whoever comes next name files that are there."""

import re

import pytest

from chanji_dualrandom.env import BASE_DIR

TEXTS = ("README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/interpretations.md")
TOP = (
    "chanji_dualrandom|registry|sampling|inspections|disclosure|"
    "templates|static|tests|docs|scripts|bench"
)
NAMED = re.compile(rf"`((?:{TOP})/[a-z0-9_./*-]*)`")
LINKED = re.compile(r"\]\(([^):#]+)[^)]*\)")


@pytest.mark.parametrize("name", TEXTS)
def test_every_file_a_text_names_is_there(name: str) -> None:
    text = BASE_DIR / name
    words = text.read_text(encoding="utf-8")
    named = NAMED.findall(words)
    linked = [place for place in LINKED.findall(words) if "//" not in place]

    gone = [place for place in named if not any(BASE_DIR.glob(place.rstrip("/")))]
    gone += [place for place in linked if not (text.parent / place).exists()]

    assert named
    assert gone == []
