from django.db import migrations

MARKS = {"published": "published", "withdrawn": "published", "withheld": "withheld"}


def mark(apps, schema_editor):
    """Results that were decided before the ledger kept that."""
    links = apps.get_model("disclosure", "PublicationLink").objects
    ledger = apps.get_model("registry", "CheckLedgerEntry").objects
    decided = links.filter(state__in=MARKS).values_list("assignment__number", "state")
    for number, state in decided.iterator():
        ledger.filter(reference=number).update(disclosure=MARKS[state])


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0004_one_proof_that_counts"),
        ("inspections", "0002_append_only_tables"),
        ("registry", "0004_mark_disclosed_checks"),
    ]

    # Backwards the column itself goes.
    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
