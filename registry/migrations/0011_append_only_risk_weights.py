"""An old version of the weights stays as it was: what was graded by it can be graded again."""

from django.db import migrations

from registry.triggers import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_grade_risk_and_keep_its_facts")]

    operations = [
        AppendOnly("registry_riskweights"),
    ]
