from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.clocks.services.calendar import calendar_changed
from registry.models import CalendarDay, HolidayNotice

from .base import RegisterAdmin

SHOWN = 20  # moves named at once; the deadline page has them all


class CalendarDayInline(admin.TabularInline):
    model = CalendarDay
    extra = 1


@admin.register(HolidayNotice)
class HolidayNoticeAdmin(RegisterAdmin):
    list_display = ("year", "layer", "title", "confirmed")
    list_filter = ("layer", "year")
    inlines = (CalendarDayInline,)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        moved = calendar_changed(
            notice=form.instance, actor=request.user, today=timezone.localdate()
        )
        self.message_user(
            request, _("已重算未办结期限，%(count)d 项截止日变动。") % {"count": len(moved)}
        )
        for move in moved[:SHOWN]:
            self.message_user(request, move.text, messages.WARNING)
        if len(moved) > SHOWN:
            self.message_user(request, _("其余见“期限”页的“因日历变动”。"), messages.WARNING)
