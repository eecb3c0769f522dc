"""风险分级: weights by version, facts kept by staff, and what was made of them (实施方案 二（六）)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    AssessmentState,
    ClueKind,
    ManagementLevel,
    RiskFactKind,
    RiskGrade,
)

from .sources import PollutionSource


class RiskWeights(models.Model):
    """One version of the points and thresholds; append-only, so that an old grade can be redone."""

    version = models.PositiveSmallIntegerField(_("版本"), unique=True)
    effective_from = models.DateField(_("生效日期"))
    # The keys stand in registry/grading/rules/risk.py.
    weights = models.JSONField(_("权重"))
    thresholds = models.JSONField(_("分级界线"))
    reason = models.CharField(_("修改原因"), max_length=300)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("制定人"),
    )
    created_at = models.DateTimeField(_("制定时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("风险权重")
        verbose_name_plural = _("风险权重")
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="risk_weights_have_a_reason"),
        ]

    def __str__(self) -> str:
        return _("第%(version)d版") % {"version": self.version}


class RiskFact(models.Model):
    """处罚、挂牌督办、报警、管理水平: one dated fact with its evidence. A wrong one is voided, not
    deleted. ``number`` counts what happened (alarms may come as one line a month); it is 1 for a
    level."""

    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="risk_facts", verbose_name=_("污染源")
    )
    kind = models.CharField(_("事实"), max_length=20, choices=RiskFactKind)
    on = models.DateField(_("日期"))
    number = models.PositiveIntegerField(_("次数"), default=1)
    level = models.CharField(
        _("管理水平"), max_length=12, choices=ManagementLevel, blank=True, default=""
    )
    evidence = models.CharField(_("依据材料"), max_length=300)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("登记人")
    )
    recorded_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("作废人"),
    )
    void_reason = models.CharField(_("作废原因"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("风险事实")
        verbose_name_plural = _("风险事实")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=RiskFactKind.values), name="risk_fact_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="management", level__in=ManagementLevel.values, number=1)
                | (~Q(kind="management") & Q(level="")),
                name="risk_fact_level_belongs_to_management",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=10_000), name="risk_fact_number_is_plausible"
            ),
            models.CheckConstraint(condition=~Q(evidence=""), name="risk_fact_has_evidence"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="voided_risk_fact_says_who_and_why",
            ),
        ]
        indexes = [models.Index(fields=["source", "kind", "on"], name="risk_fact_idx")]

    def __str__(self) -> str:
        return f"{self.source.code} {self.get_kind_display()} {self.on}"


class VerifiedClue(models.Model):
    """查实的线索: one line per clue, written by the floor that judges them. It says that and
    when, never who reported or what."""

    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="verified_clues", verbose_name=_("污染源")
    )
    kind = models.CharField(_("线索类型"), max_length=12, choices=ClueKind)
    verified_on = models.DateField(_("查实日期"))
    reference = models.CharField(_("线索编号"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("查实的线索")
        verbose_name_plural = _("查实的线索")
        ordering = ["-verified_on", "-pk"]
        indexes = [models.Index(fields=["source", "verified_on"], name="verified_clue_idx")]

    def __str__(self) -> str:
        return f"{self.reference} {self.verified_on}"


class FollowedProblem(models.Model):
    """跟踪的问题: one line per problem that is followed up, written by the floor that follows it. It counts
    as an existing violation from ``counts_from`` until it is closed."""

    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="followed_problems", verbose_name=_("污染源")
    )
    reference = models.CharField(_("问题标识"), max_length=40, unique=True)
    opened_on = models.DateField(_("登记日期"))
    counts_from = models.DateField(_("起算日期"))
    closed_on = models.DateField(_("销号日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("跟踪的问题")
        verbose_name_plural = _("跟踪的问题")
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="problem_is_closed_after_it_is_opened",
            ),
        ]
        indexes = [
            models.Index(
                fields=["source"], condition=Q(closed_on__isnull=True), name="open_problem_idx"
            )
        ]

    def __str__(self) -> str:
        return self.reference


class RiskAssessment(models.Model):
    """One computation for one unit. It changes no grade: a person confirms or rejects it."""

    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="assessments", verbose_name=_("污染源")
    )
    on = models.DateField(_("测算日期"))
    weights = models.ForeignKey(
        RiskWeights, models.PROTECT, related_name="+", verbose_name=_("权重版本")
    )
    score = models.IntegerField(_("总分"))
    # [{"factor", "fact", "points"}], whose points add up to the score.
    contributions = models.JSONField(_("各项得分"))
    old_grade = models.CharField(
        _("现行等级"), max_length=10, choices=RiskGrade, blank=True, default=""
    )
    proposed_grade = models.CharField(_("建议等级"), max_length=10, choices=RiskGrade)
    state = models.CharField(_("状态"), max_length=12, choices=AssessmentState)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("确认人"),
    )
    decided_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    reason = models.CharField(_("确认或不采纳的理由"), max_length=300, blank=True, default="")
    created_at = models.DateTimeField(_("生成时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("风险测算")
        verbose_name_plural = _("风险测算")
        ordering = ["-pk"]
        permissions = [
            ("manage_risk", _("维护风险事实和权重")),
            ("confirm_risk", _("确认风险等级")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AssessmentState.values), name="assessment_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(proposed_grade__in=RiskGrade.values), name="assessment_grade_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["confirmed", "rejected"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                & ~Q(reason="")
                | Q(
                    state__in=["proposed", "agrees", "superseded"],
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                    reason="",
                ),
                name="decided_assessment_says_who_when_and_why",
            ),
            models.CheckConstraint(
                condition=Q(state="agrees", old_grade=F("proposed_grade"))
                | (~Q(state="agrees") & ~Q(old_grade=F("proposed_grade"))),
                name="assessment_proposes_a_change_unless_it_agrees",
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(state="proposed"),
                name="one_open_assessment_per_source",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="assessment_desk_idx")]

    def __str__(self) -> str:
        return f"{self.source.code} {self.on} {self.get_proposed_grade_display()}"
