"""The whole table as files: complete, harmless in a spreadsheet, the same on both databases."""

import csv
import io
import json

import pytest
from django.test import Client
from django.utils import timezone

from disclosure.models import PublicResult
from disclosure.public import exports
from disclosure.rules.public_columns import OPEN_DATA_COLUMNS
from disclosure.tests.public.published import publish

pytestmark = pytest.mark.django_db


def table(path: str) -> list[dict[str, str]]:
    text = b"".join(Client().get(path)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_csv_holds_every_result_with_every_column_newest_first() -> None:
    publish(50)

    rows = table("/results.csv")

    assert list(rows[0]) == ["序号", *(title for _n, title in OPEN_DATA_COLUMNS)]
    assert [row["序号"] for row in rows] == [str(n) for n in range(1, 51)]
    stored = PublicResult.objects.order_by("-published_on", "-pk")
    for row, result in zip(rows, stored, strict=True):
        assert row["企业名称"] == result.enterprise_name
        assert row["抽查时间"] == result.checked_on.isoformat()
        assert row["标识"].replace("-", "") == result.public_id.hex
        assert row["检查结果"] == result.outcome_text


def test_one_quarter_can_be_had_alone() -> None:
    publish(100)

    assert {row["季度"] for row in table("/results.csv?quarter=2026Q2")} == {"2026Q2"}
    assert len(table("/results.csv?quarter=%27")) == 100


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_csv_is_a_formula(start: str) -> None:
    publish(1, enterprise_name=f"{start}1+1", handling=f"{start}cmd")

    (row,) = table("/results.csv")

    assert row["企业名称"] == f"'{start}1+1"
    assert row["处理情况"] == f"'{start}cmd"


def test_cells_with_quotes_commas_and_line_breaks_come_through() -> None:
    name = '甲"乙",丙\n丁'
    publish(1, enterprise_name=name)

    assert table("/results.csv")[0]["企业名称"] == name
    assert (
        json.loads(b"".join(Client().get("/results.json")))["results"][0]["enterprise_name"] == name
    )


def test_a_withdrawn_result_says_why_and_no_longer_what_was_found() -> None:
    publish(2)
    PublicResult.objects.filter(assignment_number="RW-000001").update(
        withdrawn_at=timezone.now(), withdrawn_note="处罚决定被撤销"
    )

    gone = next(row for row in table("/results.csv") if row["抽查任务编号"] == "RW-000001")
    data = json.loads(b"".join(Client().get("/results.json")))["results"]

    assert (gone["检查结果"], gone["结果代码"], gone["处理情况"]) == (
        "已撤回",
        "",
        "处罚决定被撤销",
    )
    assert (
        next(r for r in data if r["assignment_number"] == "RW-000001")["outcome_text"] == "已撤回"
    )


def test_a_reader_who_leaves_early_stops_the_copying() -> None:
    publish(2000)

    chunks = exports.results_csv()
    next(chunks)
    next(chunks)
    chunks.close()

    assert PublicResult.objects.count() == 2000


def test_an_empty_table_is_a_heading_and_an_empty_list() -> None:
    assert table("/results.csv") == []
    assert json.loads(b"".join(Client().get("/results.json")))["results"] == []
