"""两库动态管理: changes of type, and records of one unit that were found to be two (domain rules §1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.choices import RegulatoryType, SourceKind, SourceStatus

from .evidence import Evidenced
from .sources import PollutionSource


class SourceTypeChange(Evidenced):
    """监管类型、重点类别 or 类别 (a project that became a discharger): old, new, why, on what proof."""

    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="type_changes", verbose_name=_("污染源")
    )
    old_kind = models.CharField(_("原类别"), max_length=20, choices=SourceKind)
    new_kind = models.CharField(_("新类别"), max_length=20, choices=SourceKind)
    old_type = models.CharField(_("原监管类型"), max_length=10, choices=RegulatoryType)
    new_type = models.CharField(_("新监管类型"), max_length=10, choices=RegulatoryType)
    old_classes = models.JSONField(_("原重点类别"), default=list, blank=True)
    new_classes = models.JSONField(_("新重点类别"), default=list, blank=True)
    old_year = models.PositiveSmallIntegerField(_("原名录年度"), null=True, blank=True)
    new_year = models.PositiveSmallIntegerField(_("新名录年度"), null=True, blank=True)
    on = models.DateField(_("日期"))
    reason = models.CharField(_("原因"), max_length=300)
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
        verbose_name = _("类型变更")
        verbose_name_plural = _("类型变更")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="type_change_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.source.code} {self.get_old_type_display()}→{self.get_new_type_display()}"


class SourceMerge(Evidenced):
    """合并: ``merged`` was found to be the same unit as ``survivor``. ``moved`` names every row that
    went over, by model and key; with it the merge can be undone."""

    survivor = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="merges", verbose_name=_("保留的记录")
    )
    merged = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="merged_by", verbose_name=_("并入的记录")
    )
    on = models.DateField(_("日期"))
    reason = models.CharField(_("原因"), max_length=300)
    moved = models.JSONField(_("转移的内容"), default=dict)
    old_status = models.CharField(_("原状态"), max_length=20, choices=SourceStatus)
    old_status_date = models.DateField(_("原状态日期"), null=True, blank=True)
    old_status_reason = models.CharField(_("原状态原因"), max_length=300, blank=True, default="")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    recorded_at = models.DateTimeField(_("记录时间"), auto_now_add=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("撤销人"),
    )
    undo_reason = models.CharField(_("撤销原因"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("记录合并")
        verbose_name_plural = _("记录合并")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="merge_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(survivor=F("merged")), name="no_unit_is_merged_with_itself"
            ),
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="a_unit_is_merged_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True, undo_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undo_reason="")),
                name="undone_merge_says_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged.code}→{self.survivor.code}"
