"""Notices of what was withdrawn or withheld before there were notices; then none changes any more."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from registry.triggers import AppendOnly


def tell_what_was_decided(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    notices = apps.get_model("disclosure", "PublicNotice").objects
    results = apps.get_model("disclosure", "PublicResult").objects
    for result in results.filter(withdrawn_at__isnull=False).order_by("withdrawn_at"):
        notices.create(
            kind="withdrawn",
            at=result.withdrawn_at,
            result=result,
            plan_number=result.plan_number,
            note=result.withdrawn_note,
        )
    rows = apps.get_model("disclosure", "Withholding").objects.filter(state="approved")
    for row in rows.select_related("link__assignment__plan").order_by("decided_at"):
        plan = row.link.assignment.plan
        number = plan.number if plan is not None else ""
        notices.create(kind="withheld", at=row.decided_at, plan_number=number, ground=row.ground)


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0015_keep_public_notices")]

    operations = [
        migrations.RunPython(tell_what_was_decided, migrations.RunPython.noop),
        AppendOnly("disclosure_publicnotice"),
    ]
