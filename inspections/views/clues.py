"""The clue desk: list, entry, import, and one clue with the step that comes next."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inspections import permissions
from inspections.choices import CheckRequestState
from inspections.forms import clues as forms
from inspections.forms.check_requests import ClueCheckForm, DecisionForm
from inspections.models import Clue
from inspections.selectors import clue_counts, clue_rows, clue_trail
from inspections.services import clues as services
from inspections.services.check_requests import propose_clue_check
from inspections.services.import_clues import (
    CLUE_COLUMNS,
    ClueImport,
    ClueImportRefused,
    import_clues,
)
from registry.choices import ListLevel
from registry.clocks.selectors import work_calendar
from registry.importing.services.spreadsheets import write_sheet
from registry.item_lists.selectors import item_list_in_force
from registry.rules.violations import RuleViolation
from registry.web.downloads import workbook
from registry.web.refusals import refuse
from registry.web.steps import step_taken
from sampling.services.carried_file import CarriedFile

SHOWN = 300


@permission_required(permissions.HANDLE_CLUES, raise_exception=True)
@require_GET
def clue_list(request: HttpRequest) -> HttpResponse:
    form = forms.ClueFilter(request.GET)
    chosen = form.chosen()
    today = timezone.localdate()
    rows = clue_rows(**chosen, today=today, calendar=work_calendar(), limit=SHOWN)
    counts = [(*found, found[0] == chosen["state"]) for found in clue_counts()]
    context = {"filter": form, "rows": rows, "counts": counts}
    return render(request, "inspections/clues.html", context)


@permission_required(permissions.HANDLE_CLUES, raise_exception=True)
@require_http_methods(["GET", "POST"])
def clue_new(request: HttpRequest) -> HttpResponse:
    form = forms.ClueForm(request.POST or None, initial={"received_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            clue = services.record_clue_row(
                actor=request.user,
                now=timezone.now(),
                calendar=work_calendar(),
                **form.cleaned_data,
            )
        except RuleViolation as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("已登记线索 %(clue)s。") % {"clue": clue})
            return redirect("inspections:clue", clue_id=clue.pk)
    return render(
        request, "inspections/clue_new.html", {"form": form}, status=422 if form.errors else 200
    )


# The form of each step, by what the clue's state asks for.
STEPS: dict[str, tuple[str, ...]] = {
    "recorded": ("judge",),
    "verified": ("remote", "target", "close"),
    "unfounded": ("close",),
    "remote_checked": ("target", "close"),
    "requested": (),
    "targeted": ("close",),
    "closed": (),
}


def _form(step: str, clue: Clue, data: Any) -> Any:
    today = timezone.localdate()
    made: Any = {
        "judge": forms.JudgeForm,
        "remote": forms.RemoteForm,
        "close": forms.CloseForm,
        "target": ClueCheckForm,
    }[step]
    if step != "target":
        return made(data, prefix=step)
    return made(
        data,
        prefix=step,
        item_list=item_list_in_force(ListLevel.BUREAU, today),
        initial={"urgent": clue.urgent},
    )


def _act(step: str, clue: Clue, data: dict[str, Any], user: Any) -> None:
    act: Any = {
        "judge": services.judge_clue,
        "remote": services.record_remote_check,
        "close": services.close_clue,
        "target": propose_clue_check,
    }[step]
    act(clue_id=clue.pk, actor=user, now=timezone.now(), **data)


def _steps_of(clue: Clue) -> list[str]:
    """Going on site is offered once it may be: else the rule would only say no."""
    steps = list(STEPS[clue.state])
    if clue.state == "verified" and clue.remote_possible:
        steps.remove("target")
    return steps


@permission_required(permissions.HANDLE_CLUES, raise_exception=True)
@require_http_methods(["GET", "POST"])
def clue(request: HttpRequest, clue_id: int) -> HttpResponse:
    row = get_object_or_404(
        Clue.objects.select_related(
            "source__merged_into", "recorded_by", "judged_by", "remote_by", "closed_by"
        ),
        pk=clue_id,
    )
    pressed = next(
        (step for step in ("judge", "remote", "target", "close") if step in request.POST), ""
    )
    built = {step: _form(step, row, None) for step in _steps_of(row)}
    failed = False
    if request.method == "POST" and pressed:
        form = built[pressed] = _form(pressed, row, request.POST)
        if step_taken(
            request,
            form,
            lambda: _act(pressed, row, form.cleaned_data, request.user),
            _("已办理。"),
        ):
            return redirect("inspections:clue", clue_id=row.pk)
        failed = True
    decides = request.user.has_perm(permissions.APPROVE_CHECK_REQUEST)
    context = {
        "clue": row,
        "forms": built,
        "checks": [
            (check, decides and check.state == CheckRequestState.PROPOSED)
            for check in row.check_requests.select_related(
                "lead", "assignment", "proposed_by", "decided_by"
            ).prefetch_related("items", "members")
        ],
        "trail": clue_trail(row),
        "decision": DecisionForm(),
        "may_see_reporter": request.user.has_perm(permissions.VIEW_REPORTER),
    }
    return render(request, "inspections/clue.html", context, status=422 if failed else 200)


@permission_required(permissions.VIEW_REPORTER, raise_exception=True)
@require_POST
def clue_reporter(request: HttpRequest, clue_id: int) -> HttpResponse:
    """Shown once, on a page of its own that nobody keeps; the look is in the trail."""
    row = get_object_or_404(Clue, pk=clue_id)
    text = services.read_reporter(clue_id=row.pk, actor=request.user)
    page = render(request, "inspections/clue_reporter.html", {"clue": row, "reporter": text})
    page["Cache-Control"] = "no-store"
    return page


@permission_required(permissions.HANDLE_CLUES, raise_exception=True)
@require_http_methods(["GET", "POST"])
@cache_control(no_store=True)
def clue_import(request: HttpRequest) -> HttpResponse:
    """Look at a file of clues, then take it over. Whatever is uploaded is looked at first."""
    form = forms.ClueImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "columns": CLUE_COLUMNS}
    if request.method == "POST" and form.is_valid():
        write = "confirm" in request.POST and not form.cleaned_data["file"]
        try:
            file = form.carried(request.user)
            context["carried"] = file.name
            context["result"] = _import(file, dry_run=not write, user=request.user)
        except ClueImportRefused as refusal:
            context["result"] = refusal.result
        except RuleViolation as refusal:
            form.add_error("file", refusal.message)
        else:
            if write:
                said = context["result"].summary()
                messages.success(request, _("导入完成：%(text)s") % {"text": said})
                return redirect("inspections:clues")
    result = context.get("result")
    context["ready"] = result is not None and not result.errors
    bad = bool(form.errors or (result and result.errors))
    return render(request, "inspections/clue_import.html", context, status=422 if bad else 200)


def _import(file: CarriedFile, *, dry_run: bool, user: Any) -> ClueImport:
    with file.on_disk() as path:
        return import_clues(
            path=path,
            filename=file.name,
            actor=user,
            now=timezone.now(),
            calendar=work_calendar(),
            dry_run=dry_run,
        )


@permission_required(permissions.HANDLE_CLUES, raise_exception=True)
@require_GET
def clue_template(request: HttpRequest) -> HttpResponse:
    target = BytesIO()
    write_sheet(target, CLUE_COLUMNS, [], title=_("线索"))
    return workbook(target.getvalue(), "clues-template")
