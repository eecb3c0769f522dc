"""One inspector: the page of those who keep the register, and his own."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registry import permissions
from registry.choices import InspectorStatus
from registry.forms import inspectors as forms
from registry.models import ConflictOfInterest, Inspector, Leave
from registry.rules.violations import RuleViolation
from registry.selectors.people import checks_of, standing_today
from registry.services import conflicts, inspectors
from registry.trail.selectors import inspector_timeline
from registry.web.refusals import refuse

STEPS = ("certificate", "leave", "conflict", "post")


def _form(step: str, person: Inspector, data: Any) -> Any:
    today = timezone.localdate()
    if step == "post":
        return forms.PostForm(data, prefix=step, old=person.status)
    made: Any = {
        "certificate": forms.CertificateForm,
        "leave": forms.LeaveForm,
        "conflict": forms.ConflictForm,
    }[step]
    newest = person.credentials.order_by("-valid_to").first()
    initial = {
        "certificate": {"number": newest.number if newest else "", "valid_from": today},
        "leave": {"starts_on": today},
        "conflict": {"starts_on": today},
    }[step]
    return made(data, prefix=step, initial=initial)


def _act(step: str, person: Inspector, data: dict[str, Any], user: Any) -> None:
    common = {"inspector_id": person.pk, "actor": user, **data}
    if step == "conflict":
        conflicts.declare_conflict(today=timezone.localdate(), **common)
        return
    act: Any = {
        "certificate": inspectors.record_certificate,
        "leave": inspectors.record_leave,
        "post": inspectors.change_post,
    }[step]
    act(**common)


def _submitted(request: HttpRequest, person: Inspector, steps: Any) -> tuple[dict[str, Any], bool]:
    """The page's forms, the pressed one bound; and whether it was carried out."""
    built = {step: _form(step, person, None) for step in steps}
    pressed = next((step for step in steps if step in request.POST), "")
    if request.method != "POST" or not pressed:
        return built, False
    form = built[pressed] = _form(pressed, person, request.POST)
    if form.is_valid():
        try:
            _act(pressed, person, form.cleaned_data, request.user)
        except RuleViolation as refusal:
            refuse(form, refusal)
    if form.errors:
        return built, False
    messages.success(request, _("已登记。"))
    return built, True


def _context(person: Inspector, built: dict[str, Any]) -> dict[str, Any]:
    today = timezone.localdate()
    standing = set(person.conflicts.in_force(today).values_list("pk", flat=True))
    return {
        "person": person,
        "standing": standing_today(person, today),
        "on_post": person.status == InspectorStatus.ON_POST,
        "leaves": person.leaves.order_by("-starts_on")[:30],
        "conflicts": [
            (row, row.pk in standing)
            for row in person.conflicts.select_related("source", "recorded_by").order_by(
                "-starts_on", "-pk"
            )
        ],
        "today": today,
        "year": today.year,
        "checks": checks_of(person, today.year),
        "forms": built,
    }


@permission_required(permissions.VIEW_INSPECTORS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def inspector(request: HttpRequest, code: str) -> HttpResponse:
    person = get_object_or_404(Inspector.objects.select_related("user"), code=code)
    manages = request.user.has_perm(permissions.MANAGE_REGISTERS)
    if request.method == "POST" and not manages:
        raise PermissionDenied
    built, done = _submitted(request, person, STEPS if manages else ())
    if done:
        return redirect("registry:inspector", code=person.code)
    failed = any(form.errors for form in built.values())
    return _page(request, person, built, manages=manages, status=422 if failed else 200)


def _page(
    request: HttpRequest,
    person: Inspector,
    built: dict[str, Any],
    *,
    manages: bool,
    status: int,
    **refused: Any,
) -> HttpResponse:
    context = {
        **_context(person, built),
        "timeline": inspector_timeline(person),
        "may_manage": manages,
        **refused,
    }
    return render(request, "registry/inspector.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """An inspector's own page: certificate, leave, conflicts; here he declares one himself."""
    person = Inspector.objects.filter(user=request.user).first()
    if person is None:
        raise Http404
    built, done = _submitted(request, person, ("conflict",))
    if done:
        return redirect("registry:me")
    failed = any(form.errors for form in built.values())
    return render(
        request, "registry/me.html", _context(person, built), status=422 if failed else 200
    )


def _back(request: HttpRequest, row: Any, act: Any, done: str) -> HttpResponse:
    """To the person's page; a refusal stands in the line it concerns, with what was typed."""
    person = row.inspector
    try:
        act()
    except RuleViolation as refusal:
        built = {step: _form(step, person, None) for step in STEPS}
        return _page(
            request, person, built, manages=True, status=422,
            refused_row=row, refusal=refusal, typed=request.POST,
        )  # fmt: skip
    messages.success(request, done)
    return redirect("registry:inspector", code=person.code)


@permission_required(permissions.MANAGE_REGISTERS, raise_exception=True)
@require_POST
def leave(request: HttpRequest, leave_id: int) -> HttpResponse:
    """Another last day, or never mind."""
    row = get_object_or_404(Leave.objects.select_related("inspector"), pk=leave_id)
    reason, today = request.POST.get("reason", ""), timezone.localdate()

    def act() -> None:
        if "cancel" in request.POST:
            inspectors.cancel_leave(leave_id=row.pk, reason=reason, actor=request.user, today=today)
            return
        inspectors.change_leave(
            leave_id=row.pk,
            ends_on=_day(request, "ends_on") or row.ends_on,
            reason=reason,
            actor=request.user,
        )

    done = _("离岗已取消。") if "cancel" in request.POST else _("离岗时段已更新。")
    return _back(request, row, act, done)


def _day(request: HttpRequest, name: str) -> Any:
    try:
        return parse_date(request.POST.get(name, ""))
    except ValueError:
        return None


@permission_required(permissions.MANAGE_REGISTERS, raise_exception=True)
@require_POST
def conflict_end(request: HttpRequest, conflict_id: int) -> HttpResponse:
    row = get_object_or_404(ConflictOfInterest.objects.select_related("inspector"), pk=conflict_id)
    today = timezone.localdate()

    def act() -> None:
        conflicts.end_conflict(
            conflict_id=row.pk,
            on=_day(request, "on") or today,
            reason=request.POST.get("reason", ""),
            actor=request.user,
            today=today,
        )

    return _back(request, row, act, _("利害关系已终止。"))
