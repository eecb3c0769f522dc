"""Times, place, identity shown, recusal told (domain rules §5)."""

from collections.abc import Iterator
from datetime import datetime

from inspections.rules.distance import metres_from

from .facts import Lack, RecordFacts

SECTION = "visit"


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError:
        return None


def check_times(record: RecordFacts) -> Iterator[Lack]:
    visit = record.value(SECTION)
    start, end = _moment(visit.get("start")), _moment(visit.get("end"))
    if start is None or end is None:
        yield Lack(SECTION, "请填写检查开始和结束时间。")
        return
    if start >= end:
        yield Lack(SECTION, "结束时间须晚于开始时间，请核对。")
    if end > record.now:
        yield Lack(SECTION, "结束时间不能晚于现在，请核对。")
    if start < record.earliest.replace(second=0, microsecond=0):
        yield Lack(SECTION, "开始时间早于任务派发时间，请核对。")


def check_place(record: RecordFacts) -> Iterator[Lack]:
    if not str(record.value(SECTION).get("place", "")).strip():
        yield Lack(SECTION, "请填写检查地点。")


def check_distance(record: RecordFacts) -> Iterator[Lack]:
    """Far from the unit only with a reason: the gate of a large plant, a move, a wrong register."""
    visit = record.value(SECTION)
    metres = metres_from(record.unit_place, visit)
    if metres is None or str(visit.get("distance_reason", "")).strip():
        return
    if metres > record.distance_limit:
        yield Lack(
            SECTION,
            f"定位距单位登记位置约 {round(metres)} 米，超过 {record.distance_limit} 米，请填写原因。",
        )


def check_repeat_explained(record: RecordFacts) -> Iterator[Lack]:
    if record.repeat_unexplained:
        yield Lack(
            SECTION,
            "同一执法人员本年多次检查该单位且未发现问题，请在任务页填写再次检查的理由。",
        )


def check_identity_shown(record: RecordFacts) -> Iterator[Lack]:
    if record.inspected_normally and not record.value(SECTION).get("identity_shown"):
        yield Lack(
            SECTION, "未勾选“已出示执法证件”，须出示证件后方可检查（行政处罚法 第五十五条）。"
        )


def check_recusal_told(record: RecordFacts) -> Iterator[Lack]:
    if record.inspected_normally and not record.value(SECTION).get("recusal_told"):
        yield Lack(SECTION, "未勾选“已告知申请回避权利”，须告知（行政处罚法 第四十三条）。")
