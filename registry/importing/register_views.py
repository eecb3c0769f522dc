"""Register desk: template and export."""

from io import BytesIO

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from registry import permissions
from registry.importing.services.exporting import export_register, write_template
from registry.models import ImportedFile
from registry.web.downloads import workbook


def known_register(register: str) -> str:
    if register not in ImportedFile.Register.values:
        raise Http404
    return register


@permission_required(permissions.IMPORT_REGISTERS, raise_exception=True)
@require_GET
def template(request: HttpRequest, register: str) -> HttpResponse:
    target = BytesIO()
    write_template(register=known_register(register), target=target)
    return workbook(target.getvalue(), f"{register}-template")


@permission_required(permissions.IMPORT_REGISTERS, raise_exception=True)
@require_GET
def export(request: HttpRequest, register: str) -> HttpResponse:
    target = BytesIO()
    export_register(register=known_register(register), target=target, today=timezone.localdate())
    return workbook(target.getvalue(), register)
