"""外部抽取: a draw made on the regional platform. It cannot be recomputed here, and says so for ever."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .plans import SamplingPlan


class ExternalDraw(models.Model):
    """The list as it came, sealed until its dispatch like any other; only counts stand open."""

    plan = models.OneToOneField(
        SamplingPlan, models.PROTECT, related_name="external", verbose_name=_("计划")
    )
    platform = models.CharField(_("抽取平台"), max_length=100)
    drawn_on = models.DateField(_("抽取日期"))
    filename = models.CharField(_("文件名"), max_length=255)
    sha256 = models.CharField(_("文件指纹"), max_length=64)
    # [{"source", "category", "team"}] encrypted: before the dispatch no row names a drawn unit.
    sealed_list = models.TextField(_("密封名单"))
    # {"key": 3}
    counts = models.JSONField(_("抽取数"), default=dict)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("导入人")
    )
    imported_at = models.DateTimeField(_("导入时间"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("批准人"),
    )
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    dispatched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("派发人"),
    )
    dispatched_at = models.DateTimeField(_("派发时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("外部抽取")
        verbose_name_plural = _("外部抽取")
        ordering = ["-imported_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("imported_by")),
                name="external_draw_approver_did_not_import_it",
            ),
            models.CheckConstraint(
                condition=Q(dispatched_at__isnull=True) | Q(approved_at__isnull=False),
                name="external_draw_is_approved_before_dispatch",
            ),
            models.CheckConstraint(
                condition=~Q(platform=""), name="external_draw_names_its_platform"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.number} {self.platform}"

    @property
    def units(self) -> int:
        return sum(self.counts.values())
