"""正面清单: who entered and left, when and why (实施方案 二（六）)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.choices import PositiveListKind

from .sources import PollutionSource


class PositiveListChange(models.Model):
    """One change of membership; the reason is published with it."""

    source = models.ForeignKey(
        PollutionSource,
        models.PROTECT,
        related_name="positive_list_changes",
        verbose_name=_("污染源"),
    )
    kind = models.CharField(_("变动"), max_length=10, choices=PositiveListKind)
    on = models.DateField(_("日期"))
    # The last day of membership, where one was set on entry.
    until = models.DateField(_("有效期止"), null=True, blank=True)
    reason = models.CharField(_("原因（将公开显示）"), max_length=300)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("经办人"),
    )
    recorded_at = models.DateTimeField(_("记录时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("正面清单变动")
        verbose_name_plural = _("正面清单变动")
        ordering = ["-on", "-pk"]
        permissions = [("manage_positive_list", _("维护正面清单"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PositiveListKind.values), name="positive_change_is_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="positive_change_has_a_reason"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("on")) | ~Q(kind="entered"),
                name="positive_entry_ends_after_it_starts",
            ),
        ]
        indexes = [models.Index(fields=["source", "-id"], name="positive_change_idx")]

    def __str__(self) -> str:
        return f"{self.source.code} {self.get_kind_display()} {self.on}"
