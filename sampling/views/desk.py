"""The plan desk: one service call per view; no page names a drawn unit but the sealed read."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from registry.clocks.selectors import work_calendar
from registry.item_lists.selectors.item_coverage import items_not_covered
from registry.rules.violations import RuleViolation
from registry.web.refusals import refuse
from registry.web.steps import step_taken
from sampling import forms, permissions
from sampling.choices import ENDED_WITHOUT_EFFECT, PlanKind, PlanState
from sampling.models import SamplingPlan
from sampling.pages.plan import LEVELS, labelled, offers
from sampling.rules.plan_state import MOVES, PlanMove
from sampling.rules.plan_window import WindowState, window_state
from sampling.selectors import (
    course_of,
    left_out_counts,
    open_void,
    plans_for_desk,
    sources_of,
    standing_draw_or_none,
)
from sampling.services import draws, freezing, proofs, voids
from sampling.services import plans as plan_services
from sampling.services.external_draws import external_of
from sampling.services.fairness import fairness_of, revealed_bundles
from sampling.services.minutes import minutes_pdf
from sampling.services.plan_steps import check_plan_move
from sampling.services.pools import people_by_code, sources_by_pool_id
from sampling.services.workbench import open_points, with_ratios, workbench


def _plan_or_404(number: str) -> SamplingPlan:
    plan = plans_for_desk().filter(number=number).first()
    if plan is None:
        raise Http404
    return plan


@permission_required(permissions.VIEW_PLAN, raise_exception=True)
@require_http_methods(["GET"])
def plans(request: HttpRequest) -> HttpResponse:
    return _plans_page(request, forms.DraftForm())


@permission_required(permissions.EDIT_PLAN, raise_exception=True)
@require_http_methods(["POST"])
def draft(request: HttpRequest) -> HttpResponse:
    form = forms.DraftForm(request.POST)
    if form.is_valid():
        plan = plan_services.draft_plan(quarter=form.cleaned_data["quarter"], actor=request.user)
        messages.success(request, _("%(plan)s已建立。") % {"plan": plan})
        return redirect("sampling:plan", number=plan.number)
    return _plans_page(request, form, status=422)


def _plans_page(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    context = {"plans": plans_for_desk(), "form": form, "year": timezone.localdate().year}
    return render(request, "sampling/plans.html", context, status=status)


@permission_required(permissions.VIEW_PLAN, raise_exception=True)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, number: str) -> HttpResponse:
    row = _plan_or_404(number)
    form = forms.PlanForm(request.POST or None, plan=row)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                plan_services.edit_plan(plan_id=row.pk, actor=request.user, **form.cleaned_data)
            except RuleViolation as refusal:
                refuse(form, refusal)
            else:
                messages.success(request, _("计划已保存。"))
                return redirect("sampling:plan", number=number)
        status = 422
    if row.kind == PlanKind.EXTERNAL:
        external = external_of(row)
        context = {
            "plan": row,
            "external": external,
            "may_adopt": PlanMove.ADOPT in MOVES[PlanState(row.state)]
            and request.user.has_perm(permissions.APPROVE_PLAN),
            "may_dispatch": row.state == PlanState.APPROVED
            and external is not None
            and external.dispatched_at is None
            and request.user.has_perm(permissions.DISPATCH_WAVE),
        }
        return render(request, "sampling/external.html", context)
    window = plan_services.plan_window(row, work_calendar())
    today = timezone.localdate()
    draw = standing_draw_or_none(row)
    void = open_void(draw) if draw else None
    entropy_known = draw is not None and timezone.now() >= draw.entropy_from
    context = {
        "plan": row,
        "form": form,
        "draw": draw,
        "waves": draw.waves.all() if draw else [],
        "ended": row.draws.filter(state__in=ENDED_WITHOUT_EFFECT),
        "void": void,
        "window": window,
        "window_closed": window_state(today, window) == WindowState.CLOSED,
        "window_open": window_state(today, window) == WindowState.OPEN,
        "legal_window": row.kind in freezing.HAVE_A_LEGAL_WINDOW,
        "draft": row.state == PlanState.DRAFT,
        "sources": sources_of(draw) if draw else [],
        "may": offers(row, user=request.user, draw=draw, void=void, entropy_known=entropy_known),
    }
    if row.state == PlanState.DRAFT:
        context |= _draft_context(request, row)
    else:
        context["lines"] = row.quotas.all()
        context["left_out_counts"] = left_out_counts(draw) if draw else []
    return render(request, "sampling/plan.html", context, status=status)


def _draft_context(request: HttpRequest, row: SamplingPlan) -> dict[str, Any]:
    """The workbench; of the quarter's own plan with ratios to try."""
    context: dict[str, Any] = {}
    trial = row
    if row.kind == PlanKind.QUARTERLY:
        what_if = forms.WhatIfForm(request.GET or None, plan=row)
        if what_if.is_bound and what_if.is_valid():
            trial = with_ratios(row, **what_if.cleaned_data)
            context["trial"] = trial
        context["what_if"] = what_if
    today = timezone.localdate()
    found = workbench(trial, today=today, calendar=work_calendar())
    return {
        **context,
        **found,
        "lines": labelled(trial, found["lines"]),
        "checks": [(check, LEVELS[check.level]) for check in found["checks"]],
    }


