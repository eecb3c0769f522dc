"""One demonstration check through the same services as a tablet."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from inspections.models import Assignment
from inspections.rules.sync import MUST_CHECK_NUMBERS
from inspections.services.assignments import accept_assignment
from inspections.services.evidence import store_evidence
from inspections.services.records import current_content, submit_record
from inspections.services.repeat_visits import (
    RepeatReasonMissing,
    give_repeat_reason,
    start_visit,
)
from inspections.services.sync import apply_all
from inspections.services.sync_operations import Operation

STROKES = [[[10, 40, 0], [60, 20, 8], [120, 60, 16]]]

IDLE: dict[str, Any] = {
    "production": {"state": "停产", "capacity": ""},
    "narrative": {"text": "现场检查时企业停产检修，车间内没有生产活动，负责人到场说明。"},
}


@dataclass(frozen=True)
class Finding:
    """A problem at one of the ten must-checks; ``days`` are given to correct it."""

    number: int
    note: str
    handling: str
    days: int = 20

    def answer(self, found_on: datetime) -> dict[str, Any]:
        value = {"answer": "problem", "note": self.note, "handling": self.handling}
        if self.handling == "rectification":
            until = timezone.localdate(found_on) + timedelta(days=self.days)
            value["deadline"] = until.isoformat()
        return value


@dataclass(frozen=True)
class Visit:
    """What the team wrote down on the spot."""

    begins: datetime
    lasts: timedelta = timedelta(minutes=110)
    findings: Sequence[Finding] = ()
    photo: bool = False
    idle: bool = False  # nothing was going on that could have been checked

    @property
    def ends(self) -> datetime:
        return self.begins + self.lasts

    @property
    def outcome(self) -> str:
        handlings = {finding.handling for finding in self.findings}
        if not handlings:
            return "4" if self.idle else "1"
        return "2" if handlings <= {"corrected_on_spot", "rectification"} else "3"


class Check:
    """One assignment in the hands of its team; ``users`` are the accounts by name."""

    def __init__(self, assignment: Assignment, users: dict[str, Any]) -> None:
        self.assignment = assignment
        team = list(assignment.team.select_related("inspector__user").order_by("position"))
        self.officers = [m.inspector for m in team if m.inspector.role == "officer"]
        lead = next(m.inspector for m in team if m.role == "lead")
        # One object for each account, which knows what its owner may.
        self.lead = users[lead.user.username]
        self.by_lead = {"assignment_id": assignment.pk, "actor": self.lead}

    def accept(self, *, now: datetime) -> None:
        accept_assignment(now=now, **self.by_lead)

    def start(self, *, now: datetime) -> None:
        try:
            start_visit(now=now, **self.by_lead)
        except RepeatReasonMissing:
            give_repeat_reason(reason="随机抽中同一检查组（示范）", now=now, **self.by_lead)
            start_visit(now=now, **self.by_lead)

    def fill(self, visit: Visit) -> None:
        """All sections, as a tablet without a network hands them in on its return."""
        sections = self._unit() | (IDLE if visit.idle else {}) | self._findings(visit)
        self._send(sections, visit.ends + timedelta(minutes=5))

    def sign_and_submit(self, *, now: datetime) -> Any:
        content, digest = current_content(self.assignment)
        contact = self.assignment.source.contact
        signers = [(f"officer-{person.code}", person.name) for person in self.officers]
        signatures = {
            f"signature:{signer}": {
                "signer": signer,
                "name": name,
                "strokes": STROKES,
                "content": content,
                "digest": digest,
                "at": timezone.localtime(now).isoformat(timespec="seconds"),
            }
            for signer, name in (*signers, ("recusal", contact), ("party", contact))
        }
        self._send(signatures, now)
        return submit_record(now=now, **self.by_lead)

    def _send(self, sections: dict[str, Any], now: datetime) -> None:
        operations = [Operation(uuid.uuid4(), name, 0, value) for name, value in sections.items()]
        answers = apply_all(operations=operations, now=now, **self.by_lead)
        for operation, answer in zip(operations, answers, strict=True):
            if answer.status != "applied":
                raise RuntimeError(f"{self.assignment} {operation.section}: {answer}")

    def _unit(self) -> dict[str, Any]:
        source = self.assignment.source
        methods = {item.code: item.method for item in self.assignment.inspection_items}
        return {
            "unit": {"name": source.display_name, "uscc": source.uscc, "address": source.address},
            "production": {"state": "正常生产", "capacity": "设计产能的八成"},
            "items": {"methods": methods},
            "narrative": {
                "text": "现场检查时企业正常生产，治理设施运行，台账齐全。",
                "samples": 0,
                "interviews": 1,
            },
            "party": {"name": source.contact, "opinion": "属实", "rights_told": True},
        }

    def _findings(self, visit: Visit) -> dict[str, Any]:
        found = {finding.number: finding for finding in visit.findings}
        sections: dict[str, Any] = {
            "visit": {
                "start": _iso(visit.begins),
                "end": _iso(visit.ends),
                "place": self.assignment.source.address,
                "recorder": self.lead.get_full_name(),
                "identity_shown": True,
                "recusal_told": True,
                "recusal_requested": False,
            },
            "result": {"outcome": visit.outcome, "handling": ""},
        }
        for number in MUST_CHECK_NUMBERS:
            name = f"must_check:{number}"
            answer = "not_applicable" if visit.idle else "no_problem"
            sections[name] = {"answer": answer, "note": ""}
            if number in found:
                photo = self._photo(name, "问题现场", visit)
                sections |= photo
                shown = [section.partition(":")[2] for section in photo]
                sections[name] = {**found[number].answer(visit.ends), "evidence": shown}
        if visit.photo and not found:
            sections |= self._photo("narrative", "厂区现场", visit)
        return sections

    def _photo(self, target: str, note: str, visit: Visit) -> dict[str, Any]:
        """Stored, and said in the record what it shows."""
        image = Image.new("RGB", (640, 420), (214, 226, 224))
        draw = ImageDraw.Draw(image)
        draw.rectangle((60, 160, 400, 380), fill=(120, 138, 140))
        draw.rectangle((430, 60, 480, 380), fill=(150, 110, 90))
        draw.text((20, 20), f"{self.assignment.number} {target}", fill=(20, 40, 40))
        content = BytesIO()
        image.save(content, "JPEG", quality=80)
        stored = store_evidence(
            assignment=self.assignment,
            actor=self.lead,
            chunks=[content.getvalue()],
            name=f"{self.assignment.number}.jpg",
        )
        what = {
            "must_check": target,
            "note": note,
            "time": _iso(visit.begins + visit.lasts / 3),
            "place": self.assignment.source.address[:100],
            "taker": self.lead.get_full_name(),
        }
        return {f"evidence:{stored.sha256}": what}


def _iso(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes")
