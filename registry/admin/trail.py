from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from registry.models import AuditEvent
from registry.rules.trail_words import PARTS, action_words
from registry.trail.selectors import Change, Proofs, Subject, all_in_words

from .base import ReadOnlyAdmin


class PartFilter(admin.SimpleListFilter):
    """A hundred actions are too many to choose from; the parts of the work are not."""

    title = _("工作")
    parameter_name = "part"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(number), part) for number, (part, _starts) in enumerate(PARTS)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEvent]) -> Any:
        known = {str(number): starts for number, (_part, starts) in enumerate(PARTS)}
        wanted = Q()
        for start in known.get(self.value() or "", ()):
            wanted |= Q(action__startswith=start)
        return queryset.filter(wanted)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor_label", "action_text", "object_label", "reason", "sealed_read")
    list_filter = ("sealed_read", PartFilter)
    search_fields = ("object_label", "object_id", "actor_label", "reason")
    list_per_page = 50
    show_full_result_count = False
    fields = (
        "at", "actor_label", "actor", "action_text", "subject", "changes_text", "proofs", "reason",
        "sealed_read",
    )  # fmt: skip
    readonly_fields = ("action_text", "subject", "changes_text", "proofs")

    @admin.display(description=_("操作"), ordering="action")
    def action_text(self, event: AuditEvent) -> str:
        return action_words(event.action)

    @admin.display(description=_("对象"))
    def subject(self, event: AuditEvent) -> str:
        if not event.object_type:
            return event.object_label or "—"
        kind = apps.get_model(event.object_type)._meta.verbose_name
        return f"{event.object_label}（{kind}）"

    @admin.display(description=_("变更（旧→新）"))
    def changes_text(self, event: AuditEvent) -> SafeString | str:
        model = apps.get_model(event.object_type) if event.object_type else None
        lines = all_in_words(Subject.of(model, event.action) if model else None, event.changes)
        return format_html_join("", "<div>{}：{} → {}</div>", map(_told, lines)) or "—"

    @admin.display(description=_("材料"))
    def proofs(self, event: AuditEvent) -> SafeString | str:
        files = [(address, name) for name, address in Proofs([event]).of(event)]
        return format_html_join("、", '<a href="{}">{}</a>', files) or "—"

    def lookup_allowed(self, lookup, value, request=None):  # type: ignore[no-untyped-def]
        return lookup in ("object_type", "object_id") or super().lookup_allowed(
            lookup, value, request
        )


def _told(change: Change) -> tuple[str, str, str]:
    return change.label, change.old, change.new
