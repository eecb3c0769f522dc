"""Reads of the inspection floor, shaped for its desks."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from inspections.choices import AssignmentState, ProblemState
from inspections.models import Assignment, Problem, RecordVersion
from inspections.permissions import CLOSE_PROBLEM, VIEW_ALL_ASSIGNMENTS
from sampling.models import DrawChange

GROUPS = (
    ("待接收", (AssignmentState.DISPATCHED,)),
    ("进行中", (AssignmentState.ACCEPTED, AssignmentState.INSPECTING, AssignmentState.RETURNED)),
    ("待审核", (AssignmentState.SUBMITTED,)),
    ("已完成", (AssignmentState.APPROVED, AssignmentState.REPLACED)),
)


def assignments_for(user: Any) -> QuerySet[Assignment]:
    return (
        Assignment.objects.visible_to(user)
        .select_related("source", "plan")
        .prefetch_related("team__inspector")
    )


def grouped(assignments: Iterable[Assignment]) -> list[tuple[str, list[Assignment]]]:
    rows = list(assignments)
    return [(label, [a for a in rows if a.state in states]) for label, states in GROUPS]


def review_queue() -> QuerySet[RecordVersion]:
    """Submitted versions that wait for a decision, oldest first."""
    return (
        RecordVersion.objects.filter(
            assignment__state=AssignmentState.SUBMITTED, review__isnull=True
        )
        .select_related("assignment__source", "submitted_by")
        .order_by("submitted_at")
    )


def problems_for(user: Any) -> QuerySet[Problem]:
    """All problems for those who close them or see everything; a team sees its own."""
    rows = Problem.objects.select_related("assignment__source").order_by("deadline", "pk")
    if user.has_perm(CLOSE_PROBLEM) or user.has_perm(VIEW_ALL_ASSIGNMENTS):
        return rows
    return rows.filter(assignment__in=Assignment.objects.on_team(user))


def open_problem_count() -> int:
    return Problem.objects.exclude(state=ProblemState.CLOSED).count()


def last_versions(assignment: Assignment) -> QuerySet[RecordVersion]:
    """Approved records of earlier checks at the same unit, for preparation and review."""
    return (
        RecordVersion.objects.filter(
            assignment__source=assignment.source, review__decision="approved"
        )
        .exclude(assignment=assignment)
        .select_related("assignment")
        .order_by("-inspected_from")[:3]
    )


def open_changes() -> QuerySet[DrawChange]:
    """Replacements and recusals that wait for an approver; only dispatched units are named."""
    return (
        DrawChange.objects.filter(state="proposed")
        .select_related("draw__plan", "proposed_by")
        .order_by("pk")
    )
