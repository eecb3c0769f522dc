"""Plan clocks that run already learn what they count back from, so that they follow the calendar."""

from datetime import date

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def count_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    deadlines = apps.get_model("registry", "Deadline").objects
    running = deadlines.filter(
        kind="freeze_plan", state="open", subject__regex=r"^plan:\d{4}Q[1-4]$"
    )
    for deadline in running:
        year, quarter = int(deadline.subject[5:9]), int(deadline.subject[-1])
        deadline.counted_back_from = date(year, 3 * quarter - 2, 1)
        deadline.working_days = 1
        deadline.save(update_fields=["counted_back_from", "working_days"])


class Migration(migrations.Migration):
    dependencies = [("registry", "0017_count_deadlines_back")]

    # Nothing to undo: the columns go with the migration before.
    operations = [migrations.RunPython(count_back, migrations.RunPython.noop)]
