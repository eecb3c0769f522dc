"""利害关系: declared by inspectors themselves or recorded by staff; each keeps one officer from one
unit in every draw of its period."""

from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.choices import BureauRole, ConflictKind
from registry.clocks.services.deadlines import notify
from registry.models import ConflictOfInterest, Inspector, Notification, PollutionSource
from registry.permissions import MANAGE_REGISTERS, require
from registry.rules.texts import checked_text
from registry.rules.violations import NotAllowed, RuleViolation
from registry.trail.services import record_event

BASIS = "行政处罚法 第四十三条"


class BadConflict(RuleViolation):
    code = "bad_conflict"
    basis = BASIS


def is_own(inspector: Inspector, actor: Any) -> bool:
    return actor is not None and inspector.user_id == actor.pk


@transaction.atomic
def declare_conflict(
    *,
    inspector_id: int,
    source: PollutionSource,
    kind: str,
    detail: str,
    starts_on: date,
    actor: Any,
    today: date,
    ends_on: date | None = None,
) -> ConflictOfInterest:
    """The inspector's own declaration, or an entry of those who keep the register.

    From the next freeze on the two do not meet in a draw. What is already dispatched is a recusal
    (回避), asked for on the assignment.
    """
    inspector = Inspector.objects.select_for_update(of=("self",)).get(pk=inspector_id)
    own = is_own(inspector, actor)
    if not own:
        require(actor, MANAGE_REGISTERS)
    elif not actor.is_active:
        raise NotAllowed(_("账号已停用。"))
    detail = checked_text(detail, label=_("说明"), field="detail", limit=300)
    if kind not in ConflictKind.values:
        raise BadConflict(_("请选择关系。"), field="kind")
    if not date(1990, 1, 1) <= starts_on <= today:
        raise BadConflict(_("起始日期不能晚于今天，请核对年份。"), field="starts_on")
    if ends_on is not None and ends_on < today:
        raise BadConflict(_("终止日期不能早于今天；已终止的关系无需申报。"), field="ends_on")
    open_ones = inspector.conflicts.between(today, today).filter(source=source, kind=kind)
    if open_ones.exists():
        raise BadConflict(_("该单位的同类关系已经登记，无需重复。"), field="source")
    row = ConflictOfInterest.objects.create(
        inspector=inspector,
        source=source,
        kind=kind,
        detail=detail,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_by=actor,
        by_self=own,
    )
    record_event(
        action="conflict.declared" if own else "conflict.recorded",
        actor=actor,
        obj=row,
        changes={
            "kind": [None, kind],
            "starts_on": [None, str(starts_on)],
            "ends_on": [None, str(ends_on) if ends_on else None],
        },
        reason=detail,
    )
    if own:
        _tell_keepers(row)
    return row


def _tell_keepers(row: ConflictOfInterest) -> None:
    """Those who keep the register, so that a plan about to be frozen can be looked at again."""
    keepers = get_user_model().objects.filter(
        is_active=True, groups__name=str(BureauRole.PLANNER.label)
    )
    notify(
        users=keepers,
        key=f"conflict:{row.pk}:declared",
        text=_("%(who)s 申报了一项利害关系（%(kind)s），今后抽取时自动回避。")
        % {"who": row.inspector.name, "kind": row.get_kind_display()},
        level=Notification.Level.INFO,
        link=reverse("registry:inspector", args=[row.inspector.code]),
    )


@transaction.atomic
def end_conflict(
    *, conflict_id: int, on: date, reason: str, actor: Any, today: date
) -> ConflictOfInterest:
    """It holds to the end of ``on``. Nobody ends his own: another person looks whether it is so."""
    require(actor, MANAGE_REGISTERS)
    row = ConflictOfInterest.objects.select_for_update(of=("self",)).get(pk=conflict_id)
    if is_own(row.inspector, actor):
        raise NotAllowed(_("本人不能终止自己的利害关系，请由其他名录管理人员核实后办理。"))
    reason = checked_text(reason, label=_("终止原因"), field="reason", limit=300)
    if row.ends_on is not None and row.ends_on < today:
        raise BadConflict(_("该利害关系已经终止。"))
    if not row.starts_on <= on <= today:
        raise BadConflict(_("终止日期应在起始日期之后、不晚于今天。"), field="on")
    old, row.ends_on = row.ends_on, on
    row.end_reason, row.ended_by = reason, actor
    row.save(update_fields=["ends_on", "end_reason", "ended_by"])
    record_event(
        action="conflict.ended",
        actor=actor,
        obj=row,
        changes={"ends_on": [str(old) if old else None, str(on)]},
        reason=reason,
    )
    return row
