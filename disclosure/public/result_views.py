"""Published results: the list, one of them, one enterprise's history, and the whole table."""

import uuid
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from disclosure.public import exports, listing, selectors
from disclosure.public.current import remembered
from disclosure.public.tags import tagged_notices, tagged_problems
from disclosure.rules.display_period import shown_from
from registry.papers.rules.media_types import CSV
from registry.selectors import bureau_settings
from registry.web.downloads import streamed

OUTCOMES = (
    ("1", "未发现问题"),
    ("2", "发现问题已责令改正"),
    ("3", "发现问题待后续处理"),
    ("4", "未发现开展本次抽查涉及的经营活动"),
    ("5", "通过登记的住所无法联系"),
    ("6", "不配合检查情节严重"),
    ("7", "已关闭停业或注销/迁出"),
)
ORDERS = (
    ("", gettext_lazy("公示日期，新的在前")),
    ("published", gettext_lazy("公示日期，旧的在前")),
    ("-checked", gettext_lazy("抽查时间，新的在前")),
    ("checked", gettext_lazy("抽查时间，旧的在前")),
)

PLACES = ("after", "before", "last")


def _card(row: dict[str, Any], results: str, enterprises: str) -> dict[str, str]:
    """One row as the template prints it: text only, so that it need not look anything up."""
    return {
        "url": f"{results}{row['public_id']}/",
        "history": f"{enterprises}{row['enterprise_key']}/",
        "name": row["enterprise_name"],
        "withdrawn": "yes" if row["withdrawn_at"] else "",
        "tag": "tag tag--red" if row["withdrawn_at"] else "tag",
        "outcome": row["outcome_text"],
        "note": row["withdrawn_note"] if row["withdrawn_at"] else row["handling"],
        "category": row["category"],
        "checked": row["checked_on"].isoformat(),
        "published": row["published_on"].isoformat(),
    }


def cards(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    results, enterprises = _addresses(get_script_prefix())
    return [_card(row, results, enterprises) for row in rows]


@cache
def _addresses(_prefix: str) -> tuple[str, str]:
    """Where results and enterprises live, below the prefix the site is served under."""
    return reverse("public:results"), reverse("public:enterprise", args=["-"])[:-2]


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    settings = remembered(request, "settings", bureau_settings)
    first = shown_from(timezone.localdate(), years=settings["display_years"])
    wanted = listing.Wanted.read(request.GET, shown_from=first)
    if wanted.since is not None:
        day = remembered(request, f"first day {first}", lambda: listing.first_day_of(first))
        wanted = replace(wanted, first_day=day)
    page = listing.page_of(
        wanted,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        last="last" in request.GET,
    )
    key = f"count {first} {wanted.quarter} {wanted.category} {wanted.outcome}"
    count = (
        listing.count_of(wanted)
        if wanted.text or wanted.plan
        else remembered(request, key, lambda: listing.count_of(wanted))
    )
    query = urlencode([(k, v) for k, v in request.GET.items() if k not in PLACES and v])
    context = {
        "rows": cards(page.rows),
        "page": page,
        "here": f"?{query}&" if query else "?",
        "wanted": wanted,
        "archived_before": str(first),
        "count": count,
        "outcomes": OUTCOMES,
        "orders": ORDERS,
        "section": "results",
        **remembered(request, "choices", listing.choices_of),
    }
    return render(request, "public/results.html", context)


@require_safe
def result(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    row = selectors.result_of(public_id)
    if row is None:
        raise Http404
    today = timezone.localdate()
    settings = remembered(request, "settings", bureau_settings)
    context = {
        "result": row,
        "proof": row.plan_number in remembered(request, "proved plans", selectors.proved_plans),
        "problems": _problems(row.has_problems, today, assignment=row.assignment_number),
        "notices": tagged_notices(selectors.notices_about(row)) if row.has_notices else [],
        "archived": row.quarter < str(shown_from(today, years=settings["display_years"])),
    }
    return render(request, "public/result.html", context)


@require_safe
def enterprise(request: HttpRequest, key: str) -> HttpResponse:
    rows = listing.of_enterprise(key)
    if not rows:
        raise Http404
    latest = rows[0]
    context = {
        "name": latest,
        "years": _by_year(cards(rows)),
        "number": len(rows),
        "problems": _problems(latest["has_problems"], timezone.localdate(), enterprise=key),
        "penalties": selectors.penalties_of(key) if latest["has_penalties"] else [],
    }
    return render(request, "public/enterprise.html", context)


def _problems(asked: bool, today: date, **of: str) -> list[Any]:
    """With their tags; most results have none, which is known without asking."""
    return tagged_problems(selectors.problems_of(**of), today=today) if asked else []


def _by_year(rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Text only, as cards are: numbers would be written out in the language of the reader."""
    years = [(year, list(found)) for year, found in groupby(rows, lambda row: row["checked"][:4])]
    return [{"number": year, "checks": str(len(found)), "cards": found} for year, found in years]


def _quarter(request: HttpRequest) -> str:
    """The quarter asked for; anything else in its place means all of them."""
    return listing.Wanted.read(request.GET).quarter


@require_safe
def results_csv(request: HttpRequest) -> StreamingHttpResponse:
    chunks = exports.results_csv(_quarter(request))
    return streamed(chunks, "results.csv", CSV)


@require_safe
def results_json(request: HttpRequest) -> StreamingHttpResponse:
    chunks = exports.results_json(_quarter(request))
    return streamed(chunks, "results.json", "application/json; charset=utf-8")
