"""Quarters, written ``2027Q1``."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from registry.rules.violations import RuleViolation

CHINESE_NUMBERS = "一二三四"


class BadQuarter(RuleViolation):
    code = "bad_quarter"
    basis = "实施方案：随机抽查以季度为周期"

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是季度，请写成 2027Q1 的形式（年份加 Q1 至 Q4）。")


@dataclass(frozen=True, order=True)
class Quarter:
    """Ordered by time. Only ``number`` 1 … 4 exists; BadQuarter otherwise."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise BadQuarter(str(self))

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """``2027Q1`` (or ``2027q1``), blanks around it allowed; BadQuarter otherwise."""
        match = re.fullmatch(r"(20\d\d)[Qq]([1-4])", text.strip(), re.ASCII)
        if match is None:
            raise BadQuarter(text)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def label(self) -> str:
        return f"{self.year}年第{CHINESE_NUMBERS[self.number - 1]}季度"

    @property
    def start(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        return self.next.start - timedelta(days=1)

    @property
    def months(self) -> tuple[date, date, date]:
        """The first day of each of its three months."""
        first = 3 * self.number - 2
        return (
            date(self.year, first, 1),
            date(self.year, first + 1, 1),
            date(self.year, first + 2, 1),
        )

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> "Quarter":
        return Quarter(self.year - (self.number == 1), (self.number + 2) % 4 + 1)
