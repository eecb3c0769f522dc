import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0019_explain_with_a_guide"),
        ("inspections", "0008_take_clues_from_the_public"),
    ]

    operations = [
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
                ("created_at", models.DateTimeField(verbose_name="提交时间")),
                (
                    "clue",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inspections.clue",
                        verbose_name="线索",
                    ),
                ),
            ],
            options={
                "verbose_name": "举报回执",
                "verbose_name_plural": "举报回执",
                "ordering": ["-pk"],
            },
        ),
    ]
