"""The working lists in the browser's words."""

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from registry.models import (
    CheckLedgerEntry,
    Credential,
    Inspector,
    PollutionSource,
    SavedFilter,
    SpecialFlag,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LIST = "/registry/sources/"


@pytest.fixture
def staff(world_staffed: dict[str, User]) -> dict[str, User]:
    return world_staffed


@pytest.fixture
def planner(staff: dict[str, User]) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(staff["planner1"])
    return client


def unit(number: int, **fields: Any) -> PollutionSource:
    return PollutionSource.objects.create(
        **{
            "code": f"PS{number:05d}", "name": f"示范{number}号有限公司",
            "no_code_reason": "individual", "regulatory_type": "general", **fields,
        }
    )  # fmt: skip


@pytest.fixture
def register(staff: dict[str, User]) -> list[PollutionSource]:
    rows = [
        unit(1, name="昌吉绿洲化工厂", regulatory_type="key", key_classes=["water"], grid="一"),
        unit(2, name="天山热力站", risk_grade="high", grid="二", online_monitored=True),
        unit(3, kind="construction", credit_grade="bad", address="示范大道3号"),
        unit(4, status="closed", status_date=TODAY, status_reason="关停"),
        unit(5, name="=cmd|'/c calc'!A1", permit_class="simplified", positive_list=True),
    ]
    SpecialFlag.objects.create(
        source=rows[1], reason="high_risk", state="approved", starts_on=TODAY, evidence="随名录"
    )
    CheckLedgerEntry.objects.create(
        source=rows[0], checked_on=TODAY, check_source="daily", reference="J1"
    )
    return rows


def shown(page: Any) -> list[str]:
    """The codes on a page, in its order."""
    return re.findall(r">(PS[0-9]{5})</td>", page.content.decode())


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("tab=key", [1]),
        ("tab=special", [2]),
        ("tab=general", [2, 5]),
        ("tab=construction", [3]),
        ("tab=left", [4]),
        ("q=化工", [1]),
        ("q=站", [2]),
        ("q=S0000", [1, 2, 3, 4, 5]),
        ("status=closed", [4]),
        ("risk=high", [2]),
        ("risk=none&tab=general", [5]),
        ("credit=bad", [3]),
        ("permit=simplified", [5]),
        ("key_class=water", [1]),
        ("key_class=groundwater", []),
        ("reason=high_risk", [2]),
        ("reason=low_credit", []),
        ("grid=一", [1]),
        ("address=大道", [3]),
        ("online=yes", [2]),
        ("positive=yes", [5]),
        ("checked=yes", [1]),
        ("checked=no&tab=key", []),
        ("sort=updated", [5, 4, 3, 2, 1]),
        ("from=PS00003", [3, 4, 5]),
        ("tab=nonsense&sort=x&risk=9&after=abc&before=-1", [1, 2, 3, 4, 5]),
        ("after=99999999999999999999", [1, 2, 3, 4, 5]),
    ],
)
def test_each_filter_shows_its_units(
    planner: Client, register: list[PollutionSource], query: str, numbers: list[int]
) -> None:
    assert shown(planner.get(f"{LIST}?{query}")) == [f"PS{n:05d}" for n in numbers]


def test_tabs_count_and_conditions_can_be_taken_off(
    planner: Client, register: list[PollutionSource]
) -> None:
    page = planner.get(f"{LIST}?q=天山&risk=high").content.decode()

    counts = re.findall(r'tabs__count">([0-9]+)<', page)
    assert counts == ["5", "1", "1", "2", "1", "1"]
    assert "符合条件 1 家" in page
    assert 'href="?risk=high"' in page
    assert "风险等级：<b>高</b>" in page


def test_pages_are_walked_to_the_end_and_back(planner: Client, staff: dict[str, User]) -> None:
    for number in range(1, 121):
        unit(number)

    def follow(page: Any, word: str) -> Any:
        link = re.search(rf'href="([^"]*)">{word}<', page.content.decode())
        link = link or re.search(rf'href="([^"]*)"[^>]*>{word}<', page.content.decode())
        assert link, word
        return planner.get(LIST + link[1].replace("&amp;", "&"))

    first = planner.get(f"{LIST}?q=示范")
    second = follow(first, "下一页")
    last = follow(second, "末页")
    before = follow(last, "上一页")

    assert shown(first)[0] == "PS00001"
    assert shown(second) == [f"PS{n:05d}" for n in range(51, 101)]
    assert shown(last) == [f"PS{n:05d}" for n in range(71, 121)]
    assert shown(before) == [f"PS{n:05d}" for n in range(21, 71)]
    assert shown(follow(before, "首页"))[0] == "PS00001"


