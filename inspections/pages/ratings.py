"""企业评价 for those who oversee: sums by quarter, never a single one that could be traced."""

from typing import Any

from django.db.models import Avg, Count, QuerySet

from inspections.models import VisitObjection, VisitRating

# Fewer are not shown: with two ratings each unit would know the other's.
LEAST_SHOWN = 3


def rating_quarters() -> list[dict[str, Any]]:
    """Newest first; averages and comments only where there are enough to hide in."""
    rows = (
        VisitRating.objects.order_by("-quarter")
        .values("quarter")
        .annotate(n=Count("id"), conduct=Avg("conduct"), lawful=Avg("lawful"), honest=Avg("honest"))
    )
    found = []
    for row in rows:
        enough = row["n"] >= LEAST_SHOWN
        comments = (
            VisitRating.objects.filter(quarter=row["quarter"]).exclude(comment="").order_by("id")
        )
        found.append(
            {
                "quarter": row["quarter"],
                "n": row["n"],
                "enough": enough,
                "averages": {k: round(row[k], 2) for k in ("conduct", "lawful", "honest")}
                if enough
                else {},
                "comments": list(comments.values_list("comment", flat=True)) if enough else [],
            }
        )
    return found


def objections_for(user: Any) -> QuerySet[VisitObjection]:
    """All but those against a visit of one's own team."""
    return (
        VisitObjection.objects.select_related("notice__assignment__source", "answered_by")
        .exclude(notice__assignment__team__inspector__user=user)
        .order_by("answered_at", "-pk")
    )
