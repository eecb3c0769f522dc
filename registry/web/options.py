"""The choices of a select, each knowing whether it is the one chosen."""

from collections.abc import Iterable
from typing import Any, NamedTuple


class Option(NamedTuple):
    """What ``templates/_options.html`` shows."""

    value: Any
    label: Any
    chosen: bool


def options(choices: Iterable[tuple[Any, Any]], chosen: Any) -> list[Option]:
    return [Option(value, label, value == chosen) for value, label in choices]