def _standing(plan: SamplingPlan) -> dict[str, Any]:
    """The standing freeze or draw, and its sources in words."""
    draw = standing_draw_or_none(plan)
    return {"draw": draw, "sources": sources_of(draw) if draw else []}


def step(
    request: HttpRequest,
    number: str,
    *,
    move: PlanMove,
    title: str,
    form: Form,
    act: Callable[[], Any],
    done: str,
    hint: str = "",
) -> HttpResponse:
    """One confirmed step: form, service, message, back to the plan. Where the plan's state does
    not allow the `move`, the page says so instead of asking."""
    row = _plan_or_404(number)
    status, impossible = 200, ""
    if request.method == "POST":
        if step_taken(request, form, act, done):
            return redirect("sampling:plan", number=number)
        status = 422
    else:
        try:
            check_plan_move(row, move)
        except RuleViolation as refusal:
            impossible = refusal.message
    return render(
        request,
        "sampling/step.html",
        {
            "plan": row,
            "form": form,
            "title": title,
            "hint": hint,
            "impossible": impossible,
            **_standing(row),
        },
        status=status,
    )


@permission_required(permissions.FREEZE_PLAN, raise_exception=True)
@require_http_methods(["GET", "POST"])
def freeze(request: HttpRequest, number: str) -> HttpResponse:
    row = _plan_or_404(number)
    draft = row.state == PlanState.DRAFT and row.kind != PlanKind.EXTERNAL
    warnings = (
        open_points(row, today=timezone.localdate(), calendar=work_calendar()) if draft else []
    )
    form = forms.FreezeForm(
        request.POST or None,
        request=request,
        proposals=freezing.proposed_sources(now=timezone.now()),
        warnings=warnings,
        in_time=freezing.is_in_time(row, today=timezone.localdate()),
    )
    return step(
        request,
        number,
        move=PlanMove.FREEZE,
        title=_("冻结抽取池并公布承诺"),
        form=form,
        act=lambda: freezing.freeze_plan(
            number=number,
            actor=request.user,
            entropy=form.sources(),
            draw_by=form.cleaned_data["draw_by"],
            reveal_by=form.cleaned_data["reveal_by"],
            outside_window_reason=form.cleaned_data.get("outside_window_reason", ""),
            open_points=warnings,
            open_points_reason=form.cleaned_data.get("open_points_reason", ""),
            now=timezone.now(),
        ),
        done=_("已冻结，公告已发布。"),
        hint=_(
            "冻结后抽取池不能再改；承诺、摘要、随机源和各项期限立即向社会公告，一字也不能再改。"
        ),
    )


@permission_required(permissions.WITHDRAW_FREEZE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    form = forms.ReasonForm(request.POST or None, request=request)
    return step(
        request,
        number,
        move=PlanMove.WITHDRAW,
        title=_("撤回冻结"),
        form=form,
        act=lambda: freezing.withdraw_freeze(
            number=number,
            actor=request.user,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        ),
        done=_("冻结已撤回。"),
        hint=_("只能在公布的随机源时刻之前撤回；撤回及原因永久公开。"),
    )


@permission_required(permissions.DRAW_PLAN, raise_exception=True)
@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, number: str) -> HttpResponse:
    """The ceremony, for a projector: announcement, draw before witnesses, counts only."""
    row = _plan_or_404(number)
    standing = standing_draw_or_none(row)
    if standing is None:
        messages.error(request, _("该计划还没有冻结，请先冻结并公布承诺。"))
        return redirect("sampling:plan", number=number)
    form = forms.DrawForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        try:
            draws.draw_plan(
                number=number,
                actor=request.user,
                value=form.cleaned_data["value"],
                witnesses=form.witnesses(),
                now=timezone.now(),
            )
        except RuleViolation as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("抽取完成，名单已密封，请局领导批准程序。"))
            return redirect(f"{reverse('sampling:draw', args=[number])}?drawn=1#drawn")
    context = {
        "plan": row,
        "draw": standing,
        "sources": sources_of(standing),
        "form": form,
        "quotas": [
            {**line, "label": row.category_label(line["category"])} for line in standing.quotas
        ],
        "total": sum(line["quota"] for line in standing.quotas),
        "entropy_known": timezone.now() >= standing.entropy_at,
        "course": course_of(standing) if standing.drawn_at else [],
        "fresh": "drawn" in request.GET,
    }
    status = 422 if form.errors else 200
    return render(request, "sampling/ceremony.html", context, status=status)


