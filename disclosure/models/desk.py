"""The staff side of publication: these alone point back to the record, by a string foreign key."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from disclosure.choices import PublicationState, WithholdingGround, WithholdingState

from .published import PublicResult


class PublicationLink(models.Model):
    """Staff only: which approved assignment stands behind which published copy."""

    assignment = models.OneToOneField(
        "inspections.Assignment", models.PROTECT, related_name="+", verbose_name=_("任务")
    )
    state = models.CharField(
        _("状态"), max_length=10, choices=PublicationState, default=PublicationState.WAITING
    )
    result = models.OneToOneField(
        PublicResult,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("公开结果"),
    )
    completed_on = models.DateField(_("完成日期"))
    due_on = models.DateField(_("公示期限"))
    provisional = models.BooleanField(_("暂定"), default=False)
    queued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("提交公示人"),
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    # The unit is called otherwise today than its copy says; a sweep sees it, a person decides.
    name_outdated = models.BooleanField(_("公示名称待更正"), default=False)

    class Meta:
        verbose_name = _("公示事项")
        verbose_name_plural = _("公示事项")
        ordering = ["due_on", "pk"]
        permissions = [
            ("publish_result", _("公示抽查结果")),
            ("propose_withholding", _("提出不予公开")),
            ("withhold_result", _("批准不予公开")),
            ("withdraw_result", _("撤回已公示结果")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["published", "withdrawn"], result__isnull=False)
                | Q(state__in=["waiting", "queued", "withheld"], result__isnull=True),
                name="published_link_has_its_copy",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="publication_sweep_idx"),
            models.Index(
                fields=["id"], condition=Q(name_outdated=True), name="publication_outdated_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.get_state_display()}"


class Withholding(models.Model):
    """不予公开: ground, reason, and an approver who is not the proposer (实施方案 二（五）)."""

    link = models.ForeignKey(
        PublicationLink, models.PROTECT, related_name="withholdings", verbose_name=_("公示事项")
    )
    ground = models.CharField(_("理由类别"), max_length=20, choices=WithholdingGround)
    reason = models.CharField(_("理由"), max_length=500)
    state = models.CharField(
        _("状态"), max_length=10, choices=WithholdingState, default=WithholdingState.PROPOSED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人")
    )
    proposed_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("批准人"),
    )
    decided_at = models.DateTimeField(_("批准时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("不予公开")
        verbose_name_plural = _("不予公开")
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="withholding_approver_is_not_its_proposer",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="withholding_has_a_reason"),
            models.UniqueConstraint(
                fields=["link"],
                condition=Q(state="proposed"),
                name="one_open_withholding_per_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_ground_display()} {self.get_state_display()}"


class ComplaintReceipt(models.Model):
    """What a citizen holds who reported something: a code that opens the state and nothing else.

    Neither the code nor the address it came from is stored, only fingerprints.
    """

    code_hash = models.CharField(_("回执码指纹"), max_length=64, unique=True)
    # The same form sent twice is one clue.
    form_hash = models.CharField(_("表单指纹"), max_length=64, unique=True)
    clue = models.OneToOneField(
        "inspections.Clue", models.PROTECT, related_name="+", verbose_name=_("线索")
    )
    created_at = models.DateTimeField(_("提交时间"))

    class Meta:
        verbose_name = _("举报回执")
        verbose_name_plural = _("举报回执")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.created_at)


class ComplaintQuota(models.Model):
    """How often one address used the form in one hour; rows of past hours are deleted."""

    address_hash = models.CharField(_("地址指纹"), max_length=64)
    purpose = models.CharField(_("用途"), max_length=10)
    hour = models.DateTimeField(_("时段"))
    number = models.PositiveIntegerField(_("次数"), default=0)

    class Meta:
        verbose_name = _("举报频次")
        verbose_name_plural = _("举报频次")
        ordering = ["-hour"]
        constraints = [
            models.UniqueConstraint(
                fields=["address_hash", "purpose", "hour"], name="one_quota_per_address_and_hour"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hour} {self.number}"
