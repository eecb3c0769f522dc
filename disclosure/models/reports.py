"""法定季报 as it was issued. A new issue stands beside the old one, with the reason."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PublicStatutoryReport(models.Model):
    """One issue of one quarter's report; the database refuses to change it."""

    quarter = models.CharField(_("季度"), max_length=6)
    version = models.PositiveSmallIntegerField(_("版次"))
    # disclosure/rules/statutory_report.py: StatutoryNumbers.
    numbers = models.JSONField(_("数据"))
    authority = models.CharField(_("报告单位"), max_length=100)
    note = models.CharField(_("重报说明"), max_length=300, blank=True, default="")
    issued_at = models.DateTimeField(_("报出时间"))

    class Meta:
        verbose_name = _("法定季报")
        verbose_name_plural = _("法定季报")
        ordering = ["-quarter", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["quarter", "version"], name="one_report_per_quarter_and_version"
            ),
            models.CheckConstraint(
                condition=Q(version=1, note="") | (Q(version__gt=1) & ~Q(note="")),
                name="reissued_report_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quarter} 第{self.version}版"
