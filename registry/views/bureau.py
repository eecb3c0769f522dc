"""The bureau's settings (本局设定)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from registry import permissions
from registry.forms.desk import SettingsForm
from registry.rules.bureau_settings import SPECS
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_settings
from registry.services.bureau_settings import change_setting
from registry.web.refusals import refuse


@permission_required(permissions.MANAGE_SETTINGS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def bureau_settings_page(request: HttpRequest) -> HttpResponse:
    values = bureau_settings()
    form = SettingsForm(request.POST or None, values=values)
    if request.method == "POST" and form.is_valid() and _save_settings(form, values, request.user):
        messages.success(request, _("本局设定已保存。"))
        return redirect("registry:settings")
    return render(
        request, "registry/settings.html", {"form": form}, status=422 if form.errors else 200
    )


def _save_settings(form: SettingsForm, values: dict[str, Any], actor: Any) -> bool:
    """All or none: one refused value keeps the others unsaved, with its reason beside it."""
    with transaction.atomic():
        for key in SPECS:
            if form.cleaned_data[key] == values[key]:
                continue
            try:
                change_setting(key=key, value=form.cleaned_data[key], actor=actor)
            except RuleViolation as refusal:
                refuse(form, refusal)
        if form.errors:
            transaction.set_rollback(True)
    return not form.errors
