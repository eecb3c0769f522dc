from django.db import migrations, models

NUMBER = models.CharField("抽查计划编号", max_length=12)


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0006_publish_fairness_reports")]

    operations = [
        migrations.RemoveConstraint("publicplan", "one_standing_announcement_per_quarter"),
        migrations.RemoveConstraint("publicproof", "one_proof_that_counts"),
        migrations.RemoveIndex("publicresult", "public_result_filter_idx"),
        migrations.RenameModel("PublicQuarter", "PublicProgress"),
        migrations.RenameField("publicplan", "quarter", "plan_number"),
        migrations.RenameField("publicprogress", "quarter", "plan_number"),
        migrations.RenameField("publicresult", "quarter", "plan_number"),
        migrations.RenameField("publicproof", "quarter", "plan_number"),
    ]
