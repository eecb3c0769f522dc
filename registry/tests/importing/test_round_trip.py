"""Registers in and out: all rows or none, the same file twice changes nothing."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from registry.clocks.selectors import work_calendar
from registry.clocks.services.calendar import load_calendar
from registry.clocks.services.deadlines import recompute_deadlines, start_deadline, sweep_deadlines
from registry.importing.services.exporting import export_register
from registry.importing.services.importing import import_file
from registry.importing.services.jobs import ImportRefused, ImportResult
from registry.importing.services.spreadsheets import FileRefused
from registry.models import (
    AuditEvent,
    Deadline,
    HolidayNotice,
    Inspector,
    Notification,
    PollutionSource,
    SpecialFlag,
)
from registry.rules.uscc import make_uscc
from registry.trail.services import record_event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_root")]
TODAY = date(2026, 5, 13)
CODE = make_uscc("91652300MA8000001")
FULL = {
    "单位名称": "=示范+有限公司",
    "统一社会信用代码": CODE,
    "厂区/点位": "一厂",
    "监管类型": "重点",
    "重点类别": "水环境、噪声",
    "名录年度": 2026,
    "特殊监管": "是",
    "特殊监管原因": "投诉举报多",
    "地址": "@示范路1号",
    "经度": 87.123456,
    "纬度": "44.5",
    "联系电话": "+86 0994",
    "排污许可证编号": f"{CODE}001P",
    "许可证有效期止": "2023年5月26日至2028年5月25日",
    "污染物类别": "废水、危废",
    "在线监控": "√",
    "信用等级": "警示",
    "风险等级": "高",
    "是否涉密": "否",
}


def sheet(path: Path, *rows: dict[str, Any], title_rows: int = 0) -> Path:
    workbook = Workbook()
    page = workbook.active
    for number in range(title_rows):
        page.append([f"昌吉高新区名录 {number}"])
    titles = list(dict.fromkeys(title for row in rows for title in row))
    page.append(titles)
    for row in rows:
        page.append([row.get(title) for title in titles])
        for cell in page[page.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    workbook.save(path)
    return path


def load(path: Path, **more: Any) -> ImportResult:
    fields = {"register": "sources", "filename": path.name, "today": TODAY, **more}
    return import_file(path=path, **fields)


def unit(number: int, **more: Any) -> dict[str, Any]:
    return {
        "单位名称": f"示范{number}号",
        "统一社会信用代码": make_uscc(f"91652300MA81{number:05d}"),
        "监管类型": "一般",
        **more,
    }


def test_an_import_works_with_its_statements_logged_too(tmp_path: Path) -> None:
    """As under DJANGO_DEBUG, where each statement is written out with its values."""
    path = sheet(tmp_path / "a.xlsx", FULL, unit(2, 经度="87.3", 纬度="44.01"))
    with CaptureQueriesContext(connection):
        load(path)
        load(sheet(tmp_path / "b.xlsx", unit(2, 经度="87.4", 纬度="44.02")))

    assert PollutionSource.objects.count() == 2
    assert PollutionSource.objects.filter(code__regex=r"^PS\d{5}$").exists()


def test_every_field_arrives_typed_and_comes_back_unchanged(tmp_path: Path) -> None:
    first = load(sheet(tmp_path / "a.xlsx", FULL, unit(2, 状态="关停", 状态日期="2026年3月5日")))

    row = PollutionSource.objects.get(code="PS00001")
    assert first.summary() == "新增 2 · 变更 0 · 未变 0 · 拒绝 0"
    assert (row.name, row.address, row.phone) == ("=示范+有限公司", "@示范路1号", "+86 0994")
    assert (row.longitude, row.key_classes) == (Decimal("87.123456"), ["water", "noise"])
    assert row.permit_until == date(2028, 5, 25)
    assert SpecialFlag.objects.in_force(TODAY).get().reason == "many_complaints"
    export_register(register="sources", target=tmp_path / "out.xlsx", today=TODAY)
    assert load(tmp_path / "out.xlsx").summary() == "新增 0 · 变更 0 · 未变 2 · 拒绝 0"
    assert load(tmp_path / "a.xlsx").summary() == "新增 0 · 变更 0 · 未变 2 · 拒绝 0"


def test_a_change_is_written_with_old_and_new(tmp_path: Path) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1, 地址="旧址")))

    result = load(sheet(tmp_path / "b.xlsx", unit(1, 地址="新址", 特殊监管="否")))

    assert result.summary() == "新增 0 · 变更 1 · 未变 0 · 拒绝 0"
    event = AuditEvent.objects.get(action="source.changed")
    assert event.changes == {"address": ["旧址", "新址"]}


def test_the_end_of_a_permit_goes_into_the_history(tmp_path: Path) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1, 许可证到期日期="2026.3.5")))

    load(sheet(tmp_path / "b.xlsx", unit(1, 有效期至=date(2031, 3, 4))))
    load(sheet(tmp_path / "c.xlsx", unit(1, 许可证有效期="/")))

    events = AuditEvent.objects.filter(action="source.changed").order_by("pk")
    assert [event.changes for event in events] == [
        {"permit_until": ["2026-03-05", "2031-03-04"]},
        {"permit_until": ["2031-03-04", None]},
    ]


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"统一社会信用代码": CODE[:17] + "0"}, "统一社会信用代码", "校验位"),
        ({"统一社会信用代码": CODE[:15]}, "统一社会信用代码", "15 位"),
        ({"统一社会信用代码": 916523000000000000}, "统一社会信用代码", "数字格式"),
        ({"统一社会信用代码": None}, "统一社会信用代码", "无代码原因"),
        ({"无代码原因": "其他"}, "无代码原因", "已有代码"),
        ({"监管类型": "特殊"}, "监管类型", "重点、一般"),
        ({"单位名称": " "}, "单位名称", "必填"),
        ({"状态": "关停"}, "状态日期", "状态日期"),
        ({"特殊监管": "是"}, "特殊监管原因", "原因"),
        ({"纬度": "95"}, "纬度", "填反"),
        ({"状态日期": "昨天"}, "状态日期", "2026-03-05"),
        ({"许可证有效期": "长期"}, "许可证有效期止", "2026-03-05"),
        ({"在线监控": "也许"}, "在线监控", "是"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_written(
    tmp_path: Path, change: dict[str, Any], column: str, words: str
) -> None:
    path = sheet(tmp_path / "a.xlsx", unit(1), {**unit(2), **change})

    with pytest.raises(ImportRefused) as refusal:
        load(path)

    [error] = refusal.value.errors
    assert (error.row, error.column) == (3, column)
    assert words in str(error)
    assert not PollutionSource.objects.exists()


def test_several_sites_of_one_company_are_told_apart(tmp_path: Path) -> None:
    two = [{**unit(1), "厂区/点位": site} for site in ("东厂", "西厂")]
    load(sheet(tmp_path / "a.xlsx", *two))

    with pytest.raises(ImportRefused, match="未导入") as refusal:
        load(sheet(tmp_path / "b.xlsx", unit(1)))

    assert "东厂" in str(refusal.value.errors[0])
    assert PollutionSource.objects.count() == 2


def test_two_rows_of_one_unit_that_differ_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused) as refusal:
        load(sheet(tmp_path / "a.xlsx", unit(1, 地址="旧址"), unit(1, 地址="新址")))

    assert "第2行重复" in str(refusal.value.errors[0])


def test_a_header_below_titles_with_synonyms_is_found(tmp_path: Path) -> None:
    row = {
        "企业名称": "示范一号",
        "社会信用代码": f" {CODE.lower()}\u200b",
        "监管类别": "一般",
        "不认识的列": 1,
    }

    result = load(sheet(tmp_path / "a.xlsx", row, title_rows=3))

    assert result.ignored_columns == ["不认识的列"]
    assert PollutionSource.objects.get().uscc == CODE


def test_a_file_without_a_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="单位名称"):
        load(sheet(tmp_path / "a.xlsx", {"甲": 1}))


OFFICER = {
    "人员编号": "IN001",
    "姓名": "赵一鸣",
    "类别": "执法人员",
    "单位": "本局",
    "执法证号": "00123",
    "证件有效期起": "2024.1.1",
    "证件有效期止": "2028/12/31",
    "专业": "废水、废气",
}


def test_inspectors_come_in_and_go_out_unchanged(tmp_path: Path) -> None:
    expert = {"人员编号": "IN002", "姓名": "钱二", "类别": "专家", "单位": "研究院"}
    load(sheet(tmp_path / "a.xlsx", OFFICER, expert), register="inspectors")
    export_register(register="inspectors", target=tmp_path / "out.xlsx", today=TODAY)

    again = load(tmp_path / "out.xlsx", register="inspectors")

    assert again.summary() == "新增 0 · 变更 0 · 未变 2 · 拒绝 0"
    person = Inspector.objects.get(code="IN001")
    assert person.skills == ["废水", "废气"]
    assert person.credentials.get().number == "00123"


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"执法证号": None}, "执法证号"),
        ({"证件有效期止": "2020-01-01"}, "证件有效期止"),
        ({"类别": "主任"}, "类别"),
    ],
)
def test_a_bad_inspector_row_is_named(tmp_path: Path, change: dict[str, Any], column: str) -> None:
    with pytest.raises(ImportRefused) as refusal:
        load(sheet(tmp_path / "a.xlsx", {**OFFICER, **change}), register="inspectors")

    assert refusal.value.errors[0].column == column


def test_the_commands_end_with_the_count_and_fail_loudly(tmp_path: Path, capsys: Any) -> None:
    good = sheet(tmp_path / "a.xlsx", unit(1))
    bad = sheet(tmp_path / "b.xlsx", unit(2, 状态="关停"))

    call_command("import_sources", str(good), dry_run=True)
    assert capsys.readouterr().out.strip().endswith("新增 1 · 变更 0 · 未变 0 · 拒绝 0")
    assert not PollutionSource.objects.exists()
    with pytest.raises(CommandError):
        call_command("import_sources", str(bad))
    captured = capsys.readouterr()
    assert captured.out.strip().endswith("新增 0 · 变更 0 · 未变 0 · 拒绝 1")
    assert "第2行" in captured.err
    with pytest.raises(CommandError, match="找不到文件"):
        call_command("import_sources", "missing.xlsx")


def test_workdays_marks_what_no_notice_covers(capsys: Any) -> None:
    load_calendar()
    assert load_calendar() == 0

    call_command("workdays", "2026-03-06", "20")
    call_command("workdays", "2026-12-30", "5")

    lines = capsys.readouterr().out.split("\n")
    assert lines[0] == "2026-04-07"
    assert lines[1].endswith(" 暂定")


def clock(calendar: Any, users: list[Any]) -> Deadline:
    return start_deadline(
        kind="publish_result",
        subject="assignment:1",
        label="CJ-1",
        started_on=date(2026, 5, 12),
        due_on=date(2026, 6, 12),
        working_days=20,
        basis="实施方案 二（五）",
        role="publisher",
        calendar=calendar,
        users=users,
    )


def test_a_clock_speaks_once_per_stage_even_when_swept_twice(django_user_model: Any) -> None:
    load_calendar()
    calendar = work_calendar()
    clock(calendar, [django_user_model.objects.create_user("hanyutong")])

    for day in (date(2026, 5, 25), date(2026, 5, 26), date(2026, 5, 26), date(2026, 6, 13)):
        sweep_deadlines(today=day, calendar=calendar)

    levels = list(Notification.objects.order_by("pk").values_list("level", flat=True))
    assert levels == ["info", "alarm"]
    assert Deadline.objects.get().next_check is None


def test_a_new_holiday_moves_the_open_clock(django_user_model: Any) -> None:
    load_calendar()
    clock(work_calendar(), [])
    notice = HolidayNotice.objects.create(layer="prefecture", year=2026, title="州庆放假")
    notice.days.create(day=date(2026, 6, 10), kind="off")

    moved = recompute_deadlines(calendar=work_calendar(), today=date(2026, 5, 13))

    assert [(move.before, move.deadline.due_on) for move in moved] == [
        (date(2026, 6, 12), date(2026, 6, 15))
    ]


def test_the_trail_cannot_be_rewritten() -> None:
    event = record_event(action="test.one", label="原样")

    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(object_label="改")
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()


@pytest.mark.parametrize("code", ["PS 1", "a|b", "x/y"])
def test_a_code_the_pool_file_cannot_hold_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(ImportRefused) as refusal:
        load(sheet(tmp_path / "a.xlsx", {**unit(1), "本局编号": code}))

    assert refusal.value.errors[0].column == "本局编号"
