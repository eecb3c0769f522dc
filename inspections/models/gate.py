"""扫码入企: the notice at the gate, who scanned it when, what the unit thought of the visit (domain rules §4.5)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.choices import CheckSource

from .assignments import Assignment


class VisitNotice(models.Model):
    """The address behind the QR code of one dispatched assignment. It is made when a member of the
    team shows it first, so that none exists that could be found before."""

    assignment = models.OneToOneField(
        Assignment, models.PROTECT, related_name="notice", verbose_name=_("任务")
    )
    token = models.CharField(_("地址"), max_length=32, unique=True)
    made_at = models.DateTimeField(_("生成时间"))
    # The one-time code is kept as a hash; it is shown once, to whoever asks first.
    code_hash = models.CharField(_("评价码摘要"), max_length=64, blank=True, default="")
    code_taken_at = models.DateTimeField(_("评价码领取时间"), null=True, blank=True)
    wrong_codes = models.PositiveSmallIntegerField(_("输错次数"), default=0)
    # Only that it was used, not when: a time would tell whose rating it was.
    used = models.BooleanField(_("已评价"), default=False)

    class Meta:
        verbose_name = _("入企检查告知")
        verbose_name_plural = _("入企检查告知")
        ordering = ["-pk"]
        permissions = [("view_ratings", _("查看企业评价和异议"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(code_hash="", code_taken_at__isnull=True, used=False)
                | (~Q(code_hash="") & Q(code_taken_at__isnull=False)),
                name="a_code_was_taken_before_it_is_used",
            ),
        ]

    def __str__(self) -> str:
        return self.assignment.number


class GateScan(models.Model):
    """Somebody opened the notice. Append-only; no address is kept, only the kind of device."""

    notice = models.ForeignKey(
        VisitNotice, models.PROTECT, related_name="scans", verbose_name=_("告知")
    )
    at = models.DateTimeField(_("时间"))
    device = models.CharField(_("设备"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("扫码记录")
        verbose_name_plural = _("扫码记录")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.at:%Y-%m-%d %H:%M}"


class VisitRating(models.Model):
    """What one unit thought of one visit, without a way back to it: no key, no time, a random id."""

    id = models.UUIDField(_("标识"), primary_key=True, default=uuid.uuid4, editable=False)
    quarter = models.CharField(_("季度"), max_length=6, db_index=True)
    check_source = models.CharField(_("检查来源"), max_length=20, choices=CheckSource)
    conduct = models.PositiveSmallIntegerField(_("文明规范"))
    lawful = models.PositiveSmallIntegerField(_("依法履职"))
    honest = models.PositiveSmallIntegerField(_("廉洁自律"))
    comment = models.CharField(_("意见和建议"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("企业评价")
        verbose_name_plural = _("企业评价")
        ordering = ["quarter", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(conduct__range=(1, 5), lawful__range=(1, 5), honest__range=(1, 5)),
                name="ratings_are_one_to_five",
            ),
        ]

    def __str__(self) -> str:
        return self.quarter


class VisitObjection(models.Model):
    """异议: the unit speaks for itself and gets an answer; seen by those who oversee, never by the team."""

    notice = models.OneToOneField(
        VisitNotice, models.PROTECT, related_name="objection", verbose_name=_("告知")
    )
    text = models.TextField(_("异议"))
    at = models.DateTimeField(_("提出时间"))
    answer = models.TextField(_("答复"), blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("答复人"),
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("企业异议")
        verbose_name_plural = _("企业异议")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="objection_says_something"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="answered_objection_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]
