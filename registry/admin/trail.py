from django.contrib import admin

from registry.models import AuditEvent

from .base import ReadOnlyAdmin


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor_label", "action", "object_label", "reason", "sealed_read")
    list_filter = ("sealed_read", "action")
    search_fields = ("object_label", "object_id", "actor_label", "reason")
    list_per_page = 50
    show_full_result_count = False

    def lookup_allowed(self, lookup, value, request=None):  # type: ignore[no-untyped-def]
        return lookup in ("object_type", "object_id") or super().lookup_allowed(
            lookup, value, request
        )
