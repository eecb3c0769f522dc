"""The publication desk (staff)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from disclosure import forms, permissions
from disclosure.choices import PublicationState
from disclosure.models import PenaltyLink, PublicationLink, Withholding
from disclosure.pages.decided import decided_rows
from disclosure.selectors import (
    decided_links,
    desk_figures,
    desk_rows,
    open_withholdings,
    penalty_rows,
    undecided_links,
    waiting_batches,
)
from disclosure.services import corrections, penalties, public_names, publishing, withholding
from disclosure.tasks import publication_sweep
from registry.clocks.selectors import work_calendar
from registry.models import PollutionSource
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_setting
from registry.web.steps import button_worked, step_taken

DECIDED = 50  # the newest decisions; older ones are found by number or unit
BATCH = 5  # more than this is the worker's business


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What waits, the most urgent first; ``?quarter=`` shows one batch, ``?q=`` finds what was
    decided earlier."""
    today, calendar = timezone.localdate(), work_calendar()
    batches = waiting_batches(today=today)
    asked = request.GET.get("quarter")
    quarter = asked if asked in {batch["quarter"] for batch in batches} else None
    wanted = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
    context = {
        "rows": desk_rows(today=today, calendar=calendar, quarter=quarter),
        "counts": desk_figures(today=today, calendar=calendar),
        "batches": batches,
        "quarter": quarter,
        "decided": decided_rows(decided_links(quarter, wanted)[:DECIDED], user=request.user),
        "wanted": wanted,
        "most": DECIDED,
        "withholdings": open_withholdings(),
        "penalties": penalty_rows(today=today, calendar=calendar),
        "renamed": public_names.outdated_units(),
        "auto_days": bureau_setting("auto_publish_working_days_left"),
        "may_withhold": request.user.has_perm(permissions.WITHHOLD_RESULT),
        "may_propose": request.user.has_perm(permissions.PROPOSE_WITHHOLDING),
    }
    return render(request, "disclosure/desk.html", context)


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """A few at once are published here; a batch is queued by its rows and left to the worker."""
    ids = list(undecided_links().values_list("pk", flat=True))
    form = forms.PublishForm(request.POST, ids=ids)
    if not form.is_valid():
        for error in form.errors.get("links", []):
            messages.error(request, error)
        return redirect("disclosure:desk")
    chosen = form.cleaned_data["links"]
    try:
        if len(chosen) > BATCH:
            count = publishing.queue_results(link_ids=chosen, actor=request.user)
            transaction.on_commit(publication_sweep.delay)
            messages.success(request, _("%(n)d 项已排队，片刻后公示。") % {"n": count})
        else:
            for link_id in chosen:
                publishing.publish_result(link_id=link_id, actor=request.user, now=timezone.now())
            messages.success(request, _("已公示 %(n)d 项。") % {"n": len(chosen)})
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    return redirect("disclosure:desk")


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_GET
def preview(request: HttpRequest, link_id: int) -> HttpResponse:
    """Exactly the public page, from the copy that would be published now."""
    link = get_object_or_404(PublicationLink, pk=link_id)
    result = link.result or publishing.public_copy(link, today=timezone.localdate())
    return render(request, "public/result.html", {"result": result, "preview": link.result is None})


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_http_methods(["GET", "POST"])
def penalty(request: HttpRequest, link_id: int) -> HttpResponse:
    """The decision as it will stand in public; one button publishes it."""
    rows = PenaltyLink.objects.select_related(
        "decision__problem__assignment__source__merged_into", "penalty"
    )
    link = get_object_or_404(rows, pk=link_id)
    if request.method == "POST":
        button_worked(
            request,
            lambda: penalties.publish_penalty(
                link_id=link.pk, actor=request.user, now=timezone.now()
            ),
            _("已公示。"),
        )
        return redirect("disclosure:desk")
    row = link.penalty or penalties.penalty_copy(link, today=timezone.localdate())
    context = {"link": link, "row": row, "waiting": link.state == PublicationState.WAITING}
    return render(request, "disclosure/penalty.html", context)


@permission_required(permissions.PROPOSE_WITHHOLDING, raise_exception=True)
@require_http_methods(["GET", "POST"])
def propose_withholding(request: HttpRequest, link_id: int) -> HttpResponse:
    link = get_object_or_404(
        PublicationLink.objects.select_related("assignment__source"), pk=link_id
    )
    form = forms.WithholdingForm(request.POST or None)
    return _step(
        request,
        form,
        lambda: withholding.propose_withholding(
            link_id=link.pk, actor=request.user, **form.cleaned_data
        ),
        title=_("申请不予公开"),
        done=_("已提出，请局领导批准。"),
        link=link,
    )


