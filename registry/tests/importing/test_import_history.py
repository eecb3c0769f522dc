"""A type or status changed by a file leaves what a change by hand leaves, with the file as proof."""

from pathlib import Path
from typing import Any

import pytest

from registry.models import (
    AuditEvent,
    ImportedFile,
    PollutionSource,
    SourceStatusChange,
    SourceTypeChange,
)
from registry.permissions import IMPORT_REGISTERS
from registry.selectors.units import who_changed_the_type
from registry.tests.importing.reading import book
from registry.tests.importing.test_import_jobs import offer, undo, write
from registry.tests.importing.test_round_trip import TODAY, load, sheet, unit
from registry.trail.selectors import source_timeline

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_root")]


@pytest.fixture
def planner(person: Any) -> Any:
    return person("planner", IMPORT_REGISTERS)


def key(number: int, **more: Any) -> dict[str, Any]:
    return unit(number, **{"监管类型": "重点", "重点类别": "水环境", "名录年度": 2026, **more})


def found(number: int) -> PollutionSource:
    return PollutionSource.objects.get(name=f"示范{number}号")


@pytest.fixture
def promoted(tmp_path: Path, planner: Any) -> ImportedFile:
    """示范2号 became a key unit by the third line of a file; 示范1号 only moved, 示范3号 is new."""
    load(sheet(tmp_path / "a.xlsx", unit(1, 地址="旧址"), unit(2)))
    path = sheet(tmp_path / "b.xlsx", unit(1, 地址="新址"), key(2), key(3))
    return write(offer(path, planner), planner)


def test_a_changed_type_leaves_its_record(promoted: ImportedFile, planner: Any) -> None:
    [row] = SourceTypeChange.objects.all()

    assert (row.source, row.on, row.actor) == (found(2), TODAY, planner)
    assert (row.old_type, row.new_type) == ("general", "key")
    assert (row.old_classes, row.new_classes) == ([], ["water"])
    assert (row.old_year, row.new_year) == (None, 2026)
    assert (row.old_kind, row.new_kind) == ("discharger", "discharger")
    assert row.reason == promoted.evidence
    assert row.evidence_note == f"b.xlsx 第3行，SHA-256 {promoted.sha256}"


def test_the_page_answers_who_when_and_on_what_proof(promoted: ImportedFile) -> None:
    text, links = who_changed_the_type(found(2)).lines[1]

    assert "由planner变更" in text
    assert "监管类型：一般 → 重点" in text
    assert f"依据：b.xlsx 第3行，SHA-256 {promoted.sha256}" in text
    assert [label for label, _url in links] == ["b.xlsx"]
    assert next(entry.title for entry in source_timeline(found(2))) == "资料与类型变更"
    assert "没有变更过" in who_changed_the_type(found(1)).lines[1][0]


def test_a_file_with_sheets_names_the_sheet(tmp_path: Path, planner: Any) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1)))
    titles = ["单位名称", "监管类型", "重点类别", "名录年度"]
    path = book(
        tmp_path / "b.xlsx",
        [["名单"], titles, ["示范1号", "重点", "水环境", 2026]],
        [titles, ["示范9号", "重点", "大气环境", 2026]],
    )

    write(offer(path, planner, no_code=True), planner)

    assert SourceTypeChange.objects.get().evidence_note.startswith("b.xlsx “表1”第3行，SHA-256 ")


def test_only_another_year_is_a_change_of_the_standing_too(tmp_path: Path, planner: Any) -> None:
    load(sheet(tmp_path / "a.xlsx", key(1, 名录年度=2025)))

    write(offer(sheet(tmp_path / "b.xlsx", key(1)), planner), planner)

    row = SourceTypeChange.objects.get()
    assert (row.old_year, row.new_year, row.old_type, row.new_type) == (2025, 2026, "key", "key")


def test_units_the_list_no_longer_names_leave_a_record_too(tmp_path: Path, planner: Any) -> None:
    load(sheet(tmp_path / "a.xlsx", key(1), key(2)))
    listed = {"单位名称": "示范1号", "水环境": "√"}

    job = write(
        offer(sheet(tmp_path / "b.xlsx", listed), planner, "key_list", retire=True), planner
    )

    row = SourceTypeChange.objects.get(source=found(2))
    assert (row.old_type, row.new_type) == ("key", "general")
    assert (row.old_classes, row.new_classes) == (["water"], [])
    assert (row.old_year, row.new_year, found(2).key_list_year) == (2026, None, None)
    assert row.evidence_note == f"b.xlsx 未列入该单位，SHA-256 {job.sha256}"


def test_a_changed_status_names_its_row(tmp_path: Path, planner: Any) -> None:
    load(sheet(tmp_path / "a.xlsx", unit(1)))
    closed = unit(1, 状态="关停", 状态日期="2026-03-01")

    job = write(offer(sheet(tmp_path / "b.xlsx", closed), planner), planner)

    row = SourceStatusChange.objects.get()
    assert row.evidence_note == f"b.xlsx 第2行，SHA-256 {job.sha256}"
    assert not SourceTypeChange.objects.exists()


def test_the_undo_takes_the_record_back(promoted: ImportedFile, planner: Any) -> None:
    undo(promoted, planner)

    assert not SourceTypeChange.objects.exists()
    assert found(2).regulatory_type == "general"
    last = AuditEvent.objects.filter(action="source.changed").latest("pk")
    assert last.changes == {
        "regulatory_type": ["key", "general"],
        "key_classes": [["water"], []],
        "key_list_year": [2026, None],
    }
    assert "撤销导入" in who_changed_the_type(found(2)).lines[1][0]


def test_the_record_of_one_import_survives_the_undo_of_another(
    promoted: ImportedFile, tmp_path: Path, planner: Any
) -> None:
    later = write(offer(sheet(tmp_path / "c.xlsx", key(1)), planner), planner)

    undo(later, planner)

    assert [row.source for row in SourceTypeChange.objects.all()] == [found(2)]
