"""Every published result names its quarter, and an index for each filter and order of the list."""

from typing import Any

from django.db import migrations, models
from django.db.models import CharField, Value
from django.db.models.functions import (
    Cast,
    Concat,
    ExtractQuarter,
    ExtractYear,
    Substr,
)


def file_by_quarter(apps: Any, schema_editor: Any) -> None:
    results = apps.get_model("disclosure", "PublicResult").objects
    results.exclude(plan_number="").update(quarter=Substr("plan_number", 1, 6))
    results.filter(plan_number="").update(
        quarter=Concat(
            Cast(ExtractYear("checked_on"), CharField()),
            Value("Q"),
            Cast(ExtractQuarter("checked_on"), CharField()),
            output_field=CharField(),
        )
    )


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0010_publish_positive_list")]

    operations = [
        migrations.AddField(
            model_name="publicresult",
            name="quarter",
            field=models.CharField(default="", max_length=6, verbose_name="季度"),
            preserve_default=False,
        ),
        migrations.RunPython(file_by_quarter, migrations.RunPython.noop),
    ]
