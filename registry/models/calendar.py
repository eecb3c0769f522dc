"""Working-day calendar in three layers (domain rules §6)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.choices import CalendarLayer, DayKind


class HolidayNotice(models.Model):
    """One official notice; the last national year entered ends what is certain."""

    layer = models.CharField(_("层级"), max_length=12, choices=CalendarLayer)
    year = models.PositiveSmallIntegerField(_("年度"))
    title = models.CharField(_("通知名称"), max_length=200)
    confirmed = models.BooleanField(_("已核对"), default=True)

    class Meta:
        verbose_name = _("放假通知")
        verbose_name_plural = _("放假通知")
        ordering = ["-year", "layer"]
        constraints = [
            models.UniqueConstraint(fields=["layer", "year"], name="one_notice_per_layer_and_year"),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100), name="notice_year_is_plausible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_layer_display()}"


class CalendarDay(models.Model):
    notice = models.ForeignKey(
        HolidayNotice, models.CASCADE, related_name="days", verbose_name=_("放假通知")
    )
    day = models.DateField(_("日期"))
    kind = models.CharField(_("安排"), max_length=8, choices=DayKind)

    class Meta:
        verbose_name = _("日历调整")
        verbose_name_plural = _("日历调整")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "day"], name="one_entry_per_notice_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"
