"""公平性报告 for everybody, by plan and by year, and the file that has each unit in it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from disclosure.models import PublicFairness
from disclosure.public import exports, selectors
from registry.papers.rules.media_types import CSV
from registry.web.downloads import attachment


def _row(scope: str, wanted: str = "report") -> PublicFairness:
    row = selectors.fairness_of(scope, wanted=wanted)
    if row is None:
        raise Http404
    return row


@require_safe
def of_plan(request: HttpRequest, number: str) -> HttpResponse:
    row = _row(number)
    context = {"number": number, "year": row.year, "report": row.report, "section": "plans"}
    return render(request, "public/fairness.html", context)


@require_safe
def of_year(request: HttpRequest, year: int) -> HttpResponse:
    """The draws of one year together: who was drawn more than once, whom the year has reached."""
    context = {
        "year": year,
        "years": selectors.fairness_years(),
        "report": _row(str(year)).report,
        "section": "plans",
    }
    return render(request, "public/fairness_year.html", context)


@require_safe
def units(request: HttpRequest, scope: str) -> HttpResponse:
    """Each unit of the draws of a plan (2027Q1) or a year (2027): expected and drawn."""
    text = exports.BOM + _row(scope, "units").units
    return attachment(text, f"fairness-{scope}.csv", CSV)
