from django.contrib import admin

from registry.models import (
    InspectionItem,
    InspectionItemList,
    ItemBasis,
    LegalBasis,
    MustCheck,
    MustCheckBasis,
    MustCheckSet,
)

from .base import RegisterAdmin


@admin.register(LegalBasis)
class LegalBasisAdmin(RegisterAdmin):
    list_display = ("title", "article", "valid_from", "valid_to", "confirmed")
    list_filter = ("confirmed", "title")
    search_fields = ("title", "article", "code")


class ItemBasisInline(admin.TabularInline):
    model = ItemBasis
    extra = 0
    autocomplete_fields = ("basis",)


@admin.register(InspectionItem)
class InspectionItemAdmin(RegisterAdmin):
    list_display = ("code", "name", "item_class", "method", "frequency", "item_list")
    list_filter = ("item_list", "item_class", "method")
    search_fields = ("code", "name")
    inlines = (ItemBasisInline,)


@admin.register(InspectionItemList)
class InspectionItemListAdmin(RegisterAdmin):
    list_display = ("title", "level", "version", "effective_from")


class MustCheckBasisInline(admin.TabularInline):
    model = MustCheckBasis
    extra = 0
    autocomplete_fields = ("basis",)


@admin.register(MustCheck)
class MustCheckAdmin(RegisterAdmin):
    list_display = ("number", "title", "check_set")
    list_filter = ("check_set",)
    inlines = (MustCheckBasisInline,)


@admin.register(MustCheckSet)
class MustCheckSetAdmin(RegisterAdmin):
    list_display = ("title", "version", "effective_from")
