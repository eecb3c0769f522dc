"""Grading desks: risk proposals and weights, facts, special flags, the positive list."""

import re
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from registry import permissions
from registry.choices import AssessmentState, PositiveListKind, RiskGrade
from registry.grading import forms as risk_forms
from registry.grading import selectors as risk_selectors
from registry.grading.rules.risk import GRADE_LABELS
from registry.grading.services import positive_list, risk, risk_facts, risk_weights, special_flags
from registry.grading.services.special_flags import decide_flag
from registry.grading.tasks import review_units
from registry.models import (
    PollutionSource,
    RiskAssessment,
    RiskFact,
    RiskWeights,
    SpecialFlag,
    SpecialFlagEnding,
)
from registry.querysets import about
from registry.rules.tones import OK, PLAIN, RED, WARN
from registry.rules.violations import RuleViolation
from registry.web.refusals import refuse
from registry.web.steps import button_worked, step_taken

GRADE_TONES = {RiskGrade.HIGH: RED, RiskGrade.MEDIUM: WARN}
SHOWN, MOST_AT_ONCE, INLINE = 200, 20_000, 5_000


def _may_change(request: HttpRequest, permission: str) -> None:
    """Pages that many may read and some may change."""
    if request.method == "POST" and not request.user.has_perm(permission):
        raise PermissionDenied


def _by_id(data: dict[str, Any]) -> dict[str, Any]:
    """What was typed, the unit by its key: services fetch it themselves, to lock it."""
    return {"source_id": data["source"].pk, **{k: v for k, v in data.items() if k != "source"}}


def _status(form: Any) -> int:
    return 422 if form.errors else 200


# --- risk -----------------------------------------------------------------------------------


@permission_required(permissions.VIEW_RISK, raise_exception=True)
@require_GET
def risk_list(request: HttpRequest) -> HttpResponse:
    return _risk_page(request, request.GET)


def _risk_page(request: HttpRequest, asked: QueryDict, *, refusal: str = "") -> HttpResponse:
    """``refusal``: why a decision was not taken; what was typed and ticked for it stays."""
    form = risk_forms.RiskFilter(asked or {"state": AssessmentState.PROPOSED})
    chosen = form.chosen()
    rows = risk_selectors.assessments(**chosen)
    total = rows[: MOST_AT_ONCE + 1].count()
    context = {
        "filter": form,
        "chosen": chosen,
        "rows": [(row, _grade_tone(row)) for row in rows[:SHOWN]],
        "total": total,
        "shown": SHOWN,
        "open": chosen["state"] == AssessmentState.PROPOSED,
        "decision": risk_forms.DecisionForm(),
        "may_decide": request.user.has_perm(permissions.CONFIRM_RISK),
        "may_manage": request.user.has_perm(permissions.MANAGE_RISK),
        "weights": risk_weights.weights_on(timezone.localdate()),
        "refusal": refusal,
        "ticked": _ticked(request.POST),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "registry/risk.html", context, status=422 if refusal else 200)


@permission_required(permissions.VIEW_RISK, raise_exception=True)
@require_GET
def risk_detail(request: HttpRequest, assessment_id: int) -> HttpResponse:
    row = get_object_or_404(
        RiskAssessment.objects.select_related("source", "weights", "decided_by"), pk=assessment_id
    )
    context = {
        "row": row,
        "grade_tone": _grade_tone(row),
        "undecided": row.state == AssessmentState.PROPOSED,
        "earlier": risk_selectors.earlier_assessments(row)[:20],
        "facts": risk_selectors.risk_facts_kept().filter(about(row.source))[:50],
        "decision": risk_forms.DecisionForm(),
        "may_decide": request.user.has_perm(permissions.CONFIRM_RISK)
        and row.state == AssessmentState.PROPOSED,
    }
    return render(request, "registry/risk_detail.html", context)


def _grade_tone(row: RiskAssessment) -> str:
    return GRADE_TONES.get(row.proposed_grade, OK)


def _ticked(data: QueryDict) -> list[int]:
    return [int(text) for text in data.getlist("chosen") if re.fullmatch(r"[0-9]{1,18}", text)]


