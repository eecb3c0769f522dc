"""The one way into a working record: the form and the tablet both come through here."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inspections.choices import KeptAs
from inspections.models import Assignment, RecordSection
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
    earlier_answer,
    refused,
    store,
)
from registry.rules.violations import RuleViolation


def apply(*, assignment_id: int, actor: Any, operation: Operation, now: datetime) -> Answer:
    """Apply one operation in a transaction of its own; a replay answers the same.

    The assignment's row is locked first, so that operations of one record come one by one.
    Source: tablet-sync §2, §4.
    """
    if not storable(operation.value):
        return refused({"value": _("内容含有无法保存的字符或过长，请修改后重试。")})
    try:
        with transaction.atomic():
            assignment = locked(assignment_id)
            earlier = earlier_answer(assignment, actor, operation)
            if earlier is not None:
                return earlier
            answer = _new(assignment, actor, operation, now)
            return store(assignment, actor, operation, answer)
    except OperationTaken:
        return refused({"op": _("操作标识已用于另一项内容。")})


def _new(assignment: Assignment, actor: Any, operation: Operation, now: datetime) -> Answer:
    stopped = _not_his_or_not_open(assignment, actor)
    if stopped is not None:
        return stopped
    if operation.section == rules.ASSIGNMENT or not rules.is_section(operation.section):
        return refused({"section": _("没有名为“%(name)s”的部分。") % {"name": operation.section}})
    if operation.section != rules.SUBMIT:
        errors = _value_errors(assignment, operation)
        if errors:
            return refused(errors)
    try:
        with transaction.atomic():
            begin(assignment, actor=actor, now=now)
            if operation.section == rules.SUBMIT:
                return _submit(assignment, actor, operation, now)
            if rules.is_signature(operation.section):
                return _sign(assignment, actor, operation, now)
            return _write(assignment, actor, operation, now)
    except records.RecordIncomplete as refusal:
        return refused(_by_section(refusal.lacks))
    except RuleViolation as refusal:
        return refused({refusal.field or "assignment": refusal.message})


def _not_his_or_not_open(assignment: Assignment, actor: Any) -> Answer | None:
    """Work of somebody who was on the team when he did it is kept for the reviewer."""
    member = assignment.team.filter(inspector__user=actor).order_by("-left_at").first()
    if member is None or not actor.has_perm(SUBMIT_RECORD):
        return refused({"assignment": _("您不是该任务检查组的成员，不能办理。")})
    if member.left_at is not None:
        text = _("您已不在该任务的检查组；这项内容作为迟到数据交审核人。")
        return refused({"assignment": text}, kept=KeptAs.LATE)
    if assignment.state not in FILLABLE:
        text = _("任务目前是“%(state)s”，不能填写；这项内容作为迟到数据交审核人。")
        state = assignment.get_state_display()
        return refused({"assignment": text % {"state": state}}, kept=KeptAs.LATE)
    return None


def _value_errors(assignment: Assignment, operation: Operation) -> dict[str, str]:
    officers = assignment.team.officers()
    return errors_of(
        operation.section,
        operation.value,
        items=set(assignment.inspection_items.values_list("code", flat=True)),
        officers=set(officers.values_list("inspector__code", flat=True)),
    )


def _by_section(lacks: Any) -> dict[str, str]:
    errors: dict[str, str] = {}
    for lack in lacks:
        errors[lack.section] = errors.get(lack.section, "") + lack.message
    return errors


def _put(
    assignment: Assignment, actor: Any, operation: Operation, *, rev: int, now: datetime
) -> None:
    RecordSection.objects.update_or_create(
        assignment=assignment,
        section=operation.section,
        defaults={
            "rev": rev,
            "value": operation.value,
            "updated_by": actor,
            "updated_at": now,
            "set_aside": False,
        },
    )


def _current(assignment: Assignment, section: str) -> RecordSection | None:
    rows = RecordSection.objects.select_related("updated_by")
    return rows.filter(assignment=assignment, section=section).first()


def _write(assignment: Assignment, actor: Any, operation: Operation, now: datetime) -> Answer:
    current = _current(assignment, operation.section)
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
    if _signed_on_another_device(assignment, operation):
        text = _("记录已由另一台设备签名；您的修改没有写入，已作为补充交审核人。")
        return refused({"section": text}, kept=KeptAs.SUPPLEMENT)
    _put(assignment, actor, operation, rev=outcome.rev, now=now)
    return Answer("applied", outcome.rev)


def _signed_on_another_device(assignment: Assignment, operation: Operation) -> bool:
    """Only an edit on the signing tablet voids its signatures (tablet-sync §4)."""
    signatures = list(assignment.sections.filter(section__startswith="signature:"))
    if not signatures:
        return False  # as nearly always: the content is not put together for nothing
    _content, digest = records.current_content(assignment)
    if assignment.versions.filter(digest=digest).exists():
        return False  # submitted and returned: these signatures have done their work
    signed = [row for row in signatures if row.value.get("digest") == digest]
    devices = {
        assignment.operations.filter(section=row.section, rev=row.rev)
        .exclude(status="refused")
        .values_list("device", flat=True)
        .last()
        for row in signed
    }
    return bool(devices) and operation.device not in devices


def _sign(assignment: Assignment, actor: Any, operation: Operation, now: datetime) -> Answer:
    """A signature is always stored: somebody put his hand to that text."""
    current = _current(assignment, operation.section)
    rev = (current.rev if current else 0) + 1
    _put(assignment, actor, operation, rev=rev, now=now)
    differing = differences(assignment, operation.value["content"])
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


def differences(assignment: Assignment, content: str) -> dict[str, RecordSection | None]:
    """Sections in which the server's record is not the signed one; None where it has none."""
    signed = read_content(content) or {}
    rows = {
        row.section: row
        for row in assignment.sections.filter(set_aside=False).select_related("updated_by")
        if not rules.is_signature(row.section)
    }
    names = signed.keys() | rows.keys()
    return {
        name: rows.get(name)
        for name in sorted(names)
        if name not in rows or name not in signed or rows[name].value != signed[name]
    }


