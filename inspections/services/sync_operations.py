"""Operations of `chanji-sync/1` and the answers they got, stored so that a replay answers the same."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from inspections.models import Assignment, RecordSection, SyncOperation


@dataclass(frozen=True)
class Operation:
    """One change of one section; ``base`` is the revision its author saw.

    ``clock_difference``: seconds by which the server's clock was ahead of the device's.
    """

    op: uuid.UUID
    section: str
    base: int
    value: Any
    device: str = ""
    at: datetime | None = None
    clock_difference: int | None = None


@dataclass(frozen=True)
class Answer:
    """``status``: applied, already, conflict or refused; a conflict carries the server's value.

    ``kept``: late or supplement where the value was not written but goes to the reviewer.
    """

    status: str
    rev: int = 0
    value: Any = None
    who: str = ""
    when: datetime | None = None
    errors: dict[str, str] = field(default_factory=dict)
    kept: str = ""


def refused(errors: dict[str, str], *, kept: str = "") -> Answer:
    return Answer("refused", errors=errors, kept=kept)


def answer_with(row: RecordSection | None, status: str) -> Answer:
    """The section as the server has it."""
    if row is None:
        return Answer(status)
    return Answer(status, row.rev, row.value, row.updated_by.get_full_name(), row.updated_at)


def earlier_answer(row: SyncOperation, assignment: Assignment, actor: Any) -> Answer:
    """What the stored operation ``row`` was answered, to whoever sends it again."""
    if row.assignment_id != assignment.pk or row.user_id != actor.pk:
        return refused({"op": _("操作标识已用于另一项内容。")})
    if row.status == "applied":
        return Answer("already", row.rev)
    stored = row.answer
    return Answer(
        row.status,
        row.rev,
        stored.get("value"),
        stored.get("who", ""),
        parse_datetime(stored["when"]) if stored.get("when") else None,
        row.errors,
        row.kept_as,
    )


def _to_store(answer: Answer) -> dict[str, Any]:
    if answer.status != "conflict":
        return {}
    when = answer.when.isoformat() if answer.when else ""
    return {"value": answer.value, "who": answer.who, "when": when}


def row_of(
    assignment: Assignment, actor: Any, operation: Operation, answer: Answer
) -> SyncOperation:
    """The operation with its answer, to be stored."""
    return SyncOperation(
        op=operation.op,
        assignment=assignment,
        section=operation.section[:90],
        base=operation.base,
        value=operation.value,
        status=answer.status,
        rev=answer.rev,
        errors=answer.errors,
        answer=_to_store(answer),
        kept_as=answer.kept,
        device=operation.device,
        device_at=operation.at,
        clock_difference=operation.clock_difference,
        user=actor,
    )


class OperationTaken(Exception):
    """The identity was used for another assignment in the same moment."""
