"""A dispatched quarter for tests of the upper floors, made by the real services."""

import uuid
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils import timezone
from PIL import Image

from inspections.models import Assignment, RecordVersion
from inspections.services.assignments import accept_assignment, start_inspection
from inspections.services.dispatch import dispatch_wave
from inspections.services.evidence import store_evidence
from inspections.services.records import current_content, submit_record
from inspections.services.signing import sign
from inspections.services.sync import apply
from inspections.services.sync_operations import Operation
from registry.importing.services.importing import import_file
from registry.rules.quarter import Quarter
from sampling.rules.entropy_calendar import drand_round
from sampling.services.draws import approve_plan, draw_plan
from sampling.services.freezing import freeze_plan
from sampling.services.plans import draft_plan
from tests import cast


class Scene:
    """Accounts, registers, one approved plan of next quarter; its first wave dispatched or not."""

    def __init__(self, folder: Path, *, dispatched: bool = True) -> None:
        cast.prepare_house()
        self.users = cast.staff_accounts()
        self.now = timezone.now().replace(microsecond=0)
        today = timezone.localdate(self.now)
        for register, path in (
            ("sources", cast.sources_file(folder / "s.xlsx")),
            ("inspectors", cast.inspectors_file(folder / "i.xlsx", today)),
        ):
            import_file(register=register, path=path, filename=path.name, today=today)
        self.officers = cast.give_officers_accounts()
        self.quarter = str(Quarter.of(today).next)
        self._draw()
        start = self.now - timedelta(hours=9)
        self.assignments = (
            dispatch_wave(number=self.quarter, actor=None, now=start) if dispatched else []
        )

    def _draw(self) -> None:
        early = self.now - timedelta(days=4)
        draft_plan(quarter=self.quarter, actor=self.users["planner1"])
        freeze_plan(
            number=self.quarter,
            actor=self.users["director1"],
            # A source that exists at any moment: the tests may not wait for a lottery.
            entropy=[drand_round(early + timedelta(hours=48))],
            now=early,
            outside_window_reason="首期补办",
        )
        draw_plan(
            number=self.quarter,
            actor=self.users["planner1"],
            value=cast.DRAND_VALUE,
            witnesses=cast.witnesses(),
            now=early + timedelta(hours=49),
        )
        approve_plan(
            number=self.quarter, actor=self.users["director2"], now=early + timedelta(hours=50)
        )

    def lead(self, assignment: Assignment) -> Any:
        return assignment.team.get(role="lead").inspector.user

    def stranger(self, assignment: Assignment) -> Any:
        team = set(assignment.team.values_list("inspector__user", flat=True))
        return next(u for u in self.officers.values() if u.pk not in team)

    def started(self, index: int = 0) -> Assignment:
        return self.start(self.assignments[index])

    def start(self, assignment: Assignment) -> Assignment:
        lead, moment = self.lead(assignment), self.now - timedelta(hours=8)
        accept_assignment(assignment_id=assignment.pk, actor=lead, now=moment)
        start_inspection(assignment_id=assignment.pk, actor=lead, now=moment)
        assignment.refresh_from_db()
        return assignment

    def write(self, assignment: Assignment, section: str, value: Any, **more: Any) -> Any:
        stored = assignment.sections.filter(section=section).first()
        fields = {"base": stored.rev if stored else 0, "op": uuid.uuid4(), **more}
        actor = fields.pop("actor", None) or self.lead(assignment)
        return apply(
            assignment_id=assignment.pk,
            actor=actor,
            operation=Operation(section=section, value=value, **fields),
            now=self.now,
        )

    def iso(self, moment: datetime) -> str:
        return timezone.localtime(moment).isoformat()

    def fill(self, assignment: Assignment, *, problem: dict[str, Any] | None = None) -> None:
        """A complete record; ``problem`` is the value of must-check 8, shown by a photo."""
        visit = {
            "start": self.iso(self.now - timedelta(hours=4)),
            "end": self.iso(self.now - timedelta(hours=2)),
            "place": "厂区",
            "identity_shown": True,
            "recusal_told": True,
        }
        self.write(assignment, "visit", visit)
        source = assignment.source
        self.write(
            assignment,
            "unit",
            {"name": source.display_name, "address": source.address or "示范大道1号"},
        )
        codes = assignment.inspection_items.values_list("code", flat=True)
        self.write(assignment, "items", {"methods": dict.fromkeys(codes, "on_site")})
        for number in range(1, 11):
            value = {"answer": "no_problem", "note": ""}
            self.write(assignment, f"must_check:{number}", value)
        if problem:
            photo = self.photo(assignment, "must_check:8")
            value = {"answer": "problem", "evidence": [photo], **problem}
            self.write(assignment, "must_check:8", value)
        self.write(assignment, "narrative", {"text": "企业正常生产"})
        self.write(assignment, "result", {"outcome": "2" if problem else "1"})
        self.write(assignment, "party", {"opinion": "属实", "rights_told": True})

    def photo(self, assignment: Assignment, target: str) -> str:
        """A photo of its own for each assignment, and what it shows; returns its hash."""
        picture = BytesIO()
        Image.new("RGB", (16, 12), (assignment.pk % 256, 120, 90)).save(picture, "PNG")
        stored = store_evidence(
            assignment=assignment,
            actor=self.lead(assignment),
            chunks=[picture.getvalue()],
            name="现场.png",
        )
        what = {"must_check": target, "note": "现场照片", "time": self.iso(self.now)}
        self.write(assignment, f"evidence:{stored.sha256}", what)
        return stored.sha256

    def sign_all(self, assignment: Assignment) -> None:
        officers = assignment.team.filter(inspector__role="officer")
        signers = [f"officer-{m.inspector.code}" for m in officers] + ["recusal", "party"]
        for signer in signers:
            sign(
                assignment_id=assignment.pk,
                actor=self.lead(assignment),
                signer=signer,
                name=signer,
                strokes=[],
                seen_digest=current_content(assignment)[1],
                now=self.now,
            )

    def submitted(self, index: int = 0, *, problem: dict[str, Any] | None = None) -> RecordVersion:
        assignment = self.started(index)
        self.fill(assignment, problem=problem)
        self.sign_all(assignment)
        return self.submit(assignment)

    def submit(self, assignment: Assignment) -> RecordVersion:
        return submit_record(assignment_id=assignment.pk, actor=self.lead(assignment), now=self.now)
