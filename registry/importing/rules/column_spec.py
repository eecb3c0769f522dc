"""What a column of a register file is, and by which titles people know it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_BLANKS = re.compile(r"[\s*＊:：\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ASIDE = re.compile(r"\((?:必填|选填|可选|文本|万元|盖章|单选|多选|如有)[^)]*\)|\d+$")


@dataclass(frozen=True)
class Column:
    """``field``: model field or a special word; ``kind``: how a cell becomes a value.

    Kind ``mark`` is one column of a √ matrix: a mark adds its single option to the list ``field``.
    Kind ``serial`` is recognised and left alone; kind ``listed`` says who left the list. ``said``: what people write for an option beside
    its label, as (stored value, word). ``doubtful``: titles that mean this column in one list and
    something else in another; what stands below decides.
    """

    title: str
    field: str
    kind: str = "text"
    required: bool = False
    options: Sequence[tuple[str, str]] = ()
    synonyms: Sequence[str] = ()
    max_length: int = 200
    said: Sequence[tuple[str, str]] = ()
    doubtful: Sequence[str] = ()


def squeeze(title: str) -> str:
    """A title as it is compared: half-width, upper-case, without blanks, ``*`` or asides."""
    text = _BLANKS.sub("", unicodedata.normalize("NFKC", title)).upper()
    return _ASIDE.sub("", text) or text


def titles_of(columns: Sequence[Column]) -> dict[str, Column]:
    """Squeezed title or synonym → column; the first to name a title has it."""
    known: dict[str, Column] = {}
    for column in columns:
        known.setdefault(squeeze(column.title), column)
    for column in columns:
        for title in column.synonyms:
            known.setdefault(squeeze(title), column)
    return known
