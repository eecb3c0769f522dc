"""What a tablet sends in one request, operation by operation (tablet-sync §2)."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from inspections.models import Assignment
from inspections.rules.sync_values import is_moment
from inspections.services.evidence import link_section
from inspections.services.sync import apply
from inspections.services.sync_operations import Answer, Operation, refused

MAX_BASE = 2**31 - 1


def receive(
    *, raw: Any, actor: Any, device: str, clock_difference: int | None, now: datetime
) -> Answer:
    """One operation of a batch, in its own transaction. What cannot be read is refused and
    cannot be stored: it is answered the same again for the same reason."""
    errors = shape_errors(raw)
    if errors:
        return refused(errors)
    # Only those who are or were on the team learn that the assignment exists.
    assignment = (
        Assignment.objects.filter(public_id=raw["assignment"], team__inspector__user=actor)
        .distinct()
        .first()
    )
    if assignment is None:
        return refused({"assignment": _("没有这项任务，或您不在其检查组。")})
    operation = Operation(
        op=uuid.UUID(raw["op"]),
        section=raw["section"],
        base=raw["base"],
        value=raw["value"],
        device=device,
        at=datetime.fromisoformat(raw["at"]),
        clock_difference=clock_difference,
    )
    answer = apply(assignment_id=assignment.pk, actor=actor, operation=operation, now=now)
    # After the commit: bytes that come in the same moment look for the section only after theirs.
    link_section(assignment=assignment, section=operation.section)
    return answer


def shape_errors(raw: Any) -> dict[str, str]:
    if not isinstance(raw, Mapping):
        return {"op": _("操作格式不对，请更新应用。")}
    errors = {}
    for key in ("op", "assignment"):
        if not is_uuid(raw.get(key)):
            errors[key] = _("标识格式不对。")
    section = raw.get("section")
    if not isinstance(section, str) or not 0 < len(section) <= 90 or "\0" in section:
        errors["section"] = _("部分名称格式不对。")
    base = raw.get("base")
    if type(base) is not int or not 0 <= base <= MAX_BASE:
        errors["base"] = _("版次格式不对。")
    if "value" not in raw:
        errors["value"] = _("缺少内容。")
    if not isinstance(raw.get("at"), str) or not is_moment(raw["at"]):
        errors["at"] = _("时间格式不对，须带时区。")
    return errors


def is_uuid(text: Any) -> bool:
    try:
        return isinstance(text, str) and str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def as_reply(raw: Any, answer: Answer) -> dict[str, Any]:
    """The answer as JSON; who and when only where somebody has to decide."""
    op = raw.get("op") if isinstance(raw, Mapping) else None
    reply: dict[str, Any] = {"op": op, "status": answer.status, "rev": answer.rev}
    if answer.status == "conflict":
        when = answer.when.isoformat() if answer.when else ""
        reply |= {"value": answer.value, "who": answer.who, "when": when}
    if answer.status == "refused":
        reply["errors"] = answer.errors
    if answer.kept:
        reply["kept"] = answer.kept
    return reply
