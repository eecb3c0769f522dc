"""The publication desk (staff)."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from disclosure import forms, permissions
from disclosure.models import PublicationLink, Withholding
from disclosure.selectors import (
    decided_links,
    desk_rows,
    open_withholdings,
    plans_to_report,
    undecided_links,
)
from disclosure.services import publishing, reports, withholding
from disclosure.tasks import publication_sweep
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_setting, work_calendar

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BATCH = 5  # more than this is the worker's business


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    rows = desk_rows(today=timezone.localdate(), calendar=work_calendar())
    context = {
        "rows": rows,
        "decided": decided_links()[:50],
        "withholdings": open_withholdings(),
        "plans": plans_to_report(),
        "auto_days": bureau_setting("auto_publish_working_days_left"),
        "may_withhold": request.user.has_perm(permissions.WITHHOLD_RESULT),
        "may_propose": request.user.has_perm(permissions.PROPOSE_WITHHOLDING),
        "may_withdraw": request.user.has_perm(permissions.WITHDRAW_RESULT),
    }
    return render(request, "disclosure/desk.html", context)


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """A few at once are published here; a batch is queued by its rows and left to the worker."""
    ids = list(undecided_links().values_list("pk", flat=True))
    form = forms.PublishForm(request.POST, ids=ids)
    if not form.is_valid():
        for error in form.errors.get("links", []):
            messages.error(request, error)
        return redirect("disclosure:desk")
    chosen = form.cleaned_data["links"]
    try:
        if len(chosen) > BATCH:
            count = publishing.queue_results(link_ids=chosen, actor=request.user)
            transaction.on_commit(publication_sweep.delay)
            messages.success(request, _("%(n)d 项已排队，片刻后公示。") % {"n": count})
        else:
            for link_id in chosen:
                publishing.publish_result(link_id=link_id, actor=request.user, now=timezone.now())
            messages.success(request, _("已公示 %(n)d 项。") % {"n": len(chosen)})
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    return redirect("disclosure:desk")


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_GET
def report(request: HttpRequest, number: str) -> HttpResponse:
    """The workbook that is reported upward."""
    target = BytesIO()
    reports.plan_workbook(number, target)
    response = HttpResponse(target.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="report-{number}.xlsx"'
    return response


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_GET
def preview(request: HttpRequest, link_id: int) -> HttpResponse:
    """Exactly the public page, from the copy that would be published now."""
    link = get_object_or_404(PublicationLink, pk=link_id)
    result = link.result or publishing.public_copy(link, today=timezone.localdate())
    return render(request, "public/result.html", {"result": result, "preview": link.result is None})


@permission_required(permissions.PROPOSE_WITHHOLDING, raise_exception=True)
@require_http_methods(["GET", "POST"])
def propose_withholding(request: HttpRequest, link_id: int) -> HttpResponse:
    link = get_object_or_404(PublicationLink.objects.select_related("assignment"), pk=link_id)
    form = forms.WithholdingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withholding.propose_withholding(
                link_id=link.pk, actor=request.user, **form.cleaned_data
            )
        except RuleViolation as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("已提出，请局领导批准。"))
            return redirect("disclosure:desk")
    return render(
        request,
        "disclosure/step.html",
        {"link": link, "form": form, "title": _("申请不予公开")},
        status=422 if form.errors else 200,
    )


@permission_required(permissions.WITHHOLD_RESULT, raise_exception=True)
@require_POST
def decide_withholding(request: HttpRequest, withholding_id: int) -> HttpResponse:
    get_object_or_404(Withholding, pk=withholding_id)
    try:
        withholding.decide_withholding(
            withholding_id=withholding_id,
            actor=request.user,
            approve="approve" in request.POST,
            now=timezone.now(),
        )
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已办理。"))
    return redirect("disclosure:desk")


@permission_required(permissions.WITHDRAW_RESULT, raise_exception=True)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, link_id: int) -> HttpResponse:
    link = get_object_or_404(PublicationLink.objects.select_related("assignment"), pk=link_id)
    form = forms.WithdrawForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            publishing.withdraw_result(
                link_id=link.pk,
                actor=request.user,
                note=form.cleaned_data["note"],
                now=timezone.now(),
            )
        except RuleViolation as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            messages.success(request, _("已撤回，公开页显示撤回说明。"))
            return redirect("disclosure:desk")
    return render(
        request,
        "disclosure/step.html",
        {"link": link, "form": form, "title": _("撤回已公示结果")},
        status=422 if form.errors else 200,
    )
