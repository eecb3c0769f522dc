"""Lists by version: what is in force is read-only, a change is a new version."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.choices import ListLevel
from registry.item_lists.services.checklists import new_version, open_partner_list
from registry.models import (
    InspectionItem,
    InspectionItemList,
    Inspector,
    ItemBasis,
    LegalBasis,
    MustCheck,
    MustCheckBasis,
    MustCheckSet,
    PartnerDepartment,
)
from registry.rules.quarter import Quarter

from .base import LockedMixin, RegisterAdmin


def in_force(version: InspectionItemList | MustCheckSet) -> bool:
    """Plans, records and published items refer to it: it never changes any more.

    A partner department's list is not published; it is fixed once a plan has taken items of it.
    """
    if isinstance(version, InspectionItemList) and version.level == ListLevel.PARTNER:
        return version.items.filter(plans__isnull=False).exists()
    return version.effective_from <= timezone.localdate()


@admin.register(LegalBasis)
class LegalBasisAdmin(RegisterAdmin):
    list_display = ("title", "article", "valid_from", "valid_to", "confirmed")
    list_filter = ("confirmed", "title")
    search_fields = ("title", "article", "code")
    # Confirmed on the page 法律依据, where the source is asked for.
    readonly_fields = ("confirmed",)


class VersionAdmin(LockedMixin, RegisterAdmin):
    """A list with its versions; the action copies one, with all its rows and bases."""

    actions = ("copy_to_new_version",)
    readonly_fields = ("version",)

    def is_locked(self, obj: Any) -> bool:
        return in_force(obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(
        description=_("另存为新版本（下一季度第一天生效，可再修改）"), permissions=["change"]
    )
    def copy_to_new_version(self, request: HttpRequest, queryset: Any) -> None:
        starts = Quarter.of(timezone.localdate()).next.start
        for row in queryset:
            copy = new_version(row, effective_from=starts, actor=request.user)
            self.message_user(request, _("已建立%(copy)s。") % {"copy": copy}, messages.SUCCESS)


class ItemBasisInline(admin.TabularInline):
    model = ItemBasis
    extra = 0
    autocomplete_fields = ("basis",)


@admin.register(InspectionItem)
class InspectionItemAdmin(LockedMixin, RegisterAdmin):
    list_display = ("code", "name", "item_class", "method", "frequency", "item_list")
    list_filter = ("item_list", "item_class", "method")
    search_fields = ("code", "name")
    inlines = (ItemBasisInline,)

    def is_locked(self, obj: Any) -> bool:
        return in_force(obj.item_list)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "item_list":
            today = timezone.localdate()
            partners = InspectionItemList.objects.filter(level=ListLevel.PARTNER).exclude(
                items__plans__isnull=False
            )
            own = InspectionItemList.objects.filter(effective_from__gt=today)
            kwargs["queryset"] = (own | partners).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(InspectionItemList)
class InspectionItemListAdmin(VersionAdmin):
    list_display = ("title", "level", "department", "version", "effective_from")


@admin.register(PartnerDepartment)
class PartnerDepartmentAdmin(RegisterAdmin):
    list_display = ("name", "active", "people", "note")
    search_fields = ("name",)

    @admin.display(description=_("在库人员"))
    def people(self, obj: PartnerDepartment) -> int:
        return Inspector.objects.of_department(obj.name).count()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            open_partner_list(obj, today=timezone.localdate(), actor=request.user)
            self.message_user(
                request,
                _("已为%(department)s建立抽查事项清单，请在“抽查事项”中录入其事项。")
                % {"department": obj},
            )


class MustCheckBasisInline(admin.TabularInline):
    model = MustCheckBasis
    extra = 0
    autocomplete_fields = ("basis",)


@admin.register(MustCheck)
class MustCheckAdmin(LockedMixin, RegisterAdmin):
    list_display = ("number", "title", "check_set")
    list_filter = ("check_set",)
    readonly_fields = ("check_set", "number")
    inlines = (MustCheckBasisInline,)

    def is_locked(self, obj: Any) -> bool:
        return in_force(obj.check_set)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # ten there are; a new version brings them along


@admin.register(MustCheckSet)
class MustCheckSetAdmin(VersionAdmin):
    list_display = ("title", "version", "effective_from")
