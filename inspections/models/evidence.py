from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .assignments import Assignment


class EvidenceReceipt(models.Model):
    """These bytes came whole from this person.

    Evidence travels by content, apart from the sections that refer to it. To know a hash is no
    right to the file: a record can show only bytes that one of its team has sent.
    """

    sha256 = models.CharField(_("文件指纹"), max_length=64)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    media_type = models.CharField(_("类型"), max_length=80)
    size = models.PositiveBigIntegerField(_("字节数"))
    received_at = models.DateTimeField(_("收到时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("证据收件")
        verbose_name_plural = _("证据收件")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "user"], name="each_file_received_once_from_each_person"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="receipt_hash_is_sha256"
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class Evidence(models.Model):
    """Bytes received for an assignment, named by their SHA-256; what they show stands in the
    section ``evidence:<sha256>``."""

    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="evidence", verbose_name=_("任务")
    )
    sha256 = models.CharField(_("文件指纹"), max_length=64)
    media_type = models.CharField(_("类型"), max_length=80)
    size = models.PositiveBigIntegerField(_("字节数"))
    original_name = models.CharField(_("原文件名"), max_length=200, blank=True, default="")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    uploaded_at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("证据")
        verbose_name_plural = _("证据")
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "sha256"], name="each_file_once_per_assignment"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_hash_is_sha256"
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
