"""Whom the record is about: what the register says is looked over on the spot (domain rules §5)."""

from collections.abc import Iterator

from .facts import Lack, RecordFacts


def check_unit(record: RecordFacts) -> Iterator[Lack]:
    unit = record.value("unit")
    if not all(str(unit.get(key, "")).strip() for key in ("name", "address")):
        yield Lack("unit", "请核对单位信息并按“保存”：单位名称和地址不能为空。")
