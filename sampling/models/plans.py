"""抽查计划: one per quarter, with the figures it was frozen with."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.models import InspectionItem, MustCheckSet
from registry.rules.quarter import Quarter
from sampling.choices import DrawCategory, PlanState


class SamplingPlan(models.Model):
    quarter = models.CharField(_("季度"), max_length=6, unique=True)
    state = models.CharField(_("状态"), max_length=10, choices=PlanState, default=PlanState.DRAFT)
    # Percent per quarter; the floor is law (key 25, special 50), the figure above it is chosen.
    key_ratio = models.PositiveSmallIntegerField(_("重点抽查比例（%）"), default=25)
    special_ratio = models.PositiveSmallIntegerField(_("特殊抽查比例（%）"), default=50)
    waves = models.PositiveSmallIntegerField(_("派发批次"), default=3)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("编制人")
    )
    created_at = models.DateTimeField(_("编制时间"), auto_now_add=True)
    must_check_set = models.ForeignKey(
        MustCheckSet, models.PROTECT, related_name="+", verbose_name=_("十必查清单")
    )
    items = models.ManyToManyField(
        InspectionItem, through="PlanItem", related_name="plans", verbose_name=_("抽查事项")
    )
    note = models.TextField(_("说明"), blank=True, default="")

    class Meta:
        verbose_name = _("抽查计划")
        verbose_name_plural = _("抽查计划")
        ordering = ["-quarter"]
        permissions = [
            ("edit_plan", _("编制抽查计划")),
            ("freeze_plan", _("冻结抽查计划")),
            ("freeze_outside_window", _("批准在法定时段外冻结")),
            ("draw_plan", _("主持抽取")),
            ("approve_plan", _("批准抽取程序")),
            ("withdraw_freeze", _("撤回冻结")),
            ("void_draw", _("宣布抽取作废")),
            ("dispatch_wave", _("派发任务")),
            ("reveal_plan", _("公开复核材料")),
            ("view_sealed_selection", _("读取密封名单")),
            ("propose_change", _("提出替换或回避")),
            ("approve_change", _("批准替换或回避")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(quarter__regex=r"^20[0-9]{2}Q[1-4]$"), name="plan_quarter_is_written_so"
            ),
            models.CheckConstraint(
                condition=Q(key_ratio__gte=25, key_ratio__lte=100),
                name="plan_key_ratio_is_at_least_the_floor",
                violation_error_message=_("重点排污单位每季度抽查比例不得低于25%。"),
            ),
            models.CheckConstraint(
                condition=Q(special_ratio__gte=50, special_ratio__lte=100),
                name="plan_special_ratio_is_at_least_the_floor",
                violation_error_message=_("特殊监管对象每季度抽查比例不得低于50%。"),
            ),
            models.CheckConstraint(
                condition=Q(waves__gte=1, waves__lte=12), name="plan_has_1_to_12_waves"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PlanState.values), name="plan_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{Quarter.parse(self.quarter).label}抽查计划"

    @property
    def period(self) -> Quarter:
        return Quarter.parse(self.quarter)


class PlanItem(models.Model):
    plan = models.ForeignKey(SamplingPlan, models.CASCADE, verbose_name=_("计划"))
    item = models.ForeignKey(InspectionItem, models.PROTECT, verbose_name=_("事项"))

    class Meta:
        verbose_name = _("计划事项")
        verbose_name_plural = _("计划事项")
        constraints = [
            models.UniqueConstraint(fields=["plan", "item"], name="each_item_once_per_plan")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}-{self.item_id}"


class PlanQuota(models.Model):
    """The figures of one category as they stood at the freeze, with the rule behind them."""

    plan = models.ForeignKey(
        SamplingPlan, models.CASCADE, related_name="quotas", verbose_name=_("计划")
    )
    category = models.CharField(_("类别"), max_length=10, choices=DrawCategory)
    base = models.PositiveIntegerField(_("基数"))
    drawable = models.PositiveIntegerField(_("可抽取"))
    floor = models.PositiveIntegerField(_("法定下限"))
    uncovered = models.PositiveIntegerField(_("本年未查"), default=0)
    quota = models.PositiveIntegerField(_("抽取数"))
    ratio_text = models.CharField(_("比例"), max_length=100)
    explanation = models.TextField(_("计算依据"))

    class Meta:
        verbose_name = _("抽取数")
        verbose_name_plural = _("抽取数")
        ordering = ["plan", "category"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "category"], name="one_quota_per_category"),
            models.CheckConstraint(
                condition=Q(quota__lte=F("drawable")), name="quota_does_not_exceed_its_pool"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.quarter} {self.get_category_display()} {self.quota}"
