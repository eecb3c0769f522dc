"""The colours of the words on a page, by what they ask of their reader."""

from typing import NamedTuple

PLAIN = ""
OK = "ok"
WARN = "warn"
RED = "red"


class Tag(NamedTuple):
    """What ``templates/_tag.html`` shows."""

    words: str
    tone: str = PLAIN
