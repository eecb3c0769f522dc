import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from registry.database.migrating import together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "__first__"),
        ("inspections", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quarter", models.CharField(max_length=6, verbose_name="季度")),
                ("category", models.CharField(max_length=20, verbose_name="监管类别")),
                ("outcome", models.CharField(max_length=1, verbose_name="结果代码")),
                ("random", models.BooleanField(verbose_name="随机抽查")),
                ("late", models.BooleanField(verbose_name="超期公示")),
                ("withdrawn", models.BooleanField(verbose_name="已撤回")),
                ("number", models.BigIntegerField(verbose_name="数量")),
            ],
            options={
                "verbose_name": "公示计数",
                "verbose_name_plural": "公示计数",
                "ordering": ["-quarter", "category", "outcome"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("quarter", "category", "outcome", "random", "late", "withdrawn"),
                        name="one_tally_per_sort_of_result",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicationPulse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table_name", models.CharField(max_length=63, unique=True, verbose_name="表")),
                ("token", models.CharField(max_length=36, verbose_name="标记")),
                ("changed_at", models.DateTimeField(verbose_name="变动时间")),
            ],
            options={
                "verbose_name": "公开内容变动",
                "verbose_name_plural": "公开内容变动",
                "ordering": ["table_name"],
            },
        ),
        migrations.CreateModel(
            name="PublicItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("list_title", models.CharField(max_length=120, verbose_name="清单")),
                ("list_version", models.PositiveSmallIntegerField(verbose_name="版本")),
                ("effective_from", models.DateField(verbose_name="生效日期")),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("code", models.CharField(max_length=20, verbose_name="事项编码")),
                ("name", models.CharField(max_length=120, verbose_name="抽查事项")),
                ("item_class", models.CharField(max_length=20, verbose_name="事项类别")),
                ("body", models.CharField(max_length=100, verbose_name="检查主体")),
                ("target", models.CharField(max_length=100, verbose_name="检查对象")),
                ("content", models.TextField(verbose_name="检查内容")),
                ("method", models.CharField(max_length=20, verbose_name="检查方式")),
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
                ("bases", models.JSONField(default=list, verbose_name="抽查依据")),
            ],
            options={
                "verbose_name": "公开事项",
                "verbose_name_plural": "公开事项",
                "ordering": ["position", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("list_version", "code"), name="one_public_item_per_version_and_code"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan_number",
                    models.CharField(db_index=True, max_length=12, verbose_name="抽查计划编号"),
                ),
                ("title", models.CharField(max_length=60, verbose_name="计划")),
                (
                    "kind",
                    models.CharField(default="quarterly", max_length=13, verbose_name="计划类型"),
                ),
                (
                    "counts_toward_ratio",
                    models.BooleanField(default=True, verbose_name="计入随机抽查比例"),
                ),
                (
                    "department",
                    models.CharField(
                        blank=True, default="", max_length=100, verbose_name="联合部门"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("announced", "已公告，待抽取"),
                            ("withdrawn", "已撤回"),
                            ("void", "已作废"),
                            ("drawn", "已抽取"),
                            ("approved", "检查进行中"),
                            ("revealed", "已公开复核材料"),
                        ],
                        default="announced",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "commitment",
                    models.CharField(max_length=64, unique=True, verbose_name="随机数承诺"),
                ),
                ("announcement", models.JSONField(verbose_name="公告")),
                ("announcement_digest", models.CharField(max_length=64, verbose_name="公告摘要")),
                ("sources", models.JSONField(default=list, verbose_name="公开随机源")),
                ("registered", models.JSONField(default=list, verbose_name="名录家数")),
                ("left_out", models.JSONField(default=list, verbose_name="未入池家数")),
                ("frozen_at", models.DateTimeField(verbose_name="冻结时间")),
                (
                    "outside_window_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="时段外冻结原因"
                    ),
                ),
                ("quotas", models.JSONField(default=list, verbose_name="抽取数")),
                ("items", models.JSONField(default=list, verbose_name="抽查事项")),
                ("waves", models.JSONField(default=list, verbose_name="派发批次")),
                ("officers_count", models.PositiveIntegerField(verbose_name="执法人员数")),
                ("drawn_at", models.DateTimeField(blank=True, null=True, verbose_name="抽取时间")),
                ("record", models.JSONField(blank=True, null=True, verbose_name="抽取记录")),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="批准时间"),
                ),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="撤回或作废时间"),
                ),
                (
                    "ended_reason",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="撤回或作废原因"
                    ),
                ),
                ("published_at", models.DateTimeField(verbose_name="公开时间")),
            ],
            options={
                "verbose_name": "公开计划",
                "verbose_name_plural": "公开计划",
                "ordering": ["-plan_number", "-frozen_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["withdrawn", "void"]), _negated=True),
                        fields=("plan_number",),
                        name="one_standing_announcement_per_plan",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicExternalDraw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan_number",
                    models.CharField(max_length=12, unique=True, verbose_name="抽查计划编号"),
                ),
                ("title", models.CharField(max_length=60, verbose_name="计划")),
                ("platform", models.CharField(max_length=100, verbose_name="抽取平台")),
                ("drawn_on", models.DateField(verbose_name="抽取日期")),
                ("file_sha256", models.CharField(max_length=64, verbose_name="名单文件指纹")),
                ("counts", models.JSONField(default=list, verbose_name="抽取数")),
                ("approved_at", models.DateTimeField(verbose_name="批准时间")),
                ("published_at", models.DateTimeField(verbose_name="公开时间")),
            ],
            options={
                "verbose_name": "公开外部抽取",
                "verbose_name_plural": "公开外部抽取",
                "ordering": ["-plan_number"],
            },
        ),
        migrations.CreateModel(
            name="PublicProgress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan_number",
                    models.CharField(max_length=12, unique=True, verbose_name="抽查计划编号"),
                ),
                ("drawn", models.PositiveIntegerField(default=0, verbose_name="抽取")),
                ("dispatched", models.PositiveIntegerField(default=0, verbose_name="已派发")),
                ("inspected", models.PositiveIntegerField(default=0, verbose_name="已检查")),
                ("completed", models.PositiveIntegerField(default=0, verbose_name="已完成")),
                ("published", models.PositiveIntegerField(default=0, verbose_name="已公示")),
                ("withheld", models.PositiveIntegerField(default=0, verbose_name="不予公开")),
                (
                    "withheld_by_ground",
                    models.JSONField(default=dict, verbose_name="不予公开（按理由）"),
                ),
                ("problems_found", models.PositiveIntegerField(default=0, verbose_name="发现问题")),
                (
                    "problems_closed",
                    models.PositiveIntegerField(default=0, verbose_name="问题已销号"),
                ),
                ("updated_at", models.DateTimeField(verbose_name="更新时间")),
            ],
            options={
                "verbose_name": "计划进展",
                "verbose_name_plural": "计划进展",
                "ordering": ["-plan_number"],
            },
        ),
        migrations.CreateModel(
            name="PublicResult",
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
                ("enterprise_name", models.CharField(max_length=320, verbose_name="企业名称")),
                (
                    "uscc",
                    models.CharField(
                        blank=True, default="", max_length=18, verbose_name="统一社会信用代码"
                    ),
                ),
                (
                    "enterprise_key",
                    models.CharField(db_index=True, max_length=20, verbose_name="企业标识"),
                ),
                ("register_code", models.CharField(max_length=20, verbose_name="名录编号")),
                ("category", models.CharField(max_length=20, verbose_name="监管类别")),
                ("items", models.CharField(max_length=500, verbose_name="抽查事项")),
                ("checked_on", models.DateField(verbose_name="抽查时间")),
                ("authority", models.CharField(max_length=100, verbose_name="检查机关")),
                ("outcome", models.CharField(max_length=1, verbose_name="结果代码")),
                ("outcome_text", models.CharField(max_length=60, verbose_name="检查结果")),
                (
                    "handling",
                    models.CharField(
                        blank=True, default="", max_length=500, verbose_name="处理情况"
                    ),
                ),
                ("published_on", models.DateField(verbose_name="公示日期")),
                (
                    "plan_number",
                    models.CharField(
                        blank=True, default="", max_length=12, verbose_name="抽查计划编号"
                    ),
                ),
                ("quarter", models.CharField(max_length=6, verbose_name="季度")),
                (
                    "assignment_number",
                    models.CharField(max_length=40, unique=True, verbose_name="抽查任务编号"),
                ),
                ("sampling_type", models.CharField(max_length=20, verbose_name="抽查类型")),
                ("method", models.CharField(max_length=40, verbose_name="检查方式")),
                ("completed_on", models.DateField(verbose_name="完成日期")),
                ("due_on", models.DateField(verbose_name="公示期限")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="撤回时间"),
                ),
                (
                    "withdrawn_note",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="撤回说明"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="入库时间")),
            ],
            options={
                "verbose_name": "公开结果",
                "verbose_name_plural": "公开结果",
                "ordering": ["-published_on", "-pk"],
                "indexes": [
                    models.Index(fields=["-published_on", "-id"], name="public_result_page_idx"),
                    models.Index(
                        fields=["quarter", "published_on", "id"], name="public_by_quarter_idx"
                    ),
                    models.Index(
                        fields=["category", "published_on", "id"], name="public_by_category_idx"
                    ),
                    models.Index(
                        fields=["outcome", "published_on", "id"], name="public_by_outcome_idx"
                    ),
                    models.Index(
                        fields=["plan_number", "published_on", "id"], name="public_by_plan_idx"
                    ),
                    models.Index(fields=["checked_on", "id"], name="public_checked_idx"),
                    models.Index(
                        fields=["quarter", "checked_on", "id"], name="public_quarter_checked_idx"
                    ),
                    models.Index(fields=["uscc"], name="public_result_uscc_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="withdrawn_result_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("published_on__gte", models.F("completed_on"))),
                        name="result_is_published_after_completion",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["1", "2", "3", "4", "5", "6", "7"])),
                        name="public_outcome_is_an_official_code",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicProof",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("plan_number", models.CharField(max_length=12, verbose_name="抽查计划编号")),
                (
                    "commitment",
                    models.CharField(max_length=64, unique=True, verbose_name="随机数承诺"),
                ),
                ("void", models.BooleanField(default=False, verbose_name="已作废")),
                ("drawn", models.BooleanField(default=True, verbose_name="已抽取")),
                ("bundle", models.TextField(verbose_name="复核材料")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件指纹")),
                ("published_at", models.DateTimeField(verbose_name="公开时间")),
            ],
            options={
                "verbose_name": "公开复核材料",
                "verbose_name_plural": "公开复核材料",
                "ordering": ["-plan_number", "void", "-published_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("void", False)),
                        fields=("plan_number",),
                        name="one_proof_that_counts",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicFairness",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("scope", models.CharField(max_length=12, unique=True, verbose_name="计划或年度")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("report", models.JSONField(verbose_name="公平性报告")),
                ("units", models.TextField(verbose_name="逐家单位（CSV）")),
                ("made_of", models.CharField(max_length=64, verbose_name="所依据的复核材料")),
            ],
            options={
                "verbose_name": "公平性报告",
                "verbose_name_plural": "公平性报告",
                "ordering": ["-scope"],
            },
        ),
        migrations.CreateModel(
            name="PublicPositiveListChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(max_length=20, unique=True, verbose_name="公告编号"),
                ),
                ("enterprise_name", models.CharField(max_length=320, verbose_name="企业名称")),
                (
                    "uscc",
                    models.CharField(
                        blank=True, default="", max_length=18, verbose_name="统一社会信用代码"
                    ),
                ),
                (
                    "register_code",
                    models.CharField(db_index=True, max_length=20, verbose_name="名录编号"),
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
                ("reason", models.CharField(max_length=300, verbose_name="原因")),
                ("authority", models.CharField(max_length=100, verbose_name="公布机关")),
                ("published_at", models.DateTimeField(verbose_name="公开时间")),
            ],
            options={
                "verbose_name": "公开的正面清单变动",
                "verbose_name_plural": "公开的正面清单变动",
                "ordering": ["-on", "-reference"],
                "indexes": [
                    models.Index(fields=["-on", "-reference"], name="public_positive_page_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["entered", "left", "expired"]),
                            models.Q(("reason", ""), _negated=True),
                        ),
                        name="public_positive_change_says_what_and_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicProblem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(max_length=20, unique=True, verbose_name="问题编号"),
                ),
                (
                    "assignment_number",
                    models.CharField(db_index=True, max_length=40, verbose_name="抽查任务编号"),
                ),
                ("quarter", models.CharField(max_length=6, verbose_name="季度")),
                ("enterprise_name", models.CharField(max_length=320, verbose_name="企业名称")),
                (
                    "uscc",
                    models.CharField(
                        blank=True, default="", max_length=18, verbose_name="统一社会信用代码"
                    ),
                ),
                (
                    "enterprise_key",
                    models.CharField(db_index=True, max_length=20, verbose_name="企业标识"),
                ),
                ("matter", models.CharField(max_length=140, verbose_name="问题所在")),
                ("handling", models.CharField(max_length=20, verbose_name="处理方式")),
                ("handling_text", models.CharField(max_length=20, verbose_name="处理方式（中文）")),
                (
                    "case_number",
                    models.CharField(blank=True, default="", max_length=60, verbose_name="案号"),
                ),
                ("found_on", models.DateField(verbose_name="发现日期")),
                ("deadline", models.DateField(blank=True, null=True, verbose_name="整改期限")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="销号日期")),
                ("withdrawn", models.BooleanField(default=False, verbose_name="已撤回")),
                ("updated_at", models.DateTimeField(verbose_name="更新时间")),
            ],
            options={
                "verbose_name": "公开问题",
                "verbose_name_plural": "公开问题",
                "ordering": ["-found_on", "-pk"],
                "indexes": [
                    models.Index(fields=["found_on", "id"], name="public_problem_page_idx"),
                    models.Index(
                        fields=["quarter", "found_on", "id"], name="public_problem_quarter_idx"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on__isnull", True),
                            ("closed_on__gte", models.F("found_on")),
                            _connector="OR",
                        ),
                        name="public_problem_closes_after_it_was_found",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GuidePage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=40, unique=True, verbose_name="地址")),
                ("title", models.CharField(max_length=60, verbose_name="标题")),
                ("body", models.TextField(verbose_name="正文")),
                ("html", models.TextField(editable=False, verbose_name="排版后")),
                ("position", models.PositiveSmallIntegerField(default=10, verbose_name="次序")),
                ("shown", models.BooleanField(default=False, verbose_name="公开")),
                ("updated_at", models.DateTimeField(verbose_name="更新时间")),
            ],
            options={
                "verbose_name": "宣传页面",
                "verbose_name_plural": "宣传页面",
                "ordering": ["position", "pk"],
                "permissions": [("manage_guide", "编辑宣传内容")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True),
                            models.Q(("body", ""), _negated=True),
                        ),
                        name="guide_page_has_title_and_text",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GuideMaterial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="标题")),
                ("description", models.CharField(max_length=200, verbose_name="图片说明")),
                (
                    "kind",
                    models.CharField(
                        choices=[("picture", "图片"), ("brochure", "PDF 手册")],
                        max_length=10,
                        verbose_name="类型",
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="文件指纹")),
                ("content", models.BinaryField(verbose_name="内容")),
                ("size", models.PositiveIntegerField(verbose_name="字节数")),
                ("width", models.PositiveIntegerField(default=0, verbose_name="宽")),
                ("height", models.PositiveIntegerField(default=0, verbose_name="高")),
                ("position", models.PositiveSmallIntegerField(default=10, verbose_name="次序")),
                ("shown", models.BooleanField(default=True, verbose_name="公开")),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
            ],
            options={
                "verbose_name": "宣传资料",
                "verbose_name_plural": "宣传资料",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["picture", "brochure"]),
                            models.Q(("description", ""), _negated=True),
                        ),
                        name="guide_material_is_described",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicationLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.assignment",
                        verbose_name="任务",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待公示"),
                            ("queued", "排队公示"),
                            ("published", "已公示"),
                            ("withheld", "不予公开"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "result",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disclosure.publicresult",
                        verbose_name="公开结果",
                    ),
                ),
                ("completed_on", models.DateField(verbose_name="完成日期")),
                ("due_on", models.DateField(verbose_name="公示期限")),
                ("provisional", models.BooleanField(default=False, verbose_name="暂定")),
                (
                    "queued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提交公示人",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="处理时间"),
                ),
                (
                    "name_outdated",
                    models.BooleanField(default=False, verbose_name="公示名称待更正"),
                ),
            ],
            options={
                "verbose_name": "公示事项",
                "verbose_name_plural": "公示事项",
                "ordering": ["due_on", "pk"],
                "permissions": [
                    ("publish_result", "公示抽查结果"),
                    ("propose_withholding", "提出不予公开"),
                    ("withhold_result", "批准不予公开"),
                    ("withdraw_result", "撤回已公示结果"),
                ],
                "indexes": [
                    models.Index(fields=["state", "due_on"], name="publication_sweep_idx"),
                    models.Index(
                        condition=models.Q(("name_outdated", True)),
                        fields=["id"],
                        name="publication_outdated_idx",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("result__isnull", False), ("state__in", ["published", "withdrawn"])
                            ),
                            models.Q(
                                ("result__isnull", True),
                                ("state__in", ["waiting", "queued", "withheld"]),
                            ),
                            _connector="OR",
                        ),
                        name="published_link_has_its_copy",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Withholding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withholdings",
                        to="disclosure.publicationlink",
                        verbose_name="公示事项",
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("confidential", "涉及保密"),
                            ("national_security", "涉及国家安全"),
                            ("public_security", "涉及公共安全"),
                        ],
                        max_length=20,
                        verbose_name="理由类别",
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="理由")),
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
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="提出人",
                    ),
                ),
                ("proposed_at", models.DateTimeField(auto_now_add=True, verbose_name="提出时间")),
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
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="批准时间"),
                ),
            ],
            options={
                "verbose_name": "不予公开",
                "verbose_name_plural": "不予公开",
                "ordering": ["-proposed_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="withholding_approver_is_not_its_proposer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="withholding_has_a_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("link",),
                        name="one_open_withholding_per_result",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ComplaintReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code_hash",
                    models.CharField(max_length=64, unique=True, verbose_name="回执码指纹"),
                ),
                (
                    "form_hash",
                    models.CharField(max_length=64, unique=True, verbose_name="表单指纹"),
                ),
                (
                    "clue",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.clue",
                        verbose_name="线索",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="提交时间")),
            ],
            options={
                "verbose_name": "举报回执",
                "verbose_name_plural": "举报回执",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="ComplaintQuota",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address_hash", models.CharField(max_length=64, verbose_name="地址指纹")),
                ("purpose", models.CharField(max_length=10, verbose_name="用途")),
                ("hour", models.DateTimeField(verbose_name="时段")),
                ("number", models.PositiveIntegerField(default=0, verbose_name="次数")),
            ],
            options={
                "verbose_name": "举报频次",
                "verbose_name_plural": "举报频次",
                "ordering": ["-hour"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("address_hash", "purpose", "hour"),
                        name="one_quota_per_address_and_hour",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicNotice",
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
                            ("corrected", "更正"),
                            ("withdrawn", "撤回"),
                            ("restored", "恢复公示"),
                            ("withheld", "不予公开"),
                            ("lifted", "解除不予公开"),
                        ],
                        max_length=10,
                        verbose_name="变更",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "result",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="disclosure.publicresult",
                        verbose_name="公示结果",
                    ),
                ),
                (
                    "plan_number",
                    models.CharField(
                        blank=True, default="", max_length=12, verbose_name="抽查计划编号"
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confidential", "涉及保密"),
                            ("national_security", "涉及国家安全"),
                            ("public_security", "涉及公共安全"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="不予公开理由",
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, default="", max_length=300, verbose_name="说明"),
                ),
                ("changes", models.JSONField(default=list, verbose_name="更正内容")),
            ],
            options={
                "verbose_name": "公示变更",
                "verbose_name_plural": "公示变更",
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["-at", "-id"], name="public_notice_page_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "withheld"),
                                ("result__isnull", True),
                                models.Q(("ground", ""), _negated=True),
                            ),
                            models.Q(
                                ("ground", ""),
                                ("kind__in", ["corrected", "withdrawn", "restored"]),
                                ("result__isnull", False),
                                models.Q(("note", ""), _negated=True),
                            ),
                            models.Q(
                                ("kind", "lifted"),
                                ("result__isnull", False),
                                models.Q(("ground", ""), _negated=True),
                                models.Q(("note", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="public_notice_says_what_and_why",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicPenalty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(max_length=60, unique=True, verbose_name="处罚决定书文号"),
                ),
                ("enterprise_name", models.CharField(max_length=320, verbose_name="企业名称")),
                (
                    "uscc",
                    models.CharField(
                        blank=True, default="", max_length=18, verbose_name="统一社会信用代码"
                    ),
                ),
                (
                    "enterprise_key",
                    models.CharField(db_index=True, max_length=20, verbose_name="企业标识"),
                ),
                ("authority", models.CharField(max_length=100, verbose_name="处罚机关")),
                ("violation", models.TextField(verbose_name="违法事实")),
                ("content", models.CharField(max_length=500, verbose_name="处罚内容")),
                ("basis", models.CharField(max_length=500, verbose_name="处罚依据")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, max_digits=12, verbose_name="罚款金额（元）"
                    ),
                ),
                ("decided_on", models.DateField(verbose_name="决定日期")),
                ("due_on", models.DateField(verbose_name="公示期限")),
                ("published_on", models.DateField(verbose_name="公示日期")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="撤下时间"),
                ),
                (
                    "ended_on",
                    models.DateField(blank=True, null=True, verbose_name="变更或撤销日期"),
                ),
                (
                    "ended_text",
                    models.CharField(
                        blank=True, default="", max_length=330, verbose_name="变更或撤销情况"
                    ),
                ),
            ],
            options={
                "verbose_name": "公开的处罚决定",
                "verbose_name_plural": "公开的处罚决定",
                "ordering": ["-decided_on", "-pk"],
                "indexes": [
                    models.Index(fields=["-decided_on", "-id"], name="public_penalty_page_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_on__isnull", True),
                                ("ended_text", ""),
                                ("withdrawn_at__isnull", True),
                            ),
                            models.Q(
                                ("amount", 0),
                                ("basis", ""),
                                ("content", ""),
                                ("ended_on__isnull", False),
                                ("violation", ""),
                                ("withdrawn_at__isnull", False),
                                models.Q(("ended_text", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ended_penalty_is_taken_down_and_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("published_on__gte", models.F("decided_on"))),
                        name="penalty_is_published_after_it_is_decided",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PenaltyLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.penaltydecision",
                        verbose_name="处罚决定",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待公示"),
                            ("queued", "排队公示"),
                            ("published", "已公示"),
                            ("withheld", "不予公开"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "penalty",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="disclosure.publicpenalty",
                        verbose_name="公开的处罚决定",
                    ),
                ),
                ("due_on", models.DateField(verbose_name="公示期限")),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="公示人",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="处理时间"),
                ),
            ],
            options={
                "verbose_name": "处罚公示事项",
                "verbose_name_plural": "处罚公示事项",
                "ordering": ["due_on", "pk"],
                "indexes": [models.Index(fields=["state", "due_on"], name="penalty_sweep_idx")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("penalty__isnull", False), ("state", "published")),
                            models.Q(("penalty__isnull", True), ("state", "waiting")),
                            ("state__in", ["withdrawn", "withheld"]),
                            _connector="OR",
                        ),
                        name="published_penalty_has_its_copy",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PublicStatutoryReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quarter", models.CharField(max_length=6, verbose_name="季度")),
                ("version", models.PositiveSmallIntegerField(verbose_name="版次")),
                ("numbers", models.JSONField(verbose_name="数据")),
                ("authority", models.CharField(max_length=100, verbose_name="报告单位")),
                (
                    "note",
                    models.CharField(
                        blank=True, default="", max_length=300, verbose_name="重报说明"
                    ),
                ),
                ("issued_at", models.DateTimeField(verbose_name="报出时间")),
            ],
            options={
                "verbose_name": "法定季报",
                "verbose_name_plural": "法定季报",
                "ordering": ["-quarter", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("quarter", "version"), name="one_report_per_quarter_and_version"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("note", ""), ("version", 1)),
                            models.Q(("version__gt", 1), models.Q(("note", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="reissued_report_says_why",
                    ),
                ],
            },
        ),
    ]
    operations = together(operations)
