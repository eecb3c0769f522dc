from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.rules.trail_words import action_words


class AuditEvent(models.Model):
    """留痕: who did what, when, old → new. The database refuses to change or delete a line."""

    at = models.DateTimeField(_("时间"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("操作人"),
    )
    actor_label = models.CharField(_("操作人姓名"), max_length=150, blank=True, default="")
    action = models.CharField(_("操作"), max_length=60, db_index=True)
    object_type = models.CharField(_("对象类型"), max_length=60, blank=True, default="")
    object_id = models.CharField(_("对象标识"), max_length=60, blank=True, default="")
    object_label = models.CharField(_("对象"), max_length=200, blank=True, default="")
    changes = models.JSONField(_("变更（旧→新）"), default=dict, blank=True)
    reason = models.CharField(_("原因"), max_length=500, blank=True, default="")
    sealed_read = models.BooleanField(_("密封读取"), default=False)

    class Meta:
        verbose_name = _("操作留痕")
        verbose_name_plural = _("操作留痕")
        ordering = ["-pk"]
        permissions = [("view_trail", _("查看操作留痕"))]
        indexes = [models.Index(fields=["object_type", "object_id"], name="trail_object_idx")]

    def __str__(self) -> str:
        at = timezone.localtime(self.at)
        return f"{at:%Y-%m-%d %H:%M} {action_words(self.action)} {self.object_label}"
