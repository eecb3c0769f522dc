"""The database itself refuses to change or delete these rows."""

from django.db import migrations

from registry.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        AppendOnly("registry_auditevent"),
    ]
