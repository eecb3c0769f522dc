"""The result code agrees with what was found."""

from collections.abc import Iterator

from registry.rules.outcomes import INSPECTED, PROBLEM_FOUND, Outcome

from .facts import Lack, RecordFacts
from .must_checks import problems_found

SECTION = "result"


def check_outcome(record: RecordFacts) -> Iterator[Lack]:
    if record.outcome not in set(Outcome):
        yield Lack(SECTION, "请选择检查结果（七种结果代码之一）。")
        return
    found = problems_found(record)
    if found and record.outcome == Outcome.NOTHING_FOUND:
        yield Lack(SECTION, "十必查中有发现问题，检查结果不能是“未发现问题”。")
    if not found and record.outcome in PROBLEM_FOUND:
        yield Lack(SECTION, "检查结果为发现问题，但十必查中没有发现问题的项，请核对。")


def check_special_outcome(record: RecordFacts) -> Iterator[Lack]:
    special = record.outcome in set(Outcome) - INSPECTED
    if special and not str(record.value("narrative").get("text", "")).strip():
        yield Lack("narrative", "此检查结果须在“现场情况”中写明经过。")


def check_narrative(record: RecordFacts) -> Iterator[Lack]:
    if record.inspected_normally and not str(record.value("narrative").get("text", "")).strip():
        yield Lack("narrative", "请填写现场检查情况。")


def check_items(record: RecordFacts) -> Iterator[Lack]:
    methods = record.value("items").get("methods", {})
    missing = [code for code in record.items if code not in methods]
    if record.inspected_normally and missing:
        yield Lack("items", f"请核对抽查事项的检查方式并按“保存”：{'、'.join(missing)}。")
