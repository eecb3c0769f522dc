"""Gather what the plausibility rules look at: this record, its operations, and the records of other units."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from inspections.models import Evidence, RecordVersion, SyncOperation
from inspections.rules.distance import metres_from
from inspections.rules.plausibility import (
    Bounds,
    Elsewhere,
    Hint,
    Look,
    hints,
    tidy,
    worth_comparing,
)
from inspections.rules.sync import MUST_CHECK_NUMBERS
from inspections.services.repeat_visits import needs_reason
from inspections.services.review import sections_of_version
from registry.rules.outcomes import INSPECTED
from registry.selectors import bureau_settings

COMPARED = timedelta(days=365)
MOST_COMPARED = 500
Sections = Mapping[str, Any]


def bounds() -> Bounds:
    chosen = bureau_settings()
    return Bounds(
        minutes=chosen["hint_visit_minutes"],
        answers_minutes=chosen["hint_answers_minutes"],
        metres=chosen["hint_metres"],
    )


def record_hints(version: RecordVersion) -> list[Hint]:
    sections = sections_of_version(version)
    return hints(_look(version, sections), _elsewhere(version, sections), bounds())


def texts_of(sections: Sections) -> dict[str, str]:
    """{where: text} of everything that is written in words."""
    found = {"现场检查情况": str((sections.get("narrative") or {}).get("text", ""))}
    for number in MUST_CHECK_NUMBERS:
        value = sections.get(f"must_check:{number}") or {}
        found[f"十必查第{number}项"] = str(value.get("note", ""))
    return {where: text for where, text in found.items() if text}


def _photos(sections: Sections) -> list[str]:
    return [name.partition(":")[2] for name in sections if name.startswith("evidence:")]


def _look(version: RecordVersion, sections: Sections) -> Look:
    assignment = version.assignment
    answers = {
        number: str((sections.get(f"must_check:{number}") or {}).get("answer", ""))
        for number in MUST_CHECK_NUMBERS
    }
    return Look(
        start=version.inspected_from,
        end=version.inspected_to,
        answers=answers,
        texts=texts_of(sections),
        photos=_photos(sections),
        answered=_answered(version),
        metres=metres_from(assignment.source.place, sections.get("visit") or {}),
        distance_reason=str((sections.get("visit") or {}).get("distance_reason", "")),
        normal=version.outcome in INSPECTED,
        repeat_unexplained=needs_reason(assignment, day=timezone.localdate(version.inspected_from)),
    )


def _answered(version: RecordVersion) -> list[Any]:
    """When each must-check got the answer it was submitted with."""
    rows = SyncOperation.objects.filter(
        assignment=version.assignment, section__startswith="must_check:", status="applied"
    ).order_by("pk")
    last = {row.section: row.device_at or row.received_at for row in rows}
    return list(last.values())


def _elsewhere(version: RecordVersion, sections: Sections) -> Elsewhere:
    mine = [text for text in texts_of(sections).values() if worth_comparing(text)]
    photos = Evidence.objects.filter(sha256__in=_photos(sections)).exclude(
        assignment=version.assignment
    )
    return Elsewhere(
        texts=_other_texts(version) if mine else {},
        photos=dict(photos.values_list("sha256", "assignment__number")),
    )


def _other_texts(version: RecordVersion) -> dict[str, str]:
    """Texts of the newest records of the year before; a version of the same assignment is no copy."""
    rows = (
        RecordVersion.objects.filter(submitted_at__gte=version.submitted_at - COMPARED)
        .exclude(assignment=version.assignment)
        .order_by("-submitted_at")
        .values_list("content", "assignment__number")[:MOST_COMPARED]
    )
    found: dict[str, str] = {}
    for content, number in rows:
        sections = {row["section"]: row["value"] for row in json.loads(content)}
        for text in texts_of(sections).values():
            if worth_comparing(text):
                found.setdefault(tidy(text), number)
    return found
