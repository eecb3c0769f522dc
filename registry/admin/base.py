"""What every register shares in the admin: no delete, and a trail of each change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from registry.services.trail import field_changes, record_event


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shows and finds; nothing is added, changed or deleted here."""

    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RegisterAdmin(admin.ModelAdmin):
    """Nothing regulated is deleted; each saved change is recorded field by field, old → new."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = (
            type(obj)._default_manager.filter(pk=obj.pk).values().first() or {} if change else {}
        )
        super().save_model(request, obj, form, change)
        names = [name for name in form.changed_data if hasattr(obj, name) and name in before]
        changes = (
            field_changes(obj, before, names)
            if change
            else {name: [None, str(form.cleaned_data[name])] for name in form.changed_data}
        )
        if changes or not change:
            record_event(
                action=f"{obj._meta.model_name}.{'changed' if change else 'created'}",
                actor=request.user,
                obj=obj,
                changes=changes,
            )


class TrailMixin:
    """A link to the object's own history in the trail."""

    @admin.display(description=_("变更记录"))
    def history_link(self, obj: Any) -> str:
        url = reverse("admin:registry_auditevent_changelist")
        return format_html(
            '<a href="{}?object_type={}&object_id={}">{}</a>',
            url,
            obj._meta.label_lower,
            obj.pk,
            _("查看"),
        )
