"""Public statistics: sums over counts that anybody can make again from the open data.

A count is one line of :class:`Count`; from the CSV an outsider gets the same lines by counting
rows (docs/open-data.md says how).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from disclosure.rules.statutory_report import rate
from registry.rules.outcomes import AT_FAULT
from registry.rules.quarter import Quarter

# How the published categories begin: 重点排污单位, 特殊监管对象, 一般排污单位. Projects and units of
# joint plans have others and stand in the totals alone.
KEY, SPECIAL, GENERAL = "重点", "特殊", "一般"


@dataclass(frozen=True)
class Count:
    """``number`` published results of one sort."""

    quarter: str
    category: str
    outcome: str
    random: bool
    late: bool
    withdrawn: bool
    number: int


@dataclass(frozen=True)
class Line:
    """One row of the table: what was published of one quarter (or in all), and its shares."""

    label: str
    results: int
    random: int
    key: int
    special: int
    general: int
    with_problem: int
    late: int
    withdrawn: int

    @property
    def title(self) -> str:
        """2026年第一季度; of the sum its label."""
        return Quarter.parse(self.label).label if self.label.startswith("2") else self.label

    @property
    def on_time(self) -> int:
        return self.results - self.late

    @property
    def on_time_rate(self) -> str:
        return rate(self.on_time, self.results)

    @property
    def problem_rate(self) -> str:
        return rate(self.with_problem, self.results - self.withdrawn)


def _line(label: str, counts: Iterable[Count]) -> Line:
    rows = list(counts)

    def total(which: Callable[[Count], bool]) -> int:
        return sum(row.number for row in rows if which(row))

    return Line(
        label=label,
        results=total(lambda row: True),
        random=total(lambda row: row.random),
        key=total(lambda row: row.category.startswith(KEY)),
        special=total(lambda row: row.category.startswith(SPECIAL)),
        general=total(lambda row: row.category.startswith(GENERAL)),
        # What a withdrawn result had found is no longer told, so it is not counted either.
        with_problem=total(lambda row: row.outcome in AT_FAULT and not row.withdrawn),
        late=total(lambda row: row.late),
        withdrawn=total(lambda row: row.withdrawn),
    )


def by_quarter(counts: Iterable[Count]) -> list[Line]:
    """One line a quarter, the newest first, then the sum of all."""
    found: dict[str, list[Count]] = defaultdict(list)
    for row in counts:
        found[row.quarter].append(row)
    lines = [_line(quarter, found[quarter]) for quarter in sorted(found, reverse=True)]
    everything = [row for rows in found.values() for row in rows]
    return [*lines, _line("合计", everything)]


def by_outcome(counts: Iterable[Count]) -> dict[str, int]:
    """Results by official code, withdrawn ones left out; all seven codes are present."""
    found = dict.fromkeys("1234567", 0)
    for row in counts:
        if not row.withdrawn:
            found[row.outcome] += row.number
    return found


def of_year(counts: Iterable[Count], year: int | None) -> list[Count]:
    return [row for row in counts if year is None or Quarter.parse(row.quarter).year == year]


def years_of(counts: Iterable[Count]) -> list[int]:
    return sorted({Quarter.parse(row.quarter).year for row in counts if row.number}, reverse=True)


@dataclass(frozen=True)
class ProblemLine:
    """One way of handling: how many problems, how many closed, open, and open past their deadline."""

    label: str
    found: int
    closed: int
    overdue: int

    @property
    def open(self) -> int:
        return self.found - self.closed

    @property
    def closed_rate(self) -> str:
        return rate(self.closed, self.found)


def problem_lines(rows: Iterable[tuple[str, bool, bool]]) -> list[ProblemLine]:
    """``rows``: handling in Chinese, closed, overdue. One line a handling, then the sum."""
    found: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for handling, closed, overdue in rows:
        found[handling].append((closed, overdue))
    lines = [
        ProblemLine(label, len(of), sum(c for c, _o in of), sum(o for _c, o in of))
        for label, of in sorted(found.items())
    ]
    whole = ProblemLine(
        "合计",
        sum(line.found for line in lines),
        sum(line.closed for line in lines),
        sum(line.overdue for line in lines),
    )
    return [*lines, whole]
