"""Anonymous pages. They read published copies and nothing else."""

import json
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from disclosure.public import selectors
from disclosure.public.tags import tagged_changes, tagged_notices
from disclosure.rules import statutory_report
from registry.rules.quarter import Quarter


def _year(request: HttpRequest, years: Sequence[int]) -> int:
    """The year asked for, of those (newest first) that have something; else the newest."""
    asked = request.GET.get("year", "")
    newest = next(iter(years), timezone.localdate().year)
    return next((known for known in years if str(known) == asked), newest)


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    return render(request, "public/items.html", {"items": selectors.items_in_force()})


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    context = {
        "plans": selectors.standing_plans(),
        "external": selectors.external_draws(),
        "years": selectors.fairness_years(),
        "section": "plans",
    }
    return render(request, "public/plans.html", context)


@require_safe
def plan(request: HttpRequest, number: str) -> HttpResponse:
    announcements = selectors.plan_of(number)
    external = selectors.external_draws().filter(plan_number=number).first()
    if not announcements and external is None:
        raise Http404
    context = {
        "section": "plans",
        "number": number,
        "title": announcements[0].title if announcements else external.title,
        "announcements": announcements,
        "external": external,
        "progress": selectors.progress_of(number),
        "proof": selectors.proof_of(number),
        "void_proofs": [p for p in selectors.proofs().filter(plan_number=number) if p.void],
    }
    return render(request, "public/plan.html", context)


@require_safe
def announcement(request: HttpRequest, number: str, commitment: str = "") -> HttpResponse:
    """An announcement as data, for the verifiers; without commitment the standing one."""
    row = selectors.announcement_of(number, commitment)
    if row is None:
        raise Http404
    return _json(row.announcement)


@require_safe
def record(request: HttpRequest, number: str, commitment: str) -> HttpResponse:
    """The draw record as data: what was published at the draw."""
    row = selectors.announcement_of(number, commitment)
    if row is None or row.record is None:
        raise Http404
    return _json(row.record)


@require_safe
def proof(request: HttpRequest, number: str, commitment: str = "") -> HttpResponse:
    row = selectors.proof_of(number, commitment)
    if row is None:
        raise Http404
    response = HttpResponse(row.bundle, content_type="application/json; charset=utf-8")
    response["ETag"] = f'"{row.sha256}"'
    return response


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """公示变更: every correction, withdrawal, restoration and withholding of one year."""
    years = selectors.notice_years()
    year = _year(request, years)
    context = {"notices": tagged_notices(selectors.notices_in(year)), "year": year, "years": years}
    return render(request, "public/notices.html", context)


@require_safe
def penalties(request: HttpRequest) -> HttpResponse:
    """行政处罚决定 of one year."""
    years = selectors.penalty_years()
    year = _year(request, years)
    context = {"penalties": selectors.penalties_in(year), "year": year, "years": years}
    return render(request, "public/penalties.html", context)


@require_safe
def statutory_reports(request: HttpRequest) -> HttpResponse:
    """法定季报 as issued, each with both numbers of its rates."""
    reports = [
        {
            "report": report,
            "label": Quarter.parse(report.quarter).label,
            "rows": statutory_report.table(
                statutory_report.StatutoryNumbers.from_json(report.numbers)
            ),
            "earlier": earlier,
        }
        for report, earlier in selectors.statutory_reports()
    ]
    context = {"reports": reports, "header": statutory_report.HEADER}
    return render(request, "public/statutory.html", context)


@require_safe
def positive_list(request: HttpRequest) -> HttpResponse:
    """正面清单: who is on it today, and every published change of one year."""
    years = selectors.positive_list_years()
    year = _year(request, years)
    context = {
        "members": selectors.positive_list_on(timezone.localdate()),
        "changes": tagged_changes(selectors.positive_list_changes(year)),
        "year": year,
        "years": years,
    }
    return render(request, "public/positive_list.html", context)


def _json(value: dict[str, Any]) -> HttpResponse:
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    return HttpResponse(text, content_type="application/json; charset=utf-8")
