"""Plans beside the quarter's own, and draws that were made elsewhere."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registry.rules.violations import RuleViolation
from sampling import forms, permissions
from sampling.services import external, plans
from sampling.views.desk import refuse, step


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
def import_external(request: HttpRequest) -> HttpResponse:
    form = forms.ExternalForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            plan = _take_over(form.cleaned_data, request.user)
        except RuleViolation as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("%(plan)s已导入，请局领导批准。") % {"plan": plan})
            return redirect("sampling:plan", number=plan.number)
    context = {
        "title": _("导入外部抽取"),
        "form": form,
        "hint": _(
            "用于上级平台已经抽好的名单。名单导入后即密封，批准后派发；"
            "因抽取不在本系统进行，公众无法在此复核，公示页将始终注明“外部抽取”。"
        ),
    }
    return render(request, "sampling/draft.html", context, status=422 if form.errors else 200)


def _take_over(data: dict[str, Any], actor: Any) -> Any:
    upload = data["file"]
    with tempfile.NamedTemporaryFile() as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        return external.import_external_draw(
            quarter=data["external_quarter"],
            platform=data["platform"],
            drawn_on=data["drawn_on"],
            path=Path(file.name),
            filename=upload.name,
            actor=actor,
            now=timezone.now(),
        )


@permission_required(permissions.APPROVE_PLAN, raise_exception=True)
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, number: str) -> HttpResponse:
    return step(
        request,
        number,
        title=_("批准外部抽取"),
        form=forms.ConfirmForm(request.POST or None, request=request),
        act=lambda: external.adopt_external_draw(
            number=number, actor=request.user, now=timezone.now()
        ),
        done=_("已批准，任务即可派发。"),
        hint=_("批准的是名单的来源。批准人不能是导入人。"),
    )
