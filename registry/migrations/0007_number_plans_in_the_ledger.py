from django.db import migrations, models


def mark_drawn_checks(apps, schema_editor):
    """So far every check of a plan was one of the quarter's draw."""
    apps.get_model("registry", "CheckLedgerEntry").objects.exclude(plan_number="").update(
        counts_toward_ratio=True
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_identify_units_without_a_code")]

    operations = [
        migrations.RenameField("checkledgerentry", "plan_quarter", "plan_number"),
        migrations.AlterField(
            "checkledgerentry",
            "plan_number",
            models.CharField("抽查计划", max_length=12, blank=True, default=""),
        ),
        migrations.AddField(
            "checkledgerentry",
            "counts_toward_ratio",
            models.BooleanField("计入随机抽查比例", default=False),
        ),
        migrations.RunPython(mark_drawn_checks, migrations.RunPython.noop),
        migrations.AddConstraint(
            "checkledgerentry",
            models.CheckConstraint(
                condition=models.Q(
                    ("counts_toward_ratio", True), ("plan_number", ""), _negated=True
                ),
                name="only_drawn_checks_count_toward_the_ratio",
            ),
        ),
    ]
