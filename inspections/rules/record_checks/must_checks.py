"""Ten must-checks: each answered; a found problem has a note and a way of handling."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from inspections.rules.record_form import HANDLINGS
from inspections.rules.sync import MUST_CHECK_NUMBERS

from .facts import Lack, RecordFacts


def check_answers(record: RecordFacts) -> Iterator[Lack]:
    """Where the unit could not be inspected an answer may be missing; a problem that was written
    down is complete all the same, because the approved record opens it."""
    for number in MUST_CHECK_NUMBERS:
        section = f"must_check:{number}"
        value = record.value(section)
        answer = value.get("answer")
        if answer == "problem":
            yield from _check_problem(section, number, value)
        elif record.inspected_normally and answer not in {"no_problem", "not_applicable"}:
            yield Lack(section, f"十必查第 {number} 项未作答。")


def _check_problem(section: str, number: int, value: Mapping[str, Any]) -> Iterator[Lack]:
    if not str(value.get("note", "")).strip():
        yield Lack(section, f"十必查第 {number} 项发现问题，须写明问题情况。")
    if value.get("handling") not in HANDLINGS:
        yield Lack(section, f"十必查第 {number} 项发现问题，须选择处理方式。")
    if value.get("handling") == "rectification":
        try:
            date.fromisoformat(str(value.get("deadline", "")))
        except ValueError:
            yield Lack(section, f"十必查第 {number} 项为限期整改，须填写整改期限。")


def problems_found(record: RecordFacts) -> list[str]:
    return [
        f"must_check:{number}"
        for number in MUST_CHECK_NUMBERS
        if record.value(f"must_check:{number}").get("answer") == "problem"
    ]
