"""检查申请: ask for a check no clue asked for, decide on all of them, merge what is due at one unit."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inspections.choices import CheckRequestState
from inspections.forms.check_requests import CheckRequestForm, MergeForm, RepeatReasonForm
from inspections.models import CheckRequest
from inspections.permissions import APPROVE_CHECK_REQUEST, PROPOSE_CHECK_REQUEST, SUBMIT_RECORD
from inspections.selectors import check_requests_for, mergeable_visits
from inspections.services.check_requests import decide_check_request, propose_check
from inspections.services.joint_visits import merge_visits
from inspections.services.repeat_visits import give_repeat_reason, warnings_for
from inspections.views.desk import visible_assignment
from registry.choices import ListLevel
from registry.clocks.selectors import work_calendar
from registry.item_lists.selectors import item_list_in_force
from registry.rules.tones import OK, PLAIN
from registry.web.steps import button_worked, step_taken


@permission_required(PROPOSE_CHECK_REQUEST, raise_exception=True)
@require_safe
def request_list(request: HttpRequest) -> HttpResponse:
    """What was asked for, with the warnings an approver should read; who proposes sees his own."""
    may_decide, today = request.user.has_perm(APPROVE_CHECK_REQUEST), timezone.localdate()
    rows = [_shown(row, today) for row in check_requests_for(request.user)[:200]]
    context = {
        "rows": rows,
        "may_decide": may_decide,
        "merges": mergeable_visits() if may_decide else [],
        "today": today,
    }
    return render(request, "inspections/check_requests.html", context)


def _shown(row: CheckRequest, today: Any) -> dict[str, Any]:
    open_ = row.state == CheckRequestState.PROPOSED
    team = [row.lead, *row.members.all()]
    warnings = warnings_for(row.source, day=today, team=team, but=row.assignment) if open_ else []
    tone = OK if row.state == CheckRequestState.APPROVED else PLAIN
    return {"check": row, "warnings": warnings, "tone": tone, "open": open_}


@permission_required(PROPOSE_CHECK_REQUEST, raise_exception=True)
@require_http_methods(["GET", "POST"])
def request_new(request: HttpRequest) -> HttpResponse:
    """Warnings about repeated visits are shown once before anything is stored."""
    item_list = item_list_in_force(ListLevel.BUREAU, timezone.localdate())
    form = CheckRequestForm(request.POST or None, item_list=item_list)
    warnings: list[str] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        warnings = warnings_for(
            data["source"], day=timezone.localdate(), team=[data["lead"], *data["members"]]
        )
        if not warnings or "confirmed" in request.POST:
            asked = step_taken(
                request,
                form,
                lambda: propose_check(
                    actor=request.user, now=timezone.now(), calendar=work_calendar(), **data
                ),
                lambda row: (
                    _("已派发 %(number)s，请在期限内补办审批。") % {"number": row.assignment}
                    if row.assignment
                    else _("已提交，等待批准。")
                ),
            )
            if asked:
                return redirect("inspections:check_requests")
    return render(
        request,
        "inspections/check_request_new.html",
        {"form": form, "warnings": warnings},
        status=422 if form.errors else 200,
    )


@permission_required(APPROVE_CHECK_REQUEST, raise_exception=True)
@require_POST
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """Of both origins; who decided returns to where the request was read."""
    asked = get_object_or_404(CheckRequest, pk=request_id)
    button_worked(
        request,
        lambda: decide_check_request(
            request_id=request_id,
            approve="approve" in request.POST,
            reason=request.POST.get("reason", ""),
            actor=request.user,
            now=timezone.now(),
            calendar=work_calendar(),
        ),
        lambda row: (
            _("已批准，任务 %(number)s 已派发。") % {"number": row.assignment}
            if row.state == "approved"
            else _("已记为不批准。")
        ),
    )
    if asked.clue_id is not None:
        return redirect("inspections:clue", clue_id=asked.clue_id)
    return redirect("inspections:check_requests")


@permission_required(APPROVE_CHECK_REQUEST, raise_exception=True)
@require_POST
def merge(request: HttpRequest, source_id: int) -> HttpResponse:
    form = MergeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写上门日期。"))
        return redirect("inspections:check_requests")
    button_worked(
        request,
        lambda: merge_visits(
            source_id=source_id, on=form.cleaned_data["on"], actor=request.user, now=timezone.now()
        ),
        _("已合并，并已通知各检查组。"),
    )
    return redirect("inspections:check_requests")


@permission_required(SUBMIT_RECORD, raise_exception=True)
@require_POST
def repeat_reason(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Why the same officer goes there again."""
    row = visible_assignment(request, public_id)
    form = RepeatReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写再次检查的理由。"))
        return redirect("inspections:assignment", public_id=public_id)
    button_worked(
        request,
        lambda: give_repeat_reason(
            assignment_id=row.pk,
            reason=form.cleaned_data["reason"],
            actor=request.user,
            now=timezone.now(),
        ),
        _("已登记理由。"),
    )
    return redirect("inspections:assignment", public_id=public_id)
