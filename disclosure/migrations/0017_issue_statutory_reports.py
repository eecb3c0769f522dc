"""Statutory reports are issued once; a reissue stands beside them."""

from django.db import migrations, models

from registry.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0016_append_only_notices"),
    ]

    operations = [
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
        AppendOnly("disclosure_publicstatutoryreport"),
    ]
