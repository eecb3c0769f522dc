"""What people keep of their way of working with lists."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """A filter of a list under a name of its owner's. Its address may be given to colleagues, who
    see with it what they may see anyway. No regulated record: the owner may delete it."""

    class List(models.TextChoices):
        SOURCES = "sources", _("污染源名录")
        INSPECTORS = "inspectors", _("检查人员名录")

    public_id = models.UUIDField(_("标识"), default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="saved_filters",
        verbose_name=_("所有者"),
    )
    list = models.CharField(_("名录"), max_length=12, choices=List)
    name = models.CharField(_("名称"), max_length=30)
    query = models.CharField(_("筛选条件"), max_length=1000, blank=True)
    saved_at = models.DateTimeField(_("保存时间"), auto_now=True)

    class Meta:
        verbose_name = _("常用筛选")
        verbose_name_plural = _("常用筛选")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "list", "name"], name="one_saved_filter_per_name"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="saved_filter_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
