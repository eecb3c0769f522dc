"""The database itself refuses to change or delete these rows."""

from django.db import migrations

from registry.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("inspections", "0001_initial")]

    operations = [
        AppendOnly("inspections_recordversion"),
        AppendOnly("inspections_syncoperation"),
        AppendOnly("inspections_assignmentview"),
    ]
