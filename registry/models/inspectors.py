"""执法检查人员名录库 (domain rules §1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.choices import ConflictKind, InspectorRole, InspectorStatus
from registry.models.validators import code_is_writable
from registry.querysets import ConflictQuerySet, InspectorQuerySet, LeaveQuerySet

from .sources import PollutionSource


class Inspector(models.Model):
    code = models.CharField(
        _("人员编号"), max_length=20, unique=True, validators=[code_is_writable]
    )
    name = models.CharField(_("姓名"), max_length=50)
    role = models.CharField(_("类别"), max_length=10, choices=InspectorRole)
    organisation = models.CharField(_("单位"), max_length=100)
    skills = models.JSONField(_("专业"), default=list, blank=True)
    phone = models.CharField(_("联系电话"), max_length=50, blank=True, default="")
    status = models.CharField(
        _("状态"), max_length=10, choices=InspectorStatus, default=InspectorStatus.ON_POST
    )
    note = models.TextField(_("备注"), blank=True, default="")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="inspector",
        verbose_name=_("登录账号"),
    )
    created_at = models.DateTimeField(_("建档时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = InspectorQuerySet.as_manager()

    class Meta:
        verbose_name = _("检查人员")
        verbose_name_plural = _("检查人员（执法检查人员名录库）")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=InspectorRole.values), name="inspector_role_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=InspectorStatus.values), name="inspector_status_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(organisation=""),
                name="inspector_has_name_and_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Credential(models.Model):
    """执法证. The number is unique among all certificates ever entered."""

    inspector = models.ForeignKey(
        Inspector, models.PROTECT, related_name="credentials", verbose_name=_("检查人员")
    )
    number = models.CharField(_("执法证号"), max_length=40, unique=True)
    valid_from = models.DateField(_("证件有效期起"))
    valid_to = models.DateField(_("证件有效期止"))

    class Meta:
        verbose_name = _("执法证")
        verbose_name_plural = _("执法证")
        ordering = ["-valid_to"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="certificate_ends_after_it_starts",
                violation_error_message=_("证件有效期止不能早于有效期起。"),
            ),
            models.CheckConstraint(condition=~Q(number=""), name="certificate_has_a_number"),
        ]

    def __str__(self) -> str:
        return self.number


class Leave(models.Model):
    inspector = models.ForeignKey(
        Inspector, models.PROTECT, related_name="leaves", verbose_name=_("检查人员")
    )
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    reason = models.CharField(_("事由"), max_length=200, blank=True, default="")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("登记人"),
    )
    # Leave that was not taken after all; the line stays.
    cancelled_on = models.DateField(_("取消日期"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(
        _("取消原因"), max_length=200, blank=True, default="", editable=False
    )

    objects = LeaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("离岗时段")
        verbose_name_plural = _("离岗时段")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="leave_ends_after_it_starts",
                violation_error_message=_("结束日期不能早于开始日期。"),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True, cancel_reason="")
                | (Q(cancelled_on__isnull=False) & ~Q(cancel_reason="")),
                name="cancelled_leave_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inspector.code} {self.starts_on}—{self.ends_on}"


class ConflictOfInterest(models.Model):
    """利害关系: this inspector may not inspect this source (becomes a C line of the pool)."""

    inspector = models.ForeignKey(
        Inspector, models.PROTECT, related_name="conflicts", verbose_name=_("检查人员")
    )
    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="conflicts", verbose_name=_("污染源")
    )
    kind = models.CharField(_("关系"), max_length=20, choices=ConflictKind)
    detail = models.CharField(_("说明"), max_length=300, blank=True, default="")
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("终止日期"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("申报或登记人"),
    )
    by_self = models.BooleanField(_("本人申报"), default=False, editable=False)
    recorded_at = models.DateTimeField(_("登记时间"), auto_now_add=True, null=True)
    end_reason = models.CharField(
        _("终止原因"), max_length=300, blank=True, default="", editable=False
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("终止人"),
    )

    objects = ConflictQuerySet.as_manager()

    class Meta:
        verbose_name = _("利害关系")
        verbose_name_plural = _("利害关系（回避）")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="conflict_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["inspector", "source", "kind"],
                condition=Q(ends_on__isnull=True),
                name="one_open_conflict_per_pair_and_kind",
                violation_error_message=_("该人员与该单位已有同类未终止的利害关系。"),
            ),
            models.CheckConstraint(
                condition=Q(end_reason="") | Q(ends_on__isnull=False, ended_by__isnull=False),
                name="ended_conflict_says_when_and_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inspector.code}×{self.source.code}"
