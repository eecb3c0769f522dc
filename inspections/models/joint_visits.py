"""综合查一次: visits to one unit that were merged (domain rules §3)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models import PollutionSource


class JointVisit(models.Model):
    """What is due at one unit is done in one visit."""

    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="joint_visits", verbose_name=_("污染源")
    )
    on = models.DateField(_("上门日期"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("决定人")
    )
    decided_at = models.DateTimeField(_("决定时间"))

    class Meta:
        verbose_name = _("综合查一次")
        verbose_name_plural = _("综合查一次")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.source.code} {self.on}"
