"""Anonymous pages. They read published copies and nothing else."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from disclosure.public import selectors
from disclosure.public.tags import tagged_changes, tagged_notices
from disclosure.rules import statutory_report
from registry.rules.quarter import Quarter
from registry.web.downloads import attachment


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
    return _json(
        {
            "plan": row.plan_number,
            "quotas": {line["category"]: line["quota"] for line in row.quotas},
            "pool_digest": row.pool_digest,
            "commitment": row.commitment,
            "entropy_source": row.entropy_source,
            "entropy_at": row.entropy_at.isoformat(),
            "frozen_at": row.frozen_at.isoformat(),
        }
    )


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


# What verifiers call the parts of a bundle (draw-protocol §6), in words.
PART_NAMES = {
    "bundle": _("整个文件"),
    "protocol": _("协议"),
    "plan": _("计划"),
    "pool": _("抽取池"),
    "pool_digest": _("抽取池摘要"),
    "commitment": _("随机数承诺"),
    "nonce": _("随机数"),
    "entropy": _("公开随机源"),
    "entropy.source": _("公开随机源名称"),
    "entropy.value": _("公开随机源取值"),
    "entropy.normalised": _("公开随机源规范写法"),
    "seed": _("种子"),
    "selected": _("抽中单位"),
    "reserves": _("备选顺序"),
    "changes": _("替换与回避"),
    "teams": _("检查组"),
    "quotas": _("抽取数"),
    "announcement": _("事前公告"),
}


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """The page; the recomputing itself happens in the visitor's browser."""
    proofs = [proof for proof in selectors.proofs() if proof.drawn]
    wanted = (request.GET.get("plan", ""), request.GET.get("commitment", ""))
    chosen = next(
        (p for p in proofs if p.commitment == wanted[1] or (p.plan_number, "") == wanted), None
    )
    context = {
        "section": "verify",
        "proofs": proofs,
        "chosen": chosen,
        "unit": request.GET.get("unit", "")[:40],
        "part_names": {part: str(name) for part, name in PART_NAMES.items()},
    }
    return render(request, "public/verify.html", context)


def _program(path: Path) -> HttpResponse:
    return attachment(path.read_bytes(), path.name, "text/x-python; charset=utf-8")


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The short verifier, independent of the file that drew."""
    return _program(Path(__file__).parent / "download" / "verifier.py")


@require_safe
def protocol(request: HttpRequest) -> HttpResponse:
    """The very file that drew, as it stands."""
    return _program(Path(apps.get_app_config("sampling").path) / "rules" / "protocol_v1.py")


def _json(value: dict[str, Any]) -> HttpResponse:
    text = json.dumps(value, ensure_ascii=False, indent=1) + "\n"
    return HttpResponse(text, content_type="application/json; charset=utf-8")