def _chosen_ids(data: QueryDict) -> list[int]:
    """The ticked rows, or all that fit the filter the list was shown with."""
    if "everything" not in data:
        return _ticked(data)
    chosen = risk_forms.RiskFilter(data).chosen()
    rows = risk_selectors.assessments(**{**chosen, "state": AssessmentState.PROPOSED})
    return list(rows.values_list("pk", flat=True)[:MOST_AT_ONCE])


@permission_required(permissions.CONFIRM_RISK, raise_exception=True)
@require_POST
def risk_decide(request: HttpRequest) -> HttpResponse:
    approve = "approve" in request.POST
    try:
        count = risk.decide_assessments(
            assessment_ids=_chosen_ids(request.POST),
            approve=approve,
            reason=request.POST.get("reason", ""),
            actor=request.user,
            now=timezone.now(),
        )
    except RuleViolation as refusal:
        return _risk_page(request, request.POST, refusal=refusal.message)
    done = _("已确认 %(n)d 项，风险等级已更新。") if approve else _("已记为未采纳 %(n)d 项。")
    messages.success(request, done % {"n": count})
    return redirect("registry:risk")


@permission_required(permissions.MANAGE_RISK, raise_exception=True)
@require_POST
def risk_assess(request: HttpRequest) -> HttpResponse:
    """A small register at once; a large one is the worker's business."""
    if PollutionSource.objects.active().count() > INLINE:
        transaction.on_commit(review_units.delay)
        messages.success(request, _("单位较多，已交后台测算，片刻后请刷新。"))
        return redirect("registry:risk")
    today = timezone.localdate()
    button_worked(
        request,
        lambda: risk.assess_sources(today=today, actor=request.user),
        lambda made: made.summary(),
    )
    return redirect("registry:risk")


@permission_required(permissions.VIEW_RISK, raise_exception=True)
@require_http_methods(["GET", "POST"])
def risk_weights_page(request: HttpRequest) -> HttpResponse:
    """The numbers in force; those who keep them preview a draft and save it as a new version."""
    _may_change(request, permissions.MANAGE_RISK)
    today = timezone.localdate()
    now = risk_weights.weights_on(today)
    form = risk_forms.WeightsForm(
        request.POST or None,
        values={**now.weights, **now.thresholds},
        initial={"effective_from": today},
    )
    preview = None
    if request.method == "POST" and form.is_valid():
        draft = {"weights": form.weights(), "thresholds": form.thresholds(), "today": today}
        try:
            if "save" in request.POST:
                row = risk_weights.set_weights(
                    effective_from=form.cleaned_data["effective_from"],
                    reason=form.cleaned_data["reason"],
                    actor=request.user,
                    **draft,
                )
                messages.success(request, _("已保存为%(version)s。") % {"version": row})
                return redirect("registry:risk_weights")
            preview = risk.preview_weights(**draft)
        except RuleViolation as refusal:
            refuse(form, refusal)
    context = {
        "form": form,
        "now": now,
        "preview": preview,
        "moves": [
            (GRADE_LABELS[old], GRADE_LABELS[new], count)
            for (old, new), count in sorted(preview.changes.items())
        ]
        if preview
        else [],
        "versions": RiskWeights.objects.select_related("created_by")[:20],
        "may_manage": request.user.has_perm(permissions.MANAGE_RISK),
    }
    return render(request, "registry/risk_weights.html", context, status=_status(form))


@permission_required(permissions.MANAGE_RISK, raise_exception=True)
@require_http_methods(["GET", "POST"])
def risk_facts_page(request: HttpRequest) -> HttpResponse:
    form = risk_forms.RiskFactForm(request.POST or None)
    if step_taken(
        request,
        form,
        lambda: risk_facts.record_fact(
            actor=request.user, today=timezone.localdate(), **_by_id(form.cleaned_data)
        ),
        _("已登记，下次测算时计入。"),
    ):
        return redirect("registry:risk_facts")
    context = {"form": form, "facts": risk_selectors.risk_facts_kept()[:SHOWN]}
    return render(request, "registry/risk_facts.html", context, status=_status(form))


@permission_required(permissions.MANAGE_RISK, raise_exception=True)
@require_POST
def risk_fact_void(request: HttpRequest, fact_id: int) -> HttpResponse:
    fact = get_object_or_404(RiskFact.objects.select_related("source"), pk=fact_id)
    button_worked(
        request,
        lambda: risk_facts.void_fact(
            fact_id=fact_id,
            reason=request.POST.get("reason", ""),
            actor=request.user,
            now=timezone.now(),
        ),
        _("已作废，不再计入。"),
        about=fact.source,
    )
    return redirect("registry:risk_facts")


