"""Counts of what was published before there were counters."""

from django.db import migrations

FILL = """
INSERT INTO disclosure_publictally
    (quarter, category, outcome, random, late, withdrawn, number)
SELECT quarter, category, outcome, (plan_number <> ''), (published_on > due_on),
    (withdrawn_at IS NOT NULL), count(*)
FROM disclosure_publicresult GROUP BY 1, 2, 3, 4, 5, 6
"""


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0012_count_what_is_published")]

    operations = [migrations.RunSQL(FILL, "DELETE FROM disclosure_publictally")]
