"""Files that prove a change of a register: kept by their SHA-256, served to staff only."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EvidenceFile(models.Model):
    """One file; the same bytes again are the same row, whoever brings them."""

    sha256 = models.CharField(_("文件指纹"), max_length=64, unique=True)
    media_type = models.CharField(_("类型"), max_length=80)
    size = models.PositiveBigIntegerField(_("字节数"))
    original_name = models.CharField(_("原文件名"), max_length=200)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("佐证文件")
        verbose_name_plural = _("佐证文件")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_file_hash_is_sha256"
            ),
        ]

    def __str__(self) -> str:
        return self.original_name


class Evidenced(models.Model):
    """What proves a change: a file, or the number of a document kept elsewhere, or both."""

    evidence = models.ForeignKey(
        EvidenceFile,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("佐证文件"),
    )
    evidence_note = models.CharField(_("文号或材料名称"), max_length=200, blank=True, default="")

    class Meta:
        abstract = True