@permission_required(permissions.WITHHOLD_RESULT, raise_exception=True)
@require_POST
def decide_withholding(request: HttpRequest, withholding_id: int) -> HttpResponse:
    get_object_or_404(Withholding, pk=withholding_id)
    button_worked(
        request,
        lambda: withholding.decide_withholding(
            withholding_id=withholding_id,
            actor=request.user,
            approve="approve" in request.POST,
            now=timezone.now(),
        ),
        _("已办理。"),
    )
    return redirect("disclosure:desk")


@permission_required(permissions.WITHDRAW_RESULT, raise_exception=True)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, link_id: int) -> HttpResponse:
    return _noted(
        request,
        _link(link_id),
        form=forms.WithdrawForm(request.POST or None, request=request),
        act=publishing.withdraw_result,
        title=_("撤回已公示结果"),
        done=_("已撤回，公开页显示撤回说明。"),
    )


@permission_required(permissions.WITHDRAW_RESULT, raise_exception=True)
@require_http_methods(["GET", "POST"])
def restore(request: HttpRequest, link_id: int) -> HttpResponse:
    return _noted(
        request,
        _link(link_id),
        form=forms.RestoreForm(request.POST or None, request=request),
        act=corrections.restore_result,
        title=_("恢复公示"),
        done=_("已恢复公示，撤回与恢复的说明都留在公开页上。"),
    )


@permission_required(permissions.WITHHOLD_RESULT, raise_exception=True)
@require_http_methods(["GET", "POST"])
def lift(request: HttpRequest, link_id: int) -> HttpResponse:
    return _noted(
        request,
        _link(link_id),
        form=forms.LiftForm(request.POST or None, request=request),
        act=withholding.lift_withholding,
        title=_("解除不予公开并公示"),
        done=_("已解除并公示，公开页显示解除说明。"),
    )


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, link_id: int) -> HttpResponse:
    """Old beside new, from the record; only the public note is typed."""
    link = _link(link_id)
    return _noted(
        request,
        link,
        form=forms.CorrectForm(request.POST or None),
        act=corrections.correct_result,
        title=_("更正已公示结果"),
        done=_("已更正，公开页显示更正前后的内容和说明。"),
        changes=corrections.differences(link),
    )


@permission_required(permissions.PUBLISH_RESULT, raise_exception=True)
@require_http_methods(["GET", "POST"])
def correct_names(request: HttpRequest, source_id: int) -> HttpResponse:
    """One unit's name and code in all of its published results at once."""
    source = get_object_or_404(PollutionSource, pk=source_id)
    form = forms.CorrectForm(request.POST or None)
    return _step(
        request,
        form,
        lambda: public_names.correct_names(
            source_id=source.pk,
            actor=request.user,
            note=form.cleaned_data["note"],
            now=timezone.now(),
        ),
        title=_("更正公示名称"),
        done=lambda number: _("已更正 %(n)d 条公示结果的单位名称。") % {"n": number},
        subject=source,
        changes=public_names.outdated_of(source),
    )


def _link(link_id: int) -> PublicationLink:
    rows = PublicationLink.objects.select_related(
        "assignment__source__merged_into", "assignment__plan", "result"
    )
    return get_object_or_404(rows, pk=link_id)


def _noted(
    request: HttpRequest,
    link: PublicationLink,
    *,
    form: Any,
    act: Callable[..., Any],
    title: str,
    done: str,
    **context: Any,
) -> HttpResponse:
    """A step at one result, with a note that the public reads."""
    return _step(
        request,
        form,
        lambda: act(
            link_id=link.pk,
            actor=request.user,
            note=form.cleaned_data["note"],
            now=timezone.now(),
        ),
        title=title,
        done=done,
        link=link,
        **context,
    )


def _step(
    request: HttpRequest,
    form: Any,
    act: Callable[[], Any],
    *,
    title: str,
    done: Any,
    **context: Any,
) -> HttpResponse:
    """The form again with the refusal, or back to the desk."""
    if step_taken(request, form, act, done):
        return redirect("disclosure:desk")
    return render(
        request,
        "disclosure/step.html",
        {"form": form, "title": title, **context},
        status=422 if form.errors else 200,
    )
