"""Imports in the browser: upload, name columns, look, confirm, follow, take back."""

from dataclasses import replace
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from registry import permissions
from registry.forms.desk import ImportForm, UndoForm
from registry.importing import selectors as reads
from registry.importing.register_views import known_register
from registry.importing.services import importing
from registry.importing.services import jobs as import_jobs
from registry.importing.services import undo as import_undo
from registry.importing.services.set_aside import write_set_aside
from registry.importing.tasks import work_on_imports
from registry.models import ImportedFile, ImportRow
from registry.papers.stored_files import path_of
from registry.rules.import_state import RUNNING, WAITING, ImportState
from registry.rules.tones import OK, PLAIN, RED, WARN
from registry.rules.violations import RuleViolation
from registry.web.downloads import workbook
from registry.web.options import options

# Up to here a request does the work itself; beyond, a worker does and the page follows it.
DIRECT_BYTES = 400 * 1024
DIRECT_ROWS = 2000
TABLES_SHOWN = 30
STATE_TONES = {
    ImportState.APPLIED: OK,
    ImportState.REFUSED: RED,
    ImportState.READY: WARN,
    ImportState.UNMAPPED: WARN,
}
WITHOUT_ROWS = WAITING | RUNNING | {ImportState.REFUSED, ImportState.UNMAPPED}
STEPS = (_("上传"), _("读取"), _("核对"), _("写入"))
STEP_OF = {
    "received": 1, "reading": 1, "unmapped": 1, "refused": 1, "ready": 2, "confirmed": 3, "applying": 3,
    "applied": 4, "undone": 4, "discarded": 2,
}  # fmt: skip


def _job(job_id: int) -> ImportedFile:
    return get_object_or_404(ImportedFile, pk=job_id)


def _work(job: ImportedFile, *, direct: bool) -> None:
    """At once where it is small; else a worker is nudged, and the timetable would send one anyway."""
    if direct:
        now = timezone.now()
        importing.work_on(job=job, today=timezone.localdate(now), now=now)
    else:
        work_on_imports.delay_on_commit()


@permission_required(permissions.IMPORT_REGISTERS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, register: str) -> HttpResponse:
    known_register(register)
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = importing.receive_import(
                register=register, chunks=file.chunks(), filename=file.name, actor=request.user
            )
        except RuleViolation as refusal:
            form.add_error("file", refusal.message)
        else:
            _work(job, direct=file.size <= DIRECT_BYTES)
            return redirect("registry:import_job", job_id=job.pk)
    context = {
        "form": form,
        "register": register,
        "label": ImportedFile.Register(register).label,
        "registers": options(ImportedFile.Register.choices, register),
        "of_key_list": register == ImportedFile.Register.KEY_LIST,
        "columns": import_jobs.columns_of(register),
        "history": [
            (row, STATE_TONES.get(row.state, PLAIN)) for row in reads.recent_imports(register)
        ],
    }
    return render(request, "registry/import.html", context, status=422 if form.errors else 200)


@permission_required(permissions.IMPORT_REGISTERS, raise_exception=True)
@require_GET
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """The import as it stands: following, refused, to be mapped, to be confirmed, or done."""
    row = _job(job_id)
    shown = request.GET.get("show", "")
    tabs = reads.tabs_of(row)
    if shown not in {tab.outcome for tab in tabs}:
        shown = reads.first_tab(row)
    page, lines = reads.page_of(row, shown, request.GET.get("page"), timezone.localdate())
    key_list = row.register == ImportedFile.Register.KEY_LIST
    context = {
        "job": row,
        "label": ImportedFile.Register(row.register).label,
        "steps": STEPS,
        "step": STEP_OF[row.state],
        **_followed(row),
        "refused": row.state == ImportState.REFUSED,
        "unmapped": row.state == ImportState.UNMAPPED,
        "ready": row.state == ImportState.READY,
        "applied": row.state == ImportState.APPLIED,
        "undone": row.state == ImportState.UNDONE,
        "discarded": row.state == ImportState.DISCARDED,
        "judged": row.state not in WITHOUT_ROWS,
        "may_retire": key_list and row.rows_missing,
        "columns_told": shown == ImportRow.Outcome.REFUSED,
        "tabs": tabs,
        "shown": shown,
        "page": page,
        "lines": lines,
        "hints": reads.hints_of(row) if row.state == ImportState.READY else (),
        "tables": reads.tables_read(row)[:TABLES_SHOWN] if key_list else (),
        "may_map": row.state != ImportState.UNMAPPED or bool(reads.header_candidates(row)),
        "unmatched": import_jobs.result_of(row, errors=False).ignored_columns,
        "undo_form": UndoForm(),
        "why_no_undo": import_undo.why_not(row),
    }
    return render(request, "registry/import_job.html", context)


