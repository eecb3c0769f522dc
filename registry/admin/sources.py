from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from registry.choices import KeyClass, Pollutant
from registry.models import (
    CapExemption,
    CheckLedgerEntry,
    ImportedFile,
    PollutionSource,
    SourceStatusChange,
    SpecialFlag,
)
from registry.permissions import APPROVE_SPECIAL_FLAG
from registry.rules.uscc import BadUscc, check_uscc, normalise_code
from registry.services.source_codes import fresh_code
from registry.web.paging import CappedPaginator

from .base import ReadOnlyAdmin, RegisterAdmin

FIELDSETS: Any = (
    (
        None,
        {
            "fields": (
                ("code", "kind"),
                ("name", "site"),
                ("uscc", "no_code_reason"),
                ("regulatory_type", "key_list_year"),
                "key_classes",
                ("status", "status_date", "status_reason"),
            )
        },
    ),
    (
        _("位置与联系"),
        {
            "fields": (
                "address",
                ("longitude", "latitude", "grid"),
                ("legal_representative", "contact", "phone"),
            )
        },
    ),
    (
        _("行业与许可"),
        {
            "fields": (
                ("industry_code", "industry_name"),
                ("permit_number", "permit_class", "permit_until"),
                "pollutants",
                "online_monitored",
            )
        },
    ),
    (
        _("风险与分类"),
        {
            "fields": (
                ("risk_grade", "credit_grade"),
                ("positive_list", "positive_from", "positive_until"),
                "confidential",
                "note",
            )
        },
    ),
)


