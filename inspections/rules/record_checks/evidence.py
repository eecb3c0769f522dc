"""Every file a section refers to has arrived."""

from collections.abc import Iterator

from .facts import Lack, RecordFacts


def check_bytes(record: RecordFacts) -> Iterator[Lack]:
    for name, value in record.sections.items():
        for sha in value.get("evidence", ()) if isinstance(value, dict) else ():
            if sha not in record.evidence:
                yield Lack(name, f"证据文件 {sha[:8]} 尚未上传。")