# --- special flags --------------------------------------------------------------------------


@permission_required(permissions.VIEW_SPECIAL_FLAGS, raise_exception=True)
@require_GET
def special_flag_list(request: HttpRequest) -> HttpResponse:
    context = {
        "proposals": risk_selectors.open_flag_proposals()[:SHOWN],
        "endings": risk_selectors.open_flag_endings()[:SHOWN],
        "decided": risk_selectors.decided_flags()[:30],
        "lines": special_flags.thresholds(),
        "may_decide": request.user.has_perm(permissions.APPROVE_SPECIAL_FLAG),
        "may_manage": request.user.has_perm(permissions.MANAGE_REGISTERS),
    }
    return render(request, "registry/special_flags.html", context)


@permission_required(permissions.APPROVE_SPECIAL_FLAG, raise_exception=True)
@require_POST
def special_flag_decide(request: HttpRequest, flag_id: int) -> HttpResponse:
    proposal = get_object_or_404(SpecialFlag.objects.select_related("source"), pk=flag_id)
    button_worked(
        request,
        lambda: decide_flag(
            flag_id=flag_id,
            approve="approve" in request.POST,
            reason=request.POST.get("reason", ""),
            actor=request.user,
            now=timezone.now(),
        ),
        lambda flag: f"{flag}：{flag.get_state_display()}。",
        about=proposal,
    )
    return redirect("registry:special_flags")


@permission_required(permissions.APPROVE_SPECIAL_FLAG, raise_exception=True)
@require_POST
def special_flag_end(request: HttpRequest, ending_id: int) -> HttpResponse:
    endings = SpecialFlagEnding.objects.select_related("flag__source")
    proposal = get_object_or_404(endings, pk=ending_id)
    button_worked(
        request,
        lambda: special_flags.decide_ending(
            ending_id=ending_id,
            approve="approve" in request.POST,
            reason=request.POST.get("reason", ""),
            actor=request.user,
            now=timezone.now(),
        ),
        lambda ending: f"{ending.flag}：{ending.get_state_display()}。",
        about=proposal.flag,
    )
    return redirect("registry:special_flags")


@permission_required(permissions.MANAGE_REGISTERS, raise_exception=True)
@require_POST
def special_flag_propose(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    button_worked(
        request,
        lambda: special_flags.propose_special_flags(today=today, actor=request.user),
        lambda made: made.summary(),
    )
    return redirect("registry:special_flags")


# --- positive list --------------------------------------------------------------------------


@permission_required(permissions.VIEW_POSITIVE_LIST, raise_exception=True)
@require_http_methods(["GET", "POST"])
def positive_list_page(request: HttpRequest) -> HttpResponse:
    """Members and changes; one form enters a unit, the other takes it off."""
    _may_change(request, permissions.MANAGE_POSITIVE_LIST)
    today = timezone.localdate()
    leaving = "leave" in request.POST
    enter = risk_forms.EnterForm(
        request.POST if request.method == "POST" and not leaving else None,
        initial={"on": today, "until": today + timedelta(days=365)},
        prefix="enter",
    )
    leave = risk_forms.LeaveForm(request.POST if leaving else None, prefix="leave")
    form = leave if leaving else enter
    act: Any = positive_list.leave_positive_list if leaving else positive_list.enter_positive_list
    if step_taken(
        request,
        form,
        lambda: act(actor=request.user, today=today, **_by_id(form.cleaned_data)),
        _("已办理，变动随即公示（涉密单位除外）。"),
    ):
        return redirect("registry:positive_list")
    context = {
        "enter": enter,
        "leave": leave,
        "members": risk_selectors.positive_members()[:SHOWN],
        "changes": [
            (row, PLAIN if row.kind == PositiveListKind.ENTERED else WARN)
            for row in risk_selectors.positive_changes()[:SHOWN]
        ],
        "soon": today + timedelta(days=30),
        "may_manage": request.user.has_perm(permissions.MANAGE_POSITIVE_LIST),
    }
    return render(request, "registry/positive_list.html", context, status=_status(form))
