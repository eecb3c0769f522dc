import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import registry.models.validators
from registry.database.migrating import together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="BureauSetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=60, unique=True, verbose_name="设定")),
                ("value", models.JSONField(verbose_name="取值")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="修改时间")),
                (
                    "updated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="修改人",
                    ),
                ),
            ],
            options={
                "verbose_name": "本局设定",
                "verbose_name_plural": "本局设定",
                "ordering": ["key"],
                "permissions": [
                    ("manage_settings", "修改本局设定"),
                    ("manage_calendar", "维护工作日历"),
                ],
            },
        ),
        migrations.CreateModel(
            name="HolidayNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "layer",
                    models.CharField(
                        choices=[
                            ("national", "国家"),
                            ("xinjiang", "自治区"),
                            ("prefecture", "自治州"),
                        ],
                        max_length=12,
                        verbose_name="层级",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("title", models.CharField(max_length=200, verbose_name="通知名称")),
                ("confirmed", models.BooleanField(default=True, verbose_name="已核对")),
            ],
            options={
                "verbose_name": "放假通知",
                "verbose_name_plural": "放假通知",
                "ordering": ["-year", "layer"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("layer", "year"), name="one_notice_per_layer_and_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2000), ("year__lte", 2100)),
                        name="notice_year_is_plausible",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[("off", "放假"), ("work", "调休上班"), ("normal", "取消调整")],
                        max_length=8,
                        verbose_name="安排",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="registry.holidaynotice",
                        verbose_name="放假通知",
                    ),
                ),
            ],
            options={
                "verbose_name": "日历调整",
                "verbose_name_plural": "日历调整",
                "ordering": ["day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("notice", "day"), name="one_entry_per_notice_and_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="文件指纹")),
                ("media_type", models.CharField(max_length=80, verbose_name="类型")),
                ("size", models.PositiveBigIntegerField(verbose_name="字节数")),
                ("original_name", models.CharField(max_length=200, verbose_name="原文件名")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="上传时间")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "佐证文件",
                "verbose_name_plural": "佐证文件",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="evidence_file_hash_is_sha256",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PollutionSource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=20,
                        unique=True,
                        validators=[registry.models.validators.code_is_writable],
                        verbose_name="本局编号",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="单位名称")),
                (
                    "uscc",
                    models.CharField(
                        blank=True, default="", max_length=18, verbose_name="统一社会信用代码"
                    ),
                ),
                (
                    "no_code_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("h9_permit", "许可证编号以H9开头"),
                            ("individual", "个人经营"),
                            ("other", "其他"),
                            ("not_stated", "名录未载，待补"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="无代码原因",
                    ),
                ),
                (
                    "site",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="厂区/点位"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("discharger", "排污单位"), ("construction", "建设项目")],
                        default="discharger",
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                (
                    "regulatory_type",
                    models.CharField(
                        choices=[("key", "重点"), ("general", "一般")],
                        max_length=10,
                        verbose_name="监管类型",
                    ),
                ),
                (
                    "key_classes",
                    models.JSONField(blank=True, default=list, verbose_name="重点类别"),
                ),
                (
                    "key_list_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="名录年度"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("normal", "正常"),
                            ("relocated", "搬迁"),
                            ("suspended", "长期停产"),
                            ("bankrupt", "破产"),
                            ("closed", "关停"),
                            ("deregistered", "注销"),
                        ],
                        default="normal",
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("status_date", models.DateField(blank=True, null=True, verbose_name="状态日期")),
                (
                    "status_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="状态原因"
                    ),
                ),
                (
                    "address",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="地址"),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="经度"
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=8, null=True, verbose_name="纬度"
                    ),
                ),
                (
                    "legal_representative",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="法定代表人"
                    ),
                ),
                (
                    "contact",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="环保联系人"
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True, default="", max_length=50, verbose_name="联系电话"
                    ),
                ),
                (
                    "industry_code",
                    models.CharField(
                        blank=True, default="", max_length=10, verbose_name="行业代码"
                    ),
                ),
                (
                    "industry_name",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="行业名称"
                    ),
                ),
                (
                    "permit_number",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="排污许可证编号"
                    ),
                ),
                (
                    "permit_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("key", "重点管理"),
                            ("simplified", "简化管理"),
                            ("registered", "登记管理"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="许可管理类别",
                    ),
                ),
                (
                    "permit_until",
                    models.DateField(blank=True, null=True, verbose_name="许可证有效期止"),
                ),
                (
                    "pollutants",
                    models.JSONField(blank=True, default=list, verbose_name="污染物类别"),
                ),
                ("online_monitored", models.BooleanField(default=False, verbose_name="在线监控")),
                (
                    "credit_grade",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("trusted", "诚信"),
                            ("good", "良好"),
                            ("warning", "警示"),
                            ("bad", "不良"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="信用等级",
                    ),
                ),
                (
                    "risk_grade",
                    models.CharField(
                        blank=True,
                        choices=[("high", "高"), ("medium", "中"), ("low", "低")],
                        default="",
                        max_length=10,
                        verbose_name="风险等级",
                    ),
                ),
                ("positive_list", models.BooleanField(default=False, verbose_name="正面清单")),
                (
                    "positive_from",
                    models.DateField(blank=True, null=True, verbose_name="列入正面清单日期"),
                ),
                (
                    "positive_until",
                    models.DateField(blank=True, null=True, verbose_name="正面清单有效期止"),
                ),
                (
                    "grid",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="所属网格"
                    ),
                ),
                ("confidential", models.BooleanField(default=False, verbose_name="是否涉密")),
                ("note", models.TextField(blank=True, default="", verbose_name="备注")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建档时间")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absorbed",
                        to="registry.pollutionsource",
                        verbose_name="已并入",
                    ),
                ),
            ],
            options={
                "verbose_name": "污染源",
                "verbose_name_plural": "污染源（检查对象名录库）",
                "ordering": ["code"],
                "permissions": [
                    ("manage_registers", "维护两库"),
                    ("import_registers", "导入两库"),
                    ("view_oversight", "查看期限与运行状况"),
                ],
                "indexes": [
                    models.Index(
                        fields=["status", "kind", "regulatory_type"], name="source_pool_idx"
                    ),
                    models.Index(
                        fields=["name", "id"],
                        include=(
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
                        ),
                        name="source_by_name_idx",
                    ),
                    models.Index(fields=["grid"], name="source_grid_idx"),
                    models.Index(fields=["updated_at", "id"], name="source_updated_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("key_list_year__isnull", True),
                            models.Q(("key_list_year__gte", 2000), ("key_list_year__lte", 2100)),
                            _connector="OR",
                        ),
                        name="key_list_year_is_a_year",
                        violation_error_message="名录年度请填四位年份，如 2026。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("no_code_reason__in", ["h9_permit", "other"]), _negated=True),
                            models.Q(("permit_number", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="unit_without_code_has_a_permit_number",
                        violation_error_message="没有代码的单位须填排污许可证编号。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("status", "normal"), models.Q(("uscc", ""), _negated=True)
                        ),
                        fields=("uscc", "site"),
                        name="one_active_source_per_uscc_and_site",
                        violation_error_message="同一统一社会信用代码和厂区已有在册单位，请填写不同的厂区/点位。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("uscc", ""), ("uscc__length", 18), _connector="OR"),
                        name="source_uscc_has_18_characters",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(models.Q(("uscc", ""), _negated=True), ("no_code_reason", "")),
                            models.Q(("uscc", ""), models.Q(("no_code_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="source_has_either_uscc_or_a_reason_for_none",
                        violation_error_message="统一社会信用代码与无代码原因须填且只填一项。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "normal"),
                            models.Q(
                                ("status_date__isnull", False),
                                models.Q(("status_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="source_that_left_the_pool_says_when_and_why",
                        violation_error_message="移出名录的单位须写明状态日期和原因。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("longitude__isnull", True),
                            models.Q(("longitude__gte", -180), ("longitude__lte", 180)),
                            _connector="OR",
                        ),
                        name="source_longitude_is_on_earth",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("latitude__isnull", True),
                            models.Q(("latitude__gte", -90), ("latitude__lte", 90)),
                            _connector="OR",
                        ),
                        name="source_latitude_is_on_earth",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("positive_until__isnull", True),
                            ("positive_from__isnull", True),
                            ("positive_until__gte", models.F("positive_from")),
                            _connector="OR",
                        ),
                        name="positive_list_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="source_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into__isnull", True),
                            models.Q(("status", "normal"), _negated=True),
                            _connector="OR",
                        ),
                        name="merged_source_is_not_active",
                        violation_error_message="该记录已并入其他单位，请先撤销合并。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["discharger", "construction"])),
                        name="source_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("regulatory_type__in", ["key", "general"])),
                        name="source_regulatory_type_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "normal",
                                    "relocated",
                                    "suspended",
                                    "bankrupt",
                                    "closed",
                                    "deregistered",
                                ],
                            )
                        ),
                        name="source_status_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpecialFlag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("serious_violation", "严重违法违规记录"),
                            ("existing_violation", "存在生态环境违法问题"),
                            ("high_risk", "环境风险等级高"),
                            ("many_complaints", "投诉举报多"),
                            ("low_credit", "信用评价等级低"),
                            ("special_management", "有特殊管理需要"),
                            ("unstable_compliance", "不能稳定达到排污许可证规定"),
                        ],
                        max_length=30,
                        verbose_name="特殊监管原因",
                    ),
                ),
                ("evidence", models.TextField(blank=True, default="", verbose_name="依据材料")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待批准"),
                            ("approved", "已批准"),
                            ("rejected", "未批准"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="起始日期")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="终止日期（当日起不再适用）"
                    ),
                ),
                (
                    "end_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="终止原因"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="提出时间")),
                ("by_rule", models.BooleanField(default=False, verbose_name="系统提议")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="决定时间"),
                ),
                (
                    "decision_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="决定理由"
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准人",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="special_flags",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
            ],
            options={
                "verbose_name": "特殊监管标记",
                "verbose_name_plural": "特殊监管标记",
                "ordering": ["-starts_on", "-pk"],
                "permissions": [("approve_special_flag", "批准特殊监管标记")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="special_flag_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            ("approved_by__isnull", False),
                            models.Q(("evidence", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="approved_special_flag_names_approver_or_file",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proposed_by__isnull", True),
                            ("approved_by__isnull", True),
                            models.Q(("proposed_by", models.F("approved_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="special_flag_approver_is_not_its_proposer",
                        violation_error_message="批准人不能是提出人。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            models.Q(("state", "rejected"), _negated=True),
                        ),
                        fields=("source", "reason"),
                        name="one_open_special_flag_per_reason",
                        violation_error_message="该单位已有同一原因的未终止标记。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpecialFlagEnding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("grounds", models.CharField(max_length=300, verbose_name="终止依据")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待批准"),
                            ("approved", "已终止"),
                            ("rejected", "不予终止"),
                            ("withdrawn", "原因又出现，已撤回"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="提出时间")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="决定时间"),
                ),
                (
                    "decision_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="决定理由"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="决定人",
                    ),
                ),
                (
                    "flag",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="endings",
                        to="registry.specialflag",
                        verbose_name="特殊监管标记",
                    ),
                ),
            ],
            options={
                "verbose_name": "终止特殊监管提议",
                "verbose_name_plural": "终止特殊监管提议",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["approved", "rejected"]),
                                models.Q(("decision_reason", ""), _negated=True),
                            ),
                            models.Q(
                                ("decided_by__isnull", True),
                                ("decision_reason", ""),
                                ("state__in", ["proposed", "withdrawn"]),
                            ),
                            _connector="OR",
                        ),
                        name="decided_ending_says_who_when_and_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("flag",),
                        name="one_open_ending_per_flag",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SourceStatusChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "evidence_note",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="文号或材料名称"
                    ),
                ),
                (
                    "old_status",
                    models.CharField(
                        choices=[
                            ("normal", "正常"),
                            ("relocated", "搬迁"),
                            ("suspended", "长期停产"),
                            ("bankrupt", "破产"),
                            ("closed", "关停"),
                            ("deregistered", "注销"),
                        ],
                        max_length=20,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "new_status",
                    models.CharField(
                        choices=[
                            ("normal", "正常"),
                            ("relocated", "搬迁"),
                            ("suspended", "长期停产"),
                            ("bankrupt", "破产"),
                            ("closed", "关停"),
                            ("deregistered", "注销"),
                        ],
                        max_length=20,
                        verbose_name="新状态",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("reason", models.CharField(max_length=300, verbose_name="原因")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.evidencefile",
                        verbose_name="佐证文件",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="status_changes",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
            ],
            options={
                "verbose_name": "状态变更",
                "verbose_name_plural": "状态变更",
                "ordering": ["-on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("old_status", models.F("new_status")), _negated=True),
                        name="status_change_changes_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="status_change_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckLedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("checked_on", models.DateField(verbose_name="检查日期")),
                (
                    "check_source",
                    models.CharField(
                        choices=[
                            ("random", "双随机抽查"),
                            ("daily", "日常检查"),
                            ("special_campaign", "专项检查"),
                            ("complaint", "投诉举报"),
                            ("assigned", "转办交办"),
                            ("permit_follow_up", "证后核查"),
                            ("patrol", "巡查检查"),
                            ("recheck", "复查"),
                            ("construction", "建设项目检查"),
                            ("joint", "联合检查"),
                        ],
                        max_length=20,
                        verbose_name="检查来源",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[("on_site", "现场"), ("documents", "书面"), ("remote", "非现场")],
                        default="on_site",
                        max_length=20,
                        verbose_name="检查方式",
                    ),
                ),
                (
                    "plan_number",
                    models.CharField(
                        blank=True, default="", max_length=12, verbose_name="抽查计划"
                    ),
                ),
                (
                    "counts_toward_ratio",
                    models.BooleanField(default=False, verbose_name="计入随机抽查比例"),
                ),
                (
                    "reference",
                    models.CharField(max_length=40, unique=True, verbose_name="任务编号"),
                ),
                (
                    "outcome",
                    models.CharField(blank=True, default="", max_length=1, verbose_name="结果代码"),
                ),
                (
                    "cap_exemption",
                    models.CharField(
                        blank=True, default="", max_length=30, verbose_name="频次豁免"
                    ),
                ),
                (
                    "disclosure",
                    models.CharField(
                        blank=True,
                        choices=[("published", "已公示"), ("withheld", "不予公开")],
                        default="",
                        max_length=10,
                        verbose_name="公示情况",
                    ),
                ),
                ("items", models.JSONField(blank=True, default=list, verbose_name="检查事项编码")),
                (
                    "officers",
                    models.JSONField(blank=True, default=list, verbose_name="执法人员编号"),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_entries",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
            ],
            options={
                "verbose_name": "检查台账",
                "verbose_name_plural": "检查台账",
                "ordering": ["-checked_on", "-pk"],
                "indexes": [models.Index(fields=["checked_on", "source"], name="ledger_day_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("disclosure", ""),
                            ("disclosure__in", ["published", "withheld"]),
                            _connector="OR",
                        ),
                        name="ledger_disclosure_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("counts_toward_ratio", True), ("plan_number", ""), _negated=True
                        ),
                        name="only_drawn_checks_count_toward_the_ratio",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SourceTypeChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "evidence_note",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="文号或材料名称"
                    ),
                ),
                (
                    "old_kind",
                    models.CharField(
                        choices=[("discharger", "排污单位"), ("construction", "建设项目")],
                        max_length=20,
                        verbose_name="原类别",
                    ),
                ),
                (
                    "new_kind",
                    models.CharField(
                        choices=[("discharger", "排污单位"), ("construction", "建设项目")],
                        max_length=20,
                        verbose_name="新类别",
                    ),
                ),
                (
                    "old_type",
                    models.CharField(
                        choices=[("key", "重点"), ("general", "一般")],
                        max_length=10,
                        verbose_name="原监管类型",
                    ),
                ),
                (
                    "new_type",
                    models.CharField(
                        choices=[("key", "重点"), ("general", "一般")],
                        max_length=10,
                        verbose_name="新监管类型",
                    ),
                ),
                (
                    "old_classes",
                    models.JSONField(blank=True, default=list, verbose_name="原重点类别"),
                ),
                (
                    "new_classes",
                    models.JSONField(blank=True, default=list, verbose_name="新重点类别"),
                ),
                (
                    "old_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="原名录年度"
                    ),
                ),
                (
                    "new_year",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="新名录年度"
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("reason", models.CharField(max_length=300, verbose_name="原因")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.evidencefile",
                        verbose_name="佐证文件",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="type_changes",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
            ],
            options={
                "verbose_name": "类型变更",
                "verbose_name_plural": "类型变更",
                "ordering": ["-on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="type_change_has_a_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SourceMerge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "evidence_note",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="文号或材料名称"
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("reason", models.CharField(max_length=300, verbose_name="原因")),
                ("moved", models.JSONField(default=dict, verbose_name="转移的内容")),
                (
                    "old_status",
                    models.CharField(
                        choices=[
                            ("normal", "正常"),
                            ("relocated", "搬迁"),
                            ("suspended", "长期停产"),
                            ("bankrupt", "破产"),
                            ("closed", "关停"),
                            ("deregistered", "注销"),
                        ],
                        max_length=20,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "old_status_date",
                    models.DateField(blank=True, null=True, verbose_name="原状态日期"),
                ),
                (
                    "old_status_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="原状态原因"
                    ),
                ),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                (
                    "undo_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="撤销原因"
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.evidencefile",
                        verbose_name="佐证文件",
                    ),
                ),
                (
                    "merged",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_by",
                        to="registry.pollutionsource",
                        verbose_name="并入的记录",
                    ),
                ),
                (
                    "survivor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges",
                        to="registry.pollutionsource",
                        verbose_name="保留的记录",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤销人",
                    ),
                ),
            ],
            options={
                "verbose_name": "记录合并",
                "verbose_name_plural": "记录合并",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="merge_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("survivor", models.F("merged")), _negated=True),
                        name="no_unit_is_merged_with_itself",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("merged",),
                        name="a_unit_is_merged_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("undo_reason", ""),
                                ("undone_at__isnull", True),
                                ("undone_by__isnull", True),
                            ),
                            models.Q(
                                ("undone_at__isnull", False),
                                ("undone_by__isnull", False),
                                models.Q(("undo_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="undone_merge_says_who_and_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalBasis",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="编码")),
                ("title", models.CharField(max_length=120, verbose_name="法律法规")),
                (
                    "article",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="条款"),
                ),
                ("valid_from", models.DateField(verbose_name="施行日期")),
                (
                    "valid_to",
                    models.DateField(blank=True, null=True, verbose_name="废止前最后一日"),
                ),
                ("confirmed", models.BooleanField(default=False, verbose_name="已核对")),
                (
                    "confirmed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="核对时间"),
                ),
                (
                    "confirmation_note",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=300,
                        verbose_name="核对来源",
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="备注"),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核对人",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查依据",
                "verbose_name_plural": "抽查依据",
                "ordering": ["title", "valid_from", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="legal_basis_ends_after_it_starts",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PartnerDepartment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="部门名称")),
                ("active", models.BooleanField(default=True, verbose_name="参与联合抽查")),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="备注"),
                ),
            ],
            options={
                "verbose_name": "联合抽查部门",
                "verbose_name_plural": "联合抽查部门",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="partner_department_has_a_name",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InspectionItemList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("prefecture", "昌吉州清单"),
                            ("bureau", "高新区清单"),
                            ("partner", "联合部门清单"),
                        ],
                        max_length=12,
                        verbose_name="层级",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="item_lists",
                        to="registry.partnerdepartment",
                        verbose_name="联合部门",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(verbose_name="版本")),
                ("title", models.CharField(max_length=100, verbose_name="名称")),
                ("effective_from", models.DateField(verbose_name="生效日期")),
                ("note", models.TextField(blank=True, default="", verbose_name="说明")),
                (
                    "derived_from",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="derived",
                        to="registry.inspectionitemlist",
                        verbose_name="依据的清单",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.evidencefile",
                        verbose_name="原文件",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录入人",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查事项清单",
                "verbose_name_plural": "抽查事项清单",
                "ordering": ["level", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("department__isnull", True)),
                        fields=("level", "version"),
                        name="one_item_list_per_level_and_version",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("department__isnull", False)),
                        fields=("department", "version"),
                        name="one_item_list_per_department_and_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("department__isnull", False), ("level", "partner")),
                            models.Q(
                                models.Q(("level", "partner"), _negated=True),
                                ("department__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="partner_item_list_names_its_department",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("derived_from__isnull", True), ("level", "bureau"), _connector="OR"
                        ),
                        name="only_the_bureaus_list_is_derived",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InspectionItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, verbose_name="事项编码")),
                ("name", models.CharField(max_length=120, verbose_name="抽查事项")),
                (
                    "item_class",
                    models.CharField(
                        choices=[("general", "一般检查事项"), ("key", "重点检查事项")],
                        max_length=10,
                        verbose_name="事项类别",
                    ),
                ),
                ("body", models.CharField(max_length=100, verbose_name="检查主体")),
                ("target", models.CharField(max_length=100, verbose_name="检查对象")),
                ("content", models.TextField(verbose_name="检查内容")),
                (
                    "method",
                    models.CharField(
                        choices=[("on_site", "现场"), ("documents", "书面"), ("remote", "非现场")],
                        max_length=12,
                        verbose_name="检查方式",
                    ),
                ),
                (
                    "ratio",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="抽查比例"
                    ),
                ),
                (
                    "frequency",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="抽查频次"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="检查层级"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="序号")),
                (
                    "original",
                    models.JSONField(blank=True, default=dict, editable=False, verbose_name="原文"),
                ),
                (
                    "item_list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="registry.inspectionitemlist",
                        verbose_name="清单",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查事项",
                "verbose_name_plural": "抽查事项",
                "ordering": ["item_list", "position", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item_list", "code"), name="one_item_code_per_list"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemBasis",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to="registry.inspectionitem",
                        verbose_name="抽查事项",
                    ),
                ),
                (
                    "basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.legalbasis",
                        verbose_name="抽查依据",
                    ),
                ),
            ],
            options={
                "verbose_name": "事项依据",
                "verbose_name_plural": "事项依据",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "basis"), name="one_link_per_item_and_basis"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="inspectionitem",
            name="bases",
            field=models.ManyToManyField(
                related_name="items",
                through="registry.ItemBasis",
                to="registry.legalbasis",
                verbose_name="抽查依据",
            ),
        ),
        migrations.CreateModel(
            name="MustCheckSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(unique=True, verbose_name="版本")),
                ("title", models.CharField(max_length=100, verbose_name="名称")),
                ("effective_from", models.DateField(verbose_name="生效日期")),
                ("note", models.TextField(blank=True, default="", verbose_name="说明")),
            ],
            options={
                "verbose_name": "十必查清单",
                "verbose_name_plural": "十必查清单",
                "ordering": ["-version"],
            },
        ),
        migrations.CreateModel(
            name="MustCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "check_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="registry.mustcheckset",
                        verbose_name="清单",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("title", models.CharField(max_length=100, verbose_name="检查内容")),
                ("points", models.TextField(blank=True, default="", verbose_name="检查要点")),
            ],
            options={
                "verbose_name": "必查项",
                "verbose_name_plural": "必查项",
                "ordering": ["check_set", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("check_set", "number"), name="one_must_check_per_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 10)),
                        name="must_check_number_is_1_to_10",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MustCheckBasis",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.legalbasis",
                        verbose_name="依据",
                    ),
                ),
                (
                    "check_item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to="registry.mustcheck",
                        verbose_name="必查项",
                    ),
                ),
            ],
            options={
                "verbose_name": "必查项依据",
                "verbose_name_plural": "必查项依据",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("check_item", "basis"), name="one_link_per_must_check_and_basis"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="mustcheck",
            name="bases",
            field=models.ManyToManyField(
                related_name="must_checks",
                through="registry.MustCheckBasis",
                to="registry.legalbasis",
                verbose_name="依据",
            ),
        ),
        migrations.CreateModel(
            name="Deadline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("freeze_plan", "确定下一季度抽查计划"),
                            ("hold_draw", "在公告的期限前抽取"),
                            ("reveal_proof", "在公告的期限前公开复核材料"),
                            ("accept_assignment", "接收抽查任务"),
                            ("finish_inspection", "完成现场检查"),
                            ("review_record", "审核检查记录"),
                            ("publish_result", "公示抽查结果"),
                            ("rectify_problem", "限期整改"),
                            ("serve_order", "送达责令改正通知书"),
                            ("recheck_problem", "复查整改情况"),
                            ("answer_objection", "答复企业异议"),
                            ("approve_urgent", "补办紧急检查审批"),
                            ("file_case", "决定是否立案"),
                            ("decide_penalty", "作出处罚决定"),
                            ("serve_penalty", "送达处罚决定书"),
                            ("publish_penalty", "公示处罚决定"),
                            ("transfer_approval", "移送司法审批"),
                            ("transfer_handover", "移送司法交接"),
                            ("judge_clue", "研判线索"),
                        ],
                        max_length=30,
                        verbose_name="事项",
                    ),
                ),
                ("subject", models.CharField(max_length=60, verbose_name="对象标识")),
                ("label", models.CharField(max_length=200, verbose_name="对象")),
                (
                    "link",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="链接"),
                ),
                ("started_on", models.DateField(verbose_name="起算日")),
                ("due_on", models.DateField(verbose_name="截止日")),
                ("provisional", models.BooleanField(default=False, verbose_name="暂定")),
                (
                    "working_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="工作日数"
                    ),
                ),
                (
                    "counted_back_from",
                    models.DateField(blank=True, null=True, verbose_name="倒数起点"),
                ),
                ("basis", models.CharField(max_length=200, verbose_name="依据")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("director", "局领导"),
                            ("planner", "计划员"),
                            ("officer", "执法人员"),
                            ("publisher", "公示员"),
                            ("auditor", "监督员"),
                            ("system", "系统管理员"),
                        ],
                        max_length=12,
                        verbose_name="责任角色",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "进行中"), ("met", "已完成"), ("cancelled", "已取消")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("next_check", models.DateField(blank=True, null=True, verbose_name="下次提醒日")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建立时间")),
                (
                    "users",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="责任人",
                    ),
                ),
            ],
            options={
                "verbose_name": "期限",
                "verbose_name_plural": "期限",
                "ordering": ["due_on", "pk"],
                "indexes": [
                    models.Index(fields=["state", "next_check"], name="deadline_sweep_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "subject"), name="one_clock_per_matter"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("closed_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="closed_deadline_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("counted_back_from__isnull", True),
                            ("working_days__isnull", False),
                            _connector="OR",
                        ),
                        name="deadline_counted_back_says_how_far",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeadlineReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stage", models.SmallIntegerField(verbose_name="剩余工作日")),
                ("sent_at", models.DateTimeField(auto_now_add=True, verbose_name="提醒时间")),
                (
                    "deadline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminders",
                        to="registry.deadline",
                        verbose_name="期限",
                    ),
                ),
            ],
            options={
                "verbose_name": "提醒",
                "verbose_name_plural": "提醒",
                "constraints": [
                    models.UniqueConstraint(fields=("deadline", "stage"), name="each_reminder_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, verbose_name="标识")),
                (
                    "level",
                    models.CharField(
                        choices=[("info", "提示"), ("warning", "预警"), ("alarm", "逾期警报")],
                        default="info",
                        max_length=10,
                        verbose_name="级别",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="内容")),
                (
                    "link",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="链接"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="已读时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
                    ),
                ),
            ],
            options={
                "verbose_name": "消息",
                "verbose_name_plural": "消息",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "key"), name="each_notification_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True, verbose_name="部件")),
                ("at", models.DateTimeField(verbose_name="最近运行")),
                (
                    "detail",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="说明"),
                ),
            ],
            options={
                "verbose_name": "运行心跳",
                "verbose_name_plural": "运行心跳",
            },
        ),
        migrations.CreateModel(
            name="CalendarFeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "token_sha256",
                    models.CharField(max_length=64, unique=True, verbose_name="地址摘要"),
                ),
                ("created_at", models.DateTimeField(verbose_name="建立时间")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="最近读取")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="所有人",
                    ),
                ),
            ],
            options={
                "verbose_name": "日历订阅",
                "verbose_name_plural": "日历订阅",
            },
        ),
        migrations.CreateModel(
            name="CapExemption",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("clue_check", "线索核查"),
                            ("remote_to_onsite", "非现场转现场"),
                            ("credit_d", "信用D级/红码"),
                            ("enterprise_request", "企业申请"),
                            ("urgent", "紧急"),
                        ],
                        max_length=20,
                        verbose_name="豁免情形",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="理由")),
                ("starts_on", models.DateField(verbose_name="起始日期")),
                ("ends_on", models.DateField(verbose_name="终止日期")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cap_exemptions",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
            ],
            options={
                "verbose_name": "频次豁免",
                "verbose_name_plural": "频次豁免",
                "ordering": ["-starts_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="cap_exemption_ends_after_it_starts",
                        violation_error_message="终止日期不能早于起始日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="cap_exemption_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "register",
                    models.CharField(
                        choices=[
                            ("sources", "污染源"),
                            ("inspectors", "检查人员"),
                            ("key_list", "重点单位名录"),
                        ],
                        max_length=12,
                        verbose_name="名录",
                    ),
                ),
                ("filename", models.CharField(max_length=255, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件指纹")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "等待读取"),
                            ("reading", "正在读取"),
                            ("unmapped", "待指定列"),
                            ("ready", "待确认"),
                            ("confirmed", "等待写入"),
                            ("applying", "正在写入"),
                            ("applied", "已导入"),
                            ("undone", "已撤销"),
                            ("refused", "文件被拒绝"),
                            ("discarded", "已放弃"),
                        ],
                        default="applied",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("refusal", models.TextField(blank=True, default="", verbose_name="拒绝原因")),
                ("options", models.JSONField(blank=True, default=dict, verbose_name="选择")),
                ("report", models.JSONField(blank=True, default=dict, verbose_name="读取情况")),
                ("rows_new", models.PositiveIntegerField(default=0, verbose_name="新增")),
                ("rows_changed", models.PositiveIntegerField(default=0, verbose_name="变更")),
                ("rows_same", models.PositiveIntegerField(default=0, verbose_name="未变")),
                ("rows_refused", models.PositiveIntegerField(default=0, verbose_name="拒绝")),
                ("rows_skipped", models.PositiveIntegerField(default=0, verbose_name="跳过")),
                (
                    "rows_missing",
                    models.PositiveIntegerField(default=0, verbose_name="名录有而文件没有"),
                ),
                ("rows_read", models.PositiveIntegerField(default=0, verbose_name="已读取行数")),
                ("rows_total", models.PositiveIntegerField(default=0, verbose_name="总行数")),
                ("attempt", models.PositiveIntegerField(default=0, verbose_name="第几次处理")),
                (
                    "lease_until",
                    models.DateTimeField(blank=True, null=True, verbose_name="处理期限"),
                ),
                ("judged_event", models.BigIntegerField(default=0, verbose_name="核对时的留痕")),
                (
                    "first_event",
                    models.BigIntegerField(blank=True, null=True, verbose_name="首条留痕"),
                ),
                (
                    "last_event",
                    models.BigIntegerField(blank=True, null=True, verbose_name="末条留痕"),
                ),
                ("highest_code", models.BigIntegerField(default=0, verbose_name="发出的最大编号")),
                ("imported_at", models.DateTimeField(auto_now_add=True, verbose_name="导入时间")),
                (
                    "applied_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="写入时间"),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                (
                    "undo_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="撤销原因"
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="导入人",
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="撤销人",
                    ),
                ),
            ],
            options={
                "verbose_name": "导入记录",
                "verbose_name_plural": "导入记录",
                "ordering": ["-imported_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "received",
                                    "reading",
                                    "unmapped",
                                    "ready",
                                    "confirmed",
                                    "applying",
                                    "applied",
                                    "undone",
                                    "refused",
                                    "discarded",
                                ],
                            )
                        ),
                        name="import_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "undone"), _negated=True),
                            models.Q(
                                ("undone_at__isnull", False),
                                models.Q(("undo_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="undone_import_says_when_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("refusal", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="refused_import_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField(verbose_name="序号")),
                (
                    "sheet",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="工作表"),
                ),
                ("line", models.IntegerField(default=0, verbose_name="行")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("new", "新增"),
                            ("changed", "变更"),
                            ("same", "未变"),
                            ("refused", "拒绝"),
                            ("skipped", "跳过"),
                            ("missing", "名录有而文件没有"),
                        ],
                        max_length=8,
                        verbose_name="结果",
                    ),
                ),
                ("match_id", models.BigIntegerField(null=True, verbose_name="对应的名录记录")),
                (
                    "column",
                    models.CharField(blank=True, default="", max_length=100, verbose_name="列"),
                ),
                ("reason", models.TextField(blank=True, default="", verbose_name="原因")),
                ("mend", models.TextField(blank=True, default="", verbose_name="怎样修改")),
                ("raw", models.JSONField(null=True, verbose_name="原内容")),
                ("code", models.TextField(editable=False, null=True, verbose_name="本局编号")),
                ("name", models.TextField(editable=False, null=True, verbose_name="名称")),
                (
                    "uscc",
                    models.TextField(editable=False, null=True, verbose_name="统一社会信用代码"),
                ),
                (
                    "no_code_reason",
                    models.TextField(editable=False, null=True, verbose_name="无代码原因"),
                ),
                ("site", models.TextField(editable=False, null=True, verbose_name="厂区/点位")),
                ("kind", models.TextField(editable=False, null=True, verbose_name="类别")),
                (
                    "regulatory_type",
                    models.TextField(editable=False, null=True, verbose_name="监管类型"),
                ),
                (
                    "key_classes",
                    models.TextField(editable=False, null=True, verbose_name="重点类别"),
                ),
                (
                    "key_list_year",
                    models.TextField(editable=False, null=True, verbose_name="名录年度"),
                ),
                ("special", models.TextField(editable=False, null=True, verbose_name="特殊监管")),
                (
                    "special_reason",
                    models.TextField(editable=False, null=True, verbose_name="特殊监管原因"),
                ),
                ("status", models.TextField(editable=False, null=True, verbose_name="状态")),
                (
                    "status_date",
                    models.TextField(editable=False, null=True, verbose_name="状态日期"),
                ),
                ("address", models.TextField(editable=False, null=True, verbose_name="地址")),
                ("longitude", models.TextField(editable=False, null=True, verbose_name="经度")),
                ("latitude", models.TextField(editable=False, null=True, verbose_name="纬度")),
                (
                    "legal_representative",
                    models.TextField(editable=False, null=True, verbose_name="法定代表人"),
                ),
                ("contact", models.TextField(editable=False, null=True, verbose_name="环保联系人")),
                ("phone", models.TextField(editable=False, null=True, verbose_name="联系电话")),
                (
                    "industry_code",
                    models.TextField(editable=False, null=True, verbose_name="行业代码"),
                ),
                (
                    "industry_name",
                    models.TextField(editable=False, null=True, verbose_name="行业名称"),
                ),
                (
                    "permit_number",
                    models.TextField(editable=False, null=True, verbose_name="排污许可证编号"),
                ),
                (
                    "permit_class",
                    models.TextField(editable=False, null=True, verbose_name="许可管理类别"),
                ),
                (
                    "permit_until",
                    models.TextField(editable=False, null=True, verbose_name="许可证有效期止"),
                ),
                (
                    "pollutants",
                    models.TextField(editable=False, null=True, verbose_name="污染物类别"),
                ),
                (
                    "online_monitored",
                    models.TextField(editable=False, null=True, verbose_name="在线监控"),
                ),
                (
                    "credit_grade",
                    models.TextField(editable=False, null=True, verbose_name="信用等级"),
                ),
                (
                    "risk_grade",
                    models.TextField(editable=False, null=True, verbose_name="风险等级"),
                ),
                (
                    "positive_list",
                    models.TextField(editable=False, null=True, verbose_name="正面清单"),
                ),
                ("grid", models.TextField(editable=False, null=True, verbose_name="所属网格")),
                (
                    "confidential",
                    models.TextField(editable=False, null=True, verbose_name="是否涉密"),
                ),
                ("note", models.TextField(editable=False, null=True, verbose_name="备注")),
                ("county", models.TextField(editable=False, null=True, verbose_name="所在县市")),
                ("role", models.TextField(editable=False, null=True, verbose_name="人员类别")),
                ("organisation", models.TextField(editable=False, null=True, verbose_name="单位")),
                (
                    "certificate",
                    models.TextField(editable=False, null=True, verbose_name="执法证号"),
                ),
                (
                    "valid_from",
                    models.TextField(editable=False, null=True, verbose_name="证件有效期起"),
                ),
                (
                    "valid_to",
                    models.TextField(editable=False, null=True, verbose_name="证件有效期止"),
                ),
                ("skills", models.TextField(editable=False, null=True, verbose_name="专业")),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="registry.importedfile",
                        verbose_name="导入",
                    ),
                ),
            ],
            options={
                "verbose_name": "导入行",
                "verbose_name_plural": "导入行",
                "ordering": ["number", "pk"],
                "indexes": [
                    models.Index(fields=["job", "outcome", "number"], name="import_row_idx")
                ],
            },
        ),
        migrations.CreateModel(
            name="ColumnMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "register",
                    models.CharField(
                        choices=[
                            ("sources", "污染源"),
                            ("inspectors", "检查人员"),
                            ("key_list", "重点单位名录"),
                        ],
                        max_length=12,
                        verbose_name="名录",
                    ),
                ),
                ("signature", models.CharField(max_length=64, verbose_name="表头指纹")),
                ("fields", models.JSONField(default=dict, verbose_name="列名 → 字段")),
                ("at", models.DateTimeField(auto_now=True, verbose_name="指定时间")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="指定人",
                    ),
                ),
            ],
            options={
                "verbose_name": "记住的列",
                "verbose_name_plural": "记住的列",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("register", "signature"), name="one_mapping_per_header"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Inspector",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=20,
                        unique=True,
                        validators=[registry.models.validators.code_is_writable],
                        verbose_name="人员编号",
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="姓名")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("officer", "执法人员"),
                            ("staff", "监管人员"),
                            ("expert", "专家"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("organisation", models.CharField(max_length=100, verbose_name="单位")),
                ("skills", models.JSONField(blank=True, default=list, verbose_name="专业")),
                (
                    "phone",
                    models.CharField(
                        blank=True, default="", max_length=50, verbose_name="联系电话"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("on_post", "在岗"), ("off_post", "离岗")],
                        default="on_post",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("note", models.TextField(blank=True, default="", verbose_name="备注")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建档时间")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="inspector",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登录账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "检查人员",
                "verbose_name_plural": "检查人员（执法检查人员名录库）",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["officer", "staff", "expert"])),
                        name="inspector_role_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["on_post", "off_post"])),
                        name="inspector_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("organisation", ""), _negated=True),
                        ),
                        name="inspector_has_name_and_organisation",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="执法证号")),
                ("valid_from", models.DateField(verbose_name="证件有效期起")),
                ("valid_to", models.DateField(verbose_name="证件有效期止")),
                (
                    "inspector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credentials",
                        to="registry.inspector",
                        verbose_name="检查人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "执法证",
                "verbose_name_plural": "执法证",
                "ordering": ["-valid_to"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_to__gte", models.F("valid_from"))),
                        name="certificate_ends_after_it_starts",
                        violation_error_message="证件有效期止不能早于有效期起。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        name="certificate_has_a_number",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Leave",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="开始日期")),
                ("ends_on", models.DateField(verbose_name="结束日期")),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="事由"),
                ),
                (
                    "cancelled_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="取消日期"
                    ),
                ),
                (
                    "cancel_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=200,
                        verbose_name="取消原因",
                    ),
                ),
                (
                    "inspector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leaves",
                        to="registry.inspector",
                        verbose_name="检查人员",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "离岗时段",
                "verbose_name_plural": "离岗时段",
                "ordering": ["-starts_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="leave_ends_after_it_starts",
                        violation_error_message="结束日期不能早于开始日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancel_reason", ""), ("cancelled_on__isnull", True)),
                            models.Q(
                                ("cancelled_on__isnull", False),
                                models.Q(("cancel_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="cancelled_leave_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConflictOfInterest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("relative", "近亲属"),
                            ("equity", "股权"),
                            ("former_post", "曾任职"),
                            ("other", "其他"),
                        ],
                        max_length=20,
                        verbose_name="关系",
                    ),
                ),
                (
                    "detail",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="说明"),
                ),
                ("starts_on", models.DateField(verbose_name="起始日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="终止日期")),
                (
                    "by_self",
                    models.BooleanField(default=False, editable=False, verbose_name="本人申报"),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(auto_now_add=True, null=True, verbose_name="登记时间"),
                ),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=300,
                        verbose_name="终止原因",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="终止人",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申报或登记人",
                    ),
                ),
                (
                    "inspector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conflicts",
                        to="registry.inspector",
                        verbose_name="检查人员",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conflicts",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
            ],
            options={
                "verbose_name": "利害关系",
                "verbose_name_plural": "利害关系（回避）",
                "ordering": ["-starts_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True),
                            ("ends_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="conflict_ends_after_it_starts",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on__isnull", True)),
                        fields=("inspector", "source", "kind"),
                        name="one_open_conflict_per_pair_and_kind",
                        violation_error_message="该人员与该单位已有同类未终止的利害关系。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end_reason", ""),
                            models.Q(("ended_by__isnull", False), ("ends_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="ended_conflict_says_when_and_by_whom",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="标识"
                    ),
                ),
                (
                    "list",
                    models.CharField(
                        choices=[("sources", "污染源名录"), ("inspectors", "检查人员名录")],
                        max_length=12,
                        verbose_name="名录",
                    ),
                ),
                ("name", models.CharField(max_length=30, verbose_name="名称")),
                ("query", models.CharField(blank=True, max_length=1000, verbose_name="筛选条件")),
                ("saved_at", models.DateTimeField(auto_now=True, verbose_name="保存时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_filters",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="所有者",
                    ),
                ),
            ],
            options={
                "verbose_name": "常用筛选",
                "verbose_name_plural": "常用筛选",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "list", "name"), name="one_saved_filter_per_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="saved_filter_has_a_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutgoingMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120, verbose_name="标识")),
                ("address", models.EmailField(max_length=254, verbose_name="邮箱")),
                ("subject", models.CharField(max_length=200, verbose_name="主题")),
                ("text", models.TextField(verbose_name="正文")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "待发送"), ("sent", "已发送"), ("refused", "被拒收")],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, verbose_name="已尝试次数"),
                ),
                (
                    "next_try_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="下次发送时间"
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="发送时间")),
                (
                    "problem",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="最近的故障"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="写入时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
                    ),
                ),
            ],
            options={
                "verbose_name": "外发邮件",
                "verbose_name_plural": "外发邮件",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["next_try_at"],
                        name="mail_sweep_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "key"), name="each_mail_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(
                                models.Q(("state", "sent"), _negated=True),
                                ("sent_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="sent_mail_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MapBoundary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="名称")),
                ("approval", models.CharField(max_length=100, verbose_name="审图号或来源")),
                ("lines", models.JSONField(verbose_name="边界")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件指纹")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="上传时间")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "地图边界",
                "verbose_name_plural": "地图边界",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("approval", ""), _negated=True),
                        ),
                        name="boundary_says_what_it_is",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PositiveListChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("entered", "列入"), ("left", "移出"), ("expired", "到期移出")],
                        max_length=10,
                        verbose_name="变动",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("until", models.DateField(blank=True, null=True, verbose_name="有效期止")),
                ("reason", models.CharField(max_length=300, verbose_name="原因（将公开显示）")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="记录时间")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="positive_list_changes",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
            ],
            options={
                "verbose_name": "正面清单变动",
                "verbose_name_plural": "正面清单变动",
                "ordering": ["-on", "-pk"],
                "permissions": [("manage_positive_list", "维护正面清单")],
                "indexes": [models.Index(fields=["source", "-id"], name="positive_change_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["entered", "left", "expired"])),
                        name="positive_change_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="positive_change_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until__isnull", True),
                            ("until__gte", models.F("on")),
                            models.Q(("kind", "entered"), _negated=True),
                            _connector="OR",
                        ),
                        name="positive_entry_ends_after_it_starts",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskWeights",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(unique=True, verbose_name="版本")),
                ("effective_from", models.DateField(verbose_name="生效日期")),
                ("weights", models.JSONField(verbose_name="权重")),
                ("thresholds", models.JSONField(verbose_name="分级界线")),
                ("reason", models.CharField(max_length=300, verbose_name="修改原因")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="制定时间")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="制定人",
                    ),
                ),
            ],
            options={
                "verbose_name": "风险权重",
                "verbose_name_plural": "风险权重",
                "ordering": ["-version"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="risk_weights_have_a_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("penalty", "行政处罚"),
                            ("supervised_case", "挂牌督办"),
                            ("online_alarm", "在线监控报警"),
                            ("management", "日常环境管理水平"),
                        ],
                        max_length=20,
                        verbose_name="事实",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("number", models.PositiveIntegerField(default=1, verbose_name="次数")),
                (
                    "level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("excellent", "优"),
                            ("good", "良"),
                            ("fair", "一般"),
                            ("poor", "差"),
                        ],
                        default="",
                        max_length=12,
                        verbose_name="管理水平",
                    ),
                ),
                ("evidence", models.CharField(max_length=300, verbose_name="依据材料")),
                ("recorded_at", models.DateTimeField(auto_now_add=True, verbose_name="登记时间")),
                ("voided_at", models.DateTimeField(blank=True, null=True, verbose_name="作废时间")),
                (
                    "void_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="作废原因"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="risk_facts",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
                (
                    "voided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="作废人",
                    ),
                ),
            ],
            options={
                "verbose_name": "风险事实",
                "verbose_name_plural": "风险事实",
                "ordering": ["-on", "-pk"],
                "indexes": [models.Index(fields=["source", "kind", "on"], name="risk_fact_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["penalty", "supervised_case", "online_alarm", "management"],
                            )
                        ),
                        name="risk_fact_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "management"),
                                ("level__in", ["excellent", "good", "fair", "poor"]),
                                ("number", 1),
                            ),
                            models.Q(
                                models.Q(("kind", "management"), _negated=True), ("level", "")
                            ),
                            _connector="OR",
                        ),
                        name="risk_fact_level_belongs_to_management",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 10000)),
                        name="risk_fact_number_is_plausible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("evidence", ""), _negated=True),
                        name="risk_fact_has_evidence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("void_reason", ""),
                                ("voided_at__isnull", True),
                                ("voided_by__isnull", True),
                            ),
                            models.Q(
                                ("voided_at__isnull", False),
                                ("voided_by__isnull", False),
                                models.Q(("void_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="voided_risk_fact_says_who_and_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VerifiedClue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("complaint", "投诉举报"),
                            ("assigned", "转办交办"),
                            ("online", "在线监控"),
                            ("video", "视频监控"),
                            ("drone", "无人机飞检"),
                            ("data", "数据监测"),
                        ],
                        max_length=12,
                        verbose_name="线索类型",
                    ),
                ),
                ("verified_on", models.DateField(verbose_name="查实日期")),
                (
                    "reference",
                    models.CharField(max_length=40, unique=True, verbose_name="线索编号"),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verified_clues",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
            ],
            options={
                "verbose_name": "查实的线索",
                "verbose_name_plural": "查实的线索",
                "ordering": ["-verified_on", "-pk"],
                "indexes": [
                    models.Index(fields=["source", "verified_on"], name="verified_clue_idx")
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowedProblem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(max_length=40, unique=True, verbose_name="问题标识"),
                ),
                ("opened_on", models.DateField(verbose_name="登记日期")),
                ("counts_from", models.DateField(verbose_name="起算日期")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="销号日期")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_problems",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
            ],
            options={
                "verbose_name": "跟踪的问题",
                "verbose_name_plural": "跟踪的问题",
                "ordering": ["-opened_on", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_on__isnull", True)),
                        fields=["source"],
                        name="open_problem_idx",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on__isnull", True),
                            ("closed_on__gte", models.F("opened_on")),
                            _connector="OR",
                        ),
                        name="problem_is_closed_after_it_is_opened",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RiskAssessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="测算日期")),
                ("score", models.IntegerField(verbose_name="总分")),
                ("contributions", models.JSONField(verbose_name="各项得分")),
                (
                    "old_grade",
                    models.CharField(
                        blank=True,
                        choices=[("high", "高"), ("medium", "中"), ("low", "低")],
                        default="",
                        max_length=10,
                        verbose_name="现行等级",
                    ),
                ),
                (
                    "proposed_grade",
                    models.CharField(
                        choices=[("high", "高"), ("medium", "中"), ("low", "低")],
                        max_length=10,
                        verbose_name="建议等级",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待确认"),
                            ("agrees", "与现行等级一致"),
                            ("confirmed", "已确认"),
                            ("rejected", "未采纳"),
                            ("superseded", "已被新测算取代"),
                        ],
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="确认时间"),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="确认或不采纳的理由"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="生成时间")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
                (
                    "weights",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.riskweights",
                        verbose_name="权重版本",
                    ),
                ),
            ],
            options={
                "verbose_name": "风险测算",
                "verbose_name_plural": "风险测算",
                "ordering": ["-pk"],
                "permissions": [
                    ("manage_risk", "维护风险事实和权重"),
                    ("confirm_risk", "确认风险等级"),
                ],
                "indexes": [models.Index(fields=["state", "-id"], name="assessment_desk_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["proposed", "agrees", "confirmed", "rejected", "superseded"],
                            )
                        ),
                        name="assessment_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("proposed_grade__in", ["high", "medium", "low"])),
                        name="assessment_grade_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["confirmed", "rejected"]),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("reason", ""),
                                ("state__in", ["proposed", "agrees", "superseded"]),
                            ),
                            _connector="OR",
                        ),
                        name="decided_assessment_says_who_when_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("old_grade", models.F("proposed_grade")), ("state", "agrees")
                            ),
                            models.Q(
                                models.Q(("state", "agrees"), _negated=True),
                                models.Q(("old_grade", models.F("proposed_grade")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_proposes_a_change_unless_it_agrees",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("source",),
                        name="one_open_assessment_per_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True, verbose_name="时间")),
                (
                    "actor_label",
                    models.CharField(
                        blank=True, default="", max_length=150, verbose_name="操作人姓名"
                    ),
                ),
                ("action", models.CharField(db_index=True, max_length=60, verbose_name="操作")),
                (
                    "object_type",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="对象类型"
                    ),
                ),
                (
                    "object_id",
                    models.CharField(
                        blank=True, default="", max_length=60, verbose_name="对象标识"
                    ),
                ),
                (
                    "object_label",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="对象"),
                ),
                (
                    "changes",
                    models.JSONField(blank=True, default=dict, verbose_name="变更（旧→新）"),
                ),
                (
                    "reason",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="原因"),
                ),
                ("sealed_read", models.BooleanField(default=False, verbose_name="密封读取")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="操作人",
                    ),
                ),
            ],
            options={
                "verbose_name": "操作留痕",
                "verbose_name_plural": "操作留痕",
                "ordering": ["-pk"],
                "permissions": [("view_trail", "查看操作留痕")],
                "indexes": [
                    models.Index(fields=["object_type", "object_id"], name="trail_object_idx")
                ],
            },
        ),
    ]
    operations = together(operations)
