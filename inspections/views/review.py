"""审核: the leader's desk."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inspections.forms.actions import ReviewForm
from inspections.models import RecordVersion
from inspections.pages.presentation import beside, kept_rows, record_rows
from inspections.permissions import REVIEW_RECORD
from inspections.selectors import last_versions, open_changes, review_queue
from inspections.services.assignment_changes import assignment_of
from inspections.services.assignments import record_view
from inspections.services.papers.record import signature_rows
from inspections.services.plausibility import record_hints
from inspections.services.review import approve_record, return_record, sections_of_version
from registry.web.steps import step_taken
from sampling.permissions import APPROVE_CHANGE


@permission_required(REVIEW_RECORD, raise_exception=True)
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    may_decide = request.user.has_perm(APPROVE_CHANGE)
    changes = [
        {"change": change, "assignment": assignment_of(change)}
        for change in (open_changes() if may_decide else [])
    ]
    waiting = [
        {
            "version": version,
            "hints": record_hints(version),
            "own": version.assignment.team.filter(inspector__user=request.user).exists(),
        }
        for version in review_queue()[:QUEUE_SHOWN]
    ]
    return render(request, "inspections/reviews.html", {"waiting": waiting, "changes": changes})


COMMENT = "field__"  # before the section in the names of the comment fields
QUEUE_SHOWN = 100


def _typed(data: Any) -> dict[str, str]:
    """{section: comment} as the reviewer typed them."""
    return {
        name.removeprefix(COMMENT): str(text)[:500]
        for name, text in data.items()
        if name.startswith(COMMENT) and str(text).strip()
    }


def _decide(request: HttpRequest, version: RecordVersion, data: dict[str, Any]) -> None:
    common = {
        "version_id": version.pk,
        "actor": request.user,
        "comment": data["comment"],
        "now": timezone.now(),
    }
    if data["decision"] == "approve":
        approve_record(**common)
    else:
        return_record(field_comments=_typed(request.POST), **common)


@permission_required(REVIEW_RECORD, raise_exception=True)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, version_id: int) -> HttpResponse:
    version = get_object_or_404(
        RecordVersion.objects.select_related("assignment__source"), pk=version_id
    )
    record_view(assignment=version.assignment, user=request.user)
    form = ReviewForm(request.POST or None)
    if step_taken(
        request,
        form,
        lambda: _decide(request, version, form.cleaned_data),
        _("%(number)s 已办理。") % {"number": version.assignment},
    ):
        return redirect("inspections:reviews")
    assignment = version.assignment
    decided, last = getattr(version, "review", None), last_versions(assignment).first()
    rows = record_rows(sections_of_version(version), assignment)
    context = {
        "version": version,
        "assignment": assignment,
        "form": form,
        "decided": decided,
        "blocks": beside(
            rows,
            record_rows(sections_of_version(last), last.assignment) if last else [],
            decided.field_comments if decided else _typed(request.POST),
        ),
        "last": last,
        "hints": [] if decided else record_hints(version),
        "signatures": signature_rows(version),
        "evidence": assignment.evidence.all(),
        "kept": kept_rows(assignment),
        "earlier": last_versions(assignment),
    }
    return render(request, "inspections/review.html", context, status=422 if form.errors else 200)
