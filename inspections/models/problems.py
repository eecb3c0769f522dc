"""问题: opened by an approved record, followed until closed (domain rules §4.7)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.choices import Handling, ProblemState

from .assignments import Assignment
from .records import RecordVersion


class Problem(models.Model):
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="problems", verbose_name=_("任务")
    )
    version = models.ForeignKey(
        RecordVersion, models.PROTECT, related_name="problems", verbose_name=_("检查记录")
    )
    # The section it comes from: must_check:3.
    section = models.CharField(_("来源"), max_length=90)
    description = models.TextField(_("问题"))
    handling = models.CharField(_("处理方式"), max_length=20, choices=Handling)
    deadline = models.DateField(_("整改期限"), null=True, blank=True)
    case_number = models.CharField(_("案号"), max_length=60, blank=True, default="")
    case_filed_on = models.DateField(_("立案日期"), null=True, blank=True)
    # The day a recheck found it corrected.
    recheck_passed_on = models.DateField(_("复查合格日期"), null=True, blank=True)
    # 移送司法: approved by a leader within 3 days, handed over within 24 hours of that.
    transfer_approved_at = models.DateTimeField(_("批准移送时间"), null=True, blank=True)
    transfer_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("批准移送人"),
    )
    handed_over_at = models.DateTimeField(_("移交时间"), null=True, blank=True)
    handover_receipt = models.CharField(_("接收回执"), max_length=200, blank=True, default="")
    state = models.CharField(
        _("状态"), max_length=16, choices=ProblemState, default=ProblemState.OPEN
    )
    opened_at = models.DateTimeField(_("登记时间"))
    proposed_closing = models.TextField(_("整改情况"), blank=True, default="")
    close_proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("提请销号人"),
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("批准销号人"),
    )
    closed_at = models.DateTimeField(_("销号时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("问题")
        verbose_name_plural = _("问题")
        ordering = ["state", "deadline", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "section"], name="one_problem_per_record_section"
            ),
            models.CheckConstraint(
                condition=~Q(handling="rectification") | Q(deadline__isnull=False),
                name="rectification_has_a_deadline",
            ),
            models.CheckConstraint(
                condition=Q(handling__in=Handling.values) & ~Q(description=""),
                name="problem_says_what_and_how_it_is_handled",
            ),
            models.CheckConstraint(
                condition=Q(transfer_approved_by__isnull=True, transfer_approved_at__isnull=True)
                | Q(transfer_approved_by__isnull=False, transfer_approved_at__isnull=False),
                name="approved_referral_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at__isnull=True, handover_receipt="")
                | Q(transfer_approved_at__isnull=False, handed_over_at__isnull=False)
                & ~Q(handover_receipt=""),
                name="hand_over_follows_approval_and_has_a_receipt",
            ),
            models.CheckConstraint(
                condition=Q(case_filed_on__isnull=True) | ~Q(case_number=""),
                name="filed_case_has_a_number",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="closed_problem_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("close_proposed_by")),
                name="close_out_approver_is_not_its_proposer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment.number} {self.get_handling_display()}"

    @property
    def where(self) -> str:
        return _("十必查第%(number)s项") % {"number": self.section.partition(":")[2]}


class ProblemEvent(models.Model):
    """What happened to a problem, in order."""

    problem = models.ForeignKey(
        Problem, models.PROTECT, related_name="events", verbose_name=_("问题")
    )
    text = models.TextField(_("情况"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("经办人"),
    )
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("问题跟踪")
        verbose_name_plural = _("问题跟踪")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:40]
