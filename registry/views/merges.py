"""Two records of one unit: looked at side by side, merged, and parted again."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from registry import permissions
from registry.forms.sources import MergeForm
from registry.models import (
    CheckLedgerEntry,
    PollutionSource,
    RiskFact,
    SourceMerge,
    VerifiedClue,
)
from registry.selectors import units
from registry.services import source_merges
from registry.views.sources import proved_change, unit_by_code
from registry.web.steps import button_worked


@permission_required(permissions.MANAGE_REGISTERS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, code: str) -> HttpResponse:
    survivor, today = unit_by_code(code), timezone.localdate()
    form = MergeForm(
        request.POST or None,
        request.FILES or None,
        initial={"on": today, "other": request.GET.get("other", "")},
    )

    def act(proof: Any, data: dict[str, Any]) -> None:
        source_merges.merge_sources(
            survivor_id=survivor.pk,
            merged_id=data["other"].pk,
            on=data["on"],
            reason=data["reason"],
            actor=request.user,
            today=today,
            proof=proof,
        )

    other = None
    if request.method == "POST" and form.is_valid():
        other = form.cleaned_data["other"]
    return proved_change(
        request, survivor, form, act, "registry/source_merge.html",
        _("已合并，两条记录的历史都在本页。"),
        **(_what_it_means(survivor, other) if other else {}),
    )  # fmt: skip


def _what_it_means(survivor: PollutionSource, other: PollutionSource) -> dict[str, Any]:
    """Taken before the merge is tried out: afterwards there is nothing left to compare."""
    follows = source_merges.what_follows(survivor, other, timezone.localdate())
    return {
        "other": other,
        "rows": units.compared(survivor, other),
        "moves": [f"{row._meta.verbose_name}：{row}" for row in follows.moves],
        "stays": [f"{row._meta.verbose_name}：{row}" for row in follows.stays],
        "checks": CheckLedgerEntry.objects.filter(source=other).count(),
        "clues": VerifiedClue.objects.filter(source=other).count(),
        "facts": RiskFact.objects.filter(source=other).count(),
    }


@permission_required(permissions.MANAGE_REGISTERS, raise_exception=True)
@require_POST
def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    row = get_object_or_404(SourceMerge.objects.select_related("survivor"), pk=merge_id)
    button_worked(
        request,
        lambda: source_merges.undo_merge(
            merge_id=row.pk,
            reason=request.POST.get("reason", ""),
            actor=request.user,
            now=timezone.now(),
            today=timezone.localdate(),
        ),
        _("已撤销合并，两条记录恢复原状。"),
    )
    return redirect("registry:source", code=row.survivor.code)
