"""Search by any part of a name or code, on whichever database the tests run."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from registry.database import text_index
from registry.models import PollutionSource
from registry.querysets import SOURCE_TEXT

pytestmark = pytest.mark.django_db


@pytest.fixture
def units(unit: Any) -> None:
    unit(name="昌吉绿洲环保科技有限公司", code="PS00101")
    unit(name="新疆天山水泥有限公司", site="环北二厂", code="PS00102")
    unit(name="阜康市3A（新建）化工厂", code="高新-7")
    unit(name="ＢＣ７加工厂", code="PS00301")
    unit(name="准东站", code="PS00204", no_code_reason="", uscc="91652300MA77XRK15L")


def found(query: str) -> list[str]:
    rows = PollutionSource.objects.search(query)
    return list(rows.order_by("code").values_list("code", flat=True))


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("环保", ["PS00101"]),
        ("保环", []),
        ("环保科技有限公司", ["PS00101"]),
        ("有限 天山", ["PS00102"]),
        ("环", ["PS00101", "PS00102"]),
        ("站", ["PS00204"]),
        ("环北", ["PS00102"]),
        ("公司环北", []),
        ("3a(新", ["高新-7"]),
        ("高新-", ["高新-7"]),
        ("S0010", ["PS00101", "PS00102"]),
        ("ma77x", ["PS00204"]),
        ("ｃ７", ["PS00301"]),
        ("c7", ["PS00301"]),
        ("(", ["高新-7"]),
        ("司'\\\"*%_:&", []),
        ("", ["PS00101", "PS00102", "PS00204", "PS00301", "高新-7"]),
    ],
)
def test_any_part_finds(units: None, query: str, codes: list[str]) -> None:
    assert found(query) == codes


def test_no_way_of_writing_forgets_the_index(unit: Any) -> None:
    row = unit(name="甲厂")
    PollutionSource.objects.bulk_create(
        [
            PollutionSource(
                code="PS09", name="乙厂子", no_code_reason="individual", regulatory_type="key"
            )
        ]
    )
    assert found("乙厂") == ["PS09"]

    PollutionSource.objects.filter(pk=row.pk).update(name="丙丁厂")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_pollutionsource SET name = '戊己厂' WHERE code = 'PS09'")

    assert (found("甲厂"), found("丙丁"), found("乙厂"), found("戊己")) == (
        [],
        [row.code],
        [],
        ["PS09"],
    )


def test_a_removed_row_leaves_the_index(unit: Any) -> None:
    unit(name="甲乙厂").delete()

    assert found("甲乙") == []


def test_common_pairs_are_asked_for_alone(units: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        text_index, "_known", {_key(): (float("inf"), {"有限": 0.9, "限公": 0.9, "公司": 0.8})}
    )

    assert found("有限公司") == ["PS00101", "PS00102"]


def _key() -> tuple[str, str]:
    return (str(connection.settings_dict["NAME"]), SOURCE_TEXT.name)


def test_the_database_answers_from_the_index(units: None) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for way in ("seqscan", "indexscan", "indexonlyscan"):
                cursor.execute(f"SET LOCAL enable_{way} = off")

    assert SOURCE_TEXT.name in PollutionSource.objects.search("环保").explain()


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_builds_the_table_anew_does_not_lose_the_index(unit: Any) -> None:
    row = unit(name="甲乙厂")
    if connection.vendor == "sqlite":
        with connection.schema_editor() as editor:
            editor._remake_table(PollutionSource)
        PollutionSource.objects.update(name="丙丁厂")  # unseen: the triggers are gone

    call_command("migrate", verbosity=0)
    PollutionSource.objects.filter(pk=row.pk).update(name="戊己厂")

    assert found("戊己") == [row.code]
    assert found("丙丁") == []
