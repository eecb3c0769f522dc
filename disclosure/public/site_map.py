"""What search engines read: robots.txt and the site map, in pages that are read by key."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from disclosure.models import PublicPlan, PublicResult
from disclosure.public import selectors

PAGE_IDS = 10_000
XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES = ("home", "results", "plans", "problems", "statistics", "verify", "guide", "items",
         "positive_list", "notices", "statutory", "open_data", "api_docs")  # fmt: skip


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read; files of whole tables and the staff side are left alone."""
    lines = [
        "User-agent: *",
        *(
            f"Disallow: {path}"
            for path in ("/accounts/", "/admin/", "/desk/", "/complaints/state/")
        ),
        f"Sitemap: {request.build_absolute_uri(reverse('public:sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _xml(root: str, entries: Iterator[str]) -> HttpResponse:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{XMLNS}">\n'
    body = "\n".join(entries)
    return HttpResponse(f"{text}{body}\n</{root}>\n", content_type="application/xml; charset=utf-8")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    most = PublicResult.objects.aggregate(pk=Max("pk"))["pk"] or 0
    parts = [reverse("public:sitemap_pages")]
    parts += [
        reverse("public:sitemap_results", args=[number]) for number in range(most // PAGE_IDS + 1)
    ]
    return _xml(
        "sitemapindex",
        (f"<sitemap><loc>{escape(request.build_absolute_uri(p))}</loc></sitemap>" for p in parts),
    )


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    paths = [reverse(f"public:{name}") for name in PAGES] + [reverse("complaints:form")]
    paths += [reverse("public:guide_page", args=[page.slug]) for page in selectors.guide_pages()]
    numbers = PublicPlan.objects.order_by("plan_number").values_list("plan_number", flat=True)
    paths += [reverse("public:plan", args=[number]) for number in numbers.distinct()]
    paths += [reverse("public:fairness_year", args=[y]) for y in selectors.fairness_years()]
    return _xml(
        "urlset", (f"<url><loc>{escape(request.build_absolute_uri(p))}</loc></url>" for p in paths)
    )


@require_safe
def results(request: HttpRequest, number: int) -> HttpResponse:
    """Results by ranges of their key; each address once, for ever in the same part."""
    first = number * PAGE_IDS
    rows = PublicResult.objects.filter(pk__gte=first, pk__lt=first + PAGE_IDS).order_by("pk")
    found = list(rows.values_list("public_id", "published_on"))
    if not found and number:
        raise Http404
    base = request.build_absolute_uri(reverse("public:results"))
    return _xml(
        "urlset",
        (
            f"<url><loc>{escape(base)}{public_id}/</loc><lastmod>{day}</lastmod></url>"
            for public_id, day in found
        ),
    )
