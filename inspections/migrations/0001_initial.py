import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from registry.database.migrating import together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "__first__"),
        ("registry", "0001_initial"),
        ("sampling", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="线索编号")),
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
                ("received_on", models.DateField(verbose_name="接收日期")),
                (
                    "origin",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=200,
                        verbose_name="来源（单位、文号或设备）",
                    ),
                ),
                ("content", models.TextField(verbose_name="线索内容")),
                (
                    "unit_text",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="所述单位"
                    ),
                ),
                ("urgent", models.BooleanField(default=False, verbose_name="紧急")),
                (
                    "reporter_box",
                    models.TextField(blank=True, default="", verbose_name="举报人信息（加密）"),
                ),
                (
                    "fingerprint",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="导入指纹"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("recorded", "待研判"),
                            ("verified", "查实"),
                            ("unfounded", "不属实"),
                            ("remote_checked", "已非现场核查"),
                            ("requested", "定向检查待批准"),
                            ("targeted", "已转定向检查"),
                            ("closed", "已办结"),
                        ],
                        default="recorded",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "judgement",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="研判意见"
                    ),
                ),
                ("judged_at", models.DateTimeField(blank=True, null=True, verbose_name="研判时间")),
                (
                    "remote_possible",
                    models.BooleanField(default=True, verbose_name="可以非现场核查"),
                ),
                (
                    "no_remote_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="不能非现场核查的原因"
                    ),
                ),
                (
                    "remote_means",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="非现场核查方式"
                    ),
                ),
                (
                    "remote_finding",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="非现场核查情况"
                    ),
                ),
                ("remote_at", models.DateTimeField(blank=True, null=True, verbose_name="核查时间")),
                (
                    "close_reason",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="办结理由"
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办结人",
                    ),
                ),
                (
                    "judged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="研判人",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "remote_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核查人",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clues",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
            ],
            options={
                "verbose_name": "线索",
                "verbose_name_plural": "线索",
                "ordering": ["-received_on", "-pk"],
                "permissions": [
                    ("handle_clues", "登记和办理线索"),
                    ("view_reporter", "查看举报人信息"),
                ],
                "indexes": [models.Index(fields=["state", "-id"], name="clue_desk_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "recorded",
                                    "verified",
                                    "unfounded",
                                    "remote_checked",
                                    "requested",
                                    "targeted",
                                    "closed",
                                ],
                            ),
                            (
                                "kind__in",
                                ["complaint", "assigned", "online", "video", "drone", "data"],
                            ),
                        ),
                        name="clue_state_and_kind_are_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("content", ""), _negated=True),
                        name="clue_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("judged_at__isnull", True),
                                ("judged_by__isnull", True),
                                ("state", "recorded"),
                            ),
                            models.Q(
                                models.Q(("state", "recorded"), _negated=True),
                                ("judged_at__isnull", False),
                                ("judged_by__isnull", False),
                                models.Q(("judgement", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="judged_clue_says_who_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "remote_checked"), _negated=True),
                            models.Q(
                                ("remote_at__isnull", False),
                                ("remote_by__isnull", False),
                                models.Q(("remote_finding", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="remotely_checked_clue_says_what_was_found",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("remote_possible", True),
                            models.Q(("no_remote_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="clue_without_remote_check_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("state", "closed"),
                                models.Q(("close_reason", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("state", "closed"), _negated=True),
                                ("closed_at__isnull", True),
                                ("closed_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="closed_clue_says_who_and_why",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("fingerprint", ""), _negated=True),
                        fields=("fingerprint",),
                        name="one_clue_per_imported_row",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="文件指纹")),
                ("media_type", models.CharField(max_length=80, verbose_name="类型")),
                ("size", models.PositiveBigIntegerField(verbose_name="字节数")),
                ("received_at", models.DateTimeField(auto_now_add=True, verbose_name="收到时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "证据收件",
                "verbose_name_plural": "证据收件",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("sha256", "user"), name="each_file_received_once_from_each_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="receipt_hash_is_sha256",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitRating",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                        verbose_name="标识",
                    ),
                ),
                ("quarter", models.CharField(db_index=True, max_length=6, verbose_name="季度")),
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
                ("conduct", models.PositiveSmallIntegerField(verbose_name="文明规范")),
                ("lawful", models.PositiveSmallIntegerField(verbose_name="依法履职")),
                ("honest", models.PositiveSmallIntegerField(verbose_name="廉洁自律")),
                (
                    "comment",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="意见和建议"
                    ),
                ),
            ],
            options={
                "verbose_name": "企业评价",
                "verbose_name_plural": "企业评价",
                "ordering": ["quarter", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("conduct__range", (1, 5)),
                            ("honest__range", (1, 5)),
                            ("lawful__range", (1, 5)),
                        ),
                        name="ratings_are_one_to_five",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IndustryPoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="十必查序号")),
                (
                    "industry_code",
                    models.CharField(
                        max_length=10, verbose_name="行业代码（GB/T 4754，可只填前几位）"
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="检查要点")),
                ("active", models.BooleanField(default=True, verbose_name="使用中")),
            ],
            options={
                "verbose_name": "行业检查要点",
                "verbose_name_plural": "行业检查要点",
                "ordering": ["number", "industry_code", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 10)),
                        name="industry_point_belongs_to_a_must_check",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("industry_code", ""), _negated=True),
                            models.Q(("text", ""), _negated=True),
                        ),
                        name="industry_point_says_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FindingPhrase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="十必查序号")),
                ("text", models.CharField(max_length=200, verbose_name="常用语")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="顺序")),
                ("active", models.BooleanField(default=True, verbose_name="使用中")),
            ],
            options={
                "verbose_name": "问题常用语",
                "verbose_name_plural": "问题常用语",
                "ordering": ["number", "position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 10)),
                        name="finding_phrase_belongs_to_a_must_check",
                    ),
                    models.UniqueConstraint(
                        fields=("number", "text"), name="each_finding_phrase_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JointVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="上门日期")),
                ("decided_at", models.DateTimeField(verbose_name="决定时间")),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="决定人",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joint_visits",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
            ],
            options={
                "verbose_name": "综合查一次",
                "verbose_name_plural": "综合查一次",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
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
                ("number", models.CharField(max_length=40, unique=True, verbose_name="任务编号")),
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
                        default="random",
                        max_length=20,
                        verbose_name="检查来源",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sampling.samplingplan",
                        verbose_name="抽查计划",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sampling.wave",
                        verbose_name="批次",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("key", "重点排污单位"),
                            ("special", "特殊监管对象"),
                            ("general", "一般排污单位"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="抽取类别",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="检查事由"
                    ),
                ),
                (
                    "must_check_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.mustcheckset",
                        verbose_name="十必查清单",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("dispatched", "待接收"),
                            ("accepted", "已接收"),
                            ("inspecting", "检查中"),
                            ("submitted", "待审核"),
                            ("returned", "已退回"),
                            ("approved", "已完成"),
                            ("replaced", "已替换"),
                            ("cancelled", "已取消"),
                        ],
                        default="dispatched",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("dispatched_at", models.DateTimeField(verbose_name="派发时间")),
                ("due_on", models.DateField(verbose_name="完成期限")),
                (
                    "accepted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="接收时间"),
                ),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="接收人",
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="开始检查时间"),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="提交时间"),
                ),
                (
                    "completed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="完成时间"),
                ),
                (
                    "repeat_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="再次检查的理由"
                    ),
                ),
                (
                    "joint_visit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="inspections.jointvisit",
                        verbose_name="综合查一次",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽查任务",
                "verbose_name_plural": "抽查任务",
                "ordering": ["due_on", "number"],
                "permissions": [
                    ("submit_record", "填写并提交检查记录"),
                    ("review_record", "审核检查记录"),
                    ("view_all_assignments", "查看全部已派发任务"),
                    ("close_problem", "批准问题销号"),
                ],
                "indexes": [
                    models.Index(fields=["state", "due_on"], name="assignment_desk_idx"),
                    models.Index(
                        condition=models.Q(("state", "approved")),
                        fields=["completed_at"],
                        name="assignment_approved_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("plan__isnull", False)),
                        fields=("plan", "source"),
                        name="no_unit_twice_in_one_plan",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("check_source", "random"), ("plan__isnull", False)),
                            models.Q(
                                models.Q(("check_source", "random"), _negated=True),
                                ("plan__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="random_assignment_belongs_to_a_plan",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "dispatched",
                                    "accepted",
                                    "inspecting",
                                    "submitted",
                                    "returned",
                                    "approved",
                                    "replaced",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="assignment_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            ("completed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="approved_assignment_says_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("completed_at__isnull", True),
                            ("completed_at__gte", models.F("submitted_at")),
                            _connector="OR",
                        ),
                        name="assignment_completes_after_it_is_submitted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("lead", "主办"),
                            ("assisting", "协办"),
                            ("support", "协助"),
                            ("expert", "专家"),
                        ],
                        max_length=10,
                        verbose_name="分工",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="顺序")),
                ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="退出时间")),
                (
                    "left_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="退出原因"
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="team",
                        to="inspections.assignment",
                        verbose_name="任务",
                    ),
                ),
                (
                    "inspector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="registry.inspector",
                        verbose_name="检查人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "检查组成员",
                "verbose_name_plural": "检查组成员",
                "ordering": ["assignment", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assignment", "inspector"),
                        name="each_inspector_once_per_assignment",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("left_at__isnull", True), ("role", "lead")),
                        fields=("assignment",),
                        name="one_lead_per_assignment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AssignmentView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="views",
                        to="inspections.assignment",
                        verbose_name="任务",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="查看人",
                    ),
                ),
            ],
            options={
                "verbose_name": "查看记录",
                "verbose_name_plural": "查看记录",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="文件指纹")),
                ("media_type", models.CharField(max_length=80, verbose_name="类型")),
                ("size", models.PositiveBigIntegerField(verbose_name="字节数")),
                (
                    "original_name",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="原文件名"
                    ),
                ),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="上传时间")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="inspections.assignment",
                        verbose_name="任务",
                    ),
                ),
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
                "verbose_name": "证据",
                "verbose_name_plural": "证据",
                "ordering": ["uploaded_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assignment", "sha256"), name="each_file_once_per_assignment"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="evidence_hash_is_sha256",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="VisitNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=32, unique=True, verbose_name="地址")),
                ("made_at", models.DateTimeField(verbose_name="生成时间")),
                (
                    "code_hash",
                    models.CharField(
                        blank=True, default="", max_length=64, verbose_name="评价码摘要"
                    ),
                ),
                (
                    "code_taken_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="评价码领取时间"),
                ),
                (
                    "wrong_codes",
                    models.PositiveSmallIntegerField(default=0, verbose_name="输错次数"),
                ),
                ("used", models.BooleanField(default=False, verbose_name="已评价")),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice",
                        to="inspections.assignment",
                        verbose_name="任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "入企检查告知",
                "verbose_name_plural": "入企检查告知",
                "ordering": ["-pk"],
                "permissions": [("view_ratings", "查看企业评价和异议")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("code_hash", ""), ("code_taken_at__isnull", True), ("used", False)
                            ),
                            models.Q(
                                models.Q(("code_hash", ""), _negated=True),
                                ("code_taken_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_code_was_taken_before_it_is_used",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GateScan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "device",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="设备"),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="inspections.visitnotice",
                        verbose_name="告知",
                    ),
                ),
            ],
            options={
                "verbose_name": "扫码记录",
                "verbose_name_plural": "扫码记录",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="VisitObjection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(verbose_name="异议")),
                ("at", models.DateTimeField(verbose_name="提出时间")),
                ("answer", models.TextField(blank=True, default="", verbose_name="答复")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="答复时间"),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                (
                    "notice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objection",
                        to="inspections.visitnotice",
                        verbose_name="告知",
                    ),
                ),
            ],
            options={
                "verbose_name": "企业异议",
                "verbose_name_plural": "企业异议",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="objection_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("answered_at__isnull", True),
                                ("answered_by__isnull", True),
                            ),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="answered_objection_says_who_and_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecordSection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("section", models.CharField(max_length=90, verbose_name="部分")),
                ("rev", models.PositiveIntegerField(default=1, verbose_name="版次")),
                ("value", models.JSONField(verbose_name="内容")),
                ("updated_at", models.DateTimeField(verbose_name="填写时间")),
                ("set_aside", models.BooleanField(default=False, verbose_name="转为补充")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sections",
                        to="inspections.assignment",
                        verbose_name="任务",
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填写人",
                    ),
                ),
            ],
            options={
                "verbose_name": "记录部分",
                "verbose_name_plural": "记录部分",
                "ordering": ["assignment", "section"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assignment", "section"), name="one_row_per_record_section"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rev__gte", 1)), name="section_revision_starts_at_1"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SyncOperation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("op", models.UUIDField(unique=True, verbose_name="操作标识")),
                ("section", models.CharField(max_length=90, verbose_name="部分")),
                ("base", models.PositiveIntegerField(verbose_name="基于版次")),
                ("value", models.JSONField(verbose_name="内容")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("applied", "已写入"),
                            ("already", "已收到"),
                            ("conflict", "有冲突"),
                            ("refused", "被拒绝"),
                        ],
                        max_length=10,
                        verbose_name="结果",
                    ),
                ),
                ("rev", models.PositiveIntegerField(default=0, verbose_name="版次")),
                ("errors", models.JSONField(blank=True, default=dict, verbose_name="错误")),
                ("answer", models.JSONField(blank=True, default=dict, verbose_name="答复")),
                (
                    "kept_as",
                    models.CharField(
                        blank=True,
                        choices=[("late", "迟到数据"), ("supplement", "补充")],
                        default="",
                        max_length=10,
                        verbose_name="留存",
                    ),
                ),
                (
                    "device",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="设备"),
                ),
                ("device_at", models.DateTimeField(blank=True, null=True, verbose_name="设备时间")),
                ("received_at", models.DateTimeField(auto_now_add=True, verbose_name="收到时间")),
                (
                    "clock_difference",
                    models.IntegerField(blank=True, null=True, verbose_name="时钟差（秒）"),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="operations",
                        to="inspections.assignment",
                        verbose_name="任务",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="操作人",
                    ),
                ),
            ],
            options={
                "verbose_name": "同步操作",
                "verbose_name_plural": "同步操作",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="RecordVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="版本")),
                ("content", models.TextField(verbose_name="内容")),
                ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("signatures", models.JSONField(default=list, verbose_name="签名")),
                ("checklist", models.JSONField(default=dict, verbose_name="检查依据")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("1", "未发现问题"),
                            ("2", "发现问题已责令改正"),
                            ("3", "发现问题待后续处理"),
                            ("4", "未发现开展本次抽查涉及的经营活动"),
                            ("5", "通过登记的住所无法联系"),
                            ("6", "不配合检查情节严重"),
                            ("7", "已关闭停业或注销/迁出"),
                        ],
                        max_length=1,
                        verbose_name="检查结果",
                    ),
                ),
                ("inspected_from", models.DateTimeField(verbose_name="检查开始")),
                ("inspected_to", models.DateTimeField(verbose_name="检查结束")),
                (
                    "correction_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="更正原因"
                    ),
                ),
                ("submitted_at", models.DateTimeField(verbose_name="提交时间")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="inspections.assignment",
                        verbose_name="任务",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交人",
                    ),
                ),
            ],
            options={
                "verbose_name": "检查记录",
                "verbose_name_plural": "污染源现场检查记录表",
                "ordering": ["assignment", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assignment", "number"), name="one_record_per_version_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("inspected_to__gt", models.F("inspected_from"))),
                        name="record_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("number", 1),
                            models.Q(("correction_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="later_record_version_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[("approved", "通过"), ("returned", "退回")],
                        max_length=10,
                        verbose_name="结论",
                    ),
                ),
                ("comment", models.TextField(blank=True, default="", verbose_name="意见")),
                (
                    "field_comments",
                    models.JSONField(blank=True, default=dict, verbose_name="逐项意见"),
                ),
                ("at", models.DateTimeField(verbose_name="审核时间")),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审核人",
                    ),
                ),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review",
                        to="inspections.recordversion",
                        verbose_name="检查记录",
                    ),
                ),
            ],
            options={
                "verbose_name": "审核",
                "verbose_name_plural": "审核",
                "ordering": ["-at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", "returned"), _negated=True),
                            models.Q(("comment", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="returned_record_says_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Problem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to="inspections.assignment",
                        verbose_name="任务",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="problems",
                        to="inspections.recordversion",
                        verbose_name="检查记录",
                    ),
                ),
                ("section", models.CharField(max_length=90, verbose_name="来源")),
                ("description", models.TextField(verbose_name="问题")),
                (
                    "handling",
                    models.CharField(
                        choices=[
                            ("corrected_on_spot", "立行立改"),
                            ("rectification", "限期整改"),
                            ("penalty_case", "立案处罚"),
                            ("referral", "移送司法"),
                        ],
                        max_length=20,
                        verbose_name="处理方式",
                    ),
                ),
                ("deadline", models.DateField(blank=True, null=True, verbose_name="整改期限")),
                (
                    "case_number",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="案号"),
                ),
                ("case_filed_on", models.DateField(blank=True, null=True, verbose_name="立案日期")),
                (
                    "recheck_passed_on",
                    models.DateField(blank=True, null=True, verbose_name="复查合格日期"),
                ),
                (
                    "transfer_approved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="批准移送时间"),
                ),
                (
                    "transfer_approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准移送人",
                    ),
                ),
                (
                    "handed_over_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="移交时间"),
                ),
                (
                    "handover_receipt",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="接收回执"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "整改中"),
                            ("awaiting_close", "待销号"),
                            ("closed", "已销号"),
                        ],
                        default="open",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "proposed_closing",
                    models.TextField(blank=True, default="", verbose_name="整改情况"),
                ),
                (
                    "close_proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提请销号人",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="批准销号人",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="销号时间")),
            ],
            options={
                "verbose_name": "问题",
                "verbose_name_plural": "问题",
                "ordering": ["state", "deadline", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "section"), name="one_problem_per_record_section"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handling", "rectification"), _negated=True),
                            ("deadline__isnull", False),
                            _connector="OR",
                        ),
                        name="rectification_has_a_deadline",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "handling__in",
                                ["corrected_on_spot", "rectification", "penalty_case", "referral"],
                            ),
                            models.Q(("description", ""), _negated=True),
                        ),
                        name="problem_says_what_and_how_it_is_handled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("transfer_approved_at__isnull", True),
                                ("transfer_approved_by__isnull", True),
                            ),
                            models.Q(
                                ("transfer_approved_at__isnull", False),
                                ("transfer_approved_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="approved_referral_says_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handed_over_at__isnull", True), ("handover_receipt", "")),
                            models.Q(
                                ("handed_over_at__isnull", False),
                                ("transfer_approved_at__isnull", False),
                                models.Q(("handover_receipt", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="hand_over_follows_approval_and_has_a_receipt",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("case_filed_on__isnull", True),
                            models.Q(("case_number", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="filed_case_has_a_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="closed_problem_says_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_by__isnull", True),
                            models.Q(("closed_by", models.F("close_proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="close_out_approver_is_not_its_proposer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProblemEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(verbose_name="情况")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
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
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="inspections.problem",
                        verbose_name="问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "问题跟踪",
                "verbose_name_plural": "问题跟踪",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="CorrectionOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("served_on", models.DateField(blank=True, null=True, verbose_name="送达日期")),
                (
                    "service_method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("direct", "直接送达"),
                            ("left", "留置送达"),
                            ("mail", "邮寄送达"),
                            ("electronic", "电子送达"),
                            ("entrusted", "委托送达"),
                            ("public_notice", "公告送达"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="送达方式",
                    ),
                ),
                (
                    "receiver",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="受送达人"
                    ),
                ),
                (
                    "service_note",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="送达说明"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True, verbose_name="文书编号")),
                ("violation", models.TextField(verbose_name="违法事实")),
                ("requirements", models.TextField(verbose_name="改正要求")),
                ("basis", models.CharField(max_length=300, verbose_name="依据")),
                ("deadline", models.DateField(verbose_name="改正期限")),
                ("issued_on", models.DateField(verbose_name="制作日期")),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="承办人",
                    ),
                ),
                (
                    "served_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="送达人",
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="inspections.problem",
                        verbose_name="问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "责令改正通知书",
                "verbose_name_plural": "责令改正通知书",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("served_by__isnull", True),
                                ("served_on__isnull", True),
                                ("service_method", ""),
                            ),
                            models.Q(
                                ("served_by__isnull", False),
                                ("served_on__isnull", False),
                                models.Q(("service_method", ""), _negated=True),
                                models.Q(("receiver", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="served_order_says_how_and_to_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("served_on__isnull", True),
                            ("served_on__gte", models.F("issued_on")),
                            _connector="OR",
                        ),
                        name="order_is_served_after_it_is_issued",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("deadline__gte", models.F("issued_on")),
                            models.Q(("requirements", ""), _negated=True),
                            models.Q(("violation", ""), _negated=True),
                            models.Q(("basis", ""), _negated=True),
                        ),
                        name="order_says_what_to_correct_why_and_until_when",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("served_on__isnull", True)),
                        fields=("problem",),
                        name="one_unserved_order_per_problem",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PenaltyDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("served_on", models.DateField(blank=True, null=True, verbose_name="送达日期")),
                (
                    "service_method",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("direct", "直接送达"),
                            ("left", "留置送达"),
                            ("mail", "邮寄送达"),
                            ("electronic", "电子送达"),
                            ("entrusted", "委托送达"),
                            ("public_notice", "公告送达"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="送达方式",
                    ),
                ),
                (
                    "receiver",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="受送达人"
                    ),
                ),
                (
                    "service_note",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="送达说明"
                    ),
                ),
                (
                    "number",
                    models.CharField(max_length=60, unique=True, verbose_name="处罚决定书文号"),
                ),
                ("violation", models.TextField(verbose_name="违法事实")),
                ("content", models.CharField(max_length=500, verbose_name="处罚内容")),
                ("basis", models.CharField(max_length=500, verbose_name="处罚依据")),
                (
                    "hearing",
                    models.TextField(blank=True, default="", verbose_name="事先告知和陈述申辩情况"),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=12, verbose_name="罚款金额（元）"
                    ),
                ),
                ("decided_on", models.DateField(verbose_name="决定日期")),
                ("recorded_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("standing", "有效"),
                            ("changed", "已变更"),
                            ("revoked", "已撤销"),
                        ],
                        default="standing",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "ended_on",
                    models.DateField(blank=True, null=True, verbose_name="变更或撤销日期"),
                ),
                (
                    "ended_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="变更或撤销原因"
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
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
                    "replaced_by",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="inspections.penaltydecision",
                        verbose_name="变更后的决定",
                    ),
                ),
                (
                    "served_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="送达人",
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="penalties",
                        to="inspections.problem",
                        verbose_name="问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "行政处罚决定",
                "verbose_name_plural": "行政处罚决定",
                "ordering": ["-decided_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("served_by__isnull", True),
                                ("served_on__isnull", True),
                                ("service_method", ""),
                            ),
                            models.Q(
                                ("served_by__isnull", False),
                                ("served_on__isnull", False),
                                models.Q(("service_method", ""), _negated=True),
                                models.Q(("receiver", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="served_penalty_says_how_and_to_whom",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_by__isnull", True),
                                ("ended_on__isnull", True),
                                ("state", "standing"),
                            ),
                            models.Q(
                                ("ended_by__isnull", False),
                                ("ended_on__isnull", False),
                                ("state__in", ["changed", "revoked"]),
                                models.Q(("ended_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ended_penalty_says_who_when_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)),
                        name="penalty_amount_is_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("served_on__isnull", True),
                            ("served_on__gte", models.F("decided_on")),
                            _connector="OR",
                        ),
                        name="penalty_is_served_after_it_is_decided",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "standing")),
                        fields=("problem",),
                        name="one_standing_penalty_per_problem",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Recheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("passed", models.BooleanField(blank=True, null=True, verbose_name="已改正")),
                ("noted_at", models.DateTimeField(blank=True, null=True, verbose_name="认定时间")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rechecks",
                        to="inspections.assignment",
                        verbose_name="复查任务",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rechecks",
                        to="inspections.correctionorder",
                        verbose_name="责令改正通知书",
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rechecks",
                        to="inspections.problem",
                        verbose_name="问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "复查",
                "verbose_name_plural": "复查",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("passed__isnull", True)),
                        fields=("problem",),
                        name="one_running_recheck_per_problem",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("noted_at__isnull", True), ("passed__isnull", True)),
                            models.Q(("noted_at__isnull", False), ("passed__isnull", False)),
                            _connector="OR",
                        ),
                        name="recheck_result_says_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CorrectionEvidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="文件指纹")),
                ("media_type", models.CharField(max_length=80, verbose_name="类型")),
                ("size", models.PositiveBigIntegerField(verbose_name="字节数")),
                ("name", models.CharField(max_length=200, verbose_name="文件名")),
                ("note", models.CharField(max_length=200, verbose_name="说明")),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                (
                    "problem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="inspections.problem",
                        verbose_name="问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "整改佐证",
                "verbose_name_plural": "整改佐证",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("problem", "sha256"), name="each_correction_file_once_per_problem"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                    "reason_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("remote_suspects", "非现场核查发现涉嫌违法"),
                            ("remote_inconclusive", "非现场核查不能查清"),
                            ("no_remote", "不具备非现场核查条件"),
                            ("evidence", "须现场取样取证"),
                            ("urgent", "情况紧急"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="转现场理由类别",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="检查事由")),
                (
                    "departments",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="联合部门"
                    ),
                ),
                (
                    "cap_exemption",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("clue_check", "线索核查"),
                            ("remote_to_onsite", "非现场转现场"),
                            ("credit_d", "信用D级/红码"),
                            ("enterprise_request", "企业申请"),
                            ("urgent", "紧急"),
                        ],
                        default="",
                        max_length=30,
                        verbose_name="频次豁免",
                    ),
                ),
                (
                    "repeat_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="再次检查的理由"
                    ),
                ),
                ("urgent", models.BooleanField(default=False, verbose_name="紧急")),
                ("due_on", models.DateField(verbose_name="完成期限")),
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
                ("proposed_at", models.DateTimeField(verbose_name="申请时间")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="批准时间"),
                ),
                (
                    "decision_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="批准意见"
                    ),
                ),
                (
                    "assignment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_request",
                        to="inspections.assignment",
                        verbose_name="任务",
                    ),
                ),
                (
                    "clue",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_requests",
                        to="inspections.clue",
                        verbose_name="线索",
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
                        verbose_name="批准人",
                    ),
                ),
                (
                    "items",
                    models.ManyToManyField(
                        related_name="+", to="registry.inspectionitem", verbose_name="检查事项"
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.inspector",
                        verbose_name="主办",
                    ),
                ),
                (
                    "members",
                    models.ManyToManyField(
                        related_name="+", to="registry.inspector", verbose_name="其他成员"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申请人",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="check_requests",
                        to="registry.pollutionsource",
                        verbose_name="污染源",
                    ),
                ),
            ],
            options={
                "verbose_name": "检查申请",
                "verbose_name_plural": "检查申请",
                "ordering": ["-pk"],
                "permissions": [
                    ("propose_check_request", "申请抽查外检查"),
                    ("approve_check_request", "批准定向检查和抽查外检查"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "check_source__in",
                                    [
                                        "daily",
                                        "special_campaign",
                                        "construction",
                                        "joint",
                                        "permit_follow_up",
                                        "patrol",
                                    ],
                                ),
                                ("clue__isnull", True),
                                ("reason_kind", ""),
                            ),
                            models.Q(
                                (
                                    "check_source__in",
                                    ["assigned", "complaint", "daily", "patrol"],
                                ),
                                ("clue__isnull", False),
                                (
                                    "reason_kind__in",
                                    [
                                        "remote_suspects",
                                        "remote_inconclusive",
                                        "no_remote",
                                        "evidence",
                                        "urgent",
                                    ],
                                ),
                                models.Q(("cap_exemption", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="check_request_fits_its_origin",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="check_request_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("check_source", "joint"), _negated=True),
                            models.Q(("departments", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="joint_check_names_the_departments",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="check_request_approver_is_not_its_proposer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by__isnull", True), ("state", "proposed")),
                            models.Q(
                                ("assignment__isnull", False),
                                ("decided_by__isnull", False),
                                ("state", "approved"),
                            ),
                            models.Q(
                                ("decided_by__isnull", False),
                                ("state", "rejected"),
                                models.Q(("decision_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="decided_check_request_says_who_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("clue__isnull", True), ("urgent", True)),
                            ("assignment__isnull", True),
                            ("state", "approved"),
                            _connector="OR",
                        ),
                        name="only_urgent_checks_go_out_before_approval",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["proposed", "approved"])),
                        fields=("clue",),
                        name="one_standing_check_request_per_clue",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrintedPaper",
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
                            ("record", "污染源现场检查记录表"),
                            ("order", "责令改正通知书"),
                            ("recheck", "复查记录"),
                            ("receipt", "送达回证"),
                            ("penalty", "行政处罚决定书"),
                        ],
                        max_length=12,
                        verbose_name="文书",
                    ),
                ),
                ("subject", models.CharField(max_length=40, verbose_name="对象标识")),
                ("number", models.CharField(max_length=60, verbose_name="文书编号")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="版本")),
                ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("data", models.JSONField(verbose_name="文书内容")),
                ("made_at", models.DateTimeField(verbose_name="文书日期")),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="inspections.assignment",
                        verbose_name="任务",
                    ),
                ),
            ],
            options={
                "verbose_name": "执法文书",
                "verbose_name_plural": "执法文书",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "subject"), name="one_paper_per_subject"
                    ),
                    models.UniqueConstraint(
                        fields=("digest", "version", "kind"), name="paper_digest_finds_one_paper"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="paper_digest_is_sha256",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperPrint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "copy",
                    models.CharField(
                        choices=[
                            ("archive", "第一联\u3000存档"),
                            ("party", "第二联\u3000交被检查单位"),
                        ],
                        max_length=8,
                        verbose_name="联",
                    ),
                ),
                (
                    "format",
                    models.CharField(
                        choices=[("pdf", "PDF"), ("docx", "Word 文档")],
                        max_length=4,
                        verbose_name="格式",
                    ),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="文件指纹")),
                ("printed_at", models.DateTimeField(verbose_name="打印时间")),
                (
                    "printed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="打印人",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prints",
                        to="inspections.printedpaper",
                        verbose_name="文书",
                    ),
                ),
            ],
            options={
                "verbose_name": "文书打印",
                "verbose_name_plural": "文书打印",
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("paper", "copy", "format", "sha256"), name="each_printed_file_once"
                    )
                ],
            },
        ),
    ]
    operations = together(operations)
