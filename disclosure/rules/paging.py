"""Where a page of a dated list ends: the day and the row, as they stand in an address."""

import re
from dataclasses import dataclass
from datetime import date

WRITTEN = re.compile(r"(\d{4})(\d\d)(\d\d)-(\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class Position:
    day: date
    pk: int

    @property
    def text(self) -> str:
        """``20260513-71``."""
        return f"{self.day:%Y%m%d}-{self.pk}"


def read_position(text: str) -> Position | None:
    """None for anything that is not a position, so that a broken link shows the first page."""
    match = WRITTEN.fullmatch(text)
    if match is None:
        return None
    year, month, day, pk = map(int, match.groups())
    try:
        return Position(date(year, month, day), pk)
    except ValueError:
        return None


def result_quarter(plan_number: str, checked_on: date) -> str:
    """The quarter a result is filed under: its plan's, else that of the check itself."""
    return plan_number[:6] or f"{checked_on.year}Q{(checked_on.month + 2) // 3}"
