"""One change to many units of the register list: choose, look, give the reason, do."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from registry import permissions
from registry.forms.bulk import ACTIONS, FORMS, keys_in
from registry.forms.lists import SourceFilter
from registry.rules.violations import RuleViolation
from registry.selectors import source_list
from registry.services import bulk_changes

SHOWN = 200


def _chosen(request: HttpRequest) -> list[int]:
    """The keys of the step before; else the ticked rows, or all that the filter means."""
    if "keys" in request.POST:
        return keys_in(request.POST["keys"])
    if "everything" not in request.POST:
        return keys_in(",".join(request.POST.getlist("chosen")))
    form = SourceFilter(request.POST)
    rows = source_list.ordered(
        source_list.listed(form.chosen, timezone.localdate()), form.chosen["sort"]
    )
    return list(rows.values_list("pk", flat=True)[: bulk_changes.MOST_AT_ONCE + 1])


@permission_required(permissions.MANAGE_REGISTERS, raise_exception=True)
@require_POST
def change_sources(request: HttpRequest) -> HttpResponse:
    action = request.POST.get("action", "")
    action = action if action in FORMS else ACTIONS[0][0]
    keys, step = _chosen(request), request.POST.get("step", "choose")
    form = FORMS[action](request.POST if step != "choose" else None)
    reason, refusal, found, seen = request.POST.get("reason", ""), "", None, ""
    # Nothing to fill in means that the preview can be shown at once.
    ready = form.is_valid() if step != "choose" else not form.fields
    values: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    try:
        if step == "confirm" and ready:
            done = bulk_changes.carry_out(
                action=action,
                ids=keys,
                values=values,
                seen=request.POST.get("seen", ""),
                reason=reason,
                actor=request.user,
                today=timezone.localdate(),
                now=timezone.now(),
            )
            messages.success(request, done)
            return redirect("registry:sources")
    except RuleViolation as error:
        refusal = error.message
    try:
        if ready:
            found = bulk_changes.preview(action=action, ids=keys, values=values)
            seen = found.digest(action, values)
        elif not keys or len(keys) > bulk_changes.MOST_AT_ONCE:
            bulk_changes.preview(action="risk", ids=keys, values={})
    except RuleViolation as error:
        messages.error(request, error.message)
        return redirect("registry:sources")
    context = {
        "action": action,
        "label": dict(ACTIONS)[action],
        "form": form,
        "keys": ",".join(map(str, keys)),
        "number": len(keys),
        "found": found,
        "shown": SHOWN,
        "seen": seen,
        "reason": reason,
        "refusal": refusal,
        "grids": source_list.grids_in_use(),
    }
    failed = bool(refusal or form.errors)
    return render(request, "registry/bulk_change.html", context, status=422 if failed else 200)
