"""What leaves the house by quarter: report upward, statutory report, overview (台账), credit record."""

from io import BytesIO

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from disclosure import permissions
from disclosure.forms import IssueForm
from disclosure.models import PublicStatutoryReport
from disclosure.pages.reports import quarter_rows
from disclosure.rules.statutory_report import HEADER, StatutoryNumbers, table
from disclosure.selectors import plans_to_report
from disclosure.services import credit_export, quarter_overview, statutory_report, upward_report
from disclosure.services.export_trail import record_export
from registry.papers.rules.media_types import DOCX, PDF, XLSX
from registry.rules.quarter import BadQuarter, Quarter
from registry.web.downloads import attachment
from registry.web.steps import step_taken

KINDS = {"xlsx": XLSX, "docx": DOCX, "pdf": PDF}


def _quarter(text: str) -> Quarter:
    try:
        return Quarter.parse(text)
    except BadQuarter as bad:
        raise Http404 from bad


def _file(content: bytes, *, name: str, kind: str) -> HttpResponse:
    return attachment(content, f"{name}.{kind}", KINDS[kind])


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_GET
def report(request: HttpRequest, number: str) -> HttpResponse:
    """The workbook that is reported upward."""
    target = BytesIO()
    upward_report.plan_workbook(number, target)
    return _file(target.getvalue(), name=f"report-{number}", kind="xlsx")


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    context = {
        "quarters": quarter_rows(today=timezone.localdate()),
        "plans": plans_to_report(),
    }
    return render(request, "disclosure/reports.html", context)


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_http_methods(["GET", "POST"])
def statutory_page(request: HttpRequest, quarter: str) -> HttpResponse:
    """As it stands now, beside what was issued; issuing fixes and publishes it."""
    asked, today = _quarter(quarter), timezone.localdate()
    form = IssueForm(request.POST or None)
    if step_taken(
        request,
        form,
        lambda: statutory_report.issue_report(
            quarter=asked,
            actor=request.user,
            note=form.cleaned_data["note"],
            now=timezone.now(),
            today=today,
        ),
        lambda issued: _("已报出并公开：%(report)s。") % {"report": issued},
    ):
        return redirect("disclosure:statutory", quarter=str(asked))
    versions = list(PublicStatutoryReport.objects.filter(quarter=str(asked)))
    numbers = statutory_report.numbers_of(asked, today=today)
    context = {
        "quarter": asked,
        "header": HEADER,
        "rows": table(numbers),
        "versions": versions,
        "same": bool(versions) and versions[0].numbers == numbers.as_json(),
        "over": today > asked.end,
        "kinds": (("xlsx", "Excel"), ("docx", "Word"), ("pdf", "PDF")),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "disclosure/statutory.html", context, status=status)


def _numbers(quarter: Quarter, version: str) -> StatutoryNumbers:
    """What was issued as ``version``, or what stands now where none is named."""
    if not version:
        return statutory_report.numbers_of(quarter, today=timezone.localdate())
    issued = PublicStatutoryReport.objects.filter(quarter=str(quarter))
    row = issued.filter(version=int(version)).first() if version.isdecimal() else None
    if row is None:
        raise Http404
    return StatutoryNumbers.from_json(row.numbers)


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_GET
def statutory_file(request: HttpRequest, quarter: str, kind: str) -> HttpResponse:
    asked, now = _quarter(quarter), timezone.localtime()
    numbers = _numbers(asked, request.GET.get("version", ""))
    if kind == "xlsx":
        content = statutory_report.report_workbook(asked, numbers)
    elif kind == "docx":
        content = statutory_report.report_word(asked, numbers, moment=now)
    elif kind == "pdf":
        content = statutory_report.report_pdf(asked, numbers, moment=now)
    else:
        raise Http404
    record_export(what="statutory_report", quarter=asked, actor=request.user)
    return _file(content, name=f"statutory-{asked}", kind=kind)


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_GET
def overview_file(request: HttpRequest, quarter: str, kind: str) -> HttpResponse:
    asked = _quarter(quarter)
    if kind == "xlsx":
        content = quarter_overview.overview_workbook(asked)
    elif kind == "pdf":
        content = quarter_overview.overview_pdf(asked, moment=timezone.localtime())
    else:
        raise Http404
    record_export(what="quarter_overview", quarter=asked, actor=request.user)
    return _file(content, name=f"overview-{asked}", kind=kind)


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_GET
def credit_file(request: HttpRequest, quarter: str) -> HttpResponse:
    asked = _quarter(quarter)
    content = credit_export.credit_workbook(asked)
    record_export(what="credit", quarter=asked, actor=request.user)
    return _file(content, name=f"credit-{asked}", kind="xlsx")
