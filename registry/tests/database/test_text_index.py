"""Search by any part of a name or code, on whichever database the tests run."""

from typing import Any

import pytest
from django.db import connection

from registry.database import text_index
from registry.models import PollutionSource
from registry.querysets import SOURCE_TEXT

pytestmark = pytest.mark.django_db
only_where_there_is_an_index = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="every row is read there"
)


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


@only_where_there_is_an_index
def test_a_name_is_its_pairs_and_its_last_character() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(chanji_pairs(%s))", ["昌吉（A3）站\n"])
        (indexed,) = cursor.fetchone()

    assert set(indexed) == {"昌吉", "吉(", "站\n"}


@only_where_there_is_an_index
def test_the_database_answers_from_the_index(units: None) -> None:
    with connection.cursor() as cursor:
        for way in ("seqscan", "indexscan", "indexonlyscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")

    assert SOURCE_TEXT.name in PollutionSource.objects.search("环保").explain()
