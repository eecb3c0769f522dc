"""Reads of the grading desks."""

from django.db.models import QuerySet

from registry.models import (
    PollutionSource,
    PositiveListChange,
    RiskAssessment,
    RiskFact,
    SpecialFlag,
    SpecialFlagEnding,
)


def assessments(*, state: str, grade: str, q: str) -> QuerySet[RiskAssessment]:
    """Newest first; ``q`` is any part of a code or name."""
    rows = RiskAssessment.objects.filter(state=state).select_related("source", "weights")
    if grade:
        rows = rows.filter(proposed_grade=grade)
    if q:
        rows = rows.filter(source__in=PollutionSource.objects.search(q))
    return rows.order_by("-pk")


def earlier_assessments(row: RiskAssessment) -> QuerySet[RiskAssessment]:
    rows = RiskAssessment.objects.filter(source=row.source_id).exclude(pk=row.pk)
    return rows.select_related("weights", "decided_by").order_by("-pk")


def risk_facts_kept() -> QuerySet[RiskFact]:
    return RiskFact.objects.select_related("source", "recorded_by").order_by("-on", "-pk")


def open_flag_proposals() -> QuerySet[SpecialFlag]:
    rows = SpecialFlag.objects.filter(state=SpecialFlag.State.PROPOSED)
    return rows.select_related("source", "proposed_by").order_by("source__code", "reason")


def open_flag_endings() -> QuerySet[SpecialFlagEnding]:
    rows = SpecialFlagEnding.objects.filter(state="proposed")
    return rows.select_related("flag__source").order_by("flag__source__code")


def decided_flags() -> QuerySet[SpecialFlag]:
    rows = SpecialFlag.objects.filter(decided_at__isnull=False)
    return rows.select_related("source", "approved_by").order_by("-decided_at")


def positive_members() -> QuerySet[PollutionSource]:
    return PollutionSource.objects.filter(positive_list=True).order_by("positive_until", "code")


def positive_changes() -> QuerySet[PositiveListChange]:
    return PositiveListChange.objects.select_related("source", "actor").order_by("-on", "-pk")
