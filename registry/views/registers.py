"""Register desk: import, template, export."""

import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from registry import permissions
from registry.forms.desk import ImportForm
from registry.models import ImportedFile
from registry.rules.violations import RuleViolation
from registry.services.exporting import export_register, write_template
from registry.services.importing import ImportRefused, ImportResult, columns_of, import_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _known(register: str) -> str:
    if register not in ImportedFile.Register.values:
        raise Http404
    return register


def _attachment(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _run_import(
    register: str, upload: Any, *, dry_run: bool, actor: Any
) -> tuple[ImportResult | None, str]:
    """The result, or the reason why the file as a whole was refused."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        try:
            return import_file(
                register=register,
                path=Path(file.name),
                filename=upload.name,
                today=timezone.localdate(),
                actor=actor,
                dry_run=dry_run,
            ), ""
        except ImportRefused as refusal:
            return refusal.result, refusal.message
        except RuleViolation as refusal:
            return None, refusal.message


@permission_required(permissions.IMPORT_REGISTERS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def import_register(request: HttpRequest, register: str) -> HttpResponse:
    _known(register)
    form = ImportForm(request.POST or None, request.FILES or None)
    result, refusal, done = None, "", False
    if request.method == "POST" and form.is_valid():
        dry_run = form.cleaned_data["dry_run"]
        result, refusal = _run_import(
            register, form.cleaned_data["file"], dry_run=dry_run, actor=request.user
        )
        done = result is not None and not refusal and not dry_run
        if done and result is not None:
            messages.success(request, _("导入完成：%(text)s") % {"text": result.summary()})
    context = {
        "form": form,
        "register": register,
        "label": ImportedFile.Register(register).label,
        "result": result,
        "refusal": refusal,
        "done": done,
        "columns": columns_of(register),
        "history": ImportedFile.objects.filter(register=register).select_related("actor")[:10],
    }
    failed = bool(refusal or form.errors or (result and result.errors))
    return render(request, "registry/import.html", context, status=422 if failed else 200)


@permission_required(permissions.IMPORT_REGISTERS, raise_exception=True)
@require_GET
def template(request: HttpRequest, register: str) -> HttpResponse:
    target = BytesIO()
    write_template(register=_known(register), target=target)
    return _attachment(target.getvalue(), f"{register}-template")


@permission_required(permissions.IMPORT_REGISTERS, raise_exception=True)
@require_GET
def export(request: HttpRequest, register: str) -> HttpResponse:
    target = BytesIO()
    export_register(register=_known(register), target=target, today=timezone.localdate())
    return _attachment(target.getvalue(), register)
