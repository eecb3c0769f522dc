"""公示变更: what became of something after, or instead of, its publication. Never silent."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from disclosure.choices import NoticeKind, WithholdingGround

from .published import PublicResult


class PublicNotice(models.Model):
    """One correction, withdrawal, restoration, withholding or its end. The database refuses to change it.

    A withheld result is told by plan and ground alone: its number would lead to its name once
    the draw is revealed.
    """

    kind = models.CharField(_("变更"), max_length=10, choices=NoticeKind)
    at = models.DateTimeField(_("时间"))
    result = models.ForeignKey(
        PublicResult,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("公示结果"),
    )
    plan_number = models.CharField(_("抽查计划编号"), max_length=12, blank=True, default="")
    ground = models.CharField(
        _("不予公开理由"), max_length=20, choices=WithholdingGround, blank=True, default=""
    )
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")
    # [{"field", "label", "before", "after"}]: public columns only.
    changes = models.JSONField(_("更正内容"), default=list)

    class Meta:
        verbose_name = _("公示变更")
        verbose_name_plural = _("公示变更")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=NoticeKind.WITHHELD, result__isnull=True) & ~Q(ground="")
                | Q(
                    kind__in=[NoticeKind.CORRECTED, NoticeKind.WITHDRAWN, NoticeKind.RESTORED],
                    result__isnull=False,
                    ground="",
                )
                & ~Q(note="")
                # With the ground that has gone, so that what is still withheld can be counted.
                | Q(kind=NoticeKind.LIFTED, result__isnull=False) & ~Q(ground="") & ~Q(note=""),
                name="public_notice_says_what_and_why",
            ),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="public_notice_page_idx")]

    def __str__(self) -> str:
        return f"{self.reference} {self.get_kind_display()}"

    @property
    def reference(self) -> str:
        """BG000012: names the notice for ever."""
        return f"BG{self.pk:06d}"