def test_the_number_of_queries_does_not_depend_on_the_number_of_units(
    planner: Client, register: list[PollutionSource]
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            planner.get(f"{LIST}?q=有限&sort=name")
        return len(found)

    for number in range(10, 70):
        unit(number)
    few = queries()
    for number in range(70, 190):
        unit(number)

    assert queries() == few


def workbook(answer: Any) -> Any:
    assert answer.status_code == 200
    return load_workbook(BytesIO(answer.content)).worksheets[0]


def test_the_filtered_list_prints_on_a4_with_its_header_on_each_page(
    planner: Client, register: list[PollutionSource]
) -> None:
    sheet = workbook(planner.get("/registry/lists/sources.xlsx?tab=general"))

    assert sheet["A1"].value == "污染源名录"
    assert "一般" in sheet["A2"].value
    assert "共 2 家" in sheet["A2"].value
    assert [cell.value for cell in sheet["B"][3:]] == ["PS00002", "PS00005"]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.print_title_rows in ("3:3", "$3:$3")
    assert "&P" in sheet.oddFooter.right.text
    assert sheet["C5"].data_type == "s"
    assert sheet["C5"].value == "=cmd|'/c calc'!A1"


def test_all_columns_go_out_as_they_can_come_in_again(
    planner: Client, register: list[PollutionSource]
) -> None:
    sheet = workbook(planner.get("/registry/lists/sources.xlsx?risk=high&columns=all"))

    header = [cell.value for cell in sheet[1]]
    assert "单位名称*" in header
    assert sheet.max_row == 2


def test_too_long_a_list_asks_for_a_narrower_filter(
    planner: Client, register: list[PollutionSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.importing.services.list_exports.MOST_EXPORTED", 3)

    answer = planner.get("/registry/lists/sources.xlsx?sort=name", follow=True)

    assert "请先缩小筛选范围" in answer.content.decode()


def test_a_filter_is_saved_shared_replaced_and_deleted(
    planner: Client, staff: dict[str, User], register: list[PollutionSource]
) -> None:
    form = {"list": "sources", "name": "高风险", "query": "risk=high"}
    planner.post("/registry/lists/saved/", form)
    row = SavedFilter.objects.get()
    colleague = Client()
    colleague.force_login(staff["director1"])
    link = f"/registry/lists/saved/{row.public_id}/"

    assert "高风险" in planner.get(LIST).content.decode()
    assert shown(colleague.get(link, follow=True)) == ["PS00002"]
    planner.post("/registry/lists/saved/", {**form, "query": "risk=high&tab=key"})
    assert SavedFilter.objects.get().query == "risk=high&tab=key"
    assert colleague.post(f"{link}delete/").status_code == 404
    assert planner.get(f"{link}delete/").status_code == 405
    planner.post(f"{link}delete/")

    assert not SavedFilter.objects.exists()
    assert colleague.get(link).status_code == 404


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": " "}, "请填写筛选名称"),
        ({"name": "名" * 31}, "最多30个字"),
        ({"list": "nonsense", "name": "好"}, "已保存"),
    ],
)
def test_a_filter_without_a_usable_name_is_refused(
    planner: Client, staff: dict[str, User], form: dict[str, str], words: str
) -> None:
    answer = planner.post("/registry/lists/saved/", form, follow=True)

    assert words in answer.content.decode()


def change(planner: Client, **form: Any) -> Any:
    return planner.post("/registry/lists/sources/change/", form)


def hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found, name
    return found[1]


def test_ticked_units_change_after_a_preview_and_a_reason(
    planner: Client, register: list[PollutionSource]
) -> None:
    chosen = [register[0].pk, register[1].pk]

    first = change(planner, action="grid", chosen=chosen)
    look = change(planner, action="grid", keys=hidden(first, "keys"), step="preview", value="二")
    assert "将变更 1 家" in look.content.decode()
    assert PollutionSource.objects.get(pk=chosen[0]).grid == "一"
    sent = {"action": "grid", "keys": hidden(look, "keys"), "value": "二", "step": "confirm"}
    seen = hidden(look, "seen")
    assert change(planner, **sent, seen=seen, reason="").status_code == 422
    assert change(planner, **sent, seen="0", reason="划片").status_code == 422
    done = change(planner, **sent, seen=seen, reason="划片")

    assert done.status_code == 302
    assert PollutionSource.objects.get(pk=chosen[0]).grid == "二"


def test_everything_the_filter_means_can_be_changed_at_once(
    planner: Client, register: list[PollutionSource]
) -> None:
    page = change(planner, action="risk", everything="on", tab="general", q="站")

    assert hidden(page, "keys") == str(register[1].pk)
    assert "将变更 1 家" in page.content.decode()


@pytest.mark.parametrize(
    "form",
    [
        {"action": "grid"},
        {"action": "grid", "chosen": ["x", "-1"]},
        {"action": "grid", "keys": "1,,2", "step": "confirm", "value": "x"},
        {"action": "grid", "everything": "on", "q": "没有这家"},
    ],
)
def test_nothing_chosen_leads_back_to_the_list(
    planner: Client, register: list[PollutionSource], form: dict[str, Any]
) -> None:
    answer = planner.post("/registry/lists/sources/change/", form, follow=True)

    assert "请先勾选单位" in answer.content.decode()


@pytest.mark.parametrize(
    "values",
    [
        {"action": "grid", "value": "网" * 101},
        {"action": "credit", "value": "nonsense"},
        {"action": "special", "special_reason": "nonsense", "evidence": "x"},
        {"action": "special", "special_reason": "high_risk", "evidence": ""},
        {"action": "grid", "value": "a\0b"},
    ],
)
def test_a_value_that_cannot_be_is_refused_beside_its_field(
    planner: Client, register: list[PollutionSource], values: dict[str, str]
) -> None:
    answer = change(planner, keys=str(register[0].pk), step="confirm", reason="x", **values)

    assert answer.status_code == 422
    assert PollutionSource.objects.get(pk=register[0].pk).grid == "一"


def test_readers_see_the_list_but_no_bulk_change(
    staff: dict[str, User], register: list[PollutionSource]
) -> None:
    reader = Client()
    reader.force_login(staff["publisher1"])

    page = reader.get(LIST).content.decode()

    assert "批量办理" not in page
    assert "新增单位" not in page
    assert reader.post("/registry/lists/sources/change/").status_code == 403
    assert Client().get(LIST).status_code in (302, 403)


@pytest.fixture
def people(staff: dict[str, User]) -> None:
    for number, (role, until) in enumerate(
        [("officer", TODAY + timedelta(days=20)), ("officer", TODAY + timedelta(days=900)),
         ("officer", None), ("expert", None)],
        1,
    ):  # fmt: skip
        person = Inspector.objects.create(
            code=f"IN{number:03d}", name=f"人员{number}", role=role, organisation="本局"
        )
        if until:
            Credential.objects.create(
                inspector=person, number=f"ZF{number}", valid_from=date(2020, 1, 1), valid_to=until
            )


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["IN001", "IN002", "IN003", "IN004"]),
        ("tab=expert", ["IN004"]),
        ("tab=expiring", ["IN001", "IN003"]),
        ("tab=off", []),
        ("q=ZF2", ["IN002"]),
        ("q=人员3 本局", ["IN003"]),
        ("account=yes", []),
        ("leave=no&status=on_post&tab=expert", ["IN004"]),
        ("sort=name&tab=nonsense", ["IN001", "IN002", "IN003", "IN004"]),
    ],
)
def test_inspectors_are_filtered_too(
    planner: Client, people: None, query: str, codes: list[str]
) -> None:
    page = planner.get(f"/registry/inspectors/?{query}").content.decode()

    assert re.findall(r">(IN[0-9]{3})</td>", page) == codes


