import json

from django.db import migrations


def name_proofs(apps, schema_editor):
    proofs = apps.get_model("disclosure", "PublicProof")
    for proof in proofs.objects.filter(commitment=""):
        proof.commitment = json.loads(proof.bundle)["commitment"]
        proof.save(update_fields=["commitment"])


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0002_keep_void_draws")]

    # Backwards there is nothing to do: the column goes with the migration before this one.
    operations = [migrations.RunPython(name_proofs, migrations.RunPython.noop)]
