"""The inspection floor's part of a unit's page, which is put together in the template."""

from typing import Any

from django import template
from django.utils import timezone

from inspections.models import Assignment, Clue
from inspections.permissions import HANDLE_CLUES, VIEW_ALL_ASSIGNMENTS
from inspections.services.left_units import UNDER_WAY
from registry.models import Inspector, PollutionSource
from registry.querysets import about

register = template.Library()
SHOWN = 20


def _running(source: PollutionSource) -> Any:
    return source.assignments.filter(state__in=UNDER_WAY).order_by("-dispatched_at")


@register.inclusion_tag("inspections/_unit_assignments.html", takes_context=True)
def show_unit_assignments(context: dict[str, Any], source: PollutionSource) -> dict[str, Any]:
    """Dispatched assignments for those who may see all of them, clues for those who handle them;
    of records that were merged into this one as well."""
    user = context["request"].user
    sees = user.has_perm(VIEW_ALL_ASSIGNMENTS)
    handles = user.has_perm(HANDLE_CLUES)
    return {
        "sees": sees,
        "handles": handles,
        "assignments": Assignment.objects.filter(about(source)).order_by("-dispatched_at")[:SHOWN]
        if sees
        else [],
        "clues": Clue.objects.filter(about(source)).order_by("-received_on", "-pk")[:SHOWN]
        if handles
        else [],
    }


@register.inclusion_tag("inspections/_unit_running.html", takes_context=True)
def show_running_assignments(context: dict[str, Any], source: PollutionSource) -> dict[str, Any]:
    """What a change of the unit means for work under way; numbers only for those who may see."""
    sees = context["request"].user.has_perm(VIEW_ALL_ASSIGNMENTS)
    return {"sees": sees, "assignments": _running(source) if sees else []}


@register.inclusion_tag("inspections/_person_assignments.html", takes_context=True)
def show_person_assignments(context: dict[str, Any], person: Inspector) -> dict[str, Any]:
    """Work under way of one person, for himself and for those who see every assignment; among it
    what he should ask to be recused from."""
    user = context["request"].user
    if person.user_id != user.pk and not user.has_perm(VIEW_ALL_ASSIGNMENTS):
        return {"sees": False}
    running = Assignment.objects.filter(
        team__inspector=person, team__left_at=None, state__in=list(UNDER_WAY)
    ).select_related("source")
    conflicts = set(
        person.conflicts.in_force(timezone.localdate()).values_list("source_id", flat=True)
    )
    rows = [
        {"assignment": row, "recuse": row.source_id in conflicts}
        for row in running.order_by("due_on")
    ]
    return {"sees": True, "rows": rows, "own": person.user_id == user.pk}
