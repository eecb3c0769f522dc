"""抽查事项清单: versions, differences, import, derivation, coverage, and the law behind each item."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_http_methods

from registry import permissions
from registry.choices import ItemClass, ListLevel
from registry.item_lists import forms, selectors
from registry.item_lists.selectors import as_basis, item_coverage, item_list_in_force
from registry.item_lists.services import item_list_files
from registry.item_lists.services import item_list_versions as services
from registry.models import InspectionItem, InspectionItemList, LegalBasis
from registry.rules.quarter import Quarter
from registry.rules.tones import PLAIN, WARN
from registry.rules.violations import RuleViolation
from registry.web.refusals import refuse
from registry.web.steps import step_taken

STATES = {
    "changed": _lazy("不同"),
    "right_only": _lazy("仅右侧有"),
    "left_only": _lazy("仅左侧有"),
    "same": _lazy("相同"),
}
# Beside a file there is no left and right yet.
STATES_OF_FILE = {
    **STATES,
    "right_only": _lazy("文件新增"),
    "left_only": _lazy("现行版本有、文件没有"),
}
FIRST_YEAR = 2000


@permission_required(permissions.VIEW_ITEM_LISTS, raise_exception=True)
@require_GET
def item_lists(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    levels = [
        {
            "label": level.label,
            "level": level,
            "versions": selectors.versions(level),
            "now": item_list_in_force(level, today),
        }
        for level in selectors.OWN_LEVELS
    ]
    context = {
        "levels": levels,
        "today": today,
        "unconfirmed": LegalBasis.objects.filter(confirmed=False).count(),
        "may_manage": request.user.has_perm(permissions.MANAGE_REGISTERS),
    }
    return render(request, "registry/item_lists.html", context)


def _row(item: InspectionItem, day: date) -> dict[str, Any]:
    bases = [
        {
            "row": row,
            "in_force": row.valid_from <= day and (row.valid_to is None or day <= row.valid_to),
            "over": row.valid_to is not None and row.valid_to < day,
        }
        for row in item.bases.all()
    ]
    return {
        "item": item,
        "tone": WARN if item.item_class == ItemClass.KEY else PLAIN,
        "bases": sorted(bases, key=lambda b: (not b["in_force"], b["row"].title)),
    }


@permission_required(permissions.VIEW_ITEM_LISTS, raise_exception=True)
@require_GET
def item_list(request: HttpRequest, list_id: int) -> HttpResponse:
    """One version with the law behind each item as of today."""
    row = get_object_or_404(
        InspectionItemList.objects.select_related("derived_from", "file", "created_by"), pk=list_id
    )
    today = timezone.localdate()
    before = (
        selectors.versions(row.level).filter(version__lt=row.version).first()
        if row.department_id is None
        else None
    )
    context = {
        "list": row,
        "rows": [_row(item, today) for item in selectors.items_of(row)],
        "today": today,
        "before": before,
        "pending": row.effective_from > today,
        "unconfirmed": selectors.bases_used(row).filter(confirmed=False).count(),
        "may_manage": request.user.has_perm(permissions.MANAGE_REGISTERS),
    }
    return render(request, "registry/item_list.html", context)


def _chosen_list(request: HttpRequest, name: str) -> InspectionItemList:
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Http404
    return get_object_or_404(InspectionItemList, pk=int(text))


@permission_required(permissions.VIEW_ITEM_LISTS, raise_exception=True)
@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two versions side by side; without a choice the newest of both levels."""
    if "left" in request.GET:
        left, right = _chosen_list(request, "left"), _chosen_list(request, "right")
    else:
        newest = [selectors.newest(level) for level in selectors.OWN_LEVELS]
        if not all(newest):
            messages.info(request, _("昌吉州清单和本局清单都有之后才能比较，请先导入昌吉州清单。"))
            return redirect("registry:item_lists")
        left, right = newest  # type: ignore[assignment]
    pairs = selectors.compared(left, right)
    order = list(STATES)
    groups = [(STATES[state], [pair for pair in pairs if pair.state == state]) for state in order]
    context = {
        "left": left,
        "right": right,
        "groups": groups,
        "all": InspectionItemList.objects.filter(department=None).order_by("-level", "-version"),
    }
    return render(request, "registry/item_list_compare.html", context)


