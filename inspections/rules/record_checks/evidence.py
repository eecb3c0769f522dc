"""Every file a section refers to has arrived."""

from collections.abc import Iterator

from inspections.rules.sync import evidence_of

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
