"""审核: the leader's desk."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from inspections.forms.actions import ReviewForm
from inspections.models import RecordVersion
from inspections.permissions import REVIEW_RECORD
from inspections.presentation import kept_rows, record_rows
from inspections.selectors import last_versions, open_changes, review_queue
from inspections.services.assignments import record_view
from inspections.services.changes import assignment_of
from inspections.services.review import approve_record, return_record, sections_of_version
from registry.rules.violations import RuleViolation
from sampling.permissions import APPROVE_CHANGE


@permission_required(REVIEW_RECORD, raise_exception=True)
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    may_decide = request.user.has_perm(APPROVE_CHANGE)
    changes = [
        {"change": change, "assignment": assignment_of(change)}
        for change in (open_changes() if may_decide else [])
    ]
    return render(
        request, "inspections/reviews.html", {"versions": review_queue(), "changes": changes}
    )


@permission_required(REVIEW_RECORD, raise_exception=True)
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, version_id: int) -> HttpResponse:
    version = get_object_or_404(
        RecordVersion.objects.select_related("assignment__source"), pk=version_id
    )
    record_view(assignment=version.assignment, user=request.user)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        act = approve_record if data["decision"] == "approve" else return_record
        try:
            act(
                version_id=version.pk,
                actor=request.user,
                comment=data["comment"],
                now=timezone.now(),
            )
        except RuleViolation as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("%(number)s 已办理。") % {"number": version.assignment})
            return redirect("inspections:reviews")
    assignment = version.assignment
    context = {
        "version": version,
        "assignment": assignment,
        "form": form,
        "decided": getattr(version, "review", None),
        "rows": record_rows(sections_of_version(version), assignment),
        "evidence": assignment.evidence.all(),
        "kept": kept_rows(assignment),
        "earlier": last_versions(assignment),
    }
    return render(request, "inspections/review.html", context, status=422 if form.errors else 200)
