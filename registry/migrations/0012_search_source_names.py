"""Names are found by any part of them; the database keeps the index."""

from django.db import migrations

from registry.text_index import CreateTextIndex


class Migration(migrations.Migration):
    dependencies = [("registry", "0011_append_only_risk_weights")]

    operations = [
        CreateTextIndex("registry_pollutionsource", ["name", "site", "code"]),
    ]
