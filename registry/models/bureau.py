from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BureauSetting(models.Model):
    """本局设定: a value the bureau chose; defaults and floors live in rules/bureau_settings.py."""

    key = models.CharField(_("设定"), max_length=60, unique=True)
    value = models.JSONField(_("取值"))
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("修改人"),
    )
    updated_at = models.DateTimeField(_("修改时间"), auto_now=True)

    class Meta:
        verbose_name = _("本局设定")
        verbose_name_plural = _("本局设定")
        ordering = ["key"]
        permissions = [
            ("manage_settings", _("修改本局设定")),
            ("manage_calendar", _("维护工作日历")),
        ]

    def __str__(self) -> str:
        return self.key
