"""Penalty decisions in public, and the clock behind each."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0020_receipt_complaints"),
        ("inspections", "0010_follow_orders_penalties_and_rechecks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                ("due_on", models.DateField(verbose_name="公示期限")),
                (
                    "decided_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="处理时间"),
                ),
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
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.penaltydecision",
                        verbose_name="处罚决定",
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
    ]
