"""What the holder of a print may learn."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inspections.services.papers.checking import find_paper, verdict


def private(response: HttpResponse) -> HttpResponse:
    """Kept by no cache, found by no search engine, passed on to no other site."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def paper(request: HttpRequest, mark: str, version: int) -> HttpResponse:
    """Whether this print is genuine and current; names neither unit nor person."""
    found = find_paper(mark.lower(), version)
    if found is None:
        return private(render(request, "check/unknown.html", status=404))
    return private(render(request, "check/paper.html", {"verdict": verdict(found)}))
