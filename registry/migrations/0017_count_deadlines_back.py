"""A clock that runs towards a day says how far before it ends."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0016_add_calendar_feeds"),
    ]

    operations = [
        migrations.AddField(
            model_name="deadline",
            name="counted_back_from",
            field=models.DateField(blank=True, null=True, verbose_name="倒数起点"),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("counted_back_from__isnull", True),
                    ("working_days__isnull", False),
                    _connector="OR",
                ),
                name="deadline_counted_back_says_how_far",
            ),
        ),
    ]
