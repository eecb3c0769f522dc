"""Counts for the home page, the statistics and the open data: all from the same rows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from disclosure.choices import ENDED_WITHOUT_EFFECT
from disclosure.models import PublicPlan, PublicProblem, PublicProgress, PublicTally
from disclosure.rules import statistics
from registry.rules.quarter import Quarter


def counts(quarter: str = "") -> list[statistics.Count]:
    """The counters of one quarter, or of all."""
    chosen = PublicTally.objects.filter(**({"quarter": quarter} if quarter else {}))
    rows = chosen.exclude(number=0).order_by(
        "-quarter", "category", "outcome", "random", "late", "withdrawn"
    )
    names = ("quarter", "category", "outcome", "random", "late", "withdrawn", "number")
    return [statistics.Count(*row) for row in rows.values_list(*names)]


@dataclass(frozen=True)
class Glance:
    """计划、抽取、检查、公示 of one quarter in numbers."""

    quarter: str
    label: str
    planned: int
    drawn: int
    dispatched: int
    inspected: int
    completed: int
    published: int
    withheld: int
    on_time_rate: str
    updated_at: Any


def quarter_at_a_glance(current: Quarter) -> Glance:
    """The running quarter; before its plan is announced the latest quarter that has one."""
    standing = PublicPlan.objects.exclude(state__in=ENDED_WITHOUT_EFFECT)
    quarter = str(current)
    if not standing.filter(plan_number__startswith=quarter).exists():
        latest = (
            standing.filter(plan_number__lte=f"{quarter}~")
            .order_by("-plan_number")
            .values_list("plan_number", flat=True)
            .first()
        )
        quarter = latest[:6] if latest else quarter
    planned = sum(
        line["quota"]
        for quotas in standing.filter(plan_number__startswith=quarter).values_list(
            "quotas", flat=True
        )
        for line in quotas
    )
    progress = list(PublicProgress.objects.filter(plan_number__startswith=quarter))

    def total(name: str) -> int:
        return sum(getattr(row, name) for row in progress)

    lines = statistics.by_quarter(counts(quarter))
    return Glance(
        quarter=quarter,
        label=Quarter.parse(quarter).label,
        planned=planned,
        drawn=total("drawn"),
        dispatched=total("dispatched"),
        inspected=total("inspected"),
        completed=total("completed"),
        published=total("published"),
        withheld=total("withheld"),
        on_time_rate=lines[-1].on_time_rate,
        updated_at=max((row.updated_at for row in progress), default=None),
    )


def problem_rows(*, year: int | None, today: date) -> list[tuple[str, bool, bool]]:
    """Handling, closed, overdue of each published problem that is not withdrawn."""
    rows: QuerySet[PublicProblem] = PublicProblem.objects.filter(withdrawn=False)
    if year is not None:
        rows = rows.filter(quarter__startswith=str(year))
    return [
        (handling, closed is not None, closed is None and deadline is not None and deadline < today)
        for handling, closed, deadline in rows.values_list("handling_text", "closed_on", "deadline")
    ]
