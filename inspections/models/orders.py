"""责令改正、处罚决定、送达 and the evidence of correction: what follows from a problem (domain rules §4.7)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.choices import PenaltyState, ServiceMethod

from .assignments import Assignment
from .problems import Problem


class Served(models.Model):
    """送达: when, how and to whom; empty until it happened."""

    served_on = models.DateField(_("送达日期"), null=True, blank=True)
    service_method = models.CharField(
        _("送达方式"), max_length=16, choices=ServiceMethod, blank=True, default=""
    )
    receiver = models.CharField(_("受送达人"), max_length=100, blank=True, default="")
    service_note = models.CharField(_("送达说明"), max_length=300, blank=True, default="")
    served_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("送达人"),
    )

    class Meta:
        abstract = True


def _service_is_told(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(served_on__isnull=True, served_by__isnull=True, service_method="")
        | Q(served_on__isnull=False, served_by__isnull=False)
        & ~Q(service_method="")
        & ~Q(receiver=""),
        name=name,
    )


class CorrectionOrder(Served):
    """责令改正通知书: what has to be corrected, until when, on which basis."""

    problem = models.ForeignKey(
        Problem, models.PROTECT, related_name="orders", verbose_name=_("问题")
    )
    number = models.CharField(_("文书编号"), max_length=40, unique=True)
    violation = models.TextField(_("违法事实"))
    requirements = models.TextField(_("改正要求"))
    basis = models.CharField(_("依据"), max_length=300)
    deadline = models.DateField(_("改正期限"))
    issued_on = models.DateField(_("制作日期"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("承办人")
    )

    class Meta:
        verbose_name = _("责令改正通知书")
        verbose_name_plural = _("责令改正通知书")
        ordering = ["-pk"]
        constraints = [
            _service_is_told("served_order_says_how_and_to_whom"),
            models.CheckConstraint(
                condition=Q(served_on__isnull=True) | Q(served_on__gte=F("issued_on")),
                name="order_is_served_after_it_is_issued",
            ),
            models.CheckConstraint(
                condition=Q(deadline__gte=F("issued_on"))
                & ~Q(requirements="")
                & ~Q(violation="")
                & ~Q(basis=""),
                name="order_says_what_to_correct_why_and_until_when",
            ),
            models.UniqueConstraint(
                fields=["problem"],
                condition=Q(served_on__isnull=True),
                name="one_unserved_order_per_problem",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class PenaltyDecision(Served):
    """行政处罚决定. Published within 7 working days of ``decided_on``; once ``state`` is changed or
    revoked it is taken off the public page within 3 days of ``ended_on``."""

    problem = models.ForeignKey(
        Problem, models.PROTECT, related_name="penalties", verbose_name=_("问题")
    )
    number = models.CharField(_("处罚决定书文号"), max_length=60, unique=True)
    violation = models.TextField(_("违法事实"))
    content = models.CharField(_("处罚内容"), max_length=500)
    basis = models.CharField(_("处罚依据"), max_length=500)
    # 行政处罚法 第四十四条、第四十五条: without it a decision may not be made.
    hearing = models.TextField(_("事先告知和陈述申辩情况"), blank=True, default="")
    amount = models.DecimalField(_("罚款金额（元）"), max_digits=12, decimal_places=2, default=0)
    decided_on = models.DateField(_("决定日期"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人")
    )
    recorded_at = models.DateTimeField(_("登记时间"))
    state = models.CharField(
        _("状态"), max_length=10, choices=PenaltyState, default=PenaltyState.STANDING
    )
    ended_on = models.DateField(_("变更或撤销日期"), null=True, blank=True)
    ended_reason = models.CharField(_("变更或撤销原因"), max_length=300, blank=True, default="")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("办理人"),
    )
    replaced_by = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("变更后的决定"),
    )

    class Meta:
        verbose_name = _("行政处罚决定")
        verbose_name_plural = _("行政处罚决定")
        ordering = ["-decided_on", "-pk"]
        constraints = [
            _service_is_told("served_penalty_says_how_and_to_whom"),
            models.CheckConstraint(
                condition=Q(state="standing", ended_on__isnull=True, ended_by__isnull=True)
                | Q(
                    state__in=["changed", "revoked"], ended_on__isnull=False, ended_by__isnull=False
                )
                & ~Q(ended_reason=""),
                name="ended_penalty_says_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="penalty_amount_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(served_on__isnull=True) | Q(served_on__gte=F("decided_on")),
                name="penalty_is_served_after_it_is_decided",
            ),
            models.UniqueConstraint(
                fields=["problem"],
                condition=Q(state="standing"),
                name="one_standing_penalty_per_problem",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Recheck(models.Model):
    """复查 of one problem by one assignment, and what it found; one at a time."""

    problem = models.ForeignKey(
        Problem, models.PROTECT, related_name="rechecks", verbose_name=_("问题")
    )
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="rechecks", verbose_name=_("复查任务")
    )
    order = models.ForeignKey(
        CorrectionOrder, models.PROTECT, related_name="rechecks", verbose_name=_("责令改正通知书")
    )
    passed = models.BooleanField(_("已改正"), null=True, blank=True)
    noted_at = models.DateTimeField(_("认定时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("复查")
        verbose_name_plural = _("复查")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem"],
                condition=Q(passed__isnull=True),
                name="one_running_recheck_per_problem",
            ),
            models.CheckConstraint(
                condition=Q(passed__isnull=True, noted_at__isnull=True)
                | Q(passed__isnull=False, noted_at__isnull=False),
                name="recheck_result_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment.number} {self.problem.where}"


class CorrectionEvidence(models.Model):
    """整改佐证: a file that shows what was corrected; bytes are named by their hash."""

    problem = models.ForeignKey(
        Problem, models.PROTECT, related_name="corrections", verbose_name=_("问题")
    )
    sha256 = models.CharField(_("文件指纹"), max_length=64)
    media_type = models.CharField(_("类型"), max_length=80)
    size = models.PositiveBigIntegerField(_("字节数"))
    name = models.CharField(_("文件名"), max_length=200)
    note = models.CharField(_("说明"), max_length=200)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    uploaded_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("整改佐证")
        verbose_name_plural = _("整改佐证")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["problem", "sha256"], name="each_correction_file_once_per_problem"
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
