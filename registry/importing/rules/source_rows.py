"""What must hold within one row of the source register, whatever the register says."""

from collections.abc import Mapping, Sequence
from typing import Any

from registry.importing.rules.cell_batches import Problems
from registry.rules.uscc import uscc_hint_from_permit

NORMAL = "normal"
NEEDS_PERMIT = frozenset({"h9_permit", "other"})
MAX_LATITUDE = 90
Columns = Mapping[str, Sequence[Any]]


def check(fields: Columns, size: int, titles: Mapping[str, str], problems: Problems) -> None:
    """Notes what does not hold, by index of the row. A missing column says nothing."""

    def note(index: int, name: str, reason: str, mend: str) -> None:
        problems.setdefault(index, []).append((titles[name], reason, mend))

    def of(name: str) -> Sequence[Any]:
        return fields.get(name) or [None] * size

    _identity(of, size, note)
    _special(fields, of, note)
    if "status" in fields:
        for index, (status, day) in enumerate(zip(of("status"), of("status_date"), strict=True)):
            if status and status != NORMAL and not day:
                note(index, "status_date", "已移出名录却没有日期", "请填写状态日期")
    if "latitude" in fields:
        for index, value in enumerate(of("latitude")):
            if value and abs(float(value)) > MAX_LATITUDE:
                note(index, "latitude", "纬度超出 ±90", "请核对经度与纬度是否填反")


def _identity(of: Any, size: int, note: Any) -> None:
    reasons = of("no_code_reason")
    if not any(reasons):
        return
    for index, (code, reason, permit) in enumerate(
        zip(of("uscc"), reasons, of("permit_number"), strict=True)
    ):
        if code and reason:
            note(index, "no_code_reason", "已有代码", "请清空“无代码原因”")
        elif not code and reason in NEEDS_PERMIT and not permit:
            note(index, "permit_number", "没有代码也没有许可证编号", "请填排污许可证编号")


def _special(fields: Columns, of: Any, note: Any) -> None:
    if "special" not in fields:
        for index, reason in enumerate(of("special_reason")):
            if reason:
                note(
                    index, "special_reason", "文件没有“特殊监管”列",
                    "请加上“特殊监管”列并填是或否，或去掉此列",
                )  # fmt: skip
        return
    for index, (special, reason) in enumerate(
        zip(of("special"), of("special_reason"), strict=True)
    ):
        if special == "true" and not reason:
            note(index, "special_reason", "特殊监管为“是”但没有原因", "请填写原因")
        elif special == "false" and reason:
            note(index, "special", "填了特殊监管原因却不是“是”", "请改为“是”或清空原因")


def no_code(permit_number: str) -> tuple[str, str]:
    """Reason and mend of a new unit that shows neither a code nor why it has none."""
    mend = "请补上代码，或在“无代码原因”中说明"
    hint = uscc_hint_from_permit(permit_number)
    if hint:
        mend += f"（排污许可证编号前18位是 {hint}，供核对）"
    return "没有代码也没有无代码原因", mend
