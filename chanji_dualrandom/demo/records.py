"""Filling one demonstration record through the same services as a tablet."""

import uuid
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from inspections.models import Assignment
from inspections.services.assignments import accept_assignment
from inspections.services.evidence import store_evidence
from inspections.services.records import current_content, submit_record
from inspections.services.repeat_visits import give_repeat_reason, needs_reason, start_visit
from inspections.services.signing import sign
from inspections.services.sync import apply
from inspections.services.sync_operations import Operation

FOUND = {
    "corrected_on_spot": "危险废物贮存间标识缺失一处",
    "rectification": "废气治理设施活性炭更换记录不完整，未按周期更换",
    "penalty_case": "自动监控设备未正常联网，数据缺失超过规定时限",
}
SHOWN = {"must_check:8": "问题现场", "narrative": "厂区现场"}


def lead_of(assignment: Assignment) -> Any:
    return assignment.team.get(role="lead").inspector.user


def accept(assignment: Assignment, *, now: datetime) -> None:
    accept_assignment(assignment_id=assignment.pk, actor=lead_of(assignment), now=now)


def start(assignment: Assignment, *, now: datetime) -> None:
    lead = lead_of(assignment)
    if needs_reason(assignment, day=timezone.localdate(now)):
        text = "随机抽中同一检查组（示范）"
        give_repeat_reason(assignment_id=assignment.pk, reason=text, actor=lead, now=now)
    start_visit(assignment_id=assignment.pk, actor=lead, now=now)


def _write(assignment: Assignment, section: str, value: dict[str, Any], now: datetime) -> None:
    stored = assignment.sections.filter(section=section).values_list("rev", flat=True).first()
    answer = apply(
        assignment_id=assignment.pk,
        actor=lead_of(assignment),
        operation=Operation(uuid.uuid4(), section, stored or 0, value),
        now=now,
    )
    if answer.status != "applied":
        raise RuntimeError(f"{section}: {answer}")


def _iso(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes")


def fill(
    assignment: Assignment, *, begins: datetime, handling: str = "", photo: bool = False
) -> None:
    """All sections; ``handling`` names how the one problem found is handled, empty for none."""
    now = begins + timedelta(hours=2)
    source = assignment.source
    visit = {
        "start": _iso(begins),
        "end": _iso(now - timedelta(minutes=10)),
        "place": source.address,
        "recorder": lead_of(assignment).get_full_name(),
        "identity_shown": True,
        "recusal_told": True,
        "recusal_requested": False,
    }
    _write(assignment, "visit", visit, now)
    unit = {"name": source.display_name, "uscc": source.uscc, "address": source.address}
    _write(assignment, "unit", unit, now)
    _write(assignment, "production", {"state": "正常生产", "capacity": "设计产能的八成"}, now)
    methods = {item.code: item.method for item in assignment.inspection_items}
    _write(assignment, "items", {"methods": methods}, now)
    for number in range(1, 11):
        _write(assignment, f"must_check:{number}", _answer(number, handling, now), now)
    text = "现场检查时企业正常生产，治理设施运行，台账齐全。"
    _write(assignment, "narrative", {"text": text, "samples": 0, "interviews": 1}, now)
    outcome = {"": "1", "corrected_on_spot": "2", "rectification": "2"}.get(handling, "3")
    _write(assignment, "result", {"outcome": outcome, "handling": ""}, now)
    party = {"name": source.contact, "opinion": "属实", "rights_told": True}
    _write(assignment, "party", party, now)
    if photo or handling:
        _photo(assignment, target="must_check:8" if handling else "narrative", at=begins)


def _answer(number: int, handling: str, now: datetime) -> dict[str, Any]:
    if number != 8 or not handling:
        return {"answer": "no_problem", "note": ""}
    value = {"answer": "problem", "note": FOUND[handling], "handling": handling}
    if handling == "rectification":
        value["deadline"] = (timezone.localdate(now) + timedelta(days=20)).isoformat()
    return value


def _photo(assignment: Assignment, *, target: str, at: datetime) -> None:
    """Stored, and said in the record what it shows."""
    assignment.refresh_from_db()
    image = Image.new("RGB", (640, 420), (214, 226, 224))
    draw = ImageDraw.Draw(image)
    draw.rectangle((60, 160, 400, 380), fill=(120, 138, 140))
    draw.rectangle((430, 60, 480, 380), fill=(150, 110, 90))
    draw.text((20, 20), assignment.number, fill=(20, 40, 40))
    content = BytesIO()
    image.save(content, "JPEG", quality=80)
    lead = lead_of(assignment)
    stored = store_evidence(
        assignment=assignment,
        actor=lead,
        chunks=[content.getvalue()],
        name=f"{assignment.number}.jpg",
    )
    what = {
        "must_check": target,
        "note": SHOWN[target],
        "time": _iso(at + timedelta(minutes=40)),
        "place": assignment.source.address[:100],
        "taker": lead.get_full_name(),
    }
    _write(assignment, f"evidence:{stored.sha256}", what, at + timedelta(hours=2))
    if target != "narrative":
        value = assignment.sections.get(section=target).value
        shown = {**value, "evidence": [stored.sha256]}
        _write(assignment, target, shown, at + timedelta(hours=2))


def sign_and_submit(assignment: Assignment, *, now: datetime) -> Any:
    members = assignment.team.filter(inspector__role="officer").select_related("inspector")
    signers = [(f"officer-{m.inspector.code}", m.inspector.name) for m in members]
    _content, digest = current_content(assignment)
    contact = assignment.source.contact
    for signer, name in (*signers, ("recusal", contact), ("party", contact)):
        sign(
            assignment_id=assignment.pk,
            actor=lead_of(assignment),
            signer=signer,
            name=name,
            strokes=[[[10, 40, 0], [60, 20, 8], [120, 60, 16]]],
            seen_digest=digest,
            now=now,
        )
    return submit_record(assignment_id=assignment.pk, actor=lead_of(assignment), now=now)
