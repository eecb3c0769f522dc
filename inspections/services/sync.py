"""The one way into a working record: the form and (later) the tablet both come through here."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inspections.models import Assignment, RecordSection, SyncOperation
from inspections.rules import sync as rules
from inspections.rules.assignment_state import EDITABLE
from inspections.services.assignments import locked, require_team
from registry.rules.violations import RuleViolation


@dataclass(frozen=True)
class Operation:
    """One change of one section; ``base`` is the revision its author saw."""

    op: uuid.UUID
    section: str
    base: int
    value: Any
    device: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """``status``: applied, already, conflict or refused; a conflict carries the server's value."""

    status: str
    rev: int = 0
    value: Any = None
    who: str = ""
    when: datetime | None = None
    errors: dict[str, str] = field(default_factory=dict)


def _stored_answer(row: SyncOperation) -> Answer:
    if row.status == "applied":
        return Answer("already", row.rev)
    return _current_answer(row.assignment, row.section, row.status, row.errors)


def _current_answer(
    assignment: Assignment, section: str, status: str, errors: dict[str, str]
) -> Answer:
    current = RecordSection.objects.filter(assignment=assignment, section=section).first()
    if current is None:
        return Answer(status, errors=errors)
    return Answer(
        status,
        current.rev,
        current.value,
        current.updated_by.get_full_name(),
        current.updated_at,
        errors,
    )


def _refusal(assignment: Assignment, actor: Any, operation: Operation) -> dict[str, str]:
    try:
        require_team(assignment, actor)
    except RuleViolation as refusal:
        return {"assignment": refusal.message}
    if assignment.state not in EDITABLE:
        return {
            "assignment": _("任务目前是“%(state)s”，不能填写。")
            % {"state": assignment.get_state_display()}
        }
    if not rules.is_section(operation.section) or operation.section in (
        rules.SUBMIT,
        rules.ASSIGNMENT,
    ):
        return {"section": _("没有名为“%(name)s”的部分。") % {"name": operation.section}}
    if not isinstance(operation.value, dict):
        return {"value": _("内容格式不对。")}
    return {}


@transaction.atomic
def apply(*, assignment_id: int, actor: Any, operation: Operation, now: datetime) -> Answer:
    """Apply one operation in a transaction of its own; a replay answers the same.

    The assignment's row is locked first, so that operations of one record come one by one.
    Source: tablet-sync §2.
    """
    assignment = locked(assignment_id)
    earlier = SyncOperation.objects.filter(op=operation.op).first()
    if earlier is not None:
        if earlier.assignment_id != assignment.pk or earlier.user_id != actor.pk:
            return Answer("refused", errors={"op": _("操作标识已用于另一项内容。")})
        return _stored_answer(earlier)
    errors = _refusal(assignment, actor, operation)
    if errors:
        _log(assignment, actor, operation, status="refused", rev=0, errors=errors)
        return _current_answer(assignment, operation.section, "refused", errors)
    current = RecordSection.objects.filter(assignment=assignment, section=operation.section).first()
    outcome = rules.decide(
        current_rev=current.rev if current else 0,
        current_value=current.value if current else None,
        base=operation.base,
        value=operation.value,
    )
    if outcome.changed:
        RecordSection.objects.update_or_create(
            assignment=assignment,
            section=operation.section,
            defaults={
                "rev": outcome.rev,
                "value": operation.value,
                "updated_by": actor,
                "updated_at": now,
            },
        )
    _log(assignment, actor, operation, status=outcome.status, rev=outcome.rev, errors={})
    return _current_answer(assignment, operation.section, outcome.status, {})


def _log(
    assignment: Assignment,
    actor: Any,
    operation: Operation,
    *,
    status: str,
    rev: int,
    errors: dict[str, str],
) -> None:
    SyncOperation.objects.create(
        op=operation.op,
        assignment=assignment,
        section=operation.section[:90],
        base=operation.base,
        value=operation.value,
        status=status,
        rev=rev,
        errors=errors,
        device=operation.device,
        device_at=operation.at,
        user=actor,
    )
