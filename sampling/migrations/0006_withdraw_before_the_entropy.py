from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sampling", "0005_give_changes_a_ground")]

    operations = [
        migrations.AddConstraint(
            model_name="draw",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "withdrawn"), _negated=True),
                    ("ended_at__lt", models.F("entropy_at")),
                    _connector="OR",
                ),
                name="freeze_is_withdrawn_before_its_entropy",
            ),
        ),
    ]
