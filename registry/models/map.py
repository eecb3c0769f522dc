"""The bureau's boundary on the map of units."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MapBoundary(models.Model):
    """A boundary the bureau uploaded; the newest is drawn. A published map needs its 审图号."""

    title = models.CharField(_("名称"), max_length=60)
    approval = models.CharField(_("审图号或来源"), max_length=100)
    lines = models.JSONField(_("边界"))
    sha256 = models.CharField(_("文件指纹"), max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("地图边界")
        verbose_name_plural = _("地图边界")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(approval=""), name="boundary_says_what_it_is"
            )
        ]

    def __str__(self) -> str:
        return self.title
