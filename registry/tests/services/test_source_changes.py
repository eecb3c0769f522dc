"""两库动态管理: status, type, projects that become dischargers, further sites."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from registry.models import (
    AuditEvent,
    EvidenceFile,
    PollutionSource,
    PositiveListChange,
    SourceStatusChange,
    SourceTypeChange,
)
from registry.papers.stored_files import path_of
from registry.permissions import MANAGE_REGISTERS
from registry.rules.source_changes import ChangeRefused
from registry.rules.texts import TextNotUsable
from registry.rules.uscc import make_uscc
from registry.rules.violations import NotAllowed
from registry.services import source_changes
from registry.services.evidence_files import (
    EvidenceFileRefused,
    EvidenceMissing,
    Proof,
    store_evidence_file,
)

pytestmark = pytest.mark.django_db
NOTICE = Proof(note="昌高环函〔2026〕1号")


@pytest.fixture
def planner(person: Any) -> Any:
    return person("planner", MANAGE_REGISTERS)


def picture(color: str = "white") -> bytes:
    target = BytesIO()
    Image.new("RGB", (8, 8), color).save(target, "PNG")
    return target.getvalue()


def close(unit: PollutionSource, planner: Any, day: date, **changes: Any) -> SourceStatusChange:
    return source_changes.change_status(
        **{
            "source_id": unit.pk,
            "new_status": "closed",
            "on": day,
            "reason": "政府责令关停",
            "actor": planner,
            "today": day,
            "proof": NOTICE,
            **changes,
        }
    )


def retype(unit: PollutionSource, planner: Any, day: date, **changes: Any) -> SourceTypeChange:
    return source_changes.change_type(
        **{
            "source_id": unit.pk,
            "regulatory_type": "key",
            "key_classes": ["air"],
            "list_year": 2026,
            "on": day,
            "reason": "列入名录",
            "actor": planner,
            "today": day,
            "proof": NOTICE,
            **changes,
        }
    )


def test_a_closed_unit_leaves_the_pool_with_day_reason_and_proof(
    unit: Any, planner: Any, day: date, evidence_root: Path
) -> None:
    source = unit()
    file = store_evidence_file(chunks=[picture()], name="关停通知.png", actor=planner)

    row = close(source, planner, day, proof=Proof(file))

    assert not PollutionSource.objects.in_pool().exists()
    assert (row.evidence, row.on, row.reason) == (file, day, "政府责令关停")
    event = AuditEvent.objects.get(action="source.status_changed")
    assert event.changes["status"] == ["normal", "closed"]
    assert event.changes["evidence"] == [None, file.sha256]


def test_a_unit_that_comes_back_is_drawn_again_and_keeps_both_changes(
    unit: Any, planner: Any, day: date
) -> None:
    source = unit()
    close(source, planner, day - timedelta(days=30), today=day)

    close(source, planner, day, new_status="normal", reason="恢复生产")

    assert PollutionSource.objects.in_pool().get().status_reason == ""
    assert source.status_changes.count() == 2


def test_a_unit_that_leaves_the_register_leaves_the_positive_list_in_public(
    unit: Any, planner: Any, day: date
) -> None:
    source = unit(positive_list=True, positive_from=day - timedelta(days=9))

    close(source, planner, day)

    source.refresh_from_db()
    assert not source.positive_list
    assert "已移出名录（关停）" in PositiveListChange.objects.get(kind="left").reason


def test_two_active_units_never_share_code_and_site(unit: Any, planner: Any, day: date) -> None:
    code = make_uscc("91652300MA9000001")
    first = unit(uscc=code, no_code_reason="")
    close(first, planner, day)
    unit(uscc=code, no_code_reason="")

    with pytest.raises(ChangeRefused, match="PS00002"):
        close(first, planner, day, new_status="normal")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"reason": "  "}, TextNotUsable),
        ({"reason": "因" * 301}, TextNotUsable),
        ({"proof": None}, EvidenceMissing),
        ({"proof": Proof(note=" ")}, EvidenceMissing),
        ({"new_status": "normal"}, ChangeRefused),
        ({"new_status": "gone"}, ChangeRefused),
        ({"on": date(2026, 5, 14)}, ChangeRefused),
    ],
)
def test_a_status_that_cannot_be_changed_so_stays(
    unit: Any, planner: Any, day: date, changes: Any, refusal: type[Exception]
) -> None:
    source = unit()

    with pytest.raises(refusal):
        close(source, planner, day, **changes)

    assert not SourceStatusChange.objects.exists()


def test_only_who_keeps_the_registers_changes_them(unit: Any, person: Any, day: date) -> None:
    stranger = person("stranger")
    source = unit()

    with pytest.raises(NotAllowed):
        close(source, stranger, day)
    with pytest.raises(NotAllowed):
        retype(source, stranger, day)
    with pytest.raises(NotAllowed):
        source_changes.add_site(source_id=source.pk, site="二厂", reason="扩建", actor=stranger)


def test_a_type_change_keeps_old_and_new(unit: Any, planner: Any, day: date) -> None:
    source = unit()

    row = retype(source, planner, day, key_classes=["risk", "water"])

    source.refresh_from_db()
    assert (source.regulatory_type, source.key_classes, source.key_list_year) == (
        "key", ["water", "risk"], 2026,
    )  # fmt: skip
    assert (row.old_type, row.new_type, row.new_classes) == ("general", "key", ["water", "risk"])
    changes = AuditEvent.objects.get(action="source.type_changed").changes
    assert changes["regulatory_type"] == ["general", "key"]
    assert changes["evidence_note"] == [None, NOTICE.note]


def test_a_unit_that_becomes_general_loses_classes_and_year(
    unit: Any, planner: Any, day: date
) -> None:
    source = unit(regulatory_type="key", key_classes=["air"], key_list_year=2025)

    retype(source, planner, day, regulatory_type="general", key_classes=["air"], list_year=2026)

    source.refresh_from_db()
    assert (source.key_classes, source.key_list_year) == ([], None)


def test_a_unit_out_of_the_register_has_no_type_to_change(
    unit: Any, planner: Any, day: date
) -> None:
    source = unit()
    close(source, planner, day)

    with pytest.raises(ChangeRefused, match="请先恢复"):
        retype(source, planner, day)


def test_a_project_becomes_a_discharger_and_stays_the_same_record(
    unit: Any, planner: Any, day: date
) -> None:
    project = unit(kind="construction")

    source_changes.commission_project(
        source_id=project.pk,
        permit_number="91652300MA9000001X001P",
        permit_class="simplified",
        permit_until=date(2031, 5, 12),
        regulatory_type="general",
        key_classes=[],
        list_year=None,
        on=day,
        reason="通过竣工环保验收",
        actor=planner,
        today=day,
        proof=NOTICE,
    )

    found = PollutionSource.objects.in_pool().get()
    assert (found.pk, found.code, found.permit_class) == (project.pk, "PS00001", "simplified")
    assert found.permit_until == date(2031, 5, 12)
    assert AuditEvent.objects.filter(action="source.commissioned", object_id=found.pk).exists()
    with pytest.raises(ChangeRefused, match="已是排污单位"):
        source_changes.commission_project(
            source_id=project.pk, permit_number="", permit_class="", regulatory_type="general",
            key_classes=[], list_year=None, on=day, reason="x", actor=planner, today=day,
            proof=NOTICE,
        )  # fmt: skip


def test_a_further_site_is_a_unit_of_its_own(unit: Any, planner: Any) -> None:
    code = make_uscc("91652300MA9000001")
    parent = unit(uscc=code, no_code_reason="", regulatory_type="key", key_classes=["air"])

    made = source_changes.add_site(
        source_id=parent.pk, site="二厂", reason="扩建", actor=planner, address="示范路9号"
    )

    assert (made.code, made.uscc, made.address) == ("PS00002", code, "示范路9号")
    assert made.regulatory_type == "general"
    with pytest.raises(ChangeRefused, match="同名"):
        source_changes.add_site(source_id=parent.pk, site="二厂", reason="扩建", actor=planner)


def test_the_same_file_twice_is_one_row(planner: Any, evidence_root: Path) -> None:
    first = store_evidence_file(chunks=[picture()], name="a.png", actor=planner)
    again = store_evidence_file(chunks=[picture()], name="b.png", actor=planner)

    assert first == again
    assert path_of(first.sha256).read_bytes() == picture()


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.pdf"), (b"MZ\x90\x00" + b"x" * 90, "a.pdf"), (b"<html><script>", "a.png"),
     (b"\x89PNG\r\n\x1a\n broken", "a.png")],
    ids=["empty", "program", "page", "broken picture"],
)  # fmt: skip
def test_what_is_no_picture_or_pdf_is_refused_and_not_kept(
    planner: Any, evidence_root: Path, content: bytes, name: str
) -> None:
    with pytest.raises(EvidenceFileRefused):
        store_evidence_file(chunks=[content], name=name, actor=planner)

    assert not EvidenceFile.objects.exists()
    assert not [path for path in evidence_root.rglob("*") if path.is_file()]


def test_a_file_that_is_too_large_is_refused(
    planner: Any, evidence_root: Path, settings: Any
) -> None:
    settings.EVIDENCE_MAX_BYTES = 10

    with pytest.raises(EvidenceFileRefused, match="超过"):
        store_evidence_file(chunks=[picture()], name="a.png", actor=planner)
