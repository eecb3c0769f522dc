"""抽查任务. A row exists only from its dispatch on: before that the list is sealed by absence."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inspections.choices import AssignmentState, TeamRole
from inspections.querysets import AssignmentQuerySet, TeamQuerySet
from registry.choices import CheckSource
from registry.models import InspectionItem, Inspector, MustCheckSet, PollutionSource
from sampling.choices import DrawCategory
from sampling.models import SamplingPlan, Wave


class Assignment(models.Model):
    public_id = models.UUIDField(_("标识"), default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("任务编号"), max_length=40, unique=True)
    check_source = models.CharField(
        _("检查来源"), max_length=20, choices=CheckSource, default=CheckSource.RANDOM
    )
    plan = models.ForeignKey(
        SamplingPlan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("抽查计划"),
    )
    wave = models.ForeignKey(
        Wave, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("批次")
    )
    category = models.CharField(
        _("抽取类别"), max_length=10, choices=DrawCategory, blank=True, default=""
    )
    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="assignments", verbose_name=_("污染源")
    )
    reason = models.CharField(_("检查事由"), max_length=300, blank=True, default="")
    must_check_set = models.ForeignKey(
        MustCheckSet, models.PROTECT, related_name="+", verbose_name=_("十必查清单")
    )
    state = models.CharField(
        _("状态"),
        max_length=12,
        choices=AssignmentState,
        default=AssignmentState.DISPATCHED,
    )
    dispatched_at = models.DateTimeField(_("派发时间"))
    due_on = models.DateField(_("完成期限"))
    accepted_at = models.DateTimeField(_("接收时间"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("接收人"),
    )
    started_at = models.DateTimeField(_("开始检查时间"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    completed_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    # Why the same officer goes to the same unit again although nothing was found (domain rules §3).
    repeat_reason = models.CharField(_("再次检查的理由"), max_length=300, blank=True, default="")
    joint_visit = models.ForeignKey(
        "inspections.JointVisit",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("综合查一次"),
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("抽查任务")
        verbose_name_plural = _("抽查任务")
        ordering = ["due_on", "number"]
        permissions = [
            ("submit_record", _("填写并提交检查记录")),
            ("review_record", _("审核检查记录")),
            ("view_all_assignments", _("查看全部已派发任务")),
            ("close_problem", _("批准问题销号")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "source"],
                condition=Q(plan__isnull=False),
                name="no_unit_twice_in_one_plan",
            ),
            models.CheckConstraint(
                condition=Q(check_source="random", plan__isnull=False)
                | (~Q(check_source="random") & Q(plan__isnull=True)),
                name="random_assignment_belongs_to_a_plan",
            ),
            models.CheckConstraint(
                condition=Q(state__in=AssignmentState.values), name="assignment_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(completed_at__isnull=False),
                name="approved_assignment_says_when",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True) | Q(completed_at__gte=F("submitted_at")),
                name="assignment_completes_after_it_is_submitted",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="assignment_desk_idx"),
            # For the sweep that starts the clock of publication: what was approved lately.
            models.Index(
                fields=["completed_at"],
                condition=Q(state="approved"),
                name="assignment_approved_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def category_label(self) -> str:
        """What it was drawn as, in words; blank for checks outside every draw."""
        if not self.category:
            return ""
        if self.plan is None:
            return str(DrawCategory(self.category).label)
        return self.plan.category_label(self.category)

    @property
    def unit(self) -> PollutionSource:
        """The record that speaks for the unit now; ``source`` stays the one that was sent out."""
        return self.source.standing

    def has_on_team(self, user: Any) -> bool:
        return self.team.present().filter(inspector__user=user).exists()

    def team_users(self) -> list[Any]:
        """The accounts of the team; a member without one is told by the others."""
        members = self.team.present().filter(inspector__user__isnull=False)
        return [member.inspector.user for member in members.select_related("inspector__user")]

    @property
    def inspection_items(self) -> models.QuerySet[InspectionItem]:
        """抽查事项 of the plan, those a check outside the draw was approved for, or of a recheck those
        of the check whose problems it looks at again."""
        if self.plan is not None:
            return self.plan.items.order_by("position")
        check = getattr(self, "check_request", None)
        if check is not None:
            return check.items.order_by("position")
        recheck = self.rechecks.select_related("problem__assignment").first()
        if recheck is not None:
            return recheck.problem.assignment.inspection_items
        return InspectionItem.objects.none()


class TeamMember(models.Model):
    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="team", verbose_name=_("任务")
    )
    inspector = models.ForeignKey(
        Inspector, models.PROTECT, related_name="memberships", verbose_name=_("检查人员")
    )
    role = models.CharField(_("分工"), max_length=10, choices=TeamRole)
    position = models.PositiveSmallIntegerField(_("顺序"))
    left_at = models.DateTimeField(_("退出时间"), null=True, blank=True)
    left_reason = models.CharField(_("退出原因"), max_length=300, blank=True, default="")

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("检查组成员")
        verbose_name_plural = _("检查组成员")
        ordering = ["assignment", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "inspector"], name="each_inspector_once_per_assignment"
            ),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(role="lead", left_at__isnull=True),
                name="one_lead_per_assignment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.inspector.name}"


class AssignmentView(models.Model):
    """Who looked at a dispatched assignment, and when; append-only."""

    assignment = models.ForeignKey(
        Assignment, models.PROTECT, related_name="views", verbose_name=_("任务")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("查看人")
    )
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("查看记录")
        verbose_name_plural = _("查看记录")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.at:%Y-%m-%d %H:%M}"
