"""Checks outside the draw that no clue asked for, and visits that were merged (domain rules §3, §4)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.choices import OTHER_SOURCES, TargetedState
from registry.choices import CapExemptionKind, CheckSource
from registry.models import InspectionItem, Inspector, PollutionSource

from .assignments import Assignment


class OtherCheck(models.Model):
    """抽查之外的检查申请: proposed by one person, approved by another, beforehand or, where it is urgent,
    within the stated time after it went out."""

    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="other_checks", verbose_name=_("污染源")
    )
    check_source = models.CharField(_("检查来源"), max_length=20, choices=CheckSource)
    reason = models.CharField(_("检查事由"), max_length=300)
    departments = models.CharField(_("联合部门"), max_length=200, blank=True, default="")
    # Blank: the visit counts against the yearly cap (国办发〔2024〕54号).
    cap_exemption = models.CharField(
        _("频次豁免"), max_length=30, choices=CapExemptionKind, blank=True, default=""
    )
    repeat_reason = models.CharField(_("再次检查的理由"), max_length=300, blank=True, default="")
    items = models.ManyToManyField(InspectionItem, related_name="+", verbose_name=_("检查事项"))
    lead = models.ForeignKey(Inspector, models.PROTECT, related_name="+", verbose_name=_("主办"))
    members = models.ManyToManyField(Inspector, related_name="+", verbose_name=_("其他成员"))
    urgent = models.BooleanField(_("紧急（先检查后报批）"), default=False)
    due_on = models.DateField(_("完成期限"))
    state = models.CharField(
        _("状态"), max_length=10, choices=TargetedState, default=TargetedState.PROPOSED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("申请人")
    )
    proposed_at = models.DateTimeField(_("申请时间"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("批准人"),
    )
    decided_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    decision_reason = models.CharField(_("批准意见"), max_length=300, blank=True, default="")
    assignment = models.OneToOneField(
        Assignment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="other_check",
        verbose_name=_("任务"),
    )

    class Meta:
        verbose_name = _("抽查外检查申请")
        verbose_name_plural = _("抽查外检查申请")
        ordering = ["-pk"]
        permissions = [
            ("propose_other_check", _("申请抽查外检查")),
            ("approve_other_check", _("批准抽查外检查")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(check_source__in=[source.value for source in OTHER_SOURCES])
                & ~Q(reason=""),
                name="other_check_has_a_source_and_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(check_source="joint") | ~Q(departments=""),
                name="joint_check_names_the_departments",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="other_check_approver_is_not_its_proposer",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True)
                | Q(state="approved", decided_by__isnull=False, assignment__isnull=False)
                | Q(state="rejected", decided_by__isnull=False) & ~Q(decision_reason=""),
                name="decided_other_check_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(urgent=True) | Q(assignment__isnull=True) | Q(state="approved"),
                name="only_urgent_checks_go_out_before_approval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_check_source_display()} {self.source.code}"


class JointVisit(models.Model):
    """综合查一次: what is due at one unit is done in one visit."""

    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="joint_visits", verbose_name=_("污染源")
    )
    on = models.DateField(_("上门日期"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("决定人")
    )
    decided_at = models.DateTimeField(_("决定时间"))

    class Meta:
        verbose_name = _("综合查一次")
        verbose_name_plural = _("综合查一次")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.source.code} {self.on}"
