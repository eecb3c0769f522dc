"""The pages around the results: the quarter at a glance, statistics, problems, the guide."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from disclosure.choices import MaterialKind
from disclosure.models import GuideMaterial, PublicProblem
from disclosure.public import selectors, summaries
from disclosure.public.current import remembered
from disclosure.public.listing import Wanted, page_of
from disclosure.public.result_views import OUTCOMES, cards
from disclosure.public.tags import tagged_problems
from disclosure.rules import charts, statistics
from registry.rules.quarter import Quarter
from registry.web.options import options
from registry.web.paging import page_of as keys_of

OUTCOME_NAMES = dict(OUTCOMES)
# The bars of one picture; the table below it goes on.
CHART_QUARTERS = 12
PROBLEM_STATES = (
    ("open", gettext_lazy("办理中")),
    ("overdue", gettext_lazy("逾期未销号")),
    ("closed", gettext_lazy("已销号")),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "public/home.html", remembered(request, "home", _home))


def _home() -> dict[str, Any]:
    """The same for everybody until something is published, or the next day comes."""
    glance = summaries.quarter_at_a_glance(Quarter.of(timezone.localdate()))
    return {
        "glance": glance,
        "plans": selectors.plans_of_quarter(glance.quarter),
        "rows": cards(page_of(Wanted(), size=6).rows),
        "pages": selectors.guide_pages(),
        "section": "home",
    }


def _year(request: HttpRequest, years: list[int]) -> int | None:
    asked = request.GET.get("year", "")
    return next((year for year in years if str(year) == asked), None)


@require_safe
def statistics_page(request: HttpRequest) -> HttpResponse:
    counts = summaries.counts()
    years = statistics.years_of(counts)
    year = _year(request, years)
    chosen = statistics.of_year(counts, year)
    lines = statistics.by_quarter(chosen)
    outcomes = [
        (OUTCOME_NAMES[code], number) for code, number in statistics.by_outcome(chosen).items()
    ]
    problems = statistics.problem_lines(
        summaries.problem_rows(year=year, today=timezone.localdate())
    )
    quarters = [(line.title, line.results) for line in lines[:-1]][:CHART_QUARTERS]
    context = {
        "lines": lines,
        "outcomes": outcomes,
        "problems": problems,
        "progress": selectors.progress_rows(year),
        "years": years,
        "year": year,
        "charts": {
            "quarters": charts.bars(quarters[::-1]),
            "outcomes": charts.bars(outcomes),
            "problems": charts.bars([(line.label, line.found) for line in problems[:-1]]),
        },
        "section": "statistics",
    }
    return render(request, "public/statistics.html", context)


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """问题与处罚: every problem of a published result and what became of it."""
    handling, state = request.GET.get("handling", ""), request.GET.get("state", "")
    today = timezone.localdate()
    rows = selectors.problems(handling=handling, state=state, today=today)
    place: dict[str, Any] = {name: _key(request.GET.get(name, "")) for name in ("after", "before")}
    page = keys_of(rows, "found_on", descending=True, last="last" in request.GET, **place)
    found = {row.pk: row for row in PublicProblem.objects.filter(pk__in=page.keys)}
    context = {
        "rows": tagged_problems([found[key] for key in page.keys], today=today),
        "page": page,
        "handling": handling,
        "state": state,
        "handlings": options(selectors.handlings(), handling),
        "states": options(PROBLEM_STATES, state),
        "section": "problems",
    }
    return render(request, "public/problems.html", context)


@require_safe
def guide(request: HttpRequest, slug: str = "") -> HttpResponse:
    """什么是双随机、一公开: what the bureau wrote, with its pictures and brochures."""
    pages = selectors.guide_pages()
    page = next((page for page in pages if page.slug == slug), None)
    if slug and page is None:
        raise Http404
    materials = list(GuideMaterial.objects.filter(shown=True).defer("content"))
    context = {
        "pages": pages,
        "page": page,
        "pictures": [m for m in materials if m.kind == MaterialKind.PICTURE],
        "brochures": [m for m in materials if m.kind == MaterialKind.BROCHURE],
        "section": "guide",
    }
    return render(request, "public/guide.html", context)


@require_safe
def material(request: HttpRequest, sha256: str) -> HttpResponse:
    """One picture or brochure; its address is its content, so it may be kept for ever."""
    row = get_object_or_404(GuideMaterial, sha256=sha256, shown=True)
    picture = row.kind == MaterialKind.PICTURE
    response = HttpResponse(
        bytes(row.content), content_type="image/webp" if picture else "application/pdf"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if not picture:
        response["Content-Disposition"] = f'attachment; filename="{sha256[:12]}.pdf"'
    return response
