"""Checks outside the draw, as they are asked for and decided (实施方案 二（一）; domain rules §4, §5)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.choices import CLUE_SOURCES, OTHER_SOURCES, CheckRequestState, OnSiteReason
from registry.choices import CapExemptionKind, CheckSource
from registry.models import InspectionItem, Inspector, PollutionSource

from .assignments import Assignment
from .clues import Clue


class CheckRequest(models.Model):
    """检查申请: proposed by one person, approved by another; with the clue it follows, or of other
    origin. Without a clue an urgent one may go out first, its approval due afterwards."""

    clue = models.ForeignKey(
        Clue,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="check_requests",
        verbose_name=_("线索"),
    )
    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="check_requests", verbose_name=_("污染源")
    )
    check_source = models.CharField(_("检查来源"), max_length=20, choices=CheckSource)
    # Why what could be checked off-site is checked on site; of clues alone.
    reason_kind = models.CharField(
        _("转现场理由类别"), max_length=20, choices=OnSiteReason, blank=True, default=""
    )
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
    urgent = models.BooleanField(_("紧急"), default=False)
    due_on = models.DateField(_("完成期限"))
    state = models.CharField(
        _("状态"), max_length=10, choices=CheckRequestState, default=CheckRequestState.PROPOSED
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
        related_name="check_request",
        verbose_name=_("任务"),
    )

    class Meta:
        verbose_name = _("检查申请")
        verbose_name_plural = _("检查申请")
        ordering = ["-pk"]
        permissions = [
            ("propose_check_request", _("申请抽查外检查")),
            ("approve_check_request", _("批准定向检查和抽查外检查")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    clue__isnull=True,
                    reason_kind="",
                    check_source__in=[source.value for source in OTHER_SOURCES],
                )
                | Q(
                    clue__isnull=False,
                    check_source__in=sorted({source.value for source in CLUE_SOURCES.values()}),
                    reason_kind__in=OnSiteReason.values,
                )
                & ~Q(cap_exemption=""),
                name="check_request_fits_its_origin",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="check_request_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(check_source="joint") | ~Q(departments=""),
                name="joint_check_names_the_departments",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="check_request_approver_is_not_its_proposer",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True)
                | Q(state="approved", decided_by__isnull=False, assignment__isnull=False)
                | Q(state="rejected", decided_by__isnull=False) & ~Q(decision_reason=""),
                name="decided_check_request_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(urgent=True, clue__isnull=True)
                | Q(assignment__isnull=True)
                | Q(state="approved"),
                name="only_urgent_checks_go_out_before_approval",
            ),
            models.UniqueConstraint(
                fields=["clue"],
                condition=Q(state__in=["proposed", "approved"]),
                name="one_standing_check_request_per_clue",
            ),
        ]

    def __str__(self) -> str:
        about = self.clue.number if self.clue else f"{self.get_check_source_display()}"
        return f"{about} {self.source.code}"
