"""One record in which every field of §5 says something nothing else says."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from PIL import Image

from inspections.models import Assignment, RecordVersion
from inspections.rules.record_fields import FORM, fields_of
from inspections.services.evidence import store_evidence
from inspections.services.records import current_content
from inspections.services.signing import sign
from tests.scene import Scene

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


@pytest.fixture(scope="package")
def full_scene(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """One dispatched quarter for every test that only reads the full record."""
    folder = tmp_path_factory.mktemp("full")
    previous, settings.EVIDENCE_ROOT = settings.EVIDENCE_ROOT, folder / "evidence"
    with django_db_blocker.unblock(), transaction.atomic():
        yield Scene(folder)
        transaction.set_rollback(True)
    settings.EVIDENCE_ROOT = previous


@pytest.fixture(scope="package")
def full_version(full_scene: Scene) -> RecordVersion:
    assignment = full_scene.started()
    fill_everything(full_scene, assignment)
    sign_everybody(full_scene, assignment)
    return full_scene.submit(assignment)


@pytest.fixture
def scene(db: None, tmp_path: Path, evidence_root: Path) -> Scene:
    """A quarter of the test's own, where the test changes it."""
    return Scene(tmp_path)
