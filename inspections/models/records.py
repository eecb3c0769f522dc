"""The on-site record as `chanji-sync/1` sections, its operations and its immutable versions."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.choices import KeptAs, OperationStatus, OutcomeCode, ReviewDecision

from .assignments import Assignment


class RecordSection(models.Model):
    """Current value of one section; ``rev`` counts from 1, absence means revision 0."""

    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="sections", verbose_name=_("任务")
    )
    section = models.CharField(_("部分"), max_length=90)
    rev = models.PositiveIntegerField(_("版次"), default=1)
    value = models.JSONField(_("内容"))
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("填写人")
    )
    updated_at = models.DateTimeField(_("填写时间"))
    # Not part of the record any more: the officers took a signed content that does not have it.
    set_aside = models.BooleanField(_("转为补充"), default=False)

    class Meta:
        verbose_name = _("记录部分")
        verbose_name_plural = _("记录部分")
        ordering = ["assignment", "section"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "section"], name="one_row_per_record_section"
            ),
            models.CheckConstraint(condition=Q(rev__gte=1), name="section_revision_starts_at_1"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}:{self.section}@{self.rev}"


class SyncOperation(models.Model):
    """Every operation with the answer it got: a replay answers the same. Append-only."""

    op = models.UUIDField(_("操作标识"), unique=True)
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="operations", verbose_name=_("任务")
    )
    section = models.CharField(_("部分"), max_length=90)
    base = models.PositiveIntegerField(_("基于版次"))
    value = models.JSONField(_("内容"))
    status = models.CharField(_("结果"), max_length=10, choices=OperationStatus)
    rev = models.PositiveIntegerField(_("版次"), default=0)
    errors = models.JSONField(_("错误"), default=dict, blank=True)
    # The answer as it was given, where it says more than status and revision.
    answer = models.JSONField(_("答复"), default=dict, blank=True)
    kept_as = models.CharField(_("留存"), max_length=10, choices=KeptAs, blank=True, default="")
    device = models.CharField(_("设备"), max_length=40, blank=True, default="")
    device_at = models.DateTimeField(_("设备时间"), null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("操作人")
    )
    received_at = models.DateTimeField(_("收到时间"), auto_now_add=True)
    # Server's clock minus the device's when the operation was sent; unknown without JavaScript.
    clock_difference = models.IntegerField(_("时钟差（秒）"), null=True, blank=True)

    class Meta:
        verbose_name = _("同步操作")
        verbose_name_plural = _("同步操作")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.op} {self.status}"


class RecordVersion(models.Model):
    """A submitted record. The database refuses to change or delete it; a correction is a new
    version beside it (domain rules §5)."""

    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="versions", verbose_name=_("任务")
    )
    number = models.PositiveSmallIntegerField(_("版本"))
    # Canonical JSON of all sections but signatures (tablet-sync §4), and its SHA-256.
    content = models.TextField(_("内容"))
    digest = models.CharField(_("内容摘要"), max_length=64)
    signatures = models.JSONField(_("签名"), default=list)
    # Legal bases and must-checks as they stood on the inspection day.
    checklist = models.JSONField(_("检查依据"), default=dict)
    outcome = models.CharField(_("检查结果"), max_length=1, choices=OutcomeCode)
    inspected_from = models.DateTimeField(_("检查开始"))
    inspected_to = models.DateTimeField(_("检查结束"))
    correction_reason = models.CharField(_("更正原因"), max_length=300, blank=True, default="")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提交人")
    )
    submitted_at = models.DateTimeField(_("提交时间"))

    class Meta:
        verbose_name = _("检查记录")
        verbose_name_plural = _("污染源现场检查记录表")
        ordering = ["assignment", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "number"], name="one_record_per_version_number"
            ),
            models.CheckConstraint(
                condition=Q(inspected_to__gt=F("inspected_from")),
                name="record_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(correction_reason=""),
                name="later_record_version_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment.number} v{self.number}"


class Review(models.Model):
    """审核: one decision on one version, by someone who did not inspect."""

    version = models.OneToOneField(
        RecordVersion, models.PROTECT, related_name="review", verbose_name=_("检查记录")
    )
    decision = models.CharField(_("结论"), max_length=10, choices=ReviewDecision)
    comment = models.TextField(_("意见"), blank=True, default="")
    field_comments = models.JSONField(_("逐项意见"), default=dict, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("审核人")
    )
    at = models.DateTimeField(_("审核时间"))

    class Meta:
        verbose_name = _("审核")
        verbose_name_plural = _("审核")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(decision="returned") | ~Q(comment=""),
                name="returned_record_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.decision}"