@permission_required(permissions.IMPORT_REGISTERS, raise_exception=True)
@require_GET
def progress(request: HttpRequest, job_id: int) -> HttpResponse:
    """The part of the page that is fetched again while a worker has the import."""
    row = _job(job_id)
    return render(request, "registry/_import_progress.html", {"job": row, **_followed(row)})


def _followed(row: ImportedFile) -> dict[str, Any]:
    return {
        "waiting": row.state in WAITING | RUNNING,
        "progress": reads.progress_of(row, now=timezone.now()),
    }


@permission_required(permissions.IMPORT_REGISTERS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def columns(request: HttpRequest, job_id: int) -> HttpResponse:
    """What the columns of a header mean; remembered for the next file with the same header."""
    row = _job(job_id)
    if row.state not in (ImportState.UNMAPPED, ImportState.READY):
        return redirect("registry:import_job", job_id=row.pk)
    candidates = reads.header_candidates(row)
    wanted = request.POST.get("signature") or request.GET.get("header", "")
    chosen = next((c for c in candidates if c["signature"] == wanted), None)
    chosen = chosen or (candidates[0] if candidates else None)
    if chosen is None:
        raise Http404
    refusal = ""
    if request.method == "POST":
        chosen["columns"] = [
            replace(c, field=request.POST.get(f"column_{c.position}", ""))
            for c in chosen["columns"]
        ]
        try:
            _map(request, row, chosen)
        except RuleViolation as error:
            refusal = error.message
        else:
            _work(row, direct=path_of(row.sha256).stat().st_size <= DIRECT_BYTES)
            return redirect("registry:import_job", job_id=row.pk)
    context = {
        "job": row,
        "candidates": candidates,
        "chosen": chosen,
        "choices": reads.mapping_choices(row.register),
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return render(request, "registry/import_columns.html", context, status=status)


def _map(request: HttpRequest, row: ImportedFile, chosen: dict[str, Any]) -> None:
    unnamed = reads.unnamed_columns(row.register, chosen["columns"])
    if unnamed:
        raise import_jobs.ColumnsUnnamed(unnamed)
    importing.map_columns(
        job=row,
        signature=chosen["signature"],
        fields={c.title: c.field for c in chosen["columns"] if c.field},
        actor=request.user,
    )


@permission_required(permissions.IMPORT_REGISTERS, raise_exception=True)
@require_POST
def act(request: HttpRequest, job_id: int) -> HttpResponse:
    """Confirm, choose, give up or take back; whatever is refused is said on the page."""
    row = _job(job_id)
    try:
        _act(request, row)
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    return redirect("registry:import_job", job_id=row.pk)


def _act(request: HttpRequest, row: ImportedFile) -> None:
    step: Any = request.POST.get("step", "")
    today, now = timezone.localdate(), timezone.now()
    if step == "choose":
        name = request.POST.get("option", "")
        if name in import_jobs.OPTIONS:
            importing.choose_options(
                job=row,
                options={name: request.POST.get("value", "")},
                actor=request.user,
                today=today,
            )
    elif step in ("confirm", "confirm_good"):
        importing.confirm_import(job=row, actor=request.user, good_only=step == "confirm_good")
        rows = row.rows_new + row.rows_changed + row.rows_missing * bool(row.options.get("retire"))
        _work(row, direct=rows <= DIRECT_ROWS)
    elif step == "discard":
        importing.discard_import(job=row, actor=request.user)
        messages.success(request, _("已放弃这次导入，没有写入任何一行。"))
    elif step == "undo":
        import_undo.undo_import(
            job=row, reason=request.POST.get("reason", ""), actor=request.user, today=today, now=now
        )
        messages.success(request, _("已撤销整批导入。"))


@permission_required(permissions.IMPORT_REGISTERS, raise_exception=True)
@require_GET
def refused(request: HttpRequest, job_id: int) -> HttpResponse:
    target = BytesIO()
    write_set_aside(job=_job(job_id), target=target)
    return workbook(target.getvalue(), f"import-{job_id}-refused")


@permission_required(permissions.IMPORT_REGISTERS, raise_exception=True)
@require_GET
def original(request: HttpRequest, job_id: int) -> FileResponse:
    """The file as it came, by its hash."""
    row = _job(job_id)
    path = path_of(row.sha256)
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=row.filename)
