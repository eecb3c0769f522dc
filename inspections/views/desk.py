"""The inspector's list and one assignment: dossier, accept, start."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inspections.choices import AssignmentState
from inspections.models import Assignment
from inspections.pages.assignment import offers, task_groups
from inspections.pages.dossier import dossier
from inspections.pages.presentation import named_comments
from inspections.permissions import SUBMIT_RECORD
from inspections.selectors import assignments_for
from inspections.services.assignments import accept_assignment, record_view
from inspections.services.dispatch import dispatch_wave
from inspections.services.repeat_visits import (
    needs_reason,
    start_visit,
    team_of,
    warnings_for,
)
from inspections.views.tablet import tablet_page
from registry.rules.violations import RuleViolation
from registry.web.steps import button_worked
from sampling.permissions import DISPATCH_WAVE


def visible_assignment(request: HttpRequest, public_id: uuid.UUID) -> Assignment:
    """404 for everybody else: a stranger does not even learn that it exists."""
    return get_object_or_404(assignments_for(request.user), public_id=public_id)


@tablet_page
@login_required
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    day = timezone.localdate()
    rows = list(assignments_for(request.user).order_by("due_on", "number"))
    return render(request, "inspections/today.html", {"groups": task_groups(rows, today=day)})


@tablet_page
@login_required
@require_GET
def assignment(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    row = visible_assignment(request, public_id)
    record_view(assignment=row, user=request.user)
    on_team = row.has_on_team(request.user)
    newest = row.versions.order_by("-number").first()
    returned = row.state == AssignmentState.RETURNED
    sent_back = getattr(newest, "review", None) if returned else None
    context = {
        "assignment": row,
        "source": row.source,
        "on_team": on_team,
        "may": offers(row),
        "refused": row.check_request if row.state == AssignmentState.CANCELLED else None,
        "versions": row.versions.select_related("review").order_by("-number"),
        "returned_comment": sent_back.comment if sent_back else "",
        "returned_fields": named_comments(sent_back.field_comments) if sent_back else [],
        "dossier": dossier(row, today=timezone.localdate()),
        **repeats(row),
    }
    return render(request, "inspections/assignment.html", context)


def repeats(row: Assignment) -> dict[str, Any]:
    """Warnings of repeated visits, while the visit can still be put off (domain rules §3)."""
    if row.state not in ("dispatched", "accepted", "inspecting"):
        return {}
    day = timezone.localdate(row.started_at) if row.started_at else timezone.localdate()
    return {
        "repeat_warnings": warnings_for(row.source, day=day, team=team_of(row), but=row),
        "ask_repeat_reason": needs_reason(row, day=day),
    }


@permission_required(SUBMIT_RECORD, raise_exception=True)
@require_POST
def accept(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    row = visible_assignment(request, public_id)
    button_worked(
        request,
        lambda: accept_assignment(assignment_id=row.pk, actor=request.user, now=timezone.now()),
        _("已接收任务 %(number)s。") % {"number": row.number},
    )
    return redirect("inspections:assignment", public_id=public_id)


@permission_required(SUBMIT_RECORD, raise_exception=True)
@require_POST
def start(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    row = visible_assignment(request, public_id)
    try:
        start_visit(assignment_id=row.pk, actor=request.user, now=timezone.now())
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
        return redirect("inspections:assignment", public_id=public_id)
    return redirect("inspections:record", public_id=public_id)


@permission_required(DISPATCH_WAVE, raise_exception=True)
@require_POST
def dispatch(request: HttpRequest, number: str) -> HttpResponse:
    button_worked(
        request,
        lambda: dispatch_wave(number=number, actor=request.user, now=timezone.now()),
        lambda made: _("已派发 %(count)d 项任务。") % {"count": len(made)},
    )
    return redirect("sampling:plan", number=number)
