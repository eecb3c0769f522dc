"""抽查计划: the quarter's own and those beside it, with the figures they were frozen with."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.models import InspectionItem, MustCheckSet, PartnerDepartment
from registry.rules.legal_floors import KEY_PERCENT, SPECIAL_PERCENT
from registry.rules.quarter import Quarter
from sampling.choices import DrawCategory, PlanKind, PlanState, category_label
from sampling.rules.plan_number import COUNT_TOWARD_RATIO, PlanNumber


class SamplingPlan(models.Model):
    # 2027Q1, or 2027Q1-S1 for a plan beside the quarter's own; the draw protocol's "plan".
    number = models.CharField(_("计划编号"), max_length=12, unique=True)
    quarter = models.CharField(_("季度"), max_length=6, db_index=True)
    kind = models.CharField(
        _("计划类型"), max_length=13, choices=PlanKind, default=PlanKind.QUARTERLY
    )
    state = models.CharField(_("状态"), max_length=10, choices=PlanState, default=PlanState.DRAFT)
    # Percent per quarter; the floor is law, the figure above it is chosen.
    key_ratio = models.PositiveSmallIntegerField(_("重点抽查比例（%）"), default=KEY_PERCENT)
    special_ratio = models.PositiveSmallIntegerField(
        _("特殊抽查比例（%）"), default=SPECIAL_PERCENT
    )
    # Percent of the pool, of the kinds that have no legal floor: construction, joint, look-back.
    share = models.PositiveSmallIntegerField(_("抽查比例（%）"), null=True, blank=True)
    department = models.ForeignKey(
        PartnerDepartment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("联合部门"),
    )
    partners_per_team = models.PositiveSmallIntegerField(_("每组联合部门人数"), default=1)
    # Which units a joint plan is about: {"types": […], "industries": [prefix], "grids": […]}
    scope = models.JSONField(_("抽查范围"), default=dict, blank=True)
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
        ordering = ["-quarter", "number"]
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
            ("import_external_draw", _("导入外部抽取")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(quarter__regex=r"^20[0-9]{2}Q[1-4]$"), name="plan_quarter_is_written_so"
            ),
            models.CheckConstraint(
                condition=Q(kind="quarterly", number=F("quarter"))
                | (
                    ~Q(kind="quarterly")
                    & Q(number__startswith=F("quarter"))
                    & Q(number__regex=r"^20[0-9]{2}Q[1-4]-[MSCJLE][1-9][0-9]?$")
                ),
                name="plan_number_names_its_quarter_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(kind="joint", department__isnull=False)
                | (~Q(kind="joint") & Q(department__isnull=True)),
                name="joint_plan_names_its_department",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["construction", "joint", "lookback"], share__gte=1)
                & Q(share__lte=100)
                | (~Q(kind__in=["construction", "joint", "lookback"]) & Q(share__isnull=True)),
                name="share_is_for_kinds_without_a_floor",
            ),
            models.CheckConstraint(
                condition=Q(key_ratio__gte=KEY_PERCENT, key_ratio__lte=100),
                name="plan_key_ratio_is_at_least_the_floor",
                violation_error_message=_("重点排污单位每季度抽查比例不得低于25%。"),
            ),
            models.CheckConstraint(
                condition=Q(special_ratio__gte=SPECIAL_PERCENT, special_ratio__lte=100),
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
        return self.parsed.label

    @property
    def period(self) -> Quarter:
        return Quarter.parse(self.quarter)

    @property
    def parsed(self) -> PlanNumber:
        return PlanNumber.parse(self.number)

    def category_label(self, category: str) -> str:
        return category_label(self.kind, category)

    @property
    def counts_toward_ratio(self) -> bool:
        """联合抽查 and construction-project checks never do (domain rules §4)."""
        return self.kind in COUNT_TOWARD_RATIO


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
        ordering = ["plan", "id"]  # as the rule gives them: key, special, general
        constraints = [
            models.UniqueConstraint(fields=["plan", "category"], name="one_quota_per_category"),
            models.CheckConstraint(
                condition=Q(quota__lte=F("drawable")), name="quota_does_not_exceed_its_pool"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.number} {self.label} {self.quota}"

    @property
    def label(self) -> str:
        return self.plan.category_label(self.category)
