"""The prefecture's list taken over as it is; the bureau's derived from it; the law behind each item."""

from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import Workbook

from registry.choices import ListLevel
from registry.item_lists.selectors import compared, items_of, newest
from registry.item_lists.selectors.item_coverage import coverage
from registry.item_lists.services import item_list_files
from registry.item_lists.services import item_list_versions as item_lists
from registry.item_lists.services.checklists import load_checklists
from registry.models import (
    AuditEvent,
    CheckLedgerEntry,
    EvidenceFile,
    InspectionItemList,
    LegalBasis,
)
from registry.papers.stored_files import path_of
from registry.permissions import MANAGE_REGISTERS
from registry.rules.texts import TextNotUsable
from registry.rules.violations import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
HEADER = (
    "序号", "抽查事项名称", "事项类别", "检查依据", "检查主体", "检查对象", "检查内容", "检查方式",
    "抽查比例", "抽查频次", "检查层级", "联系科室",
)  # fmt: skip
ROWS = (
    ("1", "排污许可检查", "重点检查事项", "《排污许可管理条例》第二十五条", "州生态环境局",
     "排污单位", "持证排污", "现场检查、书面检查", "25%", "每季度", "州级、县级", "执法科"),
    ("2", "水污染防治检查", "", "1.《中华人民共和国水污染防治法》第三十条：有权检查。\n2.《中华人民共和国水污染防治法》第八十一条",
     "", "排污单位", "治污设施", "现场检查", "25%", "每年", "", "水科"),
    ("3", "在线数据检查", "一般检查事项", "", "州生态环境局", "重点单位", "数据联网", "非现场检查",
     "5%", "每年", "县级", ""),
)  # fmt: skip


def workbook(rows: Any = ROWS, *, merged: bool = True) -> bytes:
    """As a bureau publishes it: a title over the table, the header in the third row, merged cells."""
    book = Workbook()
    sheet = book.active
    sheet.append(["昌吉州随机抽查执法事项清单（2026年版）"])
    sheet.append([])
    sheet.append(HEADER)
    for row in rows:
        sheet.append(row)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEADER))
    if merged:
        sheet.merge_cells("C4:C5")
        sheet.merge_cells("E4:E5")
        sheet.merge_cells("K4:K5")
    target = BytesIO()
    book.save(target)
    return target.getvalue()


LIST = workbook()  # once: a workbook carries the second it was made in


@pytest.fixture
def planner(person: Any, evidence_root: Path) -> Any:
    load_checklists()
    return person("planner", MANAGE_REGISTERS)


def kept(planner: Any, content: bytes | None = None) -> EvidenceFile:
    return item_list_files.store_list_file(
        chunks=[content or LIST], name="昌吉州清单.xlsx", actor=planner
    )


def imported(planner: Any, day: date, content: bytes | None = None) -> InspectionItemList:
    return item_lists.import_list(
        file=kept(planner, content), title="昌吉州清单", effective_from=day, note="州环发1号",
        actor=planner,
    )  # fmt: skip


def test_the_list_is_taken_over_as_it_is(planner: Any, day: date) -> None:
    made = imported(planner, day)

    first, second, third = items_of(made)
    assert (made.level, made.version, made.effective_from) == (ListLevel.PREFECTURE, 1, day)
    assert (first.code, first.name, first.item_class, first.method) == (
        "1", "排污许可检查", "key", "on_site",
    )  # fmt: skip
    assert (second.item_class, second.body, second.level) == ("key", "州生态环境局", "州级、县级")
    assert (third.item_class, third.method) == ("general", "remote")
    assert first.original["检查方式"] == "现场检查、书面检查"
    assert path_of(made.file.sha256).read_bytes() == LIST


