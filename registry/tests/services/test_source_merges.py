"""Two records of one unit: what follows, what stays, and that it can be undone."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from registry.grading.services.clues_and_problems import note_verified_clue
from registry.grading.services.unit_facts import histories
from registry.importing.columns import SOURCE_COLUMNS
from registry.importing.services.importing import import_file
from registry.importing.services.jobs import ImportRefused
from registry.importing.services.spreadsheets import write_sheet
from registry.models import (
    AuditEvent,
    CapExemption,
    CheckLedgerEntry,
    ConflictOfInterest,
    Inspector,
    PollutionSource,
    RiskFact,
    SourceMerge,
    SpecialFlag,
    VerifiedClue,
)
from registry.permissions import MANAGE_REGISTERS
from registry.rules.source_changes import ChangeRefused
from registry.rules.uscc import make_uscc
from registry.rules.violations import NotAllowed
from registry.services.evidence_files import Proof
from registry.services.source_changes import change_status
from registry.services.source_merges import merge_sources, undo_merge
from registry.trail.selectors import source_timeline

pytestmark = pytest.mark.django_db
NOTE = Proof(note="营业执照变更通知")


@pytest.fixture
def planner(person: Any) -> Any:
    return person("planner", MANAGE_REGISTERS)


@pytest.fixture
def survivor(unit: Any) -> PollutionSource:
    return unit(name="甲公司")


@pytest.fixture
def double(unit: Any, survivor: PollutionSource) -> PollutionSource:
    return unit(name="甲公司（旧名）")


def merge(
    survivor: PollutionSource, double: PollutionSource, planner: Any, day: date, **changes: Any
) -> SourceMerge:
    return merge_sources(
        **{
            "survivor_id": survivor.pk, "merged_id": double.pk, "on": day, "reason": "更名重复",
            "actor": planner, "today": day, "proof": NOTE, **changes,
        }
    )  # fmt: skip


def undo(row: SourceMerge, planner: Any, day: date) -> SourceMerge:
    return undo_merge(
        merge_id=row.pk, reason="实为两家", actor=planner, now=timezone.now(), today=day
    )


def flag(source: PollutionSource, reason: str, **fields: Any) -> SpecialFlag:
    return SpecialFlag.objects.create(
        **{
            "source": source, "reason": reason, "evidence": "台账", "state": "approved",
            "starts_on": date(2026, 1, 1), **fields,
        }
    )  # fmt: skip


def test_the_other_record_ends_with_a_pointer(
    survivor: PollutionSource, double: PollutionSource, planner: Any, day: date
) -> None:
    merge(survivor, double, planner, day)

    double.refresh_from_db()
    assert (double.merged_into, double.status, double.status_date) == (
        survivor, "deregistered", day,
    )  # fmt: skip
    assert double.standing == survivor
    assert list(PollutionSource.objects.in_pool()) == [survivor]
    assert AuditEvent.objects.filter(action="source.merged").count() == 2


def test_what_holds_now_follows_and_unique_rules_hold(
    survivor: PollutionSource, double: PollutionSource, planner: Any, day: date
) -> None:
    officer = Inspector.objects.create(code="IN1", name="赵", role="officer", organisation="本局")
    moved = flag(double, "many_complaints")
    flag(survivor, "low_credit")
    stays = flag(double, "low_credit")
    ended = flag(double, "high_risk", ends_on=date(2026, 2, 1))
    conflict = ConflictOfInterest.objects.create(
        inspector=officer, source=double, kind="equity", starts_on=day
    )
    exemption = CapExemption.objects.create(
        source=double, kind="urgent", reason="x", starts_on=day, ends_on=day
    )

    merge(survivor, double, planner, day)

    for row in (moved, stays, ended, conflict, exemption):
        row.refresh_from_db()
    assert [r.source for r in (moved, conflict, exemption)] == [survivor] * 3
    assert [r.source for r in (stays, ended)] == [double] * 2
    assert set(SpecialFlag.objects.in_force(day).values_list("source_id", "reason")) == {
        (survivor.pk, "many_complaints"), (survivor.pk, "low_credit"), (double.pk, "low_credit"),
    }  # fmt: skip


def happened(source: PollutionSource, day: date, reference: str, planner: Any) -> None:
    CheckLedgerEntry.objects.create(
        source=source, checked_on=day, check_source="daily", reference=reference, outcome="2"
    )
    VerifiedClue.objects.create(
        source=source, kind="complaint", verified_on=day, reference=f"X{reference}"
    )
    RiskFact.objects.create(
        source=source, kind="penalty", on=day, evidence="决定书", recorded_by=planner
    )


def test_what_happened_stays_and_counts_for_the_survivor(
    survivor: PollutionSource, double: PollutionSource, planner: Any, day: date
) -> None:
    happened(survivor, day - timedelta(days=9), "A", planner)
    happened(double, day - timedelta(days=2), "B", planner)

    merge(survivor, double, planner, day)

    assert CheckLedgerEntry.objects.get(reference="B").source == double
    history = histories([survivor.pk], today=day)[survivor.pk]
    assert (len(history.findings), len(history.clues), len(history.events["penalty"])) == (2, 2, 2)
    assert CheckLedgerEntry.objects.all().of_unit(survivor).count() == 2
    assert set(CheckLedgerEntry.objects.all().units().values_list("unit", flat=True)) == {
        survivor.pk
    }


def test_the_survivors_page_tells_both_histories(
    survivor: PollutionSource, double: PollutionSource, planner: Any, day: date
) -> None:
    happened(double, day, "B", planner)

    merge(survivor, double, planner, day)

    titles = [entry.title for entry in source_timeline(survivor)]
    assert "检查：日常检查，发现问题已责令改正" in titles
    assert "合并记录" in titles
    assert "合并记录（PS00002）" in titles


def test_a_clue_that_comes_later_counts_for_the_survivor(
    survivor: PollutionSource, double: PollutionSource, planner: Any, day: date
) -> None:
    merge(survivor, double, planner, day)
    double.refresh_from_db()

    entry = note_verified_clue(source=double, kind="complaint", verified_on=day, reference="XS-1")

    assert entry.source == survivor


def test_a_merge_is_undone_by_record(
    survivor: PollutionSource, double: PollutionSource, planner: Any, day: date
) -> None:
    moved = flag(double, "many_complaints")
    row = merge(survivor, double, planner, day)

    undo(row, planner, day)

    double.refresh_from_db()
    moved.refresh_from_db()
    assert (double.merged_into, double.status, double.status_reason) == (None, "normal", "")
    assert moved.source == double
    assert SourceMerge.objects.get().undo_reason == "实为两家"
    assert [c.new_status for c in double.status_changes.order_by("pk")] == [
        "deregistered",
        "normal",
    ]
    with pytest.raises(ChangeRefused, match="已撤销"):
        undo(row, planner, day)
    merge(survivor, double, planner, day)


def test_what_the_survivor_had_itself_stays_with_it(
    survivor: PollutionSource, double: PollutionSource, planner: Any, day: date
) -> None:
    own = flag(survivor, "low_credit")
    row = merge(survivor, double, planner, day)
    later = flag(survivor, "high_risk")

    undo(row, planner, day)

    own.refresh_from_db()
    later.refresh_from_db()
    assert own.source == later.source == survivor


def test_two_that_share_code_and_site_cannot_both_come_back(
    survivor: PollutionSource, double: PollutionSource, planner: Any, day: date
) -> None:
    row = merge(survivor, double, planner, day)
    code = make_uscc("91652300MA9000001")
    PollutionSource.objects.update(uscc=code, no_code_reason="")

    with pytest.raises(ChangeRefused, match="PS00001"):
        undo(row, planner, day)


@pytest.mark.parametrize("case", ["itself", "twice", "has absorbed", "kind", "ended survivor"])
def test_what_cannot_be_merged(
    survivor: PollutionSource,
    double: PollutionSource,
    unit: Any,
    planner: Any,
    day: date,
    case: str,
) -> None:
    third = unit(name="丙")
    first, second = survivor, double
    if case == "itself":
        second = survivor
    elif case == "twice":
        merge(survivor, double, planner, day)
        first = third
    elif case == "has absorbed":
        merge(double, third, planner, day)
    elif case == "kind":
        PollutionSource.objects.filter(pk=double.pk).update(kind="construction")
    else:
        change_status(
            source_id=survivor.pk, new_status="closed", on=day, reason="x", actor=planner,
            today=day, proof=NOTE,
        )  # fmt: skip

    with pytest.raises(ChangeRefused):
        merge(first, second, planner, day)


def test_a_merged_record_is_not_brought_back_by_a_change_of_status(
    survivor: PollutionSource, double: PollutionSource, planner: Any, day: date
) -> None:
    merge(survivor, double, planner, day)

    with pytest.raises(ChangeRefused, match="撤销合并"):
        change_status(
            source_id=double.pk, new_status="normal", on=day, reason="x", actor=planner,
            today=day, proof=NOTE,
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        PollutionSource.objects.filter(pk=double.pk).update(status="normal")


def test_only_who_keeps_the_registers_merges(
    survivor: PollutionSource, double: PollutionSource, planner: Any, person: Any, day: date
) -> None:
    with pytest.raises(NotAllowed):
        merge(survivor, double, person("stranger"), day)
    row = merge(survivor, double, planner, day)
    with pytest.raises(NotAllowed):
        undo(row, person("other"), day)


def test_a_file_does_not_bring_a_merged_record_back(
    survivor: PollutionSource,
    double: PollutionSource,
    planner: Any,
    day: date,
    tmp_path: Path,
    evidence_root: Path,
) -> None:
    merge(survivor, double, planner, day)
    titles = ("本局编号", "单位名称", "监管类型", "状态", "无代码原因")
    path = tmp_path / "s.xlsx"
    columns = [column for title in titles for column in SOURCE_COLUMNS if column.title == title]
    write_sheet(
        path, columns, [["PS00002", "甲公司（旧名）", "一般", "正常", "个人经营"]], title="名录"
    )

    with pytest.raises(ImportRefused) as refusal:
        import_file(register="sources", path=path, filename="s.xlsx", today=day)

    assert "已并入 PS00001" in str(refusal.value.errors[0])
    assert not PollutionSource.objects.get(code="PS00002").is_active
