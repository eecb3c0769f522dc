"""What every register shares in the admin: no delete, and a trail of each change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from registry.trail.services import field_changes, record_event


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

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Rows below the form (certificates, leave, conflicts, bases) leave their trail too."""
        pks = [row.instance.pk for row in formset.initial_forms]
        model = formset.model
        before = {
            row[model._meta.pk.attname]: row for row in model.objects.filter(pk__in=pks).values()
        }
        super().save_formset(request, form, formset, change)
        for row, fields in getattr(formset, "changed_objects", ()):
            names = [model._meta.get_field(name).attname for name in fields]
            changes = field_changes(row, before[row.pk], names)
            _record_row(request, form.instance, row, "changed", changes)
        for row in getattr(formset, "new_objects", ()):
            _record_row(request, form.instance, row, "created", {})
        for row in getattr(formset, "deleted_objects", ()):
            _record_row(request, form.instance, row, "deleted", {})


def _record_row(
    request: HttpRequest, parent: Any, row: Any, verb: str, changes: dict[str, list[Any]]
) -> None:
    """One row's change, under the object it belongs to, so that its history is in one place."""
    name = row._meta.model_name
    record_event(
        action=f"{name}.{verb}",
        actor=request.user,
        obj=parent,
        changes={f"{row}.{field}": value for field, value in changes.items()}
        or {str(row._meta.verbose_name): [None, str(row)]},
    )


class LockedMixin:
    """Read-only as soon as the object has taken effect; `is_locked` says when."""

    def is_locked(self, obj: Any) -> bool:
        raise NotImplementedError

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed: bool = super().has_change_permission(request, obj)  # type: ignore[misc]
        return allowed and not (obj is not None and self.is_locked(obj))
