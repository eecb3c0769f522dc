"""`chanji-sync/1`: section names, the canonical digest, and what an operation does."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MUST_CHECK_NUMBERS = range(1, 11)
FIXED_SECTIONS = frozenset(
    {"visit", "unit", "production", "items", "narrative", "result", "party"}
    | {f"must_check:{n}" for n in MUST_CHECK_NUMBERS}
)
_EVIDENCE = re.compile(r"evidence:[0-9a-f]{64}")
_SIGNATURE = re.compile(r"signature:(recusal|party|witness|expert|officer-[\w.-]{1,20})")
SUBMIT = "submit"
# Written by the server alone: what the record says about the assignment, its unit and its team.
# It is part of what is signed, and travels to the tablet like every other section.
ASSIGNMENT = "assignment"


def is_section(name: str) -> bool:
    return (
        name in FIXED_SECTIONS
        or _EVIDENCE.fullmatch(name) is not None
        or is_signature(name)
        or name in (SUBMIT, ASSIGNMENT)
    )


def is_signature(name: str) -> bool:
    return _SIGNATURE.fullmatch(name) is not None


def signer_of(section: str) -> str:
    return section.partition(":")[2]


def evidence_of(section: str) -> str:
    """The SHA-256 an evidence section is about; empty for other sections."""
    return section.partition(":")[2] if _EVIDENCE.fullmatch(section) else ""


def canonical_content(sections: Mapping[str, Any]) -> str:
    """What is signed: all sections but signatures, in order of section, keys sorted, no blanks."""
    rows = [
        {"section": name, "value": sections[name]}
        for name in sorted(sections)
        if not is_signature(name) and name != SUBMIT
    ]
    return json.dumps(rows, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """``status``: applied or conflict; ``rev`` after the operation."""

    status: str
    rev: int
    changed: bool


def decide(*, current_rev: int, current_value: Any, base: int, value: Any) -> Outcome:
    """What a write that saw ``base`` does: the same value is applied, never a conflict."""
    if current_rev and value == current_value:
        return Outcome("applied", current_rev, changed=False)
    if base != current_rev:
        return Outcome("conflict", current_rev, changed=False)
    return Outcome("applied", current_rev + 1, changed=True)