@permission_required(permissions.MANAGE_REGISTERS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def import_list(request: HttpRequest) -> HttpResponse:
    form = forms.ListImportForm(
        request.POST or None,
        request.FILES or None,
        initial={"effective_from": timezone.localdate()},
    )
    preview = None
    if request.method == "POST" and form.is_valid():
        try:
            file = _list_file(request, form)
            preview = item_list_files.preview_list(file)
            if "confirm" in request.POST:
                data = form.cleaned_data
                made = services.import_list(
                    file=file,
                    title=data["title"],
                    effective_from=data["effective_from"],
                    note=data["note"],
                    actor=request.user,
                )
                messages.success(request, _("已导入为%(list)s。") % {"list": made})
                return redirect("registry:item_list", list_id=made.pk)
        except RuleViolation as refusal:
            refuse(form, refusal)
    bad = bool(form.errors or (preview and preview.errors))
    context = {
        "form": form,
        "preview": preview,
        "kept": form.kept_file(),
        "columns": item_list_files.ITEM_COLUMNS,
        "groups": [
            (label, [p for p in preview.pairs if p.state == state])
            for state, label in STATES_OF_FILE.items()
        ]
        if preview
        else [],
    }
    return render(request, "registry/item_list_import.html", context, status=422 if bad else 200)


def _list_file(request: HttpRequest, form: Any) -> Any:
    upload = form.cleaned_data.get("file")
    if upload:
        file = item_list_files.store_list_file(
            chunks=upload.chunks(), name=upload.name, actor=request.user
        )
        form.keep_file(file)
        return file
    kept = form.kept_file()
    if kept is None:
        raise item_list_files.ItemListRefused(_("请选择清单文件。"), field="file")
    return kept


@permission_required(permissions.MANAGE_REGISTERS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def derive(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    basis = selectors.newest(ListLevel.PREFECTURE)
    if basis is None:
        messages.info(request, _("请先导入昌吉州清单。"))
        return redirect("registry:item_list_import")
    form = forms.DeriveForm(
        request.POST or None,
        initial={
            "basis": basis,
            "source": basis,
            "effective_from": Quarter.of(today).next.start,
        },
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.derive_list(
                from_id=data["source"].pk,
                basis_id=data["basis"].pk,
                effective_from=data["effective_from"],
                note=data["note"],
                actor=request.user,
                today=today,
            )
        except RuleViolation as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("已制定%(list)s，生效前可以修改。") % {"list": made})
            return redirect("registry:item_list", list_id=made.pk)
    return render(
        request,
        "registry/item_list_derive.html",
        {"form": form},
        status=422 if form.errors else 200,
    )


@permission_required(permissions.VIEW_ITEM_LISTS, raise_exception=True)
@require_GET
def coverage(request: HttpRequest) -> HttpResponse:
    """确保全覆盖: which items the year's checks have looked at, and which not yet."""
    today = timezone.localdate()
    text = request.GET.get("year", "")
    valid = text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:4] or 0) <= today.year
    year = int(text[:4]) if valid else today.year
    wanted = request.GET.get("level", "")
    level = wanted if wanted in selectors.OWN_LEVELS else ListLevel.BUREAU
    row = item_coverage.list_for_coverage(level, year, today)
    rows = item_coverage.coverage(row, year) if row else []
    context = {
        "list": row,
        "rows": rows,
        "missing": [covered for covered in rows if not covered.checks],
        "done": sum(1 for covered in rows if covered.checks),
        "year": year,
        "level": level,
        "years": item_coverage.years_with_checks(today),
        "levels": [(value, ListLevel(value).label) for value in selectors.OWN_LEVELS],
    }
    return render(request, "registry/item_coverage.html", context)


@permission_required(permissions.VIEW_ITEM_LISTS, raise_exception=True)
@require_GET
def legal_bases(request: HttpRequest) -> HttpResponse:
    everything = request.GET.get("all") == "1"
    rows = LegalBasis.objects.order_by("confirmed", "title", "article", "valid_from")
    context = {
        "rows": rows if everything else rows.filter(confirmed=False),
        "everything": everything,
        "today": timezone.localdate(),
        "counts": (rows.filter(confirmed=False).count(), rows.count()),
        "may_manage": request.user.has_perm(permissions.MANAGE_REGISTERS),
    }
    return render(request, "registry/legal_bases.html", context)


@permission_required(permissions.MANAGE_REGISTERS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def legal_basis(request: HttpRequest, basis_id: int) -> HttpResponse:
    """One article, put right where it is wrong and confirmed with the place it was looked up."""
    row = get_object_or_404(LegalBasis, pk=basis_id)
    form = forms.BasisForm(
        request.POST or None,
        initial={
            "title": row.title,
            "article": row.article,
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "note": row.confirmation_note,
        },
    )
    if step_taken(
        request,
        form,
        lambda: services.confirm_basis(
            basis_id=row.pk, actor=request.user, now=timezone.now(), **form.cleaned_data
        ),
        _("已核对%(basis)s。") % {"basis": as_basis(row).title},
    ):
        return redirect("registry:legal_bases")
    items = row.items.select_related("item_list").order_by("item_list", "position")
    context = {"basis": row, "form": form, "items": items, "must_checks": row.must_checks.all()}
    return render(request, "registry/legal_basis.html", context, status=422 if form.errors else 200)
