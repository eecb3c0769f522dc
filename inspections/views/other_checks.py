"""抽查外检查: ask, decide, merge what is due at one unit."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inspections.forms.other_checks import MergeForm, OtherCheckForm, RepeatReasonForm
from inspections.models import OtherCheck
from inspections.permissions import APPROVE_OTHER_CHECK, PROPOSE_OTHER_CHECK, SUBMIT_RECORD
from inspections.selectors import mergeable_visits, other_checks_for
from inspections.services.other_checks import (
    decide_other_check,
    merge_visits,
    propose_other_check,
)
from inspections.services.repeat_visits import give_repeat_reason, warnings_for
from inspections.views.desk import visible_assignment
from registry.choices import ListLevel
from registry.clocks.selectors import work_calendar
from registry.item_lists.selectors import item_list_in_force
from registry.rules.violations import RuleViolation


@permission_required(PROPOSE_OTHER_CHECK, raise_exception=True)
@require_safe
def check_list(request: HttpRequest) -> HttpResponse:
    """What was asked for, with the warnings an approver should read; who proposes sees his own."""
    may_decide, today = request.user.has_perm(APPROVE_OTHER_CHECK), timezone.localdate()
    rows = [_shown(row, today) for row in other_checks_for(request.user)[:200]]
    context = {
        "rows": rows,
        "may_decide": may_decide,
        "merges": mergeable_visits() if may_decide else [],
        "today": today,
    }
    return render(request, "inspections/other_checks.html", context)


def _shown(row: OtherCheck, today: Any) -> dict[str, Any]:
    open_ = row.state == "proposed"
    team = [row.lead, *row.members.all()]
    warnings = warnings_for(row.source, day=today, team=team, but=row.assignment) if open_ else []
    return {"check": row, "warnings": warnings}


@permission_required(PROPOSE_OTHER_CHECK, raise_exception=True)
@require_http_methods(["GET", "POST"])
def check_new(request: HttpRequest) -> HttpResponse:
    """Warnings about repeated visits are shown once before anything is stored."""
    item_list = item_list_in_force(ListLevel.BUREAU, timezone.localdate())
    form = OtherCheckForm(request.POST or None, item_list=item_list)
    warnings: list[str] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        warnings = warnings_for(
            data["source"], day=timezone.localdate(), team=[data["lead"], *data["members"]]
        )
        if not warnings or "confirmed" in request.POST:
            try:
                row = propose_other_check(
                    actor=request.user, now=timezone.now(), calendar=work_calendar(), **data
                )
            except RuleViolation as refusal:
                form.add_error(
                    refusal.field if refusal.field in form.fields else None, refusal.message
                )
            else:
                said = _("已派发 %(number)s，请在期限内补办审批。") % {"number": row.assignment}
                messages.success(request, said if row.assignment else _("已提交，等待批准。"))
                return redirect("inspections:other_checks")
    return render(
        request,
        "inspections/other_check_new.html",
        {"form": form, "warnings": warnings},
        status=422 if form.errors else 200,
    )


@permission_required(APPROVE_OTHER_CHECK, raise_exception=True)
@require_POST
def check_decide(request: HttpRequest, check_id: int) -> HttpResponse:
    get_object_or_404(OtherCheck, pk=check_id)
    try:
        row = decide_other_check(
            check_id=check_id,
            approve="approve" in request.POST,
            reason=request.POST.get("reason", ""),
            actor=request.user,
            now=timezone.now(),
            calendar=work_calendar(),
        )
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已办理：%(state)s。") % {"state": row.get_state_display()})
    return redirect("inspections:other_checks")


@permission_required(APPROVE_OTHER_CHECK, raise_exception=True)
@require_POST
def check_merge(request: HttpRequest, source_id: int) -> HttpResponse:
    form = MergeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写上门日期。"))
        return redirect("inspections:other_checks")
    try:
        merge_visits(
            source_id=source_id, on=form.cleaned_data["on"], actor=request.user, now=timezone.now()
        )
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已合并，并已通知各检查组。"))
    return redirect("inspections:other_checks")


@permission_required(SUBMIT_RECORD, raise_exception=True)
@require_POST
def repeat_reason(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Why the same officer goes there again."""
    row = visible_assignment(request, public_id)
    form = RepeatReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写再次检查的理由。"))
        return redirect("inspections:assignment", public_id=public_id)
    try:
        give_repeat_reason(
            assignment_id=row.pk,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            now=timezone.now(),
        )
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已登记理由。"))
    return redirect("inspections:assignment", public_id=public_id)
