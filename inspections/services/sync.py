"""The one way into a working record: the form and the tablet both come through here."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inspections.choices import KeptAs
from inspections.models import RecordSection
from inspections.permissions import SUBMIT_RECORD
from inspections.rules import sync as rules
from inspections.rules.assignment_state import FILLABLE
from inspections.rules.sync_values import errors_of, read_content, storable
from inspections.services import records
from inspections.services.assignments import begin, locked
from inspections.services.sync_operations import (
    Answer,
    Operation,
    OperationTaken,
    answer_with,
    refused,
)
from inspections.services.working_record import WorkingRecord
from registry.rules.violations import RuleViolation


def apply(*, assignment_id: int, actor: Any, operation: Operation, now: datetime) -> Answer:
    """Apply one operation in a transaction of its own; a replay answers the same.

    Source: tablet-sync §2, §4.
    """
    return apply_all(assignment_id=assignment_id, actor=actor, operations=[operation], now=now)[0]


def apply_all(
    *, assignment_id: int, actor: Any, operations: Sequence[Operation], now: datetime
) -> list[Answer]:
    """Answer each as if it came alone, in order, in one transaction: one of them refused or in
    conflict keeps none of the others back.

    The assignment's row is locked first, so that operations of one record come one by one.
    """
    try:
        with transaction.atomic():
            record = WorkingRecord(locked(assignment_id), actor, operations, now)
            answers = [_answer(record, operation) for operation in operations]
            record.write_down()
            return answers
    except OperationTaken:
        if len(operations) == 1:
            return [refused({"op": _("操作标识已用于另一项内容。")})]
    common = {"assignment_id": assignment_id, "actor": actor, "now": now}
    return [apply(operation=operation, **common) for operation in operations]


def _answer(record: WorkingRecord, operation: Operation) -> Answer:
    if not storable(operation.value):
        return refused({"value": _("内容含有无法保存的字符或过长，请修改后重试。")})
    earlier = record.earlier_answer(operation)
    if earlier is not None:
        return earlier
    return record.keep(operation, _new(record, operation))


def _new(record: WorkingRecord, operation: Operation) -> Answer:
    stopped = _not_his_or_not_open(record)
    if stopped is not None:
        return stopped
    if operation.section == rules.ASSIGNMENT or not rules.is_section(operation.section):
        return refused({"section": _("没有名为“%(name)s”的部分。") % {"name": operation.section}})
    if operation.section != rules.SUBMIT:
        errors = errors_of(
            operation.section, operation.value, items=record.items, officers=record.officers
        )
        if errors:
            return refused(errors)
    try:
        return _take(record, operation)
    except records.RecordIncomplete as refusal:
        return refused(_by_section(refusal.lacks))
    except RuleViolation as refusal:
        return refused({refusal.field or "assignment": refusal.message})


def _not_his_or_not_open(record: WorkingRecord) -> Answer | None:
    """Work of somebody who was on the team when he did it is kept for the reviewer."""
    if record.member is None or not record.actor.has_perm(SUBMIT_RECORD):
        return refused({"assignment": _("您不是该任务检查组的成员，不能办理。")})
    if record.member.left_at is not None:
        text = _("您已不在该任务的检查组；这项内容作为迟到数据交审核人。")
        return refused({"assignment": text}, kept=KeptAs.LATE)
    if record.assignment.state not in FILLABLE:
        text = _("任务目前是“%(state)s”，不能填写；这项内容作为迟到数据交审核人。")
        state = record.assignment.get_state_display()
        return refused({"assignment": text % {"state": state}}, kept=KeptAs.LATE)
    return None


def _by_section(lacks: Any) -> dict[str, str]:
    errors: dict[str, str] = {}
    for lack in lacks:
        errors[lack.section] = errors.get(lack.section, "") + lack.message
    return errors


def _take(record: WorkingRecord, operation: Operation) -> Answer:
    """What the operation sets off stays or goes as a whole; what came before it stays."""
    if record.is_open and operation.section != rules.SUBMIT:
        return _enter(record, operation)
    record.write_down()
    try:
        with transaction.atomic():
            begin(record.assignment, actor=record.actor, now=record.now)
            record.forget()
            if operation.section == rules.SUBMIT:
                return _submit(record, operation)
            return _enter(record, operation)
    except RuleViolation:
        record.forget()
        raise


def _enter(record: WorkingRecord, operation: Operation) -> Answer:
    if rules.is_signature(operation.section):
        return _sign(record, operation)
    return _write(record, operation)


def _write(record: WorkingRecord, operation: Operation) -> Answer:
    current = record.sections.get(operation.section)
    shown = current is not None and not current.set_aside
    outcome = rules.decide(
        current_rev=current.rev if current else 0,
        current_value=current.value if current and shown else None,
        base=operation.base,
        value=operation.value,
    )
    if outcome.status == "conflict":
        return answer_with(current, "conflict")
    if not outcome.changed:
        return Answer("applied", outcome.rev)
    if _signed_on_another_device(record, operation):
        text = _("记录已由另一台设备签名；您的修改没有写入，已作为补充交审核人。")
        return refused({"section": text}, kept=KeptAs.SUPPLEMENT)
    record.put(operation, rev=outcome.rev)
    return Answer("applied", outcome.rev)


def _signed_on_another_device(record: WorkingRecord, operation: Operation) -> bool:
    """Only an edit on the signing tablet voids its signatures (tablet-sync §4)."""
    signatures = record.signatures()
    if not signatures:
        return False  # as nearly always: the content is not put together for nothing
    _content, digest = record.content()
    if record.assignment.versions.filter(digest=digest).exists():
        return False  # submitted and returned: these signatures have done their work
    record.write_down()
    signed = [row for row in signatures if row.value.get("digest") == digest]
    devices = {
        record.assignment.operations.filter(section=row.section, rev=row.rev)
        .exclude(status="refused")
        .values_list("device", flat=True)
        .last()
        for row in signed
    }
    return bool(devices) and operation.device not in devices


def _sign(record: WorkingRecord, operation: Operation) -> Answer:
    """A signature is always stored: somebody put his hand to that text."""
    current = record.sections.get(operation.section)
    rev = (current.rev if current else 0) + 1
    record.put(operation, rev=rev)
    differing = differences(record, operation.value["content"])
    if not differing:
        return Answer("applied", rev)
    newest = max(
        (row for row in differing.values() if row), key=lambda r: r.updated_at, default=None
    )
    return Answer(
        "conflict",
        rev,
        {
            "sections": {
                name: {"rev": row.rev, "value": row.value} if row else None
                for name, row in differing.items()
            }
        },
        newest.updated_by.get_full_name() if newest else "",
        newest.updated_at if newest else None,
    )


def differences(record: WorkingRecord, content: str) -> dict[str, RecordSection | None]:
    """Sections in which the server's record is not the signed one; None where it has none."""
    signed = read_content(content) or {}
    rows = {
        name: row
        for name, row in record.sections.items()
        if not row.set_aside and not rules.is_signature(name)
    }
    names = signed.keys() | rows.keys()
    return {
        name: rows.get(name)
        for name in sorted(names)
        if name not in rows or name not in signed or rows[name].value != signed[name]
    }


