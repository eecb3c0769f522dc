"""What staff keep for the record form."""

from django.contrib import admin

from inspections.models import FindingPhrase, IndustryPoint
from registry.admin.base import RegisterAdmin


@admin.register(IndustryPoint)
class IndustryPointAdmin(RegisterAdmin):
    list_display = ("number", "industry_code", "text", "active")
    list_filter = ("number", "active")
    search_fields = ("text", "industry_code")


@admin.register(FindingPhrase)
class FindingPhraseAdmin(RegisterAdmin):
    list_display = ("number", "text", "position", "active")
    list_filter = ("number", "active")
    search_fields = ("text",)
