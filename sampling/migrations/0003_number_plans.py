from django.db import migrations, models


def copy_quarter(apps, schema_editor):
    """So far every plan was the quarter's own, named by it."""
    apps.get_model("sampling", "SamplingPlan").objects.update(quarter=models.F("number"))


class Migration(migrations.Migration):
    dependencies = [("sampling", "0002_add_void_draws")]

    operations = [
        migrations.RemoveConstraint("samplingplan", "plan_quarter_is_written_so"),
        # Without its indexes: they keep their names, which the new quarter will want.
        migrations.AlterField("samplingplan", "quarter", models.CharField("季度", max_length=6)),
        migrations.RenameField("samplingplan", "quarter", "number"),
        migrations.AlterField(
            "samplingplan", "number", models.CharField("计划编号", max_length=12, unique=True)
        ),
        migrations.AddField(
            "samplingplan",
            "quarter",
            models.CharField("季度", max_length=6, db_index=True, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(copy_quarter, migrations.RunPython.noop),
    ]
