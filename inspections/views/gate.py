"""亮证二维码 for the team; 企业评价和异议 for those who oversee."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inspections.forms.gate import AnswerForm
from inspections.pages.ratings import objections_for, rating_quarters
from inspections.permissions import SUBMIT_RECORD, VIEW_RATINGS
from inspections.services.assignments import record_view
from inspections.services.gate import answer_objection, show_notice
from inspections.services.papers.pictures import qr_svg
from inspections.views.desk import visible_assignment
from inspections.views.tablet import tablet_page
from registry.web.origin import origin_of
from registry.web.steps import button_worked


@tablet_page
@permission_required(SUBMIT_RECORD, raise_exception=True)
@require_safe
def gate(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """The code to hold out at the gate; who scanned it when."""
    row = visible_assignment(request, public_id)
    record_view(assignment=row, user=request.user)
    notice = show_notice(assignment=row, actor=request.user, now=timezone.now())
    address = origin_of(request) + reverse("check:gate", kwargs={"token": notice.token})
    context = {
        "assignment": row,
        "address": address,
        "qr": qr_svg(address),
        "scans": notice.scans.all()[:20],
    }
    return render(request, "inspections/gate.html", context)


@permission_required(VIEW_RATINGS, raise_exception=True)
@require_safe
def ratings(request: HttpRequest) -> HttpResponse:
    """Ratings in sums by quarter; objections with their answers."""
    context = {
        "quarters": rating_quarters(),
        "objections": objections_for(request.user)[:100],
        "form": AnswerForm(),
    }
    return render(request, "inspections/ratings.html", context)


@permission_required(VIEW_RATINGS, raise_exception=True)
@require_POST
def answer(request: HttpRequest, objection_id: int) -> HttpResponse:
    row = get_object_or_404(objections_for(request.user), pk=objection_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写答复。"))
        return redirect("inspections:ratings")
    button_worked(
        request,
        lambda: answer_objection(
            objection_id=row.pk,
            text=form.cleaned_data["answer"],
            actor=request.user,
            now=timezone.now(),
        ),
        _("已答复，企业凭评价码可以查看。"),
    )
    return redirect("inspections:ratings")
