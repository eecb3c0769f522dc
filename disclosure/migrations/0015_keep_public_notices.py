"""What became of a result after, or instead of, its publication."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0014_search_enterprise_names"),
    ]

    operations = [
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
                        ],
                        max_length=10,
                        verbose_name="变更",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
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
                            _connector="OR",
                        ),
                        name="public_notice_says_what_and_why",
                    )
                ],
            },
        ),
    ]
