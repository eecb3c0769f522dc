"""Plans beside the quarter's own, and draws that were made elsewhere."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from registry.rules.violations import RuleViolation
from registry.web.refusals import refuse
from sampling import forms, permissions
from sampling.rules.plan_state import PlanMove
from sampling.services import external_draws, plans
from sampling.services.carried_file import CarriedFile
from sampling.views.desk import step


@permission_required(permissions.EDIT_PLAN, raise_exception=True)
@require_http_methods(["GET", "POST"])
def beside(request: HttpRequest) -> HttpResponse:
    """Draft a monthly batch, a supplementary, construction-project, joint or look-back plan."""
    form = forms.BesideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            plan = plans.draft_plan(
                quarter=data["beside_quarter"],
                actor=request.user,
                kind=data["kind"],
                month=data["month"],
                share=data["share"],
                joint=form.joint(),
            )
        except RuleViolation as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("%(plan)s已建立。") % {"plan": plan})
            return redirect("sampling:plan", number=plan.number)
    context = {
        "title": _("编制其他抽查计划"),
        "form": form,
        "hint": _(
            "季度计划之外的抽查，用同一抽取规则，同样公告、见证、密封和公开复核。"
            "按月分批代替季度计划；建设项目和部门联合抽查不计入法定随机抽查比例。"
        ),
    }
    return render(request, "sampling/draft.html", context, status=422 if form.errors else 200)


@permission_required(permissions.IMPORT_EXTERNAL_DRAW, raise_exception=True)
@require_http_methods(["GET", "POST"])
@cache_control(no_store=True)
def import_external(request: HttpRequest) -> HttpResponse:
    """Look at the platform's list, then take it over. Whatever is uploaded is looked at first."""
    form = forms.ExternalForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST":
        valid = form.is_valid()
        try:
            file = form.carried(request.user)
            context["carried"] = file.name
            if valid and "confirm" in request.POST and not form.cleaned_data["file"]:
                plan = _take_over(file, form.cleaned_data, request.user)
                messages.success(request, _("%(plan)s已导入，请局领导批准。") % {"plan": plan})
                return redirect("sampling:plan", number=plan.number)
            with file.on_disk() as path:
                context["listed"] = external_draws.read_external_list(
                    path=path, filename=file.name, actor=request.user, today=timezone.localdate()
                )
        except RuleViolation as refusal:
            refuse(form, refusal)
    listed = context.get("listed")
    context["ready"] = listed is not None and not (listed.errors or form.errors)
    bad = bool(form.errors or (listed and listed.errors))
    return render(request, "sampling/external_import.html", context, status=422 if bad else 200)


def _take_over(file: CarriedFile, data: dict[str, Any], actor: Any) -> Any:
    with file.on_disk() as path:
        return external_draws.import_external_draw(
            quarter=data["external_quarter"],
            platform=data["platform"],
            drawn_on=data["drawn_on"],
            path=path,
            filename=file.name,
            actor=actor,
            now=timezone.now(),
        )


@permission_required(permissions.APPROVE_PLAN, raise_exception=True)
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, number: str) -> HttpResponse:
    return step(
        request,
        number,
        move=PlanMove.ADOPT,
        title=_("批准外部抽取"),
        form=forms.ConfirmForm(request.POST or None, request=request),
        act=lambda: external_draws.adopt_external_draw(
            number=number, actor=request.user, now=timezone.now()
        ),
        done=_("已批准，任务即可派发。"),
        hint=_("批准的是名单的来源。批准人不能是导入人。"),
    )
