from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0003_name_proofs_by_commitment")]

    operations = [
        migrations.AlterField(
            "publicproof",
            "commitment",
            models.CharField("随机数承诺", max_length=64, unique=True),
        ),
        migrations.AlterField("publicproof", "quarter", models.CharField("季度", max_length=6)),
        migrations.AddConstraint(
            "publicproof",
            models.UniqueConstraint(
                fields=["quarter"], condition=Q(void=False), name="one_proof_that_counts"
            ),
        ),
        migrations.AlterModelOptions(
            "publicproof",
            options={
                "ordering": ["-quarter", "void", "-published_at"],
                "verbose_name": "公开复核材料",
                "verbose_name_plural": "公开复核材料",
            },
        ),
    ]
