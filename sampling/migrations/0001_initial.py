import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from registry.database.migrating import together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "__first__"),
        ("registry", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SamplingPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=12, unique=True, verbose_name="计划编号")),
                ("quarter", models.CharField(db_index=True, max_length=6, verbose_name="季度")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("quarterly", "季度抽查"),
                            ("monthly", "按月分批抽查"),
                            ("supplementary", "补充抽查"),
                            ("construction", "建设项目抽查"),
                            ("joint", "部门联合抽查"),
                            ("lookback", "回头看抽查"),
                            ("external", "外部抽取"),
                        ],
                        default="quarterly",
                        max_length=13,
                        verbose_name="计划类型",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "编制中"),
                            ("frozen", "已冻结待抽取"),
                            ("drawn", "已抽取待批准"),
                            ("approved", "已批准执行中"),
                            ("revealed", "已公开复核"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "key_ratio",
                    models.PositiveSmallIntegerField(default=25, verbose_name="重点抽查比例（%）"),
                ),
                (
                    "special_ratio",
                    models.PositiveSmallIntegerField(default=50, verbose_name="特殊抽查比例（%）"),
                ),
                (
                    "share",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="抽查比例（%）"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.partnerdepartment",
                        verbose_name="联合部门",
                    ),
                ),
                (
                    "partners_per_team",
                    models.PositiveSmallIntegerField(default=1, verbose_name="每组联合部门人数"),
                ),
                ("scope", models.JSONField(blank=True, default=dict, verbose_name="抽查范围")),
                ("waves", models.PositiveSmallIntegerField(default=3, verbose_name="派发批次")),
                (
                    "drafted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="编制人",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="编制时间")),
                (
                    "must_check_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.mustcheckset",
                        verbose_name="十必查清单",
                    ),
                ),
                ("note", models.TextField(blank=True, default="", verbose_name="说明")),
            ],
            options={
                "verbose_name": "抽查计划",
                "verbose_name_plural": "抽查计划",
                "ordering": ["-quarter", "number"],
                "permissions": [
                    ("edit_plan", "编制抽查计划"),
                    ("freeze_plan", "冻结抽查计划"),
                    ("freeze_outside_window", "批准在法定时段外冻结"),
                    ("draw_plan", "主持抽取"),
                    ("approve_plan", "批准抽取程序"),
                    ("withdraw_freeze", "撤回冻结"),
                    ("void_draw", "宣布抽取作废"),
                    ("dispatch_wave", "派发任务"),
                    ("reveal_plan", "公开复核材料"),
                    ("view_sealed_selection", "读取密封名单"),
                    ("propose_change", "提出替换或回避"),
                    ("approve_change", "批准替换或回避"),
                    ("import_external_draw", "导入外部抽取"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quarter__regex", "^20[0-9]{2}Q[1-4]$")),
                        name="plan_quarter_is_written_so",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "quarterly"), ("number", models.F("quarter"))),
                            models.Q(
                                models.Q(("kind", "quarterly"), _negated=True),
                                ("number__startswith", models.F("quarter")),
                                ("number__regex", "^20[0-9]{2}Q[1-4]-[MSCJLE][1-9][0-9]?$"),
                            ),
                            _connector="OR",
                        ),
                        name="plan_number_names_its_quarter_and_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("department__isnull", False), ("kind", "joint")),
                            models.Q(
                                models.Q(("kind", "joint"), _negated=True),
                                ("department__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="joint_plan_names_its_department",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ["construction", "joint", "lookback"]),
                                ("share__gte", 1),
                                ("share__lte", 100),
                            ),
                            models.Q(
                                models.Q(
                                    ("kind__in", ["construction", "joint", "lookback"]),
                                    _negated=True,
                                ),
                                ("share__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="share_is_for_kinds_without_a_floor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("key_ratio__gte", 25), ("key_ratio__lte", 100)),
                        name="plan_key_ratio_is_at_least_the_floor",
                        violation_error_message="重点排污单位每季度抽查比例不得低于25%。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("special_ratio__gte", 50), ("special_ratio__lte", 100)),
                        name="plan_special_ratio_is_at_least_the_floor",
                        violation_error_message="特殊监管对象每季度抽查比例不得低于50%。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("waves__gte", 1), ("waves__lte", 12)),
                        name="plan_has_1_to_12_waves",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "frozen", "drawn", "approved", "revealed"])
                        ),
                        name="plan_state_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        to="sampling.samplingplan",
                        verbose_name="计划",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.inspectionitem",
                        verbose_name="事项",
                    ),
                ),
            ],
            options={
                "verbose_name": "计划事项",
                "verbose_name_plural": "计划事项",
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "item"), name="each_item_once_per_plan")
                ],
            },
        ),
        migrations.AddField(
            model_name="SamplingPlan",
            name="items",
            field=models.ManyToManyField(
                related_name="plans",
                through="sampling.PlanItem",
                to="registry.inspectionitem",
                verbose_name="抽查事项",
            ),
        ),
        migrations.CreateModel(
            name="PlanQuota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quotas",
                        to="sampling.samplingplan",
                        verbose_name="计划",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("key", "重点排污单位"),
                            ("special", "特殊监管对象"),
                            ("general", "一般排污单位"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("base", models.PositiveIntegerField(verbose_name="基数")),
                ("drawable", models.PositiveIntegerField(verbose_name="可抽取")),
                ("floor", models.PositiveIntegerField(verbose_name="法定下限")),
                ("uncovered", models.PositiveIntegerField(default=0, verbose_name="本年未查")),
                ("quota", models.PositiveIntegerField(verbose_name="抽取数")),
                ("ratio_text", models.CharField(max_length=100, verbose_name="比例")),
                ("explanation", models.TextField(verbose_name="计算依据")),
            ],
            options={
                "verbose_name": "抽取数",
                "verbose_name_plural": "抽取数",
                "ordering": ["plan", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "category"), name="one_quota_per_category"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quota__lte", models.F("drawable"))),
                        name="quota_does_not_exceed_its_pool",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="sampling.samplingplan",
                        verbose_name="计划",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("frozen", "已冻结"),
                            ("drawn", "已抽取"),
                            ("approved", "已批准"),
                            ("revealed", "已公开"),
                            ("withdrawn", "已撤回"),
                            ("void", "已作废"),
                        ],
                        default="frozen",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("pool", models.TextField(verbose_name="抽取池")),
                ("pool_digest", models.CharField(max_length=64, verbose_name="抽取池摘要")),
                ("commitment", models.CharField(max_length=64, verbose_name="随机数承诺")),
                ("sealed_nonce", models.TextField(verbose_name="密封随机数")),
                ("announcement", models.JSONField(verbose_name="公告")),
                ("announcement_digest", models.CharField(max_length=64, verbose_name="公告摘要")),
                ("entropy_from", models.DateTimeField(verbose_name="最早可知时刻")),
                ("entropy_at", models.DateTimeField(verbose_name="全部可知时刻")),
                ("officers_count", models.PositiveIntegerField(verbose_name="执法人员数")),
                ("frozen_at", models.DateTimeField(verbose_name="冻结时间")),
                (
                    "frozen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="冻结人",
                    ),
                ),
                ("window_from", models.DateField(verbose_name="法定时段起")),
                ("window_to", models.DateField(verbose_name="法定时段止")),
                (
                    "outside_window_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="时段外冻结原因"
                    ),
                ),
                ("quotas", models.JSONField(default=list, verbose_name="抽取数")),
                ("left_out", models.JSONField(default=list, verbose_name="未入池单位")),
                ("record", models.JSONField(blank=True, null=True, verbose_name="抽取记录")),
                ("drawn_at", models.DateTimeField(blank=True, null=True, verbose_name="抽取时间")),
                (
                    "drawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="抽取人",
                    ),
                ),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="批准时间"),
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
                    "ended_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="撤回、作废或公开时间"
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
                        verbose_name="撤回、作废或公开人",
                    ),
                ),
                (
                    "end_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="撤回或作废原因"
                    ),
                ),
                ("bundle", models.JSONField(blank=True, null=True, verbose_name="公开复核材料")),
            ],
            options={
                "verbose_name": "抽取",
                "verbose_name_plural": "抽取",
                "ordering": ["-frozen_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["withdrawn", "void"]), _negated=True),
                        fields=("plan",),
                        name="one_draw_that_counts_per_plan",
                    ),
                    models.UniqueConstraint(fields=("commitment",), name="each_commitment_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("entropy_at__gte", models.F("entropy_from")),
                            ("entropy_from__gt", models.F("frozen_at")),
                        ),
                        name="entropy_is_known_only_after_the_freeze",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("drawn_at__isnull", True),
                            ("drawn_at__gte", models.F("entropy_at")),
                            _connector="OR",
                        ),
                        name="draw_waits_for_the_announced_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("drawn_at__isnull", True),
                                ("record__isnull", True),
                                ("state__in", ["frozen", "withdrawn", "void"]),
                            ),
                            models.Q(
                                ("drawn_at__isnull", False),
                                ("drawn_by__isnull", False),
                                ("record__isnull", False),
                                ("state__in", ["drawn", "approved", "revealed", "void"]),
                            ),
                            _connector="OR",
                        ),
                        name="drawn_means_the_record_is_there",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["approved", "revealed"]), _negated=True),
                            models.Q(
                                ("approved_at__isnull", False), ("approved_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="approved_draw_names_its_approver",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(
                                models.Q(("approved_by", models.F("drawn_by")), _negated=True),
                                models.Q(("approved_by", models.F("frozen_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="draw_approver_neither_froze_nor_drew",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["withdrawn", "void"]), _negated=True),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ended_draw_says_who_and_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            ("ended_at__lt", models.F("entropy_from")),
                            _connector="OR",
                        ),
                        name="freeze_is_withdrawn_before_its_entropy",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("bundle__isnull", False), ("state__in", ["revealed", "void"])
                            ),
                            models.Q(
                                models.Q(("state__in", ["revealed", "void"]), _negated=True),
                                ("bundle__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="bundle_exists_only_once_revealed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DrawVoid",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="voids",
                        to="sampling.draw",
                        verbose_name="抽取",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待确认"),
                            ("confirmed", "已作废"),
                            ("rejected", "未同意"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="原因")),
                ("proposed_at", models.DateTimeField(auto_now_add=True, verbose_name="提出时间")),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="决定时间"),
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
            ],
            options={
                "verbose_name": "宣布作废",
                "verbose_name_plural": "宣布作废",
                "ordering": ["draw", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("draw",),
                        name="one_open_void_per_draw",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="void_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at__isnull", True),
                                ("decided_by__isnull", True),
                                ("state", "proposed"),
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("state__in", ["confirmed", "rejected"]),
                                models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="void_is_decided_by_another_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Witness",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="witnesses",
                        to="sampling.draw",
                        verbose_name="抽取",
                    ),
                ),
                ("represents", models.CharField(max_length=100, verbose_name="代表单位")),
                ("name", models.CharField(max_length=100, verbose_name="见证人")),
            ],
            options={
                "verbose_name": "见证人",
                "verbose_name_plural": "见证人",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("draw", "name"), name="each_witness_once_per_draw"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("represents", ""), _negated=True),
                        ),
                        name="witness_has_a_name_and_represents_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wave",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waves",
                        to="sampling.draw",
                        verbose_name="抽取",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="批次")),
                ("due_on", models.DateField(verbose_name="派发日期")),
                ("size", models.PositiveIntegerField(verbose_name="任务数")),
                (
                    "dispatched_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="派发时间"),
                ),
                (
                    "dispatched_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="派发人",
                    ),
                ),
            ],
            options={
                "verbose_name": "派发批次",
                "verbose_name_plural": "派发批次",
                "ordering": ["draw", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("draw", "number"), name="one_wave_per_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="DrawChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="sampling.draw",
                        verbose_name="抽取",
                    ),
                ),
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
                (
                    "position",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="顺序"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("replace", "替换"), ("recuse", "回避")],
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("conflict", "利害关系（主动回避）"),
                            ("party_request", "当事人申请回避"),
                            ("leave", "请假"),
                            ("certificate", "执法证到期"),
                            ("left_post", "离岗"),
                            ("closed", "关停或注销"),
                            ("relocated", "搬迁"),
                            ("exempted", "豁免"),
                            ("merged", "并入其他单位"),
                            ("duplicate", "重复登记"),
                        ],
                        max_length=13,
                        verbose_name="情形",
                    ),
                ),
                ("source", models.CharField(max_length=40, verbose_name="单位编号")),
                (
                    "inspector",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="人员编号"
                    ),
                ),
                (
                    "successor",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="接替"),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="原因")),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
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
                ("proposed_at", models.DateTimeField(auto_now_add=True, verbose_name="提出时间")),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="批准时间"),
                ),
            ],
            options={
                "verbose_name": "替换与回避",
                "verbose_name_plural": "替换与回避",
                "ordering": ["draw", "position"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("draw", "position"), name="one_change_per_position"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("proposed_by", models.F("approved_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="change_approver_is_not_its_proposer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(
                                ("approved_at__isnull", False),
                                ("approved_by__isnull", False),
                                ("position__isnull", False),
                                models.Q(("successor", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="approved_change_has_approver_moment_position_and_successor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="change_has_a_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("ground", "party_request"),
                            models.Q(("state", "rejected"), _negated=True),
                        ),
                        fields=("draw", "source"),
                        name="one_recusal_by_the_partys_request",
                        violation_error_message="当事人申请回避以一次为限。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExternalDraw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="external",
                        to="sampling.samplingplan",
                        verbose_name="计划",
                    ),
                ),
                ("platform", models.CharField(max_length=100, verbose_name="抽取平台")),
                ("drawn_on", models.DateField(verbose_name="抽取日期")),
                ("filename", models.CharField(max_length=255, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件指纹")),
                ("sealed_list", models.TextField(verbose_name="密封名单")),
                ("counts", models.JSONField(default=dict, verbose_name="抽取数")),
                (
                    "imported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="导入人",
                    ),
                ),
                ("imported_at", models.DateTimeField(verbose_name="导入时间")),
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
                    "approved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="批准时间"),
                ),
                (
                    "dispatched_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="派发人",
                    ),
                ),
                (
                    "dispatched_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="派发时间"),
                ),
            ],
            options={
                "verbose_name": "外部抽取",
                "verbose_name_plural": "外部抽取",
                "ordering": ["-imported_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("imported_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="external_draw_approver_did_not_import_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dispatched_at__isnull", True),
                            ("approved_at__isnull", False),
                            _connector="OR",
                        ),
                        name="external_draw_is_approved_before_dispatch",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("platform", ""), _negated=True),
                        name="external_draw_names_its_platform",
                    ),
                ],
            },
        ),
    ]
    operations = together(operations)
