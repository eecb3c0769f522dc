"""The register list's filters and orders are answered from indexes alone."""

from typing import Any

from django.db import migrations, models

# PostgreSQL reads filters from the index, in order, without touching the wide rows.
COVERING = """
CREATE INDEX registry_source_list_idx ON registry_pollutionsource (code) INCLUDE (
    id, name, site, uscc, status, kind, regulatory_type, risk_grade, credit_grade, permit_class,
    grid, online_monitored, positive_list)
"""


def make(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(COVERING)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX registry_source_list_idx")


class Migration(migrations.Migration):
    dependencies = [("registry", "0012_search_source_names")]

    operations = [
        migrations.AddIndex(
            model_name="pollutionsource",
            index=models.Index(fields=["grid"], name="source_grid_idx"),
        ),
        migrations.AddIndex(
            model_name="pollutionsource",
            index=models.Index(fields=["updated_at", "id"], name="source_updated_idx"),
        ),
        migrations.RunPython(make, drop),
    ]
