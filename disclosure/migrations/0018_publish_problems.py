from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0017_issue_statutory_reports"),
    ]

    operations = [
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
    ]
