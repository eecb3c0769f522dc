"""Imports of the registers: the kept file, its rows as read and judged, and remembered columns."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.rules.import_state import ImportState


def _said(name: str) -> models.TextField:
    """What the file says of one field, as canonical text; NULL where it has no such column."""
    return models.TextField(name, null=True, editable=False)


class ImportedFile(models.Model):
    """One import. The file behind it is kept by its hash as evidence of what was loaded.

    Row first: the file is received and this row committed before anything reads it, so whoever
    is killed, the next sweep takes it up again (``attempt``, ``lease_until``).
    """

    class Register(models.TextChoices):
        SOURCES = "sources", _("污染源")
        INSPECTORS = "inspectors", _("检查人员")
        KEY_LIST = "key_list", _("重点单位名录")

    class State(models.TextChoices):
        RECEIVED = ImportState.RECEIVED.value, _("等待读取")
        READING = ImportState.READING.value, _("正在读取")
        UNMAPPED = ImportState.UNMAPPED.value, _("待指定列")
        READY = ImportState.READY.value, _("待确认")
        CONFIRMED = ImportState.CONFIRMED.value, _("等待写入")
        APPLYING = ImportState.APPLYING.value, _("正在写入")
        APPLIED = ImportState.APPLIED.value, _("已导入")
        UNDONE = ImportState.UNDONE.value, _("已撤销")
        REFUSED = ImportState.REFUSED.value, _("文件被拒绝")
        DISCARDED = ImportState.DISCARDED.value, _("已放弃")

    register = models.CharField(_("名录"), max_length=12, choices=Register)
    filename = models.CharField(_("文件名"), max_length=255)
    sha256 = models.CharField(_("文件指纹"), max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.APPLIED)
    refusal = models.TextField(_("拒绝原因"), blank=True, default="")
    # What the person chose: see services.import_jobs.OPTIONS.
    options = models.JSONField(_("选择"), default=dict, blank=True)
    # What the reading program said: tables, columns, notes, first lines where no header was found.
    report = models.JSONField(_("读取情况"), default=dict, blank=True)
    rows_new = models.PositiveIntegerField(_("新增"), default=0)
    rows_changed = models.PositiveIntegerField(_("变更"), default=0)
    rows_same = models.PositiveIntegerField(_("未变"), default=0)
    rows_refused = models.PositiveIntegerField(_("拒绝"), default=0)
    rows_skipped = models.PositiveIntegerField(_("跳过"), default=0)
    rows_missing = models.PositiveIntegerField(_("名录有而文件没有"), default=0)
    rows_read = models.PositiveIntegerField(_("已读取行数"), default=0)
    rows_total = models.PositiveIntegerField(_("总行数"), default=0)
    attempt = models.PositiveIntegerField(_("第几次处理"), default=0)
    lease_until = models.DateTimeField(_("处理期限"), null=True, blank=True)
    # The trail as it was when the rows were judged, and the lines this import wrote.
    judged_event = models.BigIntegerField(_("核对时的留痕"), default=0)
    first_event = models.BigIntegerField(_("首条留痕"), null=True, blank=True)
    last_event = models.BigIntegerField(_("末条留痕"), null=True, blank=True)
    # Codes are never used again, not even those of an import that was undone.
    highest_code = models.BigIntegerField(_("发出的最大编号"), default=0)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("导入人"),
    )
    imported_at = models.DateTimeField(_("导入时间"), auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("确认人"),
    )
    applied_at = models.DateTimeField(_("写入时间"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("撤销人"),
    )
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    undo_reason = models.CharField(_("撤销原因"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("导入记录")
        verbose_name_plural = _("导入记录")
        ordering = ["-imported_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in ImportState]),
                name="import_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="undone") | Q(undone_at__isnull=False) & ~Q(undo_reason=""),
                name="undone_import_says_when_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal=""), name="refused_import_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def evidence(self) -> str:
        """How every line of the trail names this import; unique to it."""
        return _("随名录导入：%(file)s（第%(number)s号）") % {
            "file": self.filename,
            "number": self.pk,
        }


class ImportRow(models.Model):
    """One row of the file, or one unit of the register the file does not name (``missing``).

    Derived from the kept file and the register; rewritten whenever the file is read again.
    """

    class Outcome(models.TextChoices):
        NEW = "new", _("新增")
        CHANGED = "changed", _("变更")
        SAME = "same", _("未变")
        REFUSED = "refused", _("拒绝")
        SKIPPED = "skipped", _("跳过")
        MISSING = "missing", _("名录有而文件没有")

    job = models.ForeignKey(
        ImportedFile, models.CASCADE, db_index=False, related_name="rows", verbose_name=_("导入")
    )
    number = models.IntegerField(_("序号"))
    sheet = models.CharField(_("工作表"), max_length=100, blank=True, default="")
    line = models.IntegerField(_("行"), default=0)
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome)
    match_id = models.BigIntegerField(_("对应的名录记录"), null=True)
    column = models.CharField(_("列"), max_length=100, blank=True, default="")
    reason = models.TextField(_("原因"), blank=True, default="")
    mend = models.TextField(_("怎样修改"), blank=True, default="")
    # The cells as they stood, by title; of refused rows only, to hand them back.
    raw = models.JSONField(_("原内容"), null=True)

    code = _said("本局编号")
    name = _said("名称")
    uscc = _said("统一社会信用代码")
    no_code_reason = _said("无代码原因")
    site = _said("厂区/点位")
    kind = _said("类别")
    regulatory_type = _said("监管类型")
    key_classes = _said("重点类别")
    key_list_year = _said("名录年度")
    special = _said("特殊监管")
    special_reason = _said("特殊监管原因")
    status = _said("状态")
    status_date = _said("状态日期")
    address = _said("地址")
    longitude = _said("经度")
    latitude = _said("纬度")
    legal_representative = _said("法定代表人")
    contact = _said("环保联系人")
    phone = _said("联系电话")
    industry_code = _said("行业代码")
    industry_name = _said("行业名称")
    permit_number = _said("排污许可证编号")
    permit_class = _said("许可管理类别")
    permit_until = _said("许可证有效期止")
    pollutants = _said("污染物类别")
    online_monitored = _said("在线监控")
    credit_grade = _said("信用等级")
    risk_grade = _said("风险等级")
    positive_list = _said("正面清单")
    grid = _said("所属网格")
    confidential = _said("是否涉密")
    note = _said("备注")
    county = _said("所在县市")
    role = _said("人员类别")
    organisation = _said("单位")
    certificate = _said("执法证号")
    valid_from = _said("证件有效期起")
    valid_to = _said("证件有效期止")
    skills = _said("专业")

    class Meta:
        verbose_name = _("导入行")
        verbose_name_plural = _("导入行")
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["job", "outcome", "number"], name="import_row_idx")]

    def __str__(self) -> str:
        return f"{self.line} {self.name or ''}"


class ColumnMapping(models.Model):
    """Columns a person named by hand, remembered for every file with the same header."""

    register = models.CharField(_("名录"), max_length=12, choices=ImportedFile.Register)
    signature = models.CharField(_("表头指纹"), max_length=64)
    fields = models.JSONField(_("列名 → 字段"), default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("指定人"),
    )
    at = models.DateTimeField(_("指定时间"), auto_now=True)

    class Meta:
        verbose_name = _("记住的列")
        verbose_name_plural = _("记住的列")
        constraints = [
            models.UniqueConstraint(
                fields=["register", "signature"], name="one_mapping_per_header"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.register} {self.signature[:8]}"
