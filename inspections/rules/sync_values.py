"""What may stand in a section: the check of every value a tablet or a form sends (tablet-sync §2)."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from inspections.rules.record_form import BY_NAME, EVIDENCE, METHODS, Field, Section
from inspections.rules.sync import canonical_content, digest, is_signature, signer_of

SHA256 = re.compile(r"[0-9a-f]{64}")
MAX_VALUE = 300_000  # characters of one value; a signature carries the whole content
MAX_FILES = 60  # evidence files of one must-check


def storable(value: Any) -> bool:
    """False for what no database takes: NUL, lone surrogates, NaN, bottomless nesting."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except (ValueError, RecursionError):
        return False
    return "\\u0000" not in text and len(text) <= MAX_VALUE


def errors_of(
    section: str, value: Any, *, items: Collection[str], officers: Collection[str]
) -> dict[str, str]:
    """Chinese message by field; empty when the value may be written.

    ``items``: codes of the assignment's inspection items; ``officers``: codes of its officers.
    """
    if not isinstance(value, dict):
        return {"value": "内容格式不对，请更新应用后重试。"}
    if is_signature(section):
        return dict(_signature(section, value, officers))
    if section == "items":
        return dict(_items(value, items))
    if section.startswith("evidence:"):
        return dict(_evidence(value))
    known = BY_NAME.get(section)
    if known is None:
        return {"section": f"没有名为“{section}”的部分。"}
    extra = {"evidence"} if section.startswith("must_check:") else set()
    errors = dict(_fields(known, value, extra))
    if extra and "evidence" in value:
        errors.update(_hashes(value["evidence"]))
    return errors


def _fields(section: Section, value: Mapping[str, Any], extra: set[str]) -> Iterator[Any]:
    for key, item in value.items():
        if key in extra:
            continue
        field = section.field(key)
        if field is None:
            yield key, f"没有“{key}”这一栏，请更新应用后重试。"
        else:
            message = _wrong(field, item)
            if message:
                yield key, f"{field.label}：{message}"


def _wrong(field: Field, item: Any) -> str:
    if field.kind == "tick":
        return "" if isinstance(item, bool) or item == "" else "只能是是或否。"
    if field.kind == "number":
        good = item in ("", None) or (type(item) is int and 0 <= item <= 9999)
        return "" if good else "请填 0 到 9999 的整数。"
    if not isinstance(item, str):
        return "请填文字。"
    if field.kind == "choice":
        return "" if item == "" or item in field.choices else "不在可选项中。"
    if len(item) > field.limit:
        return f"最多 {field.limit} 字，现有 {len(item)} 字。"
    if field.kind == "moment" and item and not is_moment(item):
        return "时间格式不对。"
    if field.kind == "day" and item and not _is_day(item):
        return "日期格式不对。"
    return ""


def is_moment(text: str) -> bool:
    """Only with its offset: a bare clock time means nothing to a server elsewhere."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _hashes(value: Any) -> Iterator[Any]:
    good = isinstance(value, list) and len(value) <= MAX_FILES
    if not good or not all(isinstance(x, str) and SHA256.fullmatch(x) for x in value):
        yield "evidence", f"证据须是文件指纹的列表，最多 {MAX_FILES} 份。"


def _items(value: Mapping[str, Any], items: Collection[str]) -> Iterator[Any]:
    for key in value.keys() - {"methods"}:
        yield key, f"没有“{key}”这一栏，请更新应用后重试。"
    methods = value.get("methods", {})
    if not isinstance(methods, dict):
        yield "methods", "检查方式格式不对。"
        return
    for code, method in methods.items():
        if code not in items:
            yield code, f"“{code}”不是本次检查的事项。"
        elif method not in METHODS:
            yield code, f"“{code}”的检查方式不在可选项中。"


def _evidence(value: Mapping[str, Any]) -> Iterator[Any]:
    yield from _fields(EVIDENCE, value, set())
    if value.get("withdrawn") and not str(value.get("reason", "")).strip():
        yield "reason", "撤回证据须写明原因。"


def _signature(section: str, value: Mapping[str, Any], officers: Collection[str]) -> Iterator[Any]:
    signer = signer_of(section)
    if value.get("signer") != signer:
        yield "signer", "签名人与所在部分不符。"
    if signer.startswith("officer-") and signer.removeprefix("officer-") not in officers:
        yield "signer", "签名人不是本任务的执法人员。"
    if not isinstance(value.get("name"), str) or not 0 < len(value["name"].strip()) <= 50:
        yield "name", "请填写签名人姓名（50 字以内）。"
    if not isinstance(value.get("strokes"), list):
        yield "strokes", "签名数据无法识别，请清除后重签。"
    if not isinstance(value.get("at"), str) or not is_moment(value["at"]):
        yield "at", "签名时间格式不对。"
    for key in value.keys() - {"signer", "name", "strokes", "content", "digest", "at"}:
        yield key, f"没有“{key}”这一栏，请更新应用后重试。"
    yield from _signed_content(value)


def _signed_content(value: Mapping[str, Any]) -> Iterator[Any]:
    content = value.get("content")
    sections = read_content(content) if isinstance(content, str) else None
    if sections is None or canonical_content(sections) != content:
        yield "content", "签名的内容不是规范格式，请更新应用后重签。"
    elif digest(str(content)) != value.get("digest"):
        yield "digest", "签名的内容与摘要不符，请重新签名。"


def read_content(content: str) -> dict[str, Any] | None:
    """``{section: value}`` of a canonical content, None where it is not one."""
    try:
        rows = json.loads(content)
        return {row["section"]: row["value"] for row in rows}
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
