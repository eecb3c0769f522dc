"""Published results are found by any part of an enterprise's name; the database keeps the index."""

from django.db import migrations

from registry.text_index import CreateTextIndex


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0013_fill_tallies")]

    operations = [CreateTextIndex("disclosure_publicresult", ["enterprise_name"])]
