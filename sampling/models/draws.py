"""抽取: one row per freeze. The selection is never stored before its dispatch; it follows from
the pool, the sealed nonce and the entropy (chanji-draw/2 §3). Of what was drawn the row holds the
root of a salted tree alone, which tells nothing before the nonce does (§5)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sampling.choices import ChangeKind, ChangeReason, DrawState

from .plans import SamplingPlan


class Draw(models.Model):
    plan = models.ForeignKey(
        SamplingPlan, models.PROTECT, related_name="draws", verbose_name=_("计划")
    )
    state = models.CharField(_("状态"), max_length=10, choices=DrawState, default=DrawState.FROZEN)
    pool = models.TextField(_("抽取池"))
    pool_digest = models.CharField(_("抽取池摘要"), max_length=64)
    commitment = models.CharField(_("随机数承诺"), max_length=64)
    sealed_nonce = models.TextField(_("密封随机数"))
    # As published, to the byte; its digest goes into the seed.
    announcement = models.JSONField(_("公告"))
    announcement_digest = models.CharField(_("公告摘要"), max_length=64)
    # The first and the last of the announced sources' moments.
    entropy_from = models.DateTimeField(_("最早可知时刻"))
    entropy_at = models.DateTimeField(_("全部可知时刻"))
    officers_count = models.PositiveIntegerField(_("执法人员数"))
    frozen_at = models.DateTimeField(_("冻结时间"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("冻结人")
    )
    window_from = models.DateField(_("法定时段起"))
    window_to = models.DateField(_("法定时段止"))
    outside_window_reason = models.CharField(
        _("时段外冻结原因"), max_length=300, blank=True, default=""
    )
    # What each category's figures were: a copy, so that a later draft cannot rewrite history.
    quotas = models.JSONField(_("抽取数"), default=list)
    left_out = models.JSONField(_("未入池单位"), default=list)
    # The draw record as published.
    record = models.JSONField(_("抽取记录"), null=True, blank=True)
    drawn_at = models.DateTimeField(_("抽取时间"), null=True, blank=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("抽取人"),
    )
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("批准人"),
    )
    ended_at = models.DateTimeField(_("撤回、作废或公开时间"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("撤回、作废或公开人"),
    )
    end_reason = models.CharField(_("撤回或作废原因"), max_length=300, blank=True, default="")
    bundle = models.JSONField(_("公开复核材料"), null=True, blank=True)

    class Meta:
        verbose_name = _("抽取")
        verbose_name_plural = _("抽取")
        ordering = ["-frozen_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"],
                condition=~Q(state__in=["withdrawn", "void"]),
                name="one_draw_that_counts_per_plan",
            ),
            models.UniqueConstraint(fields=["commitment"], name="each_commitment_once"),
            models.CheckConstraint(
                condition=Q(entropy_from__gt=F("frozen_at"), entropy_at__gte=F("entropy_from")),
                name="entropy_is_known_only_after_the_freeze",
            ),
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True) | Q(drawn_at__gte=F("entropy_at")),
                name="draw_waits_for_the_announced_moment",
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        state__in=["frozen", "withdrawn", "void"],
                        drawn_at__isnull=True,
                        record__isnull=True,
                    )
                    | Q(
                        state__in=["drawn", "approved", "revealed", "void"],
                        drawn_at__isnull=False,
                        drawn_by__isnull=False,
                        record__isnull=False,
                    )
                ),
                name="drawn_means_the_record_is_there",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "revealed"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="approved_draw_names_its_approver",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (~Q(approved_by=F("drawn_by")) & ~Q(approved_by=F("frozen_by"))),
                name="draw_approver_neither_froze_nor_drew",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["withdrawn", "void"])
                | (Q(ended_by__isnull=False, ended_at__isnull=False) & ~Q(end_reason="")),
                name="ended_draw_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(ended_at__lt=F("entropy_from")),
                name="freeze_is_withdrawn_before_its_entropy",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["revealed", "void"], bundle__isnull=False)
                | (~Q(state__in=["revealed", "void"]) & Q(bundle__isnull=True)),
                name="bundle_exists_only_once_revealed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.number} {self.get_state_display()}"


class DrawVoid(models.Model):
    """宣布作废: proposed by one approver, confirmed or rejected by another (chanji-draw/2 §2)."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待确认")
        CONFIRMED = "confirmed", _("已作废")
        REJECTED = "rejected", _("未同意")

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="voids", verbose_name=_("抽取"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    reason = models.CharField(_("原因"), max_length=300)
    proposed_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人")
    )
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("决定人"),
    )

    class Meta:
        verbose_name = _("宣布作废")
        verbose_name_plural = _("宣布作废")
        ordering = ["draw", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["draw"], condition=Q(state="proposed"), name="one_open_void_per_draw"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="void_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by__isnull=True, decided_at__isnull=True)
                | Q(
                    state__in=["confirmed", "rejected"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                & ~Q(decided_by=F("proposed_by")),
                name="void_is_decided_by_another_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draw.plan.number} {self.get_state_display()}"


class Witness(models.Model):
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="witnesses", verbose_name=_("抽取"))
    # Public for good in the draw record; the name is in the minutes alone.
    represents = models.CharField(_("代表单位"), max_length=100)
    name = models.CharField(_("见证人"), max_length=100)

    class Meta:
        verbose_name = _("见证人")
        verbose_name_plural = _("见证人")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "name"], name="each_witness_once_per_draw"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(represents=""),
                name="witness_has_a_name_and_represents_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.represents} {self.name}"


class Wave(models.Model):
    """派发批次. Which units it holds is computed at dispatch, not stored here."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="waves", verbose_name=_("抽取"))
    number = models.PositiveSmallIntegerField(_("批次"))
    due_on = models.DateField(_("派发日期"))
    size = models.PositiveIntegerField(_("任务数"))
    dispatched_at = models.DateTimeField(_("派发时间"), null=True, blank=True)
    dispatched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("派发人"),
    )

    class Meta:
        verbose_name = _("派发批次")
        verbose_name_plural = _("派发批次")
        ordering = ["draw", "number"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "number"], name="one_wave_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.draw.plan.number} 第{self.number}批"


class DrawChange(models.Model):
    """替换/回避: proposed, then approved by another person, in the order of approval
    (chanji-draw/2 §6). Only dispatched units can be named, so nothing sealed stands here."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待批准")
        APPROVED = "approved", _("已批准")
        REJECTED = "rejected", _("未批准")

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="changes", verbose_name=_("抽取"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    # Given at approval: the order in which the protocol applies the changes.
    position = models.PositiveIntegerField(_("顺序"), null=True, blank=True)
    kind = models.CharField(_("类型"), max_length=10, choices=ChangeKind)
    ground = models.CharField(_("情形"), max_length=13, choices=ChangeReason)
    source = models.CharField(_("单位编号"), max_length=40)
    inspector = models.CharField(_("人员编号"), max_length=40, blank=True, default="")
    # The reserve or the newcomer the protocol named.
    successor = models.CharField(_("接替"), max_length=40, blank=True, default="")
    reason = models.CharField(_("原因"), max_length=300)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人")
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("批准人"),
    )
    proposed_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("替换与回避")
        verbose_name_plural = _("替换与回避")
        ordering = ["draw", "position"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "position"], name="one_change_per_position"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(proposed_by=F("approved_by")),
                name="change_approver_is_not_its_proposer",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | (
                    Q(
                        approved_by__isnull=False,
                        approved_at__isnull=False,
                        position__isnull=False,
                    )
                    & ~Q(successor="")
                ),
                name="approved_change_has_approver_moment_position_and_successor",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="change_has_a_reason"),
            models.UniqueConstraint(
                fields=["draw", "source"],
                condition=Q(ground="party_request") & ~Q(state="rejected"),
                name="one_recusal_by_the_partys_request",
                violation_error_message=_("当事人申请回避以一次为限。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.source}→{self.successor}"
