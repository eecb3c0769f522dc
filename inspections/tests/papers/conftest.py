"""One record in which every field of §5 says something nothing else says."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from inspections.models import Assignment, RecordVersion
from inspections.rules.record_fields import FORM, fields_of
from inspections.services.evidence import store_evidence
from inspections.services.records import current_content
from inspections.services.signing import sign
from tests.databases import World, world_fixture
from tests.scene import Scene
from tests.worlds import SCENE

STROKES = [[[10, 40, 0], [60, 20, 8], [120, 60, 16]], [[30, 80, 20], [90, 75, 30]]]
MOMENTS = {"start", "end"}
TICKS = {"identity_shown", "recusal_told", "rights_told", "copies", "recusal_requested"}


def marker(section: str, key: str) -> str:
    """A text that stands for one field alone; short, so that it fits every cell on one line."""
    number = sum(map(ord, f"{section}.{key}")) * 31 + len(key)
    return f"文{number % 99991:05d}字"


def photo_bytes() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (1600, 1200), (90, 140, 120)).save(target, "JPEG")
    return target.getvalue()


def written(section: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in fields_of(section, origin=FORM):
        if field.kind == "tick":
            values[field.key] = field.key in TICKS
        elif field.kind == "text":
            values[field.key] = marker(section, field.key)
        elif field.kind == "number":
            values[field.key] = 70 + len(values)
    return values


def fill_everything(scene: Scene, assignment: Assignment) -> str:
    """Every section with every field; returns the hash of the photo."""
    scene.fill(assignment)
    photo = store_evidence(
        assignment=assignment,
        actor=scene.lead(assignment),
        chunks=[photo_bytes()],
        name="现场.jpg",
    )
    moments = dict(assignment.sections.get(section="visit").value)
    for section in ("unit", "production", "narrative", "party"):
        scene.write(assignment, section, written(section))
    scene.write(
        assignment,
        "visit",
        {**written("visit"), "start": moments["start"], "end": moments["end"]},
    )
    scene.write(assignment, "result", {**written("result"), "outcome": "2"})
    for number in range(1, 11):
        section = f"must_check:{number}"
        value = {"answer": "no_problem", "note": marker(section, "note")}
        if number == 8:
            value |= {
                "answer": "problem",
                "handling": "rectification",
                "deadline": "2027-03-09",
                "evidence": [photo.sha256],
            }
        scene.write(assignment, section, value)
    scene.write(
        assignment,
        f"evidence:{photo.sha256}",
        {
            "must_check": "must_check:8",
            "note": marker("evidence", "note"),
            "place": marker("evidence", "place"),
            "taker": marker("evidence", "taker"),
            "time": moments["start"],
        },
    )
    return photo.sha256


def sign_everybody(scene: Scene, assignment: Assignment) -> None:
    officers = [f"officer-{m.inspector.code}" for m in assignment.team.all()]
    for signer in (*officers, "recusal", "party", "witness", "expert"):
        sign(
            assignment_id=assignment.pk,
            actor=scene.lead(assignment),
            signer=signer,
            name=marker("signature", signer),
            strokes=STROKES,
            seen_digest=current_content(assignment)[1],
            now=scene.now,
        )


def fully_recorded(scene: Scene) -> RecordVersion:
    assignment = scene.started()
    fill_everything(scene, assignment)
    sign_everybody(scene, assignment)
    return scene.submit(assignment)


world_full_record = world_fixture(World("full_record", fully_recorded, base=SCENE))


@pytest.fixture
def full_version(world_full_record: RecordVersion, evidence_root: Path) -> RecordVersion:
    return world_full_record


@pytest.fixture
def full_scene(full_version: RecordVersion, world_scene: Scene) -> Scene:
    """The quarter in which the full record stands."""
    return world_scene
