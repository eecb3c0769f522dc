"""What the holder of a print, or of the code at the gate, may learn and say."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from inspections.forms.gate import FeedbackForm
from inspections.models import VisitNotice
from inspections.services.gate import check_code, give_feedback, note_scan, shown, take_code
from inspections.services.papers.checking import find_paper, verdict
from registry.rules.violations import RuleViolation
from registry.web.refusals import refuse


def private(response: HttpResponse) -> HttpResponse:
    """Kept by no cache, found by no search engine, passed on to no other site."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Not "no-referrer": a browser then sends "Origin: null", and its own form would be refused.
    response["Referrer-Policy"] = "same-origin"
    return response


@require_safe
def paper(request: HttpRequest, mark: str, version: int) -> HttpResponse:
    """Whether this print is genuine and current; names neither unit nor person."""
    found = find_paper(mark.lower(), version)
    if found is None:
        return private(render(request, "check/unknown.html", status=404))
    return private(render(request, "check/paper.html", {"verdict": verdict(found)}))


def _notice(token: str) -> VisitNotice:
    """404 for whatever is not one of our addresses."""
    return get_object_or_404(
        VisitNotice.objects.select_related("assignment__source", "assignment__plan"), token=token
    )


@require_safe
def gate(request: HttpRequest, token: str) -> HttpResponse:
    """入企检查告知: who comes, on what basis, for what, how often this year, and one's rights."""
    notice, now = _notice(token), timezone.now()
    if request.method == "GET":
        note_scan(notice=notice, device=request.headers.get("User-Agent", ""), now=now)
    return private(render(request, "check/gate.html", {"shown": shown(notice, now=now)}))


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, token: str) -> HttpResponse:
    """Take the code, rate once, object, read the answer."""
    notice, now = _notice(token), timezone.now()
    form = FeedbackForm(request.POST if "send" in request.POST else None)
    context: dict[str, Any] = {"notice": notice, "form": form}
    status = 200
    try:
        if "take" in request.POST:
            context["code"] = take_code(notice_id=notice.pk, now=now)
        elif "look" in request.POST:
            found = check_code(notice_id=notice.pk, typed=request.POST.get("code", ""))
            context["objection"] = getattr(found, "objection", None)
            context["looked"] = True
        elif form.is_bound and form.is_valid():
            give_feedback(notice_id=notice.pk, now=now, **form.cleaned_data)
            context["done"] = True
    except RuleViolation as refusal:
        status = 422
        if form.is_bound:
            refuse(form, refusal)
        else:
            context["refusal"] = refusal.message
    notice.refresh_from_db()
    context["shown"] = shown(notice, now=now)
    return private(
        render(request, "check/feedback.html", context, status=422 if form.errors else status)
    )