def test_known_articles_are_linked_and_new_ones_wait_to_be_confirmed(
    planner: Any, day: date
) -> None:
    made = imported(planner, day)

    second = items_of(made)[1]
    known, new = sorted(second.bases.all(), key=lambda row: row.pk)
    assert (known.code, known.confirmed) == ("SWF", False)
    assert (new.article, new.confirmed) == ("第八十一条", False)
    assert (new.valid_from, new.valid_to) == (known.valid_from, known.valid_to)
    assert "待核" in str(new)


def test_the_preview_writes_nothing_and_names_what_is_ignored_and_new(planner: Any) -> None:
    before = LegalBasis.objects.count()

    preview = item_list_files.preview_list(kept(planner))

    assert preview.ignored_columns == ["联系科室"]
    assert [cite.article for cite in preview.new_bases] == ["第八十一条"]
    assert preview.count("right_only") == 3
    assert LegalBasis.objects.count() == before
    assert not InspectionItemList.objects.filter(level="prefecture").exists()


def test_the_next_version_is_compared_with_the_last_one(planner: Any, day: date) -> None:
    imported(planner, day)
    changed = [list(ROWS[0]), list(ROWS[2])]
    changed[0][8] = "30%"

    preview = item_list_files.preview_list(kept(planner, workbook(changed, merged=False)))

    assert [(p.state, p.item.name) for p in preview.pairs] == [
        ("changed", "排污许可检查"), ("same", "在线数据检查"), ("left_only", "水污染防治检查"),
    ]  # fmt: skip
    assert preview.pairs[0].changes == (("抽查比例", "25%", "30%"),)


def test_a_file_is_taken_over_once_and_versions_count_on(planner: Any, day: date) -> None:
    imported(planner, day)

    with pytest.raises(item_list_files.ItemListRefused, match="已经导入过"):
        imported(planner, day)
    second = imported(planner, day + timedelta(days=9), workbook(ROWS[:2]))

    assert second.version == 2
    assert newest("prefecture") == second


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("1", "甲", "随便", "", "", "", "", "现场", "", "", "", ""), "事项类别"),
        (("1", "甲", "重点", "", "", "", "", "心算", "", "", "", ""), "检查方式"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_nothing_is_written(
    planner: Any, day: date, row: Any, column: str
) -> None:
    content = workbook([row, ROWS[2]], merged=False)

    preview = item_list_files.preview_list(kept(planner, content))

    assert [(e.row, e.column) for e in preview.errors] == [(4, column)]
    with pytest.raises(item_list_files.ItemListRefused):
        imported(planner, day, content)
    assert not InspectionItemList.objects.filter(level="prefecture").exists()


def test_the_same_code_twice_is_refused(planner: Any) -> None:
    twice = item_list_files.preview_list(kept(planner, workbook([ROWS[0], ROWS[0]], merged=False)))

    assert "第4行的编码" in twice.errors[0].reason


def test_what_is_no_workbook_is_refused_and_not_kept(planner: Any, evidence_root: Path) -> None:
    with pytest.raises(RuleViolation):
        kept(planner, b"PK\x03\x04 broken")

    assert not EvidenceFile.objects.exists()
    assert not [path for path in evidence_root.rglob("*") if path.is_file()]


def derived(planner: Any, basis: InspectionItemList, day: date, **changes: Any) -> Any:
    return item_lists.derive_list(
        **{
            "from_id": basis.pk, "basis_id": basis.pk, "effective_from": day + timedelta(days=30),
            "note": "结合园区实际", "actor": planner, "today": day, **changes,
        }
    )  # fmt: skip


def test_the_bureaus_list_is_derived_and_differs_in_its_body(planner: Any, day: date) -> None:
    basis = imported(planner, day)

    made = derived(planner, basis, day)

    assert (made.level, made.version, made.derived_from) == (ListLevel.BUREAU, 2, basis)
    assert [set(r.bases.all()) for r in items_of(made)] == [
        set(r.bases.all()) for r in items_of(basis)
    ]
    pairs = compared(basis, made)
    assert {change[0] for pair in pairs for change in pair.changes} == {"检查主体"}
    assert AuditEvent.objects.filter(action="item_list.derived").exists()


def test_it_may_also_go_on_from_the_bureaus_own(planner: Any, day: date) -> None:
    basis = imported(planner, day)
    own = newest("bureau")
    assert own is not None

    made = derived(planner, basis, day, from_id=own.pk)

    assert (made.version, made.derived_from) == (2, basis)
    assert made.items.count() == own.items.count()


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"effective_from": date(2026, 5, 13)}, item_list_files.ItemListRefused),
        ({"note": " "}, TextNotUsable),
    ],
)
def test_a_version_says_why_and_begins_later(
    planner: Any, day: date, changes: Any, refusal: type[Exception]
) -> None:
    basis = imported(planner, day)

    with pytest.raises(refusal):
        derived(planner, basis, day, **changes)

    assert InspectionItemList.objects.filter(level="bureau").count() == 1


