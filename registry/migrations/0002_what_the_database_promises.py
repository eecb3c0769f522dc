"""What tables alone cannot promise: rows that are never changed, names found by any part, lists
read from an index alone."""

from typing import Any

from django.db import migrations

from registry.database.migrating import WithoutModels
from registry.database.text_index import CreateTextIndex
from registry.database.triggers import AppendOnly

# PostgreSQL reads the register's filters from the index, in order, without touching the wide rows.
COVERING = """
CREATE INDEX registry_source_list_idx ON registry_pollutionsource (code) INCLUDE (
    id, name, site, uscc, status, kind, regulatory_type, risk_grade, credit_grade, permit_class,
    grid, online_monitored, positive_list)
"""


def make(_apps: None, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(COVERING)


def drop(_apps: None, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX registry_source_list_idx")


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        AppendOnly("registry_auditevent"),
        AppendOnly("registry_riskweights"),
        CreateTextIndex("registry_pollutionsource", ["name", "site", "code"]),
        WithoutModels(make, drop),
    ]
