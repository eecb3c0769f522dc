"""检查对象名录库: pollution sources and what happened to them (domain rules §1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from registry.choices import (
    CheckMethod,
    CheckSource,
    CreditGrade,
    DisclosureMark,
    EndingState,
    NoCodeReason,
    PermitClass,
    RegulatoryType,
    RiskGrade,
    SourceKind,
    SourceStatus,
    SpecialReason,
)
from registry.models.validators import code_is_writable
from registry.querysets import CheckLedgerQuerySet, PollutionSourceQuerySet, SpecialFlagQuerySet
from registry.rules.cells import FIRST_YEAR, LAST_YEAR

from .evidence import Evidenced

models.CharField.register_lookup(Length)


class PollutionSource(models.Model):
    """One regulated site. A company (one USCC) may run several; each is a unit of its own."""

    code = models.CharField(
        _("本局编号"), max_length=20, unique=True, validators=[code_is_writable]
    )
    name = models.CharField(_("单位名称"), max_length=200)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    no_code_reason = models.CharField(
        _("无代码原因"), max_length=20, choices=NoCodeReason, blank=True, default=""
    )
    site = models.CharField(_("厂区/点位"), max_length=100, blank=True, default="")
    kind = models.CharField(
        _("类别"), max_length=20, choices=SourceKind, default=SourceKind.DISCHARGER
    )
    regulatory_type = models.CharField(_("监管类型"), max_length=10, choices=RegulatoryType)
    key_classes = models.JSONField(_("重点类别"), default=list, blank=True)
    key_list_year = models.PositiveSmallIntegerField(_("名录年度"), null=True, blank=True)
    status = models.CharField(
        _("状态"), max_length=20, choices=SourceStatus, default=SourceStatus.NORMAL
    )
    status_date = models.DateField(_("状态日期"), null=True, blank=True)
    status_reason = models.CharField(_("状态原因"), max_length=300, blank=True, default="")
    address = models.CharField(_("地址"), max_length=300, blank=True, default="")
    longitude = models.DecimalField(
        _("经度"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    latitude = models.DecimalField(_("纬度"), max_digits=8, decimal_places=6, null=True, blank=True)
    legal_representative = models.CharField(_("法定代表人"), max_length=100, blank=True, default="")
    contact = models.CharField(_("环保联系人"), max_length=100, blank=True, default="")
    phone = models.CharField(_("联系电话"), max_length=50, blank=True, default="")
    industry_code = models.CharField(_("行业代码"), max_length=10, blank=True, default="")
    industry_name = models.CharField(_("行业名称"), max_length=100, blank=True, default="")
    permit_number = models.CharField(_("排污许可证编号"), max_length=40, blank=True, default="")
    permit_class = models.CharField(
        _("许可管理类别"), max_length=20, choices=PermitClass, blank=True, default=""
    )
    permit_until = models.DateField(_("许可证有效期止"), null=True, blank=True)
    pollutants = models.JSONField(_("污染物类别"), default=list, blank=True)
    online_monitored = models.BooleanField(_("在线监控"), default=False)
    credit_grade = models.CharField(
        _("信用等级"), max_length=20, choices=CreditGrade, blank=True, default=""
    )
    risk_grade = models.CharField(
        _("风险等级"), max_length=10, choices=RiskGrade, blank=True, default=""
    )
    positive_list = models.BooleanField(_("正面清单"), default=False)
    positive_from = models.DateField(_("列入正面清单日期"), null=True, blank=True)
    positive_until = models.DateField(_("正面清单有效期止"), null=True, blank=True)
    grid = models.CharField(_("所属网格"), max_length=100, blank=True, default="")
    confidential = models.BooleanField(_("是否涉密"), default=False)
    note = models.TextField(_("备注"), blank=True, default="")
    # The record that speaks for this one since the two were found to be the same unit.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="absorbed",
        verbose_name=_("已并入"),
    )
    created_at = models.DateTimeField(_("建档时间"), auto_now_add=True)
    updated_at = models.DateTimeField(_("更新时间"), auto_now=True)

    objects = PollutionSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("污染源")
        verbose_name_plural = _("污染源（检查对象名录库）")
        ordering = ["code"]
        permissions = [
            ("manage_registers", _("维护两库")),
            ("import_registers", _("导入两库")),
            ("view_oversight", _("查看期限与运行状况")),
        ]
        indexes = [
            models.Index(fields=["status", "kind", "regulatory_type"], name="source_pool_idx"),
            # In this order units that share a word may stand together far behind: what is passed
            # on the way is read from the index alone. SQLite makes it without what is included.
            models.Index(
                fields=["name", "id"],
                include=[
                    "site",
                    "code",
                    "uscc",
                    "status",
                    "kind",
                    "regulatory_type",
                    "risk_grade",
                    "credit_grade",
                    "permit_class",
                    "grid",
                    "online_monitored",
                    "positive_list",
                ],
                name="source_by_name_idx",
            ),
            models.Index(fields=["grid"], name="source_grid_idx"),
            models.Index(fields=["updated_at", "id"], name="source_updated_idx"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(key_list_year__isnull=True)
                | Q(key_list_year__gte=FIRST_YEAR, key_list_year__lte=LAST_YEAR),
                name="key_list_year_is_a_year",
                violation_error_message=_("名录年度请填四位年份，如 2026。"),
            ),
            models.CheckConstraint(
                condition=~Q(no_code_reason__in=["h9_permit", "other"]) | ~Q(permit_number=""),
                name="unit_without_code_has_a_permit_number",
                violation_error_message=_("没有代码的单位须填排污许可证编号。"),
            ),
            models.UniqueConstraint(
                fields=["uscc", "site"],
                condition=Q(status=SourceStatus.NORMAL) & ~Q(uscc=""),
                name="one_active_source_per_uscc_and_site",
                violation_error_message=_(
                    "同一统一社会信用代码和厂区已有在册单位，请填写不同的厂区/点位。"
                ),
            ),
            models.CheckConstraint(
                condition=Q(uscc="") | Q(uscc__length=18),
                name="source_uscc_has_18_characters",
            ),
            models.CheckConstraint(
                condition=(~Q(uscc="") & Q(no_code_reason=""))
                | (Q(uscc="") & ~Q(no_code_reason="")),
                name="source_has_either_uscc_or_a_reason_for_none",
                violation_error_message=_("统一社会信用代码与无代码原因须填且只填一项。"),
            ),
            models.CheckConstraint(
                condition=Q(status=SourceStatus.NORMAL)
                | (Q(status_date__isnull=False) & ~Q(status_reason="")),
                name="source_that_left_the_pool_says_when_and_why",
                violation_error_message=_("移出名录的单位须写明状态日期和原因。"),
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True) | Q(longitude__gte=-180, longitude__lte=180),
                name="source_longitude_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True) | Q(latitude__gte=-90, latitude__lte=90),
                name="source_latitude_is_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(positive_until__isnull=True)
                | Q(positive_from__isnull=True)
                | Q(positive_until__gte=F("positive_from")),
                name="positive_list_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="source_has_a_name"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(status=SourceStatus.NORMAL),
                name="merged_source_is_not_active",
                violation_error_message=_("该记录已并入其他单位，请先撤销合并。"),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SourceKind.values), name="source_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(regulatory_type__in=RegulatoryType.values),
                name="source_regulatory_type_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=SourceStatus.values), name="source_status_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.display_name}"

    @property
    def display_name(self) -> str:
        return f"{self.name}（{self.site}）" if self.site else self.name

    @property
    def is_key(self) -> bool:
        return self.regulatory_type == RegulatoryType.KEY

    @property
    def standing(self) -> "PollutionSource":
        """The record that speaks for the unit now."""
        return self.merged_into or self

    @property
    def is_active(self) -> bool:
        return self.status == SourceStatus.NORMAL

    @property
    def place(self) -> tuple[float, float] | None:
        """Longitude and latitude, where the register has both."""
        if self.longitude is None or self.latitude is None:
            return None
        return float(self.longitude), float(self.latitude)


class SpecialFlag(models.Model):
    """特殊监管对象: a dated flag beside the type, proposed, then approved by another person."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待批准")
        APPROVED = "approved", _("已批准")
        REJECTED = "rejected", _("未批准")

    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="special_flags", verbose_name=_("污染源")
    )
    reason = models.CharField(_("特殊监管原因"), max_length=30, choices=SpecialReason)
    evidence = models.TextField(_("依据材料"), blank=True, default="")
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.PROPOSED)
    starts_on = models.DateField(_("起始日期"))
    # The first day on which it no longer holds.
    ends_on = models.DateField(_("终止日期（当日起不再适用）"), null=True, blank=True)
    end_reason = models.CharField(_("终止原因"), max_length=300, blank=True, default="")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("提出人"),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("批准人"),
    )
    created_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    # Proposed by rules/special_flag.py from recorded facts, which the evidence names.
    by_rule = models.BooleanField(_("系统提议"), default=False)
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    decision_reason = models.CharField(_("决定理由"), max_length=300, blank=True, default="")

    objects = SpecialFlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("特殊监管标记")
        verbose_name_plural = _("特殊监管标记")
        ordering = ["-starts_on", "-pk"]
        permissions = [("approve_special_flag", _("批准特殊监管标记"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="special_flag_ends_after_it_starts",
            ),
            models.CheckConstraint(
                # A flag that came with a register the bureau had already decided names its file.
                condition=~Q(state="approved") | Q(approved_by__isnull=False) | ~Q(evidence=""),
                name="approved_special_flag_names_approver_or_file",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True)
                | Q(approved_by__isnull=True)
                | ~Q(proposed_by=F("approved_by")),
                name="special_flag_approver_is_not_its_proposer",
                violation_error_message=_("批准人不能是提出人。"),
            ),
            models.UniqueConstraint(
                fields=["source", "reason"],
                condition=Q(ends_on__isnull=True) & ~Q(state="rejected"),
                name="one_open_special_flag_per_reason",
                violation_error_message=_("该单位已有同一原因的未终止标记。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source.code} {self.get_reason_display()}"


class SpecialFlagEnding(models.Model):
    """A proposal to end a flag whose reason is gone; like the flag it takes a person."""

    flag = models.ForeignKey(
        SpecialFlag, models.PROTECT, related_name="endings", verbose_name=_("特殊监管标记")
    )
    grounds = models.CharField(_("终止依据"), max_length=300)
    state = models.CharField(
        _("状态"), max_length=10, choices=EndingState, default=EndingState.PROPOSED
    )
    created_at = models.DateTimeField(_("提出时间"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("决定人"),
    )
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    decision_reason = models.CharField(_("决定理由"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("终止特殊监管提议")
        verbose_name_plural = _("终止特殊监管提议")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["approved", "rejected"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                & ~Q(decision_reason="")
                | Q(
                    state__in=["proposed", "withdrawn"],
                    decided_by__isnull=True,
                    decision_reason="",
                ),
                name="decided_ending_says_who_when_and_why",
            ),
            models.UniqueConstraint(
                fields=["flag"], condition=Q(state="proposed"), name="one_open_ending_per_flag"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.flag} {self.get_state_display()}"


class SourceStatusChange(Evidenced):
    """搬迁/停产/关停…: why and when a unit left the pool or came back."""

    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="status_changes", verbose_name=_("污染源")
    )
    old_status = models.CharField(_("原状态"), max_length=20, choices=SourceStatus)
    new_status = models.CharField(_("新状态"), max_length=20, choices=SourceStatus)
    on = models.DateField(_("日期"))
    reason = models.CharField(_("原因"), max_length=300)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("经办人"),
    )
    recorded_at = models.DateTimeField(_("记录时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("状态变更")
        verbose_name_plural = _("状态变更")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(old_status=F("new_status")), name="status_change_changes_something"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="status_change_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.source.code} {self.get_old_status_display()}→{self.get_new_status_display()}"


class CheckLedgerEntry(models.Model):
    """检查台账: one line per finished check, written by inspections, read by sampling.

    ``plan_number`` is empty for checks outside the draw. Only entries that say so count toward the
    random ratio and the yearly coverage: joint and construction-project draws do not (domain rules §4).
    """

    source = models.ForeignKey(
        PollutionSource, models.PROTECT, related_name="check_entries", verbose_name=_("污染源")
    )
    checked_on = models.DateField(_("检查日期"))
    check_source = models.CharField(_("检查来源"), max_length=20, choices=CheckSource)
    method = models.CharField(
        _("检查方式"), max_length=20, choices=CheckMethod, default=CheckMethod.ON_SITE
    )
    plan_number = models.CharField(_("抽查计划"), max_length=12, blank=True, default="")
    counts_toward_ratio = models.BooleanField(_("计入随机抽查比例"), default=False)
    reference = models.CharField(_("任务编号"), max_length=40, unique=True)
    outcome = models.CharField(_("结果代码"), max_length=1, blank=True, default="")
    cap_exemption = models.CharField(_("频次豁免"), max_length=30, blank=True, default="")
    # Written by the floor that publishes: a draw is revealed only once all its results are out.
    disclosure = models.CharField(
        _("公示情况"), max_length=10, choices=DisclosureMark, blank=True, default=""
    )
    items = models.JSONField(_("检查事项编码"), default=list, blank=True)
    officers = models.JSONField(_("执法人员编号"), default=list, blank=True)

    objects = CheckLedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("检查台账")
        verbose_name_plural = _("检查台账")
        ordering = ["-checked_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(disclosure="") | Q(disclosure__in=DisclosureMark.values),
                name="ledger_disclosure_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(plan_number="", counts_toward_ratio=True),
                name="only_drawn_checks_count_toward_the_ratio",
            ),
        ]
        indexes = [models.Index(fields=["checked_on", "source"], name="ledger_day_idx")]

    def __str__(self) -> str:
        return f"{self.reference} {self.checked_on}"
