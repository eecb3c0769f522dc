"""执法文书: what was printed, from which data, and each file's hash."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inspections.choices import PaperCopy, PaperFormat, PaperKind

from .assignments import Assignment


class PrintedPaper(models.Model):
    """The data of one document, fixed when it is first printed: printed again it is the same."""

    kind = models.CharField(_("文书"), max_length=12, choices=PaperKind)
    # What it was made from: version:12, order:3.
    subject = models.CharField(_("对象标识"), max_length=40)
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="papers", verbose_name=_("任务")
    )
    number = models.CharField(_("文书编号"), max_length=60)
    version = models.PositiveSmallIntegerField(_("版本"), default=1)
    # Of a record the digest that was signed; of another document that of its data.
    digest = models.CharField(_("内容摘要"), max_length=64)
    data = models.JSONField(_("文书内容"))
    made_at = models.DateTimeField(_("文书日期"))

    class Meta:
        verbose_name = _("执法文书")
        verbose_name_plural = _("执法文书")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="one_paper_per_subject"),
            models.UniqueConstraint(
                fields=["digest", "version", "kind"], name="paper_digest_finds_one_paper"
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="paper_digest_is_sha256"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class PaperPrint(models.Model):
    """One file that was handed out; the same data give the same hash. Append-only."""

    paper = models.ForeignKey(
        PrintedPaper, models.PROTECT, related_name="prints", verbose_name=_("文书")
    )
    copy = models.CharField(_("联"), max_length=8, choices=PaperCopy)
    format = models.CharField(_("格式"), max_length=4, choices=PaperFormat)
    sha256 = models.CharField(_("文件指纹"), max_length=64)
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("打印人")
    )
    printed_at = models.DateTimeField(_("打印时间"))

    class Meta:
        verbose_name = _("文书打印")
        verbose_name_plural = _("文书打印")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "copy", "format", "sha256"], name="each_printed_file_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.copy} {self.sha256[:12]}"
