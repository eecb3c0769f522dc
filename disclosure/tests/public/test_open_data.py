"""Open data: complete, described in two languages, harmless, and enough to check every number."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from disclosure.models import (
    PublicExternalDraw,
    PublicNotice,
    PublicPenalty,
    PublicPositiveListChange,
    PublicProblem,
    PublicProgress,
    PublicResult,
    PublicStatutoryReport,
)
from disclosure.public.tables import TABLES
from disclosure.rules.public_columns import OPEN_DATA_COLUMNS
from disclosure.rules.statutory_report import StatutoryNumbers
from disclosure.tests.public.published import publish

pytestmark = pytest.mark.django_db
REPORTED = {
    field.name: number for number, field in enumerate(fields(StatutoryNumbers), 1)
}  # fmt: skip
KINDS = ("立行立改", "限期整改", "立案处罚")


def body(path: str) -> bytes:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return b"".join(answer) if answer.streaming else answer.content


def rows(name: str, query: str = "") -> list[dict[str, str]]:
    text = body(f"/open-data/{name}.csv{query}").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def published() -> list[PublicResult]:
    """Results of two years: some late, some outside every plan, some withdrawn; and problems."""
    made = publish(400, category="重点排污单位")
    PublicResult.objects.filter(pk__in=[r.pk for r in made[::3]]).update(category="一般排污单位")
    PublicResult.objects.filter(pk__in=[r.pk for r in made[::7]]).update(category="特殊监管对象")
    PublicResult.objects.filter(pk__in=[r.pk for r in made[::11]]).update(plan_number="")
    for row in made[::13]:
        PublicResult.objects.filter(pk=row.pk).update(due_on=row.published_on - timedelta(days=1))
    PublicResult.objects.filter(pk__in=[r.pk for r in made[::17]]).update(
        withdrawn_at=timezone.now(), withdrawn_note="处罚决定被撤销"
    )
    today = timezone.localdate()
    for n, row in enumerate(made[:40]):
        PublicProblem.objects.create(
            reference=f"WT{n:06d}", assignment_number=row.assignment_number, quarter=row.quarter,
            enterprise_name=row.enterprise_name, enterprise_key=row.enterprise_key,
            matter="排污许可", handling=f"kind{n % 3}", handling_text=KINDS[n % 3],
            found_on=row.checked_on, deadline=today - timedelta(days=5 if n % 2 else -5),
            closed_on=row.checked_on if n % 4 == 0 else None, withdrawn=n % 9 == 0,
            updated_at=timezone.now(),
        )  # fmt: skip
    PublicProgress.objects.create(
        plan_number="2026Q1", drawn=90, published=80, updated_at=timezone.now()
    )
    decide(made)
    return made


def decide(made: list[PublicResult]) -> None:
    """Penalty decisions, one of them revoked, and a row of everything else that is published."""
    now = timezone.now()
    for n in range(3):
        gone = {"violation": "", "content": "", "basis": "", "amount": 0, "withdrawn_at": now,
                "ended_on": date(2026, 5, 1), "ended_text": "已撤销：复议决定"}  # fmt: skip
        values = {
            "violation": "未按证排污",
            "content": "罚款",
            "basis": "条例",
            "amount": "20000.50",
        }
        PublicPenalty.objects.create(
            number=f"昌高环罚〔2026〕{n}号", enterprise_name=made[n].enterprise_name,
            enterprise_key=made[n].enterprise_key, authority="本局",
            decided_on=date(2026, 3, 30) + timedelta(days=n), due_on=date(2026, 4, 10),
            published_on=date(2026, 4, 2), **(gone if n == 2 else values),
        )  # fmt: skip
    PublicNotice.objects.create(
        kind="corrected", at=now, result=made[0], plan_number="2026Q1", note="名称登记有误",
        changes=[{"field": "enterprise_name", "label": "企业名称", "before": "旧", "after": "新"}],
    )  # fmt: skip
    PublicNotice.objects.create(
        kind="withheld", at=now, plan_number="2026Q1", ground="confidential"
    )
    PublicExternalDraw.objects.create(
        plan_number="2026Q1-W", title="外部", platform="州平台", drawn_on=date(2026, 1, 5),
        file_sha256="0" * 64, counts=[{"label": "重点", "count": 3}], approved_at=now,
        published_at=now,
    )  # fmt: skip
    PublicStatutoryReport.objects.create(
        quarter="2026Q1", version=1, numbers=REPORTED,
        authority="本局", issued_at=now,
    )  # fmt: skip
    PublicPositiveListChange.objects.create(
        reference="ZM000001", enterprise_name="甲", register_code="PS00001", kind="entered",
        on=date(2026, 1, 1), reason="守法", authority="本局", published_at=now,
    )  # fmt: skip


class Outsider:
    """Someone with a spreadsheet: nothing of this project is used below this line."""

    def __init__(self, results: list[dict[str, str]], problems: list[dict[str, str]]) -> None:
        self.results, self.problems = results, problems

    def line(self, quarter: str | None) -> dict[str, str]:
        of = [r for r in self.results if quarter in (None, r["季度"])]
        gone = [r for r in of if r["检查结果"] == "已撤回"]
        found = [r for r in of if r["结果代码"] in ("2", "3", "6")]
        in_time = [r for r in of if r["公示日期"] <= r["公示期限"]]
        number = {
            "results": len(of),
            "random": sum(r["抽查计划编号"] != "" for r in of),
            "key": sum(r["监管类别"].startswith("重点") for r in of),
            "special": sum(r["监管类别"].startswith("特殊") for r in of),
            "general": sum(r["监管类别"].startswith("一般") for r in of),
            "with_problem": len(found),
            "on_time": len(in_time),
            "withdrawn": len(gone),
        }
        return {
            **{name: str(value) for name, value in number.items()},
            "problem_rate": self.share(len(found), len(of) - len(gone)),
            "on_time_rate": self.share(len(in_time), len(of)),
        }

    @staticmethod
    def share(part: int, whole: int) -> str:
        return f"{int(10000 * part / whole + 0.5) / 100:.2f}%" if whole else "—"

    def outcomes(self) -> Counter[str]:
        return Counter(r["结果代码"] for r in self.results if r["检查结果"] != "已撤回")

    def handling(self, kind: str, today: str) -> list[str]:
        of = [p for p in self.problems if p["处理方式"] == kind and p["结果已撤回"] == "否"]
        closed = [p for p in of if p["销号日期"]]
        late = [p for p in of if not p["销号日期"] and p["整改期限"] and p["整改期限"] < today]
        return [str(n) for n in (len(of), len(closed), len(of) - len(closed), len(late))] + [
            self.share(len(closed), len(of))
        ]


def cells(page: str) -> dict[str, list[str]]:
    """The rows of every table of a page, by their heading."""
    found = {}
    for row in re.findall(r"<tr[^>]*>\s*<th scope=\"row\".*?</tr>", page, re.S):
        texts = [
            re.sub(r"<[^>]+>", "", part).strip()
            for part in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        found.setdefault(texts[0], []).append(texts[1:])
    return {name: [text for texts in many for text in texts] for name, many in found.items()}


@pytest.mark.usefixtures("published")
def test_an_outsider_rebuilds_every_statistic_from_the_files_alone() -> None:
    outsider = Outsider(rows("results"), rows("problems"))
    api = json.loads(body("/api/v1/statistics"))
    quarters = sorted({r["季度"] for r in outsider.results}, reverse=True)

    assert [line["label"] for line in api["quarters"]] == [*quarters, "合计"]
    for line in api["quarters"]:
        wanted = outsider.line(None if line["label"] == "合计" else line["label"])
        assert {name: str(line[name]) for name in wanted} == wanted
    assert {code: n for code, n in api["outcomes"].items() if n} == dict(outsider.outcomes())

    page = cells(body("/statistics/").decode())
    columns = ("results", "random", "key", "special", "general", "with_problem", "problem_rate",
               "on_time", "on_time_rate", "withdrawn")  # fmt: skip
    titles = {"2026Q1": "2026年第一季度", "2027Q1": "2027年第一季度"}
    for quarter, title in titles.items():
        assert page[title] == [outsider.line(quarter)[name] for name in columns]
    for kind in KINDS:
        assert page[kind] == outsider.handling(kind, timezone.localdate().isoformat())
    names = {r["结果代码"]: r["检查结果"] for r in outsider.results if r["结果代码"]}
    for code, number in outsider.outcomes().items():
        assert page[names[code]] == [str(number)]
    for plan in rows("progress"):
        assert page[plan["抽查计划编号"]][0] == plan["抽取"]


@pytest.mark.usefixtures("published")
def test_the_counts_are_the_results_counted() -> None:
    counted = Counter(
        (r["季度"], r["监管类别"], r["结果代码"], "是" if r["抽查计划编号"] else "否",
         "是" if r["公示日期"] > r["公示期限"] else "否", "是" if r["检查结果"] == "已撤回" else "否")
        for r in rows("results")
    )  # fmt: skip

    told = {tuple(r.values())[:-1]: int(r["数量"]) for r in rows("counts")}

    assert told == dict(counted)


@pytest.mark.parametrize("name", sorted(TABLES))
@pytest.mark.usefixtures("published")
def test_every_table_says_the_same_in_all_three_kinds_of_file(name: str) -> None:
    table = TABLES[name]
    titles = [column.zh for column in table.columns]

    from_csv = rows(name)
    from_json = json.loads(body(f"/open-data/{name}.json"))
    workbook = openpyxl.load_workbook(io.BytesIO(body(f"/open-data/{name}.xlsx")), read_only=True)
    sheet = list(workbook[table.zh].iter_rows(values_only=True))

    assert list(from_json["columns"].values()) == titles
    assert list(sheet[0]) == titles
    assert len(from_csv) == len(from_json["rows"]) == len(sheet) - 1
    if from_csv:
        assert [t for t in from_csv[0] if t != "序号"] == titles
    assert [r[0] for r in workbook["数据字典"].iter_rows(min_row=2, values_only=True)] == [
        column.name for column in table.columns
    ]


def test_the_dictionary_names_every_column_in_both_languages() -> None:
    told = {t["table"]: t for t in json.loads(body("/open-data/dictionary.json"))}

    assert set(told) == set(TABLES)
    for table in told.values():
        assert all(c["zh"] and c["en"] and c["name"] for c in table["columns"])
    assert [c["name"] for c in told["results"]["columns"]] == [n for n, _t in OPEN_DATA_COLUMNS]


@pytest.mark.usefixtures("published")
def test_the_api_pages_through_everything_by_position() -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = json.loads(body(f"/api/v1/results?limit=100&after={after}"))
        seen += [row["public_id"] for row in page["results"]]
        after = page["after"]
        if not after:
            break

    assert len(seen) == len(set(seen)) == 400
    one = json.loads(body(f"/api/v1/results/{seen[0]}"))
    assert one["page"] == f"/results/{seen[0]}/"
    assert Client().get(one["page"]).status_code == 200


@pytest.mark.usefixtures("published")
def test_the_api_tells_of_a_withdrawn_result_only_why() -> None:
    gone = PublicResult.objects.exclude(withdrawn_at=None).first()
    assert gone is not None

    told = json.loads(body(f"/api/v1/results/{gone.public_id}"))

    assert (told["withdrawn"], told["outcome"], told["outcome_text"]) == (True, "", "已撤回")
    assert told["handling"] == "处罚决定被撤销"


@pytest.mark.usefixtures("published")
def test_the_api_is_described_by_openapi_3_1_and_keeps_to_it() -> None:
    schema = json.loads(body("/api/v1/openapi.json"))

    assert schema["openapi"].startswith("3.1")
    assert all(set(methods) == {"get"} for methods in schema["paths"].values())
    shape = schema["components"]["schemas"]["Result"]
    (row,) = json.loads(body("/api/v1/results?limit=1"))["results"]
    assert set(row) == set(shape["properties"]) == set(shape["required"])
    docs = body("/open-data/api/").decode()
    for path in schema["paths"]:
        assert path in docs


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("quarter=x", "quarter"),
        ("limit=0", "limit"),
        ("limit=1000", "limit"),
        ("outcome=9", "outcome"),
    ],
)
def test_a_wrong_parameter_is_named_in_chinese(query: str, word: str) -> None:
    answer = Client().get(f"/api/v1/results?{query}")

    assert answer.status_code == 422
    assert f"参数不合要求：{word}" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    ["results/00000000-0000-0000-0000-000000000000", "enterprises/x", "plans/x", "tables/users"],
)
def test_what_is_not_there_is_404(path: str) -> None:
    assert Client().get(f"/api/v1/{path}").status_code == 404
    assert Client().get("/open-data/users.csv").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(method: str) -> None:
    assert getattr(Client(), method)("/api/v1/results").status_code == 405


@pytest.mark.usefixtures("published")
def test_an_answer_of_the_api_is_kept_and_told_apart_by_its_tag() -> None:
    first = Client().get("/api/v1/statistics")

    again = Client().get("/api/v1/statistics", headers={"if-none-match": first["ETag"]})

    assert again.status_code == 304


def test_a_search_engine_finds_every_result_once(published: list[PublicResult]) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    parts = [e.text for e in ET.fromstring(body("/sitemap.xml")).iter(f"{space}loc")]  # noqa: S314
    pages: list[Any] = []
    for part in parts:
        path = str(part).removeprefix("http://testserver")
        pages += [e.text for e in ET.fromstring(body(path)).iter(f"{space}loc")]  # noqa: S314

    found = [page for page in pages if re.search(r"/results/[0-9a-f-]{36}/$", page)]
    assert len(found) == len(set(found)) == len(published)
    assert "Sitemap: http://testserver/sitemap.xml" in body("/robots.txt").decode()
    for page in set(pages) - set(found):
        assert Client().get(page.removeprefix("http://testserver")).status_code == 200, page


def test_the_dataset_description_is_valid_and_cannot_break_out() -> None:
    page = body("/open-data/").decode()

    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    dataset = json.loads(text)
    assert dataset["@type"] == "Dataset"
    assert len(dataset["distribution"]) == 3 * len(TABLES)
    assert "<" not in text


@pytest.mark.usefixtures("published")
def test_feeds_tell_of_results() -> None:
    feed = ET.fromstring(body("/results/feed.atom"))  # noqa: S314
    space = "{http://www.w3.org/2005/Atom}"

    entries = feed.findall(f"{space}entry")
    newest = PublicResult.objects.order_by("-published_on", "-pk")[0]
    assert entries[0].findtext(f"{space}id") == f"urn:uuid:{newest.public_id}"
    assert len(entries) == 60


@pytest.mark.parametrize("name", sorted(TABLES))
@pytest.mark.usefixtures("published")
def test_too_many_rows_for_a_workbook_are_refused_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    most = len(rows(name)) - 1
    monkeypatch.setattr("disclosure.public.data_views.MOST_XLSX_ROWS", most)

    answer = Client().get(f"/open-data/{name}.xlsx")

    assert answer.status_code == 422
    page = answer.content.decode()
    assert f'href="/open-data/{name}.csv"' in page
    if TABLES[name].by_quarter:
        assert f"/open-data/{name}.xlsx?quarter=2026Q2" in page
        empty = Client().get(f"/open-data/{name}.xlsx?quarter=2031Q1")
        assert empty.status_code == (200 if most >= 0 else 422)


@pytest.mark.usefixtures("published")
def test_penalties_of_a_quarter_are_those_decided_in_it_and_a_revoked_one_says_only_that() -> None:
    assert [r["决定日期"] for r in rows("penalties", "?quarter=2026Q1")] == [
        "2026-03-31",
        "2026-03-30",
    ]
    (revoked,) = rows("penalties", "?quarter=2026Q2")

    assert (revoked["已撤下"], revoked["违法事实"]) == ("是", "")
    assert revoked["变更或撤销情况"] == "已撤销：复议决定"
    whole = json.loads(body("/open-data/penalties.json"))["rows"]
    assert [row["amount"] for row in whole] == [0.0, 20000.5, 20000.5]


@pytest.mark.usefixtures("published")
def test_the_api_tells_of_penalties_changes_and_reports() -> None:
    first = json.loads(body("/api/v1/penalties?limit=2"))
    rest = json.loads(body(f"/api/v1/penalties?limit=2&after={first['after']}"))

    numbers = [row["number"] for row in (*first["penalties"], *rest["penalties"])]
    assert numbers == [row["处罚决定书文号"] for row in rows("penalties")]
    assert rest["after"] is None
    told = json.loads(body("/api/v1/notices"))["notices"]
    assert {row["kind"] for row in told} == {"corrected", "withheld"}
    assert all((row["result"] == "") == (row["kind"] == "withheld") for row in told)
    (report,) = json.loads(body("/api/v1/statutory"))
    assert report["numbers"] == REPORTED


def test_a_table_of_one_quarter_holds_that_quarter() -> None:
    publish(120)

    assert {r["季度"] for r in rows("counts", "?quarter=2026Q2")} == {"2026Q2"}
    assert date.fromisoformat(rows("results", "?quarter=2026Q2")[0]["抽查时间"]).month in (4, 5, 6)