class SourceForm(forms.ModelForm):
    key_classes = forms.MultipleChoiceField(
        label=_("重点类别"),
        choices=KeyClass.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    pollutants = forms.MultipleChoiceField(
        label=_("污染物类别"),
        choices=Pollutant.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = PollutionSource
        fields = tuple(
            name
            for _title, options in FIELDSETS
            for row in options["fields"]
            for name in (row if isinstance(row, tuple) else (row,))
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].required = False
            self.fields["code"].help_text = _("留空则自动编号")

    def clean_code(self) -> str:
        return self.cleaned_data["code"] or self.instance.code or fresh_code()

    def clean_uscc(self) -> str:
        code = normalise_code(self.cleaned_data["uscc"])
        if code:
            try:
                check_uscc(code)
            except BadUscc as error:
                raise forms.ValidationError(error.message) from error
        return code


class StatusChangeInline(admin.TabularInline):
    model = SourceStatusChange
    extra = 0
    can_delete = False
    fields = readonly_fields = ("on", "old_status", "new_status", "reason", "actor")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PollutionSource)
class PollutionSourceAdmin(RegisterAdmin):
    form = SourceForm
    list_display = (
        "code",
        "display",
        "uscc",
        "kind",
        "regulatory_type",
        "special",
        "status",
        "risk_grade",
        "grid",
        "unit_page",
    )
    list_display_links = ("code", "display")
    list_filter = (
        "kind",
        "regulatory_type",
        "status",
        "risk_grade",
        "credit_grade",
        "permit_class",
        "positive_list",
        "online_monitored",
    )
    # Grids are chosen on the page 污染源名录: offering them here would read the whole register.
    search_fields = ("code",)
    search_help_text = _("名称、厂区、编号或信用代码的任意部分，多个用空格分开")
    paginator = CappedPaginator
    show_facets = admin.ShowFacets.NEVER
    inlines = (StatusChangeInline,)
    fieldsets = FIELDSETS
    # Entered and left on the page 正面清单, with a reason that is published.
    readonly_fields = ("positive_list", "positive_from", "positive_until")
    # Of a unit on record these change on its own page, with reason, day and proof.
    changed_elsewhere = (
        "code",
        "kind",
        "regulatory_type",
        "key_list_year",
        "key_classes_in_words",
        "status",
        "status_date",
        "status_reason",
        "risk_grade",
        "unit_page",
    )

    @admin.display(description=_("单位名称"), ordering="name")
    def display(self, obj: PollutionSource) -> str:
        return obj.display_name

    @admin.display(description=_("重点类别"))
    def key_classes_in_words(self, obj: PollutionSource) -> str:
        labels = dict(KeyClass.choices)
        return "、".join(str(labels.get(name, name)) for name in obj.key_classes) or "—"

    @admin.display(description=_("单位页"))
    def unit_page(self, obj: PollutionSource) -> str:
        """Where status, type and grade are changed, and why they are what they are."""
        url = reverse("registry:source", args=[obj.code])
        return format_html('<a href="{}">{}</a>', url, _("经过、变更与说明"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            self.readonly_fields
            if obj is None
            else (*self.readonly_fields, *self.changed_elsewhere)
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What cannot be ticked is told in words."""
        if obj is None:
            return self.fieldsets
        (title, first), *rest = FIELDSETS
        fields = tuple("key_classes_in_words" if f == "key_classes" else f for f in first["fields"])
        return ((title, {"fields": ("unit_page", *fields)}), *rest)

    @admin.display(description=_("特殊监管"), boolean=True)
    def special(self, obj: PollutionSource) -> bool:
        today = timezone.localdate()
        return any(
            flag.state == "approved"
            and flag.starts_on <= today
            and (flag.ends_on is None or flag.ends_on > today)
            for flag in obj.special_flags.all()
        )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("special_flags")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        return queryset.search(search_term), False


class SpecialFlagForm(forms.ModelForm):
    class Meta:
        model = SpecialFlag
        fields = ("source", "reason", "evidence", "starts_on", "ends_on", "end_reason")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("ends_on") and not data.get("end_reason", "").strip():
            self.add_error("end_reason", _("结束特殊监管须写明原因。"))
        return data


@admin.register(SpecialFlag)
class SpecialFlagAdmin(RegisterAdmin):
    """Proposals are decided on the page 特殊监管提议, where a reason is asked for."""

    list_display = (
        "source",
        "reason",
        "state",
        "starts_on",
        "ends_on",
        "proposed_by",
        "approved_by",
        "decision_reason",
    )
    list_filter = ("state", "reason", "by_rule")
    search_fields = ("source__code", "source__name")
    autocomplete_fields = ("source",)
    form = SpecialFlagForm

    def get_fields(self, request: HttpRequest, obj: SpecialFlag | None = None) -> Any:
        end = ("ends_on", "end_reason")
        return ("source", "reason", "evidence", "starts_on", *(end if obj else ()))

    def get_readonly_fields(self, request: HttpRequest, obj: SpecialFlag | None = None) -> Any:
        """Decided flags keep what was decided; all that is left to do is to end them."""
        if obj is None or obj.state == SpecialFlag.State.PROPOSED:
            return ()
        return ("source", "reason", "evidence", "starts_on")

    def has_change_permission(self, request: HttpRequest, obj: SpecialFlag | None = None) -> bool:
        """A proposal is changed by those who keep the register; a flag that was approved is ended
        by an approver who did not propose it; what has ended or was rejected stays."""
        allowed = super().has_change_permission(request, obj)
        if obj is None or obj.state == SpecialFlag.State.PROPOSED:
            return allowed
        # As it is stored: a form that was refused has already changed the object in hand.
        running = SpecialFlag.objects.filter(
            pk=obj.pk, state=SpecialFlag.State.APPROVED, ends_on=None
        )
        return (
            request.user.has_perm(APPROVE_SPECIAL_FLAG)
            and running.exclude(proposed_by=request.user).exists()
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.proposed_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(CapExemption)
class CapExemptionAdmin(RegisterAdmin):
    list_display = ("source", "kind", "reason", "starts_on", "ends_on", "recorded_by")
    list_filter = ("kind",)
    search_fields = ("source__code", "source__name")
    autocomplete_fields = ("source",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.recorded_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(CheckLedgerEntry)
class CheckLedgerAdmin(ReadOnlyAdmin):
    list_display = ("reference", "source", "checked_on", "check_source", "plan_number", "outcome")
    list_filter = ("check_source", "plan_number")
    search_fields = ("reference", "source__code", "source__name")
    date_hierarchy = "checked_on"


@admin.register(ImportedFile)
class ImportedFileAdmin(ReadOnlyAdmin):
    list_display = (
        "imported_at",
        "register",
        "filename",
        "rows_new",
        "rows_changed",
        "rows_same",
        "actor",
    )
