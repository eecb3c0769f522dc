"""执法检查人员名录库: certificates, leave and presence; each change with its reason and trace."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.choices import InspectorStatus
from registry.models import Credential, Inspector, Leave
from registry.permissions import MANAGE_REGISTERS, require
from registry.rules.certificates import renewed_from
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event

LONGEST_CERTIFICATE = timedelta(days=366 * 20)
LONGEST_LEAVE = timedelta(days=366 * 2)


class BadCertificate(RuleViolation):
    code = "bad_certificate"
    basis = "行政处罚法 第四十二条"


class BadLeave(RuleViolation):
    code = "bad_leave"
    basis = "实施方案 二（二）动态管理"


class BadPost(RuleViolation):
    code = "bad_post"
    basis = "实施方案 二（二）动态管理"


def _locked(inspector_id: int) -> Inspector:
    return Inspector.objects.select_for_update(of=("self",)).get(pk=inspector_id)


def _tell(action: str, person: Inspector, actor: Any, reason: str, **changes: list[Any]) -> None:
    said = {
        name: [str(v) if v is not None else None for v in pair] for name, pair in changes.items()
    }
    record_event(action=action, actor=actor, obj=person, changes=said, reason=reason)


@transaction.atomic
def record_certificate(
    *,
    inspector_id: int,
    number: str,
    valid_from: date,
    valid_to: date,
    reason: str,
    actor: Any,
) -> Credential:
    """A new certificate; the same number with a later end is its renewal, which leaves no day of
    the period before uncovered; with the same or an earlier end the dates are corrected."""
    require(actor, MANAGE_REGISTERS)
    person = _locked(inspector_id)
    number = checked_text(number, label=_("执法证号"), field="number", limit=40)
    reason = checked_text(reason, label=_("原因"), field="reason", limit=300)
    if valid_to < valid_from:
        raise BadCertificate(_("证件有效期止不能早于有效期起。"), field="valid_to")
    if valid_to - valid_from > LONGEST_CERTIFICATE:
        raise BadCertificate(_("有效期超过二十年，请核对日期。"), field="valid_to")
    row = Credential.objects.select_for_update().filter(number=number).first()
    if row is not None and row.inspector_id != person.pk:
        raise BadCertificate(
            _("该证号已登记在 %(owner)s 名下，请核对。") % {"owner": row.inspector}, field="number"
        )
    if row is None:
        row = Credential.objects.create(
            inspector=person, number=number, valid_from=valid_from, valid_to=valid_to
        )
        before: tuple[date | None, date | None] = (None, None)
    else:
        before = row.valid_from, row.valid_to
        if before == (valid_from, valid_to):
            raise BadCertificate(_("该证件的起止日期没有变化。"), field="valid_to")
        # With the same last day a person corrects the first one; a file read again says the same.
        if valid_to > row.valid_to:
            valid_from = renewed_from((row.valid_from, row.valid_to), (valid_from, valid_to))
        row.valid_from, row.valid_to = valid_from, valid_to
        row.save(update_fields=["valid_from", "valid_to"])
    _tell(
        "credential.changed" if before[1] else "credential.created",
        person,
        actor,
        reason,
        certificate=[number if before[1] else None, number],
        valid_from=[before[0], valid_from],
        valid_to=[before[1], valid_to],
    )
    return row


@transaction.atomic
def record_leave(
    *, inspector_id: int, starts_on: date, ends_on: date, reason: str, actor: Any
) -> Leave:
    """Away from the first day to the last, both included; not twice at the same time."""
    require(actor, MANAGE_REGISTERS)
    person = _locked(inspector_id)
    reason = checked_text(reason, label=_("事由"), field="reason", limit=200)
    _check_span(person, starts_on, ends_on)
    row = Leave.objects.create(
        inspector=person, starts_on=starts_on, ends_on=ends_on, reason=reason, recorded_by=actor
    )
    _tell("leave.created", person, actor, reason, period=[None, f"{starts_on} — {ends_on}"])
    return row


def _check_span(
    person: Inspector, starts_on: date, ends_on: date, *, other_than: int | None = None
) -> None:
    if ends_on < starts_on:
        raise BadLeave(_("结束日期不能早于开始日期。"), field="ends_on")
    if ends_on - starts_on > LONGEST_LEAVE:
        raise BadLeave(_("离岗超过两年的，请改为离岗状态。"), field="ends_on")
    other = (
        person.leaves.standing()
        .filter(starts_on__lte=ends_on, ends_on__gte=starts_on)
        .exclude(pk=other_than)
        .first()
    )
    if other is not None:
        raise BadLeave(
            _("与已登记的离岗时段 %(first)s — %(last)s 重叠，请修改该时段。")
            % {"first": other.starts_on, "last": other.ends_on},
            field="starts_on",
        )


@transaction.atomic
def change_leave(*, leave_id: int, ends_on: date, reason: str, actor: Any) -> Leave:
    """Back earlier or later than planned."""
    require(actor, MANAGE_REGISTERS)
    row = Leave.objects.select_for_update(of=("self",)).get(pk=leave_id)
    person = _locked(row.inspector_id)
    reason = checked_text(reason, label=_("原因"), field="reason", limit=200)
    if row.cancelled_on:
        raise BadLeave(_("该离岗时段已取消。"))
    if ends_on == row.ends_on:
        raise BadLeave(_("结束日期没有变化。"), field="ends_on")
    _check_span(person, row.starts_on, ends_on, other_than=row.pk)
    old = f"{row.starts_on} — {row.ends_on}"
    row.ends_on = ends_on
    row.save(update_fields=["ends_on"])
    _tell("leave.changed", person, actor, reason, period=[old, f"{row.starts_on} — {ends_on}"])
    return row


@transaction.atomic
def cancel_leave(*, leave_id: int, reason: str, actor: Any, today: date) -> Leave:
    """Leave that was not taken; what has begun is shortened instead."""
    require(actor, MANAGE_REGISTERS)
    row = Leave.objects.select_for_update(of=("self",)).get(pk=leave_id)
    reason = checked_text(reason, label=_("取消原因"), field="reason", limit=200)
    if row.cancelled_on:
        raise BadLeave(_("该离岗时段已取消。"))
    if row.starts_on < today:
        raise BadLeave(_("已经开始的离岗不能取消，请改为提前结束。"))
    row.cancelled_on, row.cancel_reason = today, reason
    row.save(update_fields=["cancelled_on", "cancel_reason"])
    period = f"{row.starts_on} — {row.ends_on}"
    _tell("leave.cancelled", row.inspector, actor, reason, period=[period, None])
    return row


@transaction.atomic
def change_post(*, inspector_id: int, status: str, reason: str, actor: Any) -> Inspector:
    """在岗/离岗: who is off post enters no pool; the record stays."""
    require(actor, MANAGE_REGISTERS)
    person = _locked(inspector_id)
    reason = checked_text(reason, label=_("原因"), field="reason", limit=300)
    if status not in InspectorStatus.values or status == person.status:
        raise BadPost(_("在岗状态没有变化。"), field="status")
    old, person.status = person.status, status
    person.save(update_fields=["status", "updated_at"])
    _tell("inspector.status_changed", person, actor, reason, status=[old, status])
    return person
