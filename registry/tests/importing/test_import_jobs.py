"""The life of an import: preview, choices, confirmation, refused rows handed back, undo."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import load_workbook

from registry.importing import selectors as reads
from registry.importing.services import importing
from registry.importing.services import jobs as import_jobs
from registry.importing.services.importing import import_file
from registry.importing.services.jobs import ImportRefused, NotInThisState
from registry.importing.services.set_aside import write_set_aside
from registry.importing.services.undo import ImportCannotBeUndone, undo_import, why_not
from registry.models import (
    AuditEvent,
    ColumnMapping,
    Credential,
    ImportedFile,
    ImportRow,
    Inspector,
    PollutionSource,
    SpecialFlag,
)
from registry.papers.stored_files import path_of
from registry.permissions import IMPORT_REGISTERS
from registry.rules.import_state import MOVES, ImportState
from registry.rules.violations import NotAllowed, RuleViolation
from registry.tests.importing.reading import book
from registry.tests.importing.test_round_trip import OFFICER, TODAY, load, sheet, unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_root")]


@pytest.fixture
def planner(person: Any) -> Any:
    return person("planner", IMPORT_REGISTERS)


def offer(path: Path, planner: Any, register: str = "sources", **options: Any) -> ImportedFile:
    with path.open("rb") as file:
        job = importing.receive_import(
            register=register,
            chunks=iter(lambda: file.read(65536), b""),
            filename=path.name,
            actor=planner,
            options=options,
        )
    importing.read_import(job=job, today=TODAY, now=timezone.now())
    return job


def write(job: ImportedFile, planner: Any, **more: Any) -> ImportedFile:
    importing.confirm_import(job=job, actor=planner, **more)
    importing.apply_import(job=job, today=TODAY, now=timezone.now())
    return job


def undo(job: ImportedFile, planner: Any) -> None:
    undo_import(job=job, reason="文件传错", actor=planner, today=TODAY, now=timezone.now())


def lines(job: ImportedFile, outcome: str) -> list[reads.Line]:
    return reads.page_of(job, outcome, 1, TODAY)[1]


def test_the_preview_shows_each_kind_of_difference_and_writes_nothing(
    tmp_path: Path, planner: Any
) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1, 地址="旧址"), unit(2), unit(3)))
    rows = [unit(1, 地址="新址"), unit(2), unit(4), unit(5, 监管类型="特殊")]

    job = offer(sheet(tmp_path / "b.xlsx", *rows), planner)

    assert job.state == ImportState.READY
    assert {tab.outcome: tab.count for tab in reads.tabs_of(job)} == {
        "new": 1, "changed": 1, "same": 1, "missing": 1, "refused": 1, "skipped": 0,
    }  # fmt: skip
    [changed] = lines(job, "changed")
    assert [(c.label, c.old, c.new) for c in changed.changes] == [("地址", "旧址", "新址")]
    assert [line.name for line in lines(job, "missing")] == ["示范3号"]
    assert "重点、一般" in lines(job, "refused")[0].mend
    assert PollutionSource.objects.count() == 3
    assert PollutionSource.objects.get(name="示范1号").address == "旧址"


def test_refused_rows_hold_everything_back_unless_the_person_says_otherwise(
    tmp_path: Path, planner: Any
) -> None:
    job = offer(sheet(tmp_path / "a.xlsx", unit(1), unit(2, 监管类型="特殊")), planner)

    with pytest.raises(ImportRefused):
        importing.confirm_import(job=job, actor=planner)
    write(job, planner, good_only=True)

    assert [row.name for row in PollutionSource.objects.all()] == ["示范1号"]


def test_refused_rows_come_back_with_their_reason_and_import_after_mending(
    tmp_path: Path, planner: Any
) -> None:
    bad = unit(2, 监管类型="特殊", 地址="=路2号")
    path = sheet(tmp_path / "a.xlsx", unit(1), bad, {**unit(3), "统一社会信用代码": None})
    job = write(offer(path, planner), planner, good_only=True)
    back = tmp_path / "back.xlsx"

    assert write_set_aside(job=job, target=back) == 2

    again = offer(back, planner)
    reasons = " ".join(line.reason for line in lines(again, "refused"))
    assert "不在可选值中" in reasons
    assert "没有代码" in reasons
    _mend(back)
    mended = write(offer(back, planner, no_code=True), planner)
    assert mended.rows_new == 2
    assert PollutionSource.objects.get(name="示范2号").address == "=路2号"


def _mend(path: Path) -> None:
    workbook = load_workbook(path)
    for page in workbook:
        for row in page.iter_rows():
            for cell in row:
                if cell.value == "特殊":
                    cell.value = "一般"
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    workbook.save(path)


def test_units_without_a_code_enter_by_name_when_the_person_says_so(
    tmp_path: Path, planner: Any
) -> None:
    path = book(
        tmp_path / "名录.xlsx",
        [["2026年度重点单位名录"], ["序号", "县（市、区）", "单位名称", "水环境", "噪声"],
         [1, "东区", "甲厂", "√", None], [2, None, "乙医院", None, "√"]],
    )  # fmt: skip
    job = offer(path, planner, "key_list")
    assert job.rows_refused == 2
    [hint] = [hint for hint in reads.hints_of(job) if hint.option == "no_code"]

    importing.choose_options(
        job=job, options={hint.option: hint.answers[0][0]}, actor=planner, today=TODAY
    )
    write(job, planner)

    row = PollutionSource.objects.get(name="乙医院")
    assert (row.regulatory_type, row.key_classes, row.key_list_year) == ("key", ["noise"], 2026)
    assert (row.no_code_reason, row.address) == ("not_stated", "东区")
    assert offer(path, planner, "key_list").rows_same == 2


def test_a_code_that_comes_later_finds_the_unit_entered_by_name(
    tmp_path: Path, planner: Any
) -> None:
    named = {k: v for k, v in unit(1).items() if k != "统一社会信用代码"}
    write(offer(sheet(tmp_path / "a.xlsx", named), planner, no_code=True), planner)

    job = write(offer(sheet(tmp_path / "b.xlsx", unit(1)), planner), planner)

    row = PollutionSource.objects.get()
    assert (job.rows_changed, row.uscc, row.no_code_reason) == (1, unit(1)["统一社会信用代码"], "")
    event = AuditEvent.objects.get(action="source.changed")
    assert event.changes["no_code_reason"] == ["not_stated", ""]


def test_the_yearly_key_list_shows_who_enters_and_who_leaves(tmp_path: Path, planner: Any) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1), unit(2, 监管类型="重点", 重点类别="水环境"), unit(3)))
    listed = {
        "单位名称": "示范1号",
        "统一社会信用代码": unit(1)["统一社会信用代码"],
        "大气环境": "√",
    }

    job = offer(sheet(tmp_path / "b.xlsx", listed), planner, "key_list", retire=True)

    [enters] = lines(job, "changed")
    assert ("监管类型", "一般", "重点") in [(c.label, c.old, c.new) for c in enters.changes]
    assert [line.name for line in lines(job, "missing")] == ["示范2号"]
    write(job, planner)
    types = dict(PollutionSource.objects.values_list("name", "regulatory_type"))
    assert types == {"示范1号": "key", "示范2号": "general", "示范3号": "general"}
    left = AuditEvent.objects.get(object_label__contains="示范2号", action="source.changed")
    assert left.changes["regulatory_type"] == ["key", "general"]
    assert left.changes["key_classes"] == [["water"], []]


def test_without_that_choice_nobody_leaves_the_key_list(tmp_path: Path, planner: Any) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1), unit(2, 监管类型="重点")))
    listed = {"单位名称": "示范1号", "噪声": "√"}

    write(offer(sheet(tmp_path / "b.xlsx", listed), planner, "key_list"), planner)

    assert PollutionSource.objects.filter(regulatory_type="key").count() == 2


def test_every_unit_has_its_line_in_the_trail(tmp_path: Path, planner: Any) -> None:
    job = write(offer(sheet(tmp_path / "a.xlsx", unit(1, 经度="87.5"), unit(2)), planner), planner)

    events = AuditEvent.objects.filter(action="source.created").order_by("pk")
    assert [event.object_label for event in events] == ["PS00001 示范1号", "PS00002 示范2号"]
    assert events[0].changes["longitude"] == [None, "87.500000"]
    assert (events[0].actor, events[0].reason) == (planner, job.evidence)
    assert events[0].object_id == str(PollutionSource.objects.get(code="PS00001").pk)


def test_the_file_is_kept_by_its_hash(tmp_path: Path, planner: Any) -> None:
    path = sheet(tmp_path / "a.xlsx", unit(1))

    job = offer(path, planner)

    assert path_of(job.sha256).read_bytes() == path.read_bytes()


def test_a_register_that_moved_on_returns_the_import_to_the_preview(
    tmp_path: Path, planner: Any
) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1, 地址="旧址")))
    job = offer(sheet(tmp_path / "b.xlsx", unit(1, 地址="新址")), planner)
    load(sheet(tmp_path / "c.xlsx", unit(1, 地址="新址")))

    with pytest.raises(import_jobs.RegisterMovedOn):
        write(job, planner)

    job.refresh_from_db()
    assert (job.state, job.rows_changed, job.rows_same) == ("ready", 0, 1)
    assert "重新核对" in job.refusal


def test_other_changes_meanwhile_do_not_stop_it(tmp_path: Path, planner: Any) -> None:
    job = offer(sheet(tmp_path / "b.xlsx", unit(1)), planner)
    load(sheet(tmp_path / "c.xlsx", unit(2)))

    write(job, planner)

    assert PollutionSource.objects.count() == 2


def test_a_record_that_was_merged_away_is_not_changed_by_a_file(
    tmp_path: Path, planner: Any
) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1, 地址="旧址"), unit(2)))
    merged, survivor = PollutionSource.objects.order_by("code")
    PollutionSource.objects.filter(pk=merged.pk).update(
        status="deregistered", status_date=TODAY, status_reason="并入", merged_into=survivor
    )
    by_code = {**unit(1, 地址="新址"), "本局编号": merged.code}

    job = offer(sheet(tmp_path / "b.xlsx", by_code), planner)

    [line] = lines(job, "refused")
    assert f"已并入 {survivor}" in line.reason


# -- undo ------------------------------------------------------------------------------------


def test_an_undo_takes_the_whole_import_back(tmp_path: Path, planner: Any) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1, 地址="旧址", 经度="87.5", 状态="正常")))
    before = PollutionSource.objects.values().get()
    changed = unit(1, 地址="新址", 经度="88", 状态="关停", 状态日期="2026-03-01")
    flagged = unit(2, 特殊监管="是", 特殊监管原因="投诉举报多")
    job = write(offer(sheet(tmp_path / "b.xlsx", changed, flagged), planner), planner)
    assert why_not(job) == ""

    undo(job, planner)

    after = PollutionSource.objects.values().get()
    ignored = {"updated_at"}
    assert {k: v for k, v in after.items() if k not in ignored} == {
        k: v for k, v in before.items() if k not in ignored
    }
    assert not SpecialFlag.objects.exists()
    assert AuditEvent.objects.filter(action="sources.import_undone").exists()
    job.refresh_from_db()
    assert (job.state, job.undo_reason) == ("undone", "文件传错")
    load(sheet(tmp_path / "c.xlsx", unit(3)))
    assert PollutionSource.objects.get(name="示范3号").code == "PS00003"  # PS00002 was given once


def test_what_changed_later_forbids_the_undo(tmp_path: Path, planner: Any) -> None:
    job = write(offer(sheet(tmp_path / "a.xlsx", unit(1)), planner), planner)
    load(sheet(tmp_path / "b.xlsx", unit(1, 地址="新址")))

    with pytest.raises(ImportCannotBeUndone, match="又有变动：PS00001"):
        undo(job, planner)

    assert PollutionSource.objects.exists()


def test_what_points_at_a_new_unit_forbids_the_undo(tmp_path: Path, planner: Any) -> None:
    job = write(offer(sheet(tmp_path / "a.xlsx", unit(1)), planner), planner)
    SpecialFlag.objects.create(
        source=PollutionSource.objects.get(), reason="many_complaints", starts_on=TODAY
    )

    with pytest.raises(ImportCannotBeUndone, match="特殊监管标记"):
        undo(job, planner)


def test_an_undo_asks_for_a_reason_and_happens_once(tmp_path: Path, planner: Any) -> None:
    job = write(offer(sheet(tmp_path / "a.xlsx", unit(1)), planner), planner)

    with pytest.raises(RuleViolation, match="撤销原因"):
        undo_import(job=job, reason=" ", actor=planner, today=TODAY, now=timezone.now())
    undo(job, planner)
    with pytest.raises(NotInThisState):
        undo(job, planner)


def test_inspectors_and_their_certificates_are_taken_back(tmp_path: Path, planner: Any) -> None:
    job = write(offer(sheet(tmp_path / "a.xlsx", OFFICER), planner, "inspectors"), planner)
    assert Credential.objects.count() == 1

    undo(job, planner)

    assert not Inspector.objects.exists()
    assert not Credential.objects.exists()


# -- states, columns, rights -----------------------------------------------------------------


def test_columns_named_by_hand_are_remembered(tmp_path: Path, planner: Any) -> None:
    lines_of_file = [["对象", "级别"], ["甲厂", "重点"], ["乙厂", "一般"]]
    job = offer(book(tmp_path / "a.xlsx", lines_of_file), planner)
    assert job.state == ImportState.UNMAPPED
    header = reads.header_candidates(job)[0]
    assert header["columns"][0].samples == ["甲厂", "乙厂"]

    importing.map_columns(
        job=job,
        signature=header["signature"],
        fields={"对象": "name", "级别": "regulatory_type"},
        actor=planner,
    )
    importing.read_import(job=job, today=TODAY, now=timezone.now())

    assert (job.state, job.rows_read) == (ImportState.READY, 2)
    assert offer(book(tmp_path / "b.xlsx", lines_of_file), planner).state == ImportState.READY
    assert ColumnMapping.objects.get().actor == planner
    told = AuditEvent.objects.get(action="sources.import_mapped").changes
    assert told == {"对象": [None, "单位名称"], "级别": [None, "监管类型"]}


def test_an_import_without_differences_asks_for_nothing(tmp_path: Path, planner: Any) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1)))
    job = offer(sheet(tmp_path / "a.xlsx", unit(1)), planner)

    with pytest.raises(NotInThisState, match="没有可写入"):
        importing.confirm_import(job=job, actor=planner)


def test_a_lost_worker_is_replaced_when_its_time_is_up(tmp_path: Path, planner: Any) -> None:
    job = offer(sheet(tmp_path / "a.xlsx", unit(1)), planner)
    importing.confirm_import(job=job, actor=planner)
    now = timezone.now()
    import_jobs.claim(job, ImportState.APPLYING, now=now)  # and then it is killed

    assert importing.sweep_imports(today=TODAY, now=now) == 0
    assert importing.sweep_imports(today=TODAY, now=now + import_jobs.LEASE) == 1

    assert PollutionSource.objects.count() == 1
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("applied", 3)


def test_two_people_confirm_once(tmp_path: Path, planner: Any) -> None:
    job = offer(sheet(tmp_path / "a.xlsx", unit(1)), planner)
    other = ImportedFile.objects.get(pk=job.pk)
    importing.confirm_import(job=job, actor=planner)

    with pytest.raises(NotInThisState):
        importing.confirm_import(job=other, actor=planner)


def test_a_refused_file_is_kept_and_says_why(tmp_path: Path, planner: Any) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("<html></html>")

    job = offer(path, planner)

    assert (job.state, "网页" in job.refusal) == ("refused", True)


def test_a_discarded_import_leaves_no_rows(tmp_path: Path, planner: Any) -> None:
    job = offer(sheet(tmp_path / "a.xlsx", unit(1)), planner)

    importing.discard_import(job=job, actor=planner)

    assert not ImportRow.objects.exists()
    with pytest.raises(NotInThisState):
        importing.confirm_import(job=job, actor=planner)


def test_each_step_asks_for_the_right(tmp_path: Path, planner: Any, person: Any) -> None:
    stranger = person("stranger")
    job = offer(sheet(tmp_path / "a.xlsx", unit(1)), planner)

    for step in (
        lambda: importing.confirm_import(job=job, actor=stranger),
        lambda: importing.discard_import(job=job, actor=stranger),
        lambda: importing.choose_options(job=job, options={}, actor=stranger, today=TODAY),
        lambda: importing.map_columns(job=job, signature="x", fields={}, actor=stranger),
        lambda: undo(job, stranger),
    ):
        with pytest.raises(NotAllowed):
            step()


def test_every_state_but_the_last_ones_leads_somewhere() -> None:
    ends = {state for state, moves in MOVES.items() if not moves}

    assert ends == {ImportState.UNDONE, ImportState.DISCARDED}


def test_a_trial_run_leaves_nothing_behind(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", unit(1))

    result = import_file(
        register="sources", path=path, filename="a.xlsx", today=TODAY, dry_run=True
    )

    assert "新增 1" in result.summary()
    assert not ImportedFile.objects.exists()
    assert not PollutionSource.objects.exists()


def test_the_command_sets_refused_rows_aside(tmp_path: Path, capsys: Any) -> None:
    path = sheet(tmp_path / "a.xlsx", unit(1), unit(2, 监管类型="特殊"))

    call_command("import_sources", str(path), set_aside=str(tmp_path / "aside.xlsx"))

    assert "被拒绝的 1 行已写入" in capsys.readouterr().out
    assert PollutionSource.objects.count() == 1
    assert (tmp_path / "aside.xlsx").is_file()