def _submit(assignment: Assignment, actor: Any, operation: Operation, now: datetime) -> Answer:
    seen = operation.value.get("digest") if isinstance(operation.value, dict) else None
    if seen != records.current_content(assignment)[1]:
        raise records.ContentChanged(
            _("提交的内容与服务器上的记录不一致，请先同步并核对后再提交。"), field="digest"
        )
    version = records.submit_record(assignment_id=assignment.pk, actor=actor, now=now)
    return Answer("applied", version.number)


@transaction.atomic
def take_signed(*, assignment_id: int, actor: Any, signer: str, now: datetime) -> int:
    """Make the signed content the record; returns how many sections changed.

    What differed is kept beside it as 补充, with its author. Source: tablet-sync §4.
    """
    assignment = locked(assignment_id)
    records.require_open(assignment, actor)
    signature = _current(assignment, f"signature:{signer}")
    if signature is None:
        raise records.ContentChanged(_("没有找到该签名，请刷新页面。"))
    content = signature.value["content"]
    signed, differing = read_content(content) or {}, differences(assignment, content)
    if rules.ASSIGNMENT in differing:
        raise records.ContentChanged(_("签名后任务或检查组信息有变，不能采用原内容，请重新签名。"))
    for name, row in differing.items():
        if row is not None:
            _keep_beside(assignment, row)
        if name not in signed:
            assignment.sections.filter(section=name).update(set_aside=True)
            continue
        rev = assignment.sections.filter(section=name).values_list("rev", flat=True).first() or 0
        operation = Operation(uuid.uuid4(), name, rev, signed[name])
        _put(assignment, actor, operation, rev=rev + 1, now=now)
        store(assignment, actor, operation, Answer("applied", rev + 1))
    records.trail_taken(assignment, actor, signer=signer, sections=list(differing))
    return len(differing)


def _keep_beside(assignment: Assignment, row: RecordSection) -> None:
    operation = Operation(uuid.uuid4(), row.section, row.rev, row.value, at=row.updated_at)
    answer = refused({"section": _("采用了已签名的内容。")}, kept=KeptAs.SUPPLEMENT)
    store(assignment, row.updated_by, operation, answer)
