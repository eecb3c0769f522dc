"""The database itself refuses to change or delete what was printed."""

from django.db import migrations

from registry.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("inspections", "0011_add_checks_outside_the_draw_and_notices")]

    operations = [AppendOnly("inspections_printedpaper")]
