from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from registry.models import ConflictOfInterest, Credential, Inspector, Leave
from registry.rules.cells import split_list
from registry.rules.certificates import days_to_expiry

from .base import ReadOnlyAdmin, RegisterAdmin


class InspectorForm(forms.ModelForm):
    skills = forms.CharField(label=_("专业"), required=False, help_text=_("多个用、分隔"))

    class Meta:
        model = Inspector
        fields = (
            "code",
            "name",
            "role",
            "organisation",
            "skills",
            "phone",
            "status",
            "user",
            "note",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["skills"] = "、".join(self.instance.skills or [])

    def clean_skills(self) -> list[str]:
        return split_list(self.cleaned_data["skills"])


class NoDeleteInline(admin.TabularInline):
    extra = 0
    can_delete = False


class CredentialInline(NoDeleteInline):
    model = Credential


class ShownInline(NoDeleteInline):
    """Shown here; recorded, changed and ended on the person's page, where a reason is asked for and
    what does not go together is refused."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class LeaveInline(ShownInline):
    model = Leave
    fields = readonly_fields = ("starts_on", "ends_on", "reason", "cancelled_on", "cancel_reason")


class ConflictInline(ShownInline):
    model = ConflictOfInterest
    fields = readonly_fields = ("source", "kind", "detail", "starts_on", "ends_on", "end_reason")


@admin.register(Inspector)
class InspectorAdmin(RegisterAdmin):
    form = InspectorForm
    list_display = (
        "code",
        "name",
        "role",
        "organisation",
        "status",
        "certificate",
        "days_left",
        "user",
        "person_page",
    )
    list_display_links = ("code", "name")
    list_filter = ("role", "status", "organisation")
    search_fields = ("code", "name", "credentials__number")
    inlines = (CredentialInline, LeaveInline, ConflictInline)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("user")
        return rows.prefetch_related("credentials").annotate(until=Max("credentials__valid_to"))

    @admin.display(description=_("人员页"))
    def person_page(self, obj: Inspector) -> str:
        url = reverse("registry:inspector", args=[obj.code])
        return format_html('<a href="{}">{}</a>', url, _("证件、离岗、回避与经过"))

    @admin.display(description=_("执法证有效期止"), ordering="until")
    def certificate(self, obj: Any) -> Any:
        return obj.until

    @admin.display(description=_("到期提示"))
    def days_left(self, obj: Any) -> str:
        if obj.until is None:
            return ""
        left = days_to_expiry(obj.until, timezone.localdate())
        if left < 0:
            return str(_("已到期"))
        return str(_("%(days)d 天后到期") % {"days": left}) if left <= 60 else ""


@admin.register(ConflictOfInterest)
class ConflictAdmin(ReadOnlyAdmin):
    list_display = ("inspector", "source", "kind", "by_self", "starts_on", "ends_on", "end_reason")
    list_filter = ("kind", "by_self")
    search_fields = ("inspector__name", "source__name", "source__code")
