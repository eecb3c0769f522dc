"""Notices and statutory reports are never changed; published names are found by any part."""

from django.db import migrations

from registry.database.text_index import CreateTextIndex
from registry.database.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0001_initial")]

    operations = [
        AppendOnly("disclosure_publicnotice"),
        AppendOnly("disclosure_publicstatutoryreport"),
        CreateTextIndex("disclosure_publicresult", ["enterprise_name"]),
    ]
