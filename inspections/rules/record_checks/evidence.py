"""Every file a section refers to has arrived, and every problem found is shown by at least one."""

from collections.abc import Iterator, Mapping
from typing import Any

from inspections.rules.sync import MUST_CHECK_NUMBERS, evidence_of

from .facts import Lack, RecordFacts


def check_bytes(record: RecordFacts) -> Iterator[Lack]:
    """Withdrawn evidence may be missing; what is shown may not."""
    for name, value in record.sections.items():
        if not isinstance(value, dict):
            continue
        own = evidence_of(name)
        shown = [own] if own and not value.get("withdrawn") else value.get("evidence", ())
        for sha in shown:
            if sha not in record.evidence:
                yield Lack(name, f"证据文件 {sha[:8]} 尚未上传。")


def check_problems_are_shown(record: RecordFacts) -> Iterator[Lack]:
    for number in unproven_problems(record.sections):
        yield Lack(
            f"must_check:{number}",
            f"十必查第 {number} 项发现问题，须在该项下附至少一份证据（照片、视频或文件）。",
        )


def unproven_problems(sections: Mapping[str, Any]) -> list[int]:
    """Numbers of the must-checks with 发现问题 and no file beside it; a withdrawn file shows nothing.

    Source: domain rules §2, §5; there is no exception.
    """
    withdrawn, shown = set(), set()
    for name, value in sections.items():
        sha = evidence_of(name)
        if sha and value.get("withdrawn"):
            withdrawn.add(sha)
        elif sha:
            shown.add(value.get("must_check"))
    return [
        number
        for number in MUST_CHECK_NUMBERS
        if (value := sections.get(f"must_check:{number}", {})).get("answer") == "problem"
        and f"must_check:{number}" not in shown
        and not set(value.get("evidence", ())) - withdrawn
    ]
