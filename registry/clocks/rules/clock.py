"""A deadline as a page shows it: the date, the working days left, and how much it presses."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from registry.clocks.rules.workdays import WorkCalendar
from registry.rules.tones import PLAIN, RED


@dataclass(frozen=True)
class Clock:
    """``left`` are working days, negative once overdue. What ``templates/_clock.html`` shows."""

    due_on: date
    left: int
    overdue: bool
    provisional: bool = False
    presses: bool = False

    @property
    def tone(self) -> str:
        return RED if self.overdue or self.presses else PLAIN

    @classmethod
    def until(
        cls,
        due_on: date,
        *,
        today: date,
        calendar: WorkCalendar,
        provisional: bool = False,
        pressing: int | None = None,
    ) -> Self:
        """``pressing``: red from so many working days left on; ``None``: only once overdue."""
        left = calendar.between(today, due_on)
        presses = pressing is not None and left <= pressing
        return cls(due_on, left, due_on < today, provisional, presses)
