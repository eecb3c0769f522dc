"""One unit: its page, the changes of its status and type, further sites, the proof of each."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from registry import permissions
from registry.choices import (
    PermitClass,
    Pollutant,
    RegulatoryType,
    RiskGrade,
    SourceKind,
    SourceStatus,
)
from registry.forms import sources as forms
from registry.models import EvidenceFile, PollutionSource
from registry.papers.stored_files import path_of
from registry.rules.tones import PLAIN, RED
from registry.rules.violations import RuleViolation
from registry.selectors import units
from registry.services import source_changes
from registry.trail.selectors import source_timeline
from registry.web.refusals import refuse


def unit_by_code(code: str) -> PollutionSource:
    return get_object_or_404(PollutionSource, code=code)


@permission_required(permissions.VIEW_SOURCES, raise_exception=True)
@require_GET
def source(request: HttpRequest, code: str) -> HttpResponse:
    """Everything known of one unit, why it is so, and what happened to it."""
    row = unit_by_code(code)
    today = timezone.localdate()
    labels = dict(Pollutant.choices)
    context = {
        "source": row,
        "answers": [units.why_special(row, today), units.who_changed_the_type(row)],
        "type_text": units.type_text(row),
        "permit_over": bool(row.permit_until and row.permit_until < today),
        "pollutants": "、".join(str(labels.get(name, name)) for name in row.pollutants),
        "special": row.special_flags.in_force(today).exists(),
        "timeline": source_timeline(row),
        "sisters": units.sister_sites(row)[:50],
        "merges": row.merges.filter(undone_at=None).select_related("merged"),
        "conflicts": units.conflicts_in_force(row, today),
        "assessment": row.assessments.select_related("weights").order_by("-pk").first(),
        "may_manage": request.user.has_perm(permissions.MANAGE_REGISTERS),
        "construction": row.kind == SourceKind.CONSTRUCTION,
        "risk_tone": RED if row.risk_grade == RiskGrade.HIGH else PLAIN,
    }
    return render(request, "registry/source.html", context)


def proved_change(
    request: HttpRequest,
    row: PollutionSource,
    form: Any,
    act: Any,
    template: str,
    done: str,
    **more: Any,
) -> HttpResponse:
    """Fill in, look at what follows, confirm. Trying it out is doing it and taking it back."""
    preview = False
    if request.method == "POST" and form.is_valid():
        try:
            proof = form.proof(actor=request.user)
            form.keep_file(proof)
            confirmed = "confirm" in request.POST
            with transaction.atomic():
                act(proof, form.cleaned_data)
                transaction.set_rollback(not confirmed)
            if confirmed:
                messages.success(request, done)
                return redirect("registry:source", code=row.code)
            preview = True
        except RuleViolation as refusal:
            refuse(form, refusal)
    kept = EvidenceFile.objects.filter(sha256=form["kept"].value() or "").first()
    context = {"source": row, "form": form, "preview": preview, "kept": kept, **more}
    return render(request, template, context, status=422 if form.errors else 200)


@permission_required(permissions.MANAGE_REGISTERS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def status(request: HttpRequest, code: str) -> HttpResponse:
    row, today = unit_by_code(code), timezone.localdate()
    form = forms.StatusForm(
        request.POST or None, request.FILES or None, old=row.status, initial={"on": today}
    )

    def act(proof: Any, data: dict[str, Any]) -> None:
        source_changes.change_status(
            source_id=row.pk,
            new_status=data["new_status"],
            on=data["on"],
            reason=data["reason"],
            actor=request.user,
            today=today,
            proof=proof,
        )

    chosen = form["new_status"].value()
    return proved_change(
        request,
        row,
        form,
        act,
        "registry/source_status.html",
        _("状态已变更。"),
        leaves=bool(chosen) and chosen != SourceStatus.NORMAL,
        chosen_label=dict(SourceStatus.choices).get(chosen, ""),
        special=row.special_flags.in_force(today).exists(),
    )


@permission_required(permissions.MANAGE_REGISTERS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def change_type(request: HttpRequest, code: str) -> HttpResponse:
    row, today = unit_by_code(code), timezone.localdate()
    form = forms.TypeForm(
        request.POST or None, request.FILES or None, initial=_standing(row, today)
    )

    def act(proof: Any, data: dict[str, Any]) -> None:
        source_changes.change_type(
            source_id=row.pk, actor=request.user, today=today, proof=proof, **_change(data)
        )

    return proved_change(
        request, row, form, act, "registry/source_type.html", _("类型已变更。"),
        type_text=units.type_text(row), to_key=_to_key(form),
    )  # fmt: skip


def _to_key(form: Any) -> bool:
    return bool(form["regulatory_type"].value() == RegulatoryType.KEY)


def _standing(row: PollutionSource, today: Any) -> dict[str, Any]:
    return {
        "regulatory_type": row.regulatory_type,
        "key_classes": row.key_classes,
        "list_year": row.key_list_year or today.year,
        "permit_number": row.permit_number,
        "permit_class": row.permit_class or PermitClass.REGISTERED,
        "permit_until": row.permit_until,
        "on": today,
    }


def _change(data: dict[str, Any]) -> dict[str, Any]:
    names = ("regulatory_type", "key_classes", "list_year", "on", "reason")
    return {name: data[name] for name in names}


@permission_required(permissions.MANAGE_REGISTERS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def commission(request: HttpRequest, code: str) -> HttpResponse:
    """A construction project goes into operation: the same record, now drawn like the others."""
    row, today = unit_by_code(code), timezone.localdate()
    if row.kind != SourceKind.CONSTRUCTION:
        messages.error(request, _("该单位已是排污单位。"))
        return redirect("registry:source", code=row.code)
    form = forms.CommissionForm(
        request.POST or None, request.FILES or None, initial=_standing(row, today)
    )

    def act(proof: Any, data: dict[str, Any]) -> None:
        source_changes.commission_project(
            source_id=row.pk,
            permit_number=data["permit_number"],
            permit_class=data["permit_class"],
            permit_until=data["permit_until"],
            actor=request.user,
            today=today,
            proof=proof,
            **_change(data),
        )

    return proved_change(
        request, row, form, act, "registry/source_commission.html",
        _("已转为排污单位，原有记录全部保留。"),
        to_key=_to_key(form), today=today,
    )  # fmt: skip


@permission_required(permissions.MANAGE_REGISTERS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def add_site(request: HttpRequest, code: str) -> HttpResponse:
    row = unit_by_code(code)
    form = forms.SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = source_changes.add_site(
                source_id=row.pk, actor=request.user, **form.cleaned_data
            )
        except RuleViolation as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("已建档：%(unit)s。") % {"unit": made})
            return redirect("registry:source", code=made.code)
    context = {"source": row, "form": form, "sisters": units.sister_sites(row)[:50]}
    return render(request, "registry/source_site.html", context, status=422 if form.errors else 200)


@permission_required(permissions.VIEW_SOURCES, raise_exception=True)
@require_GET
def evidence(request: HttpRequest, sha256: str) -> HttpResponse:
    """The bytes, never run as a page: typed by content when they came, sandboxed now."""
    row = get_object_or_404(EvidenceFile, sha256=sha256)
    path = path_of(row.sha256)
    if not path.is_file():
        raise Http404
    response = FileResponse(
        path.open("rb"),
        content_type=row.media_type,
        filename=row.original_name,
        as_attachment=not row.media_type.startswith(("image/", "application/pdf")),
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
