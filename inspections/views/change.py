"""替换与回避: the team asks, the leader decides."""

import uuid

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inspections.forms.actions import ChangeForm
from inspections.services import assignment_changes
from inspections.views.desk import visible_assignment
from registry.web.steps import button_worked, step_taken
from sampling.models import DrawChange
from sampling.permissions import APPROVE_CHANGE, PROPOSE_CHANGE
from sampling.services.replacements import reject_change


@permission_required(PROPOSE_CHANGE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def propose_change(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    row = visible_assignment(request, public_id)
    members = [
        (member.inspector.code, f"{member.get_role_display()} {member.inspector.name}")
        for member in row.team.present().select_related("inspector")
    ]
    form = ChangeForm(request.POST or None, members=members)
    if step_taken(
        request,
        form,
        lambda: assignment_changes.propose(
            assignment_id=row.pk, actor=request.user, **form.cleaned_data
        ),
        _("申请已提交，请局领导批准。"),
    ):
        return redirect("inspections:assignment", public_id=public_id)
    return render(
        request,
        "inspections/change.html",
        {"assignment": row, "form": form},
        status=422 if form.errors else 200,
    )


@permission_required(APPROVE_CHANGE, raise_exception=True)
@require_POST
def decide_change(request: HttpRequest, change_id: int) -> HttpResponse:
    get_object_or_404(DrawChange, pk=change_id)

    def decide() -> None:
        if "approve" in request.POST:
            assignment_changes.approve(change_id=change_id, actor=request.user, now=timezone.now())
        else:
            reject_change(change_id=change_id, actor=request.user)

    button_worked(request, decide, _("已办理。"))
    return redirect("inspections:reviews")
