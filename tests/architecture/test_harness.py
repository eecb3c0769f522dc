"""The test harness itself: append-only tables refuse changes, yet can be flushed."""

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from registry.database import triggers

TABLE = triggers.APPEND_ONLY_TABLES[0]


def append_only_triggers() -> int:
    catalogue = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor], [TABLE])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["before a flush", "after a flush"])
def test_append_only_triggers_survive_the_flush_between_tests(turn: str) -> None:
    assert append_only_triggers() > 0


@pytest.mark.django_db(transaction=True)
def test_flushing_while_rows_stand_in_an_append_only_table_succeeds() -> None:
    from registry.models import AuditEvent

    AuditEvent.objects.create(action="test.flush")

    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.all().delete()


def test_tests_never_touch_the_data_of_this_machine() -> None:
    assert settings.VAR_DIR != settings.BASE_DIR / "var"
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        assert name.startswith(str(settings.VAR_DIR))
    else:
        assert name.startswith("test_")