def test_only_from_the_prefectures_list(planner: Any, day: date) -> None:
    imported(planner, day)
    own = newest("bureau")
    assert own is not None

    with pytest.raises(item_list_files.ItemListRefused, match="昌吉州清单"):
        derived(planner, own, day)


def test_a_person_confirms_an_article_and_puts_it_right(planner: Any) -> None:
    row = LegalBasis.objects.get(code="SWF")
    now: datetime = timezone.now()

    item_lists.confirm_basis(
        basis_id=row.pk, title=row.title, article="第三十条第一款", valid_from=date(2018, 1, 1),
        valid_to=row.valid_to, note="国家法律法规数据库", actor=planner, now=now,
    )  # fmt: skip

    row.refresh_from_db()
    assert (row.confirmed, row.confirmed_by, row.confirmed_at) == (True, planner, now)
    changes = AuditEvent.objects.get(action="legal_basis.confirmed").changes
    assert changes["article"] == ["第三十条", "第三十条第一款"]
    assert changes["valid_from"] == ["2008-06-01", "2018-01-01"]


def test_a_confirmation_names_its_source(planner: Any) -> None:
    row = LegalBasis.objects.get(code="SWF")
    common = {"basis_id": row.pk, "title": row.title, "article": "", "actor": planner,
              "now": timezone.now()}  # fmt: skip

    with pytest.raises(TextNotUsable):
        item_lists.confirm_basis(
            valid_from=row.valid_from, valid_to=row.valid_to, note="", **common
        )
    with pytest.raises(item_list_files.ItemListRefused):
        item_lists.confirm_basis(
            valid_from=date(2020, 1, 1), valid_to=date(2019, 1, 1), note="x", **common
        )


def test_who_does_not_keep_the_registers_keeps_no_lists(
    planner: Any, person: Any, day: date
) -> None:
    stranger = person("stranger")
    basis = imported(planner, day)

    for act in (
        lambda: kept(stranger),
        lambda: derived(stranger, basis, day),
        lambda: item_lists.import_list(
            file=basis.file, title="x", effective_from=day, note="", actor=stranger
        ),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_coverage_counts_finished_checks_of_the_year(planner: Any, unit: Any, day: date) -> None:
    own = newest("bureau")
    assert own is not None
    codes = list(own.items.values_list("code", flat=True))
    source = unit()
    for number, (on, checked) in enumerate(
        [(day, codes[:2]), (day + timedelta(days=1), codes[:1]), (date(2025, 1, 1), codes)]
    ):
        CheckLedgerEntry.objects.create(
            source=source, checked_on=on, check_source="daily", reference=f"R{number}",
            items=checked,
        )  # fmt: skip

    rows = coverage(own, 2026)

    assert [row.checks for row in rows[:3]] == [2, 1, 0]
    assert rows[0].last == day + timedelta(days=1)
    assert [row.item.code for row in rows if not row.checks] == codes[2:]
