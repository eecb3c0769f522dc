from django.db import migrations


def title_plans(apps, schema_editor):
    """So far every announcement was of the quarter's own plan."""
    for plan in apps.get_model("disclosure", "PublicPlan").objects.filter(title=""):
        number = "一二三四"[int(plan.plan_number[5]) - 1]
        plan.title = f"{plan.plan_number[:4]}年第{number}季度抽查计划"
        plan.save(update_fields=["title"])


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0008_publish_kinds_of_plans")]

    operations = [migrations.RunPython(title_plans, migrations.RunPython.noop)]
