"""Reads of the publication desk (staff)."""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from disclosure.choices import ENDED_WITHOUT_EFFECT, PublicationState, WithholdingState
from disclosure.models import (
    PenaltyLink,
    PublicationLink,
    PublicPlan,
    PublicStatutoryReport,
    Withholding,
)
from registry.clocks.rules.clock import Clock
from registry.clocks.rules.workdays import WorkCalendar
from registry.models import PollutionSource
from registry.rules.quarter import Quarter

UNDECIDED = (PublicationState.WAITING, PublicationState.QUEUED)
RED_LIST_DAYS = 5
SHOWN = 300  # rows of the desk at once, the most urgent ones


def undecided_links() -> QuerySet[PublicationLink]:
    return (
        PublicationLink.objects.filter(state__in=UNDECIDED)
        .select_related("assignment__source__merged_into", "assignment__plan")
        .prefetch_related("withholdings")
        .order_by("due_on", "pk")
    )


def _of_quarter(rows: QuerySet[PublicationLink], quarter: str | None) -> QuerySet[PublicationLink]:
    """``None``: all; blank: checks outside every plan."""
    if quarter is None:
        return rows
    if not quarter:
        return rows.filter(assignment__plan=None)
    return rows.filter(assignment__plan__number__startswith=quarter)


def waiting_batches(*, today: date) -> list[dict[str, Any]]:
    """What waits by quarter of its plan, the oldest first; blank stands for checks outside plans."""
    counts: Counter[str] = Counter()
    late: Counter[str] = Counter()
    rows = PublicationLink.objects.filter(state__in=UNDECIDED)
    for number, due_on in rows.values_list("assignment__plan__number", "due_on"):
        quarter = (number or "")[:6]
        counts[quarter] += 1
        late[quarter] += due_on < today
    return [
        {"quarter": quarter, "number": counts[quarter], "overdue": late[quarter]}
        for quarter in sorted(counts, key=lambda quarter: (quarter == "", quarter))
    ]


def desk_rows(
    *, today: date, calendar: WorkCalendar, quarter: str | None = None
) -> list[dict[str, Any]]:
    """What waits, with its clock; red from five days on."""
    rows = []
    for link in _of_quarter(undecided_links(), quarter)[:SHOWN]:
        proposed = [w for w in link.withholdings.all() if w.state == WithholdingState.PROPOSED]
        rows.append(
            {
                "link": link,
                "clock": Clock.until(
                    link.due_on,
                    today=today,
                    calendar=calendar,
                    provisional=link.provisional,
                    pressing=RED_LIST_DAYS,
                ),
                "withholding": proposed[0] if proposed else None,
                "queued": link.state == PublicationState.QUEUED,
                # A whole batch is ticked; what is confidential a person ticks himself.
                "ticked": quarter is not None and not link.assignment.source.confidential,
            }
        )
    return rows


def desk_counts(today: date) -> dict[str, int]:
    waiting = PublicationLink.objects.filter(state__in=UNDECIDED)
    return {"waiting": waiting.count(), "overdue": waiting.filter(due_on__lt=today).count()}


def desk_figures(*, today: date, calendar: WorkCalendar) -> dict[str, int]:
    """The numbers on top of the publication desk."""
    waiting = PublicationLink.objects.filter(state__in=UNDECIDED)
    red = calendar.add(today, RED_LIST_DAYS)
    return {
        **desk_counts(today),
        "red": waiting.filter(due_on__gte=today, due_on__lte=red).count(),
        "withholdings": open_withholdings().count(),
    }


def plans_to_report() -> list[str]:
    """Quarters with an announcement that stands, the newest first."""
    rows = PublicPlan.objects.exclude(state__in=ENDED_WITHOUT_EFFECT).order_by("-plan_number")
    return list(rows.values_list("plan_number", flat=True)[:8])


def reported_quarters(*, today: date) -> list[dict[str, Any]]:
    """Quarters with a plan announced, the newest first, and the last issue of their report."""
    issued = {row.quarter: row for row in PublicStatutoryReport.objects.order_by("version")}
    numbers = PublicPlan.objects.values_list("plan_number", flat=True)
    quarters = sorted({number[:6] for number in numbers}, reverse=True)
    return [
        {
            "quarter": (quarter := Quarter.parse(text)),
            "over": today > quarter.end,
            "begun": today >= quarter.start,
            "issued": issued.get(text),
        }
        for text in quarters[:12]
    ]


def decided_links(quarter: str | None = None, wanted: str = "") -> QuerySet[PublicationLink]:
    """The newest first. ``wanted``: a task number or its beginning, or what a unit is found by."""
    decided = PublicationLink.objects.exclude(state__in=UNDECIDED)
    if wanted:
        decided = decided.filter(
            Q(assignment__number__startswith=wanted.upper())
            | Q(assignment__source__in=PollutionSource.objects.search(wanted))
        )
    return (
        _of_quarter(decided, quarter)
        .select_related("assignment__source__merged_into", "result")
        .order_by("-decided_at")
    )


def open_withholdings() -> QuerySet[Withholding]:
    return Withholding.objects.filter(state=WithholdingState.PROPOSED).select_related(
        "link__assignment__source__merged_into", "proposed_by"
    )


def penalty_rows(*, today: date, calendar: WorkCalendar) -> list[dict[str, Any]]:
    """Decisions that wait for publication, the most urgent first."""
    links = PenaltyLink.objects.filter(state=PublicationState.WAITING).select_related(
        "decision__problem__assignment__source__merged_into"
    )
    return [
        {
            "link": link,
            "clock": Clock.until(link.due_on, today=today, calendar=calendar),
        }
        for link in links.order_by("due_on", "pk")[:SHOWN]
    ]
