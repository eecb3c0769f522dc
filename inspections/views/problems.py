"""问题: the board by age, one problem as a chain, its steps and its documents."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from inspections.choices import ProblemState
from inspections.forms import problems as step_forms
from inspections.models import CorrectionOrder, PenaltyDecision, PrintedPaper, Problem
from inspections.pages.problem import chain, clock_tag, next_steps
from inspections.permissions import CLOSE_PROBLEM
from inspections.selectors import problem_board, problems_for
from inspections.services import orders, penalties, problems, rechecks
from inspections.services.evidence import path_of
from inspections.services.papers.orders import order_paper, receipt_paper, recheck_paper
from inspections.services.papers.penalties import penalty_paper
from inspections.services.papers.printing import record_paper
from inspections.views.papers import known_form, paper_file
from registry.clocks.selectors import work_calendar
from registry.web.origin import origin_of
from registry.web.steps import step_taken

Act = Callable[[Problem, dict[str, Any], dict[str, Any]], Any]


def _unserved(rows: Any) -> Any:
    row = rows.filter(served_on=None).order_by("-pk").first()
    if row is None:
        raise problems.NotHandledYet(_("没有待送达的文书，请刷新页面。"))
    return row


def _correction(row: Problem, data: dict[str, Any], who: dict[str, Any]) -> Any:
    upload = data["file"]
    return orders.add_correction(
        problem_id=row.pk, chunks=upload.chunks(), name=upload.name, text=data["note"], **who
    )


def _revoke(row: Problem, data: dict[str, Any], who: dict[str, Any]) -> Any:
    standing = row.penalties.filter(state="standing").first()
    if standing is None:
        raise problems.NotHandledYet(_("没有有效的处罚决定，请刷新页面。"))
    return penalties.revoke_decision(decision_id=standing.pk, **data, **who)


def _without_now(who: dict[str, Any]) -> dict[str, Any]:
    return {"actor": who["actor"]}


# step: (button, form, what it does)
STEPS: dict[str, tuple[str, type[forms.Form], Act]] = {
    "order": (
        "制作责令改正通知书",
        step_forms.OrderForm,
        lambda row, data, who: orders.issue_order(problem_id=row.pk, **data, **who),
    ),
    "serve_order": (
        "登记送达责令改正通知书",
        step_forms.ServiceForm,
        lambda row, data, who: orders.serve_order(order_id=_unserved(row.orders).pk, **data, **who),
    ),
    "correction": ("上传整改佐证", step_forms.CorrectionForm, _correction),
    "recheck": (
        "整改已完成，申请提前复查",
        step_forms.EmptyForm,
        lambda row, data, who: rechecks.ask_for_recheck(problem_id=row.pk, **who),
    ),
    "case": (
        "登记立案",
        step_forms.CaseForm,
        lambda row, data, who: penalties.register_case(problem_id=row.pk, **data, **who),
    ),
    "decision": (
        "登记处罚决定",
        step_forms.DecisionForm,
        lambda row, data, who: penalties.record_decision(problem_id=row.pk, **data, **who),
    ),
    "serve_decision": (
        "登记送达处罚决定",
        step_forms.ServiceForm,
        lambda row, data, who: penalties.serve_decision(
            decision_id=_unserved(row.penalties.filter(state="standing")).pk, **data, **who
        ),
    ),
    "revoke": ("撤销处罚决定", step_forms.RevokeForm, _revoke),
    "transfer": (
        "批准移送",
        step_forms.EmptyForm,
        lambda row, data, who: problems.approve_transfer(problem_id=row.pk, **who),
    ),
    "handover": (
        "登记移交（接收机关和回执编号）",
        step_forms.TextForm,
        lambda row, data, who: problems.record_handover(
            problem_id=row.pk, receipt=data["text"], **who
        ),
    ),
    "propose": (
        "提请销号",
        step_forms.TextForm,
        lambda row, data, who: problems.propose_close(
            problem_id=row.pk, text=data["text"], **_without_now(who)
        ),
    ),
    "close": (
        "批准销号",
        step_forms.EmptyForm,
        lambda row, data, who: problems.close_problem(problem_id=row.pk, **who),
    ),
    "refuse": (
        "不予销号",
        step_forms.TextForm,
        lambda row, data, who: problems.refuse_close(
            problem_id=row.pk, reason=data["text"], **_without_now(who)
        ),
    ),
}


@login_required
@require_safe
def problem_list(request: HttpRequest) -> HttpResponse:
    """Open problems by age, the oldest first; what was closed lately below."""
    rows, today = problems_for(request.user), timezone.localdate()
    return render(
        request,
        "inspections/problems.html",
        {
            "groups": problem_board(rows, today=today, calendar=work_calendar()),
            "closed": rows.filter(state="closed").order_by("-closed_at")[:50],
        },
    )


def _initial(row: Problem, step: str) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    if step in ("order", "decision"):
        number = int(row.section.partition(":")[2])
        asked = {c["number"]: c for c in row.version.checklist.get("must_checks", [])}
        bases = "、".join(
            f"《{b['title']}》{b['article']}" for b in asked.get(number, {}).get("bases", [])
        )
        deadline = row.deadline.isoformat() if row.deadline else ""
        return {
            "violation": row.description,
            "basis": bases,
            "deadline": deadline,
            "decided_on": today,
        }
    return {"served_on": today, "filed_on": today, "on": today}


def _page(
    request: HttpRequest, row: Problem, *, bound: tuple[str, forms.Form] | None = None
) -> HttpResponse:
    on_team = row.assignment.has_on_team(request.user)
    steps = next_steps(row, on_team=on_team, may_close=request.user.has_perm(CLOSE_PROBLEM))
    if bound and bound[0] not in steps:
        steps.insert(0, bound[0])
    offered, today = [], timezone.localdate()
    for step in steps:
        label, form_class, _act = STEPS[step]
        form = bound[1] if bound and bound[0] == step else form_class(initial=_initial(row, step))
        offered.append({"step": step, "label": label, "form": form})
    context = {
        "problem": row,
        "chain": [(link, clock_tag(link, today=today)) for link in chain(row)],
        "closed": row.state == ProblemState.CLOSED,
        "steps": offered,
        "events": row.events.select_related("actor"),
    }
    return render(request, "inspections/problem.html", context, status=422 if bound else 200)


@login_required
@require_safe
def problem(request: HttpRequest, problem_id: int) -> HttpResponse:
    return _page(request, get_object_or_404(problems_for(request.user), pk=problem_id))


@login_required
@require_POST
def problem_step(request: HttpRequest, problem_id: int, step: str) -> HttpResponse:
    """One step; what is refused is told beside its field."""
    row = get_object_or_404(problems_for(request.user), pk=problem_id)
    if step not in STEPS:
        raise Http404
    _label, form_class, act = STEPS[step]
    form = form_class(request.POST, request.FILES)
    who = {"actor": request.user, "now": timezone.now()}
    if step_taken(request, form, lambda: act(row, form.cleaned_data, who), _("已办理。")):
        return redirect("inspections:problem", problem_id=row.pk)
    row.refresh_from_db()
    return _page(request, row, bound=(step, form))


def _paper(row: Problem, kind: str, key: int, site: str) -> PrintedPaper:
    """The document behind one link of the chain; 404 for those of another problem."""
    if kind == "record" and key == row.version_id:
        return record_paper(row.version, site=site)
    if kind == "recheck":
        recheck = get_object_or_404(row.rechecks, assignment__versions=key)
        return recheck_paper(recheck.assignment.versions.get(pk=key), site=site)
    if kind == "order":
        return order_paper(get_object_or_404(row.orders, pk=key), site=site)
    if kind == "penalty":
        return penalty_paper(get_object_or_404(row.penalties, pk=key), site=site)
    served: dict[str, type[CorrectionOrder] | type[PenaltyDecision]] = {
        "order-receipt": CorrectionOrder,
        "penalty-receipt": PenaltyDecision,
    }
    if kind in served:
        found = get_object_or_404(served[kind].objects.filter(problem=row), pk=key)
        return receipt_paper(found, site=site)
    raise Http404


@login_required
@require_GET
def problem_paper(
    request: HttpRequest, problem_id: int, kind: str, key: int, copy: str, form: str
) -> HttpResponse:
    known_form(copy, form)
    row = get_object_or_404(problems_for(request.user), pk=problem_id)
    return paper_file(request, _paper(row, kind, key, origin_of(request)), copy, form)


@login_required
@require_GET
def correction_file(request: HttpRequest, problem_id: int, sha256: str) -> HttpResponse:
    """整改佐证, only through the problem it belongs to."""
    row = get_object_or_404(problems_for(request.user), pk=problem_id)
    found = get_object_or_404(row.corrections, sha256=sha256)
    if not path_of(sha256).is_file():
        raise Http404
    response = FileResponse(path_of(sha256).open("rb"), content_type=found.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = "inline"
    return response
