from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("publicplan", "one_standing_announcement_per_quarter"),
        migrations.RenameField("publicplan", "withdrawn_at", "ended_at"),
        migrations.RenameField("publicplan", "withdrawn_reason", "ended_reason"),
        migrations.AlterField(
            "publicplan",
            "ended_at",
            models.DateTimeField("撤回或作废时间", null=True, blank=True),
        ),
        migrations.AlterField(
            "publicplan",
            "ended_reason",
            models.CharField("撤回或作废原因", max_length=300, blank=True, default=""),
        ),
        migrations.AlterField(
            "publicplan",
            "state",
            models.CharField(
                "状态",
                max_length=10,
                default="announced",
                choices=[
                    ("announced", "已公告，待抽取"),
                    ("withdrawn", "已撤回"),
                    ("void", "已作废"),
                    ("drawn", "已抽取"),
                    ("approved", "检查进行中"),
                    ("revealed", "已公开复核材料"),
                ],
            ),
        ),
        migrations.AddConstraint(
            "publicplan",
            models.UniqueConstraint(
                fields=["quarter"],
                condition=~Q(state__in=["withdrawn", "void"]),
                name="one_standing_announcement_per_quarter",
            ),
        ),
        migrations.AddField(
            "publicproof",
            "commitment",
            models.CharField("随机数承诺", max_length=64, default=""),
            preserve_default=False,
        ),
        migrations.AddField("publicproof", "void", models.BooleanField("已作废", default=False)),
        migrations.AddField("publicproof", "drawn", models.BooleanField("已抽取", default=True)),
    ]