def test_the_list_of_inspectors_prints(planner: Client, people: None) -> None:
    sheet = workbook(planner.get("/registry/lists/inspectors.xlsx?tab=expiring"))

    assert [cell.value for cell in sheet["B"][3:]] == ["IN001", "IN003"]
    assert sheet["G4"].value.date() == TODAY + timedelta(days=20)


def test_each_number_of_the_quality_page_opens_its_list_and_each_row_its_mend(
    planner: Client, register: list[PollutionSource]
) -> None:
    page = planner.get("/registry/quality/").content.decode()
    number = re.search(r'href="(/registry/sources/\?problem=no_grid)"[^>]*>([0-9]+)<', page)
    assert number

    rows = planner.get(number[1]).content.decode()

    assert int(number[2]) == len(re.findall(r">(PS[0-9]{5})</td>", rows)) == 2
    assert f"/admin/registry/pollutionsource/{register[2].pk}/change/#id_grid" in rows
    assert "资料问题：<b>没有所属网格</b>" in rows


def test_units_at_one_address_stand_together(
    planner: Client, register: list[PollutionSource]
) -> None:
    for number, address in ((11, "乙路"), (12, "甲路"), (13, "乙路"), (14, "甲路")):
        unit(number, address=address)

    page = planner.get(f"{LIST}?problem=same_address")

    assert sorted([tuple(shown(page)[:2]), tuple(shown(page)[2:])]) == [
        ("PS00011", "PS00013"), ("PS00012", "PS00014"),
    ]  # fmt: skip