@permission_required(permissions.VIEW_PLAN, raise_exception=True)
@require_http_methods(["GET"])
def minutes(request: HttpRequest, number: str) -> HttpResponse:
    """抽取纪要 as PDF; a drawn name stands nowhere in it."""
    row = _plan_or_404(number)
    standing = standing_draw_or_none(row)
    if standing is None or standing.record is None:
        raise Http404
    response = HttpResponse(minutes_pdf(standing), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="minutes-{row.number}.pdf"'
    return response


@permission_required(permissions.APPROVE_PLAN, raise_exception=True)
@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, number: str) -> HttpResponse:
    return step(
        request,
        number,
        move=PlanMove.APPROVE,
        title=_("批准抽取程序"),
        form=forms.ConfirmForm(request.POST or None, request=request),
        act=lambda: draws.approve_plan(number=number, actor=request.user, now=timezone.now()),
        done=_("已批准，任务将按批次派发。"),
        hint=_("批准的是程序（见证人、随机源、树根），不是结果。批准人不能是编制、冻结或抽取人。"),
    )


@permission_required(permissions.VOID_DRAW, raise_exception=True)
@require_http_methods(["GET", "POST"])
def void(request: HttpRequest, number: str) -> HttpResponse:
    form = forms.ReasonForm(request.POST or None, request=request)
    return step(
        request,
        number,
        move=PlanMove.VOID,
        title=_("提出宣布作废"),
        form=form,
        act=lambda: voids.propose_void(
            number=number,
            actor=request.user,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        ),
        done=_("已提出，须由另一位局领导确认后作废。"),
        hint=_(
            "仅用于抽取程序被破坏、或公布的随机源始终没有产生取值的情形。"
            "作废即全部公开：抽取池、随机数和已抽结果连同原因永久公开，然后可以重新冻结。"
        ),
    )


@permission_required(permissions.VOID_DRAW, raise_exception=True)
@require_http_methods(["GET", "POST"])
def decide_void(request: HttpRequest, number: str) -> HttpResponse:
    form = forms.DecideVoidForm(request.POST or None, request=request)
    row = _plan_or_404(number)
    draw = standing_draw_or_none(row)
    proposal = open_void(draw) if draw else None
    return step(
        request,
        number,
        move=PlanMove.VOID,
        title=_("确认宣布作废"),
        form=form,
        act=lambda: voids.decide_void(
            number=number,
            actor=request.user,
            confirm=form.cleaned_data["decision"] == "confirm",
            now=timezone.now(),
        ),
        done=_("已办理。"),
        hint=_("%(name)s提出，原因：%(reason)s")
        % {"name": proposal.proposed_by.get_full_name(), "reason": proposal.reason}
        if proposal
        else "",
    )


@permission_required(permissions.REVEAL_PLAN, raise_exception=True)
@require_http_methods(["GET", "POST"])
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    form = forms.RevealForm(request.POST or None, request=request)
    return step(
        request,
        number,
        move=PlanMove.REVEAL,
        title=_("公开复核材料"),
        form=form,
        act=lambda: proofs.reveal_plan(
            number=number,
            actor=request.user,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        ),
        done=_("复核材料已公开。"),
        hint=_("公开后任何人都可以重算本次抽取。全部任务完成审核、结果全部公示后方可公开。"),
    )


@permission_required(permissions.VIEW_PLAN, raise_exception=True)
@require_http_methods(["GET"])
def fairness(request: HttpRequest, year: int) -> HttpResponse:
    """The year's revealed draws together; sealed ones are left out."""
    if not 2000 <= year <= 2099:
        raise Http404
    context = {
        "year": year,
        "previous": year - 1,
        "report": fairness_of(revealed_bundles(year)),
        "items": items_not_covered(year),
    }
    return render(request, "sampling/fairness.html", context)


@permission_required(permissions.VIEW_SEALED_SELECTION, raise_exception=True)
@require_http_methods(["GET", "POST"])
@cache_control(private=True, no_store=True)
def sealed(request: HttpRequest, number: str) -> HttpResponse:
    """The approver's sealed read: a reason, the password, and a line in the trail."""
    row = _plan_or_404(number)
    form = forms.ReasonForm(request.POST or None, request=request)
    rows: list[dict[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        try:
            bundle = proofs.read_sealed_bundle(
                number=number, actor=request.user, reason=form.cleaned_data["reason"]
            )
        except RuleViolation as refusal:
            refuse(form, refusal)
        else:
            names = sources_by_pool_id(bundle["teams"])
            people = people_by_code(code for team in bundle["teams"].values() for code in team)
            rows = [
                {"source": names.get(name, name), "team": "、".join(people[c] for c in team)}
                for name, team in bundle["teams"].items()
            ]
    return render(
        request,
        "sampling/sealed.html",
        {"plan": row, "form": form, "rows": rows},
        status=422 if form.errors else 200,
    )
