"""Reads of the publication desk (staff)."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from disclosure.choices import ENDED_WITHOUT_EFFECT, PublicationState, WithholdingState
from disclosure.models import PublicationLink, PublicPlan, Withholding
from registry.rules.workdays import WorkCalendar

UNDECIDED = (PublicationState.WAITING, PublicationState.QUEUED)
RED_LIST_DAYS = 5


def undecided_links() -> QuerySet[PublicationLink]:
    return (
        PublicationLink.objects.filter(state__in=UNDECIDED)
        .select_related("assignment__source", "assignment__plan")
        .prefetch_related("withholdings")
        .order_by("due_on", "pk")
    )


def desk_rows(*, today: date, calendar: WorkCalendar) -> list[dict[str, Any]]:
    """What waits, with the working days left; red from five days on."""
    rows = []
    for link in undecided_links()[:300]:
        left = calendar.between(today, link.due_on)
        proposed = [w for w in link.withholdings.all() if w.state == WithholdingState.PROPOSED]
        rows.append(
            {
                "link": link,
                "left": left,
                "red": left <= RED_LIST_DAYS,
                "withholding": proposed[0] if proposed else None,
            }
        )
    return rows


def desk_counts(today: date) -> dict[str, int]:
    waiting = PublicationLink.objects.filter(state__in=UNDECIDED)
    return {"waiting": waiting.count(), "overdue": waiting.filter(due_on__lt=today).count()}


def plans_to_report() -> list[str]:
    """Quarters with an announcement that stands, the newest first."""
    rows = PublicPlan.objects.exclude(state__in=ENDED_WITHOUT_EFFECT).order_by("-plan_number")
    return list(rows.values_list("plan_number", flat=True)[:8])


def decided_links() -> QuerySet[PublicationLink]:
    return (
        PublicationLink.objects.exclude(state__in=UNDECIDED)
        .select_related("assignment__source", "result")
        .order_by("-decided_at")
    )


def open_withholdings() -> QuerySet[Withholding]:
    return Withholding.objects.filter(state=WithholdingState.PROPOSED).select_related(
        "link__assignment__source", "proposed_by"
    )