def _submit(record: WorkingRecord, operation: Operation) -> Answer:
    seen = operation.value.get("digest") if isinstance(operation.value, dict) else None
    assignment = record.assignment
    if seen != records.current_content(assignment)[1]:
        raise records.ContentChanged(
            _("提交的内容与服务器上的记录不一致，请先同步并核对后再提交。"), field="digest"
        )
    version = records.submit_record(assignment_id=assignment.pk, actor=record.actor, now=record.now)
    record.forget()
    return Answer("applied", version.number)


@transaction.atomic
def take_signed(*, assignment_id: int, actor: Any, signer: str, now: datetime) -> int:
    """Make the signed content the record; returns how many sections changed.

    What differed is kept beside it as 补充, with its author. Source: tablet-sync §4.
    """
    record = WorkingRecord(locked(assignment_id), actor, (), now)
    records.require_open(record.assignment, actor)
    signature = record.sections.get(f"signature:{signer}")
    if signature is None:
        raise records.ContentChanged(_("没有找到该签名，请刷新页面。"))
    content = signature.value["content"]
    signed, differing = read_content(content) or {}, differences(record, content)
    if rules.ASSIGNMENT in differing:
        raise records.ContentChanged(_("签名后任务或检查组信息有变，不能采用原内容，请重新签名。"))
    for name, row in differing.items():
        if row is not None:
            _keep_beside(record, row)
        if name in signed:
            _take_over(record, name, signed[name])
        else:
            record.set_aside(name)
    record.write_down()
    records.trail_taken(record.assignment, actor, signer=signer, sections=list(differing))
    return len(differing)


def _take_over(record: WorkingRecord, name: str, value: Any) -> None:
    current = record.sections.get(name)
    rev = current.rev if current else 0
    operation = Operation(uuid.uuid4(), name, rev, value)
    record.put(operation, rev=rev + 1)
    record.keep(operation, Answer("applied", rev + 1))


def _keep_beside(record: WorkingRecord, row: RecordSection) -> None:
    operation = Operation(uuid.uuid4(), row.section, row.rev, row.value, at=row.updated_at)
    answer = refused({"section": _("采用了已签名的内容。")}, kept=KeptAs.SUPPLEMENT)
    record.keep(operation, answer, author=row.updated_by)
