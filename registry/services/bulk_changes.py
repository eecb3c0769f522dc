"""One change to many units: first a preview that names each, then, with a reason, the change.

What the preview showed is sealed in a digest. When the register has moved since, the change is
refused: nobody signs for more than was shown.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.choices import CreditGrade, PermitClass, SourceStatus, SpecialReason
from registry.grading.services.risk import assess_units
from registry.models import PollutionSource, SpecialFlag
from registry.permissions import MANAGE_REGISTERS, MANAGE_RISK, require
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import build_event, record_event, record_events

BASIS = "实施方案 二（二）动态管理"
MOST_AT_ONCE = 20_000
FIELDS = {"grid": "grid", "credit": "credit_grade", "permit": "permit_class"}
LABELS = {"credit": dict(CreditGrade.choices), "permit": dict(PermitClass.choices)}
NEEDS = {"risk": MANAGE_RISK}


class NothingChosen(RuleViolation):
    code = "nothing_chosen"


class RegisterMoved(RuleViolation):
    code = "register_moved"
    basis = BASIS


class NothingToChange(RuleViolation):
    code = "nothing_to_change"


@dataclass(frozen=True)
class Line:
    """One unit: what it has, what it gets; ``kept`` says why it stays as it is."""

    source: PollutionSource
    old: str
    new: str
    kept: str = ""


@dataclass
class Preview:
    lines: list[Line] = field(default_factory=list)

    @property
    def changed(self) -> list[Line]:
        return [line for line in self.lines if not line.kept]

    @property
    def kept(self) -> list[Line]:
        return [line for line in self.lines if line.kept]

    def digest(self, action: str, values: Mapping[str, str]) -> str:
        text = [action, *(f"{k}={v}" for k, v in sorted(values.items()))]
        text += [f"{line.source.pk}:{line.old}:{line.new}:{line.kept}" for line in self.lines]
        return hashlib.sha256("\n".join(text).encode()).hexdigest()


def _units(ids: Sequence[int], *, lock: bool = False) -> list[PollutionSource]:
    if not ids:
        raise NothingChosen(_("请先勾选单位。"))
    if len(ids) > MOST_AT_ONCE:
        raise NothingChosen(
            _("一次最多办理%(most)s家，请先缩小筛选范围。") % {"most": f"{MOST_AT_ONCE:,}"}
        )
    rows = PollutionSource.objects.filter(pk__in=ids).order_by("code")
    return list(rows.select_for_update() if lock else rows)


def preview(
    *, action: str, ids: Sequence[int], values: Mapping[str, str], lock: bool = False
) -> Preview:
    """What ``action`` (grid, credit, permit, special, risk) would do; writes nothing.

    ``values``: ``value`` for the fields; ``special_reason`` and ``evidence`` for the flag.
    """
    units = _units(ids, lock=lock)
    if action in FIELDS:
        return Preview([_field_line(unit, action, values["value"]) for unit in units])
    if action == "special":
        return _flag_preview(units, values["special_reason"])
    return Preview([_risk_line(unit) for unit in units])


def _field_line(unit: PollutionSource, action: str, value: str) -> Line:
    old = getattr(unit, FIELDS[action])
    labels = LABELS.get(action, {})
    words = [str(labels.get(text, text)) or _("（空）") for text in (old, value)]
    return Line(unit, words[0], words[1], _("已是此值") if old == value else "")


def _flag_preview(units: Sequence[PollutionSource], reason: str) -> Preview:
    open_flags = SpecialFlag.objects.filter(source__in=units, reason=reason, ends_on=None)
    taken = set(open_flags.exclude(state="rejected").values_list("source_id", flat=True))
    label = str(SpecialReason(reason).label)
    lines = []
    for unit in units:
        why = _("已有同一原因的标记或提议") if unit.pk in taken else _left(unit)
        lines.append(Line(unit, "", label, why))
    return Preview(lines)


def _left(unit: PollutionSource) -> str:
    return "" if unit.status == SourceStatus.NORMAL else _("已移出名录")


def _risk_line(unit: PollutionSource) -> Line:
    return Line(unit, str(unit.get_risk_grade_display()), _("重新测算"), _left(unit))


@transaction.atomic
def carry_out(
    *,
    action: str,
    ids: Sequence[int],
    values: Mapping[str, str],
    seen: str,
    reason: str,
    actor: Any,
    today: date,
    now: datetime,
) -> str:
    """Do what the preview with the digest ``seen`` showed, all or nothing; returns it in words."""
    require(actor, NEEDS.get(action, MANAGE_REGISTERS))
    reason = checked_text(reason, label=_("理由"), field="reason", limit=300)
    found = preview(action=action, ids=ids, values=values, lock=True)
    if found.digest(action, values) != seen:
        raise RegisterMoved(_("预览之后名录有变动，请看过新的预览再确认。"))
    units = [line.source for line in found.changed]
    if not units:
        raise NothingToChange(_("所选单位都不需要变更。"))
    if action in FIELDS:
        _write_field(units, FIELDS[action], values["value"], reason=reason, actor=actor, now=now)
        return _("已变更 %(n)d 家。") % {"n": len(units)}
    if action == "special":
        _propose(units, values, reason=reason, actor=actor, today=today)
        return _("已提出 %(n)d 项特殊监管提议，等待批准。") % {"n": len(units)}
    run = assess_units(source_ids=[unit.pk for unit in units], today=today, actor=actor)
    record_event(
        action="risk.assessed",
        actor=actor,
        changes={"units": [None, len(units)], "summary": [None, run.summary()]},
        reason=reason,
    )
    return _("已测算：%(text)s。") % {"text": run.summary()}


def _write_field(
    units: Sequence[PollutionSource], name: str, value: str, *, reason: str, actor: Any, now: Any
) -> None:
    record_events(
        build_event(
            action="source.changed",
            actor=actor,
            obj=unit,
            changes={name: [getattr(unit, name), value]},
            reason=reason,
        )
        for unit in units
    )
    keys = [unit.pk for unit in units]
    PollutionSource.objects.filter(pk__in=keys).update(**{name: value}, updated_at=now)


def _propose(
    units: Sequence[PollutionSource],
    values: Mapping[str, str],
    *,
    reason: str,
    actor: Any,
    today: date,
) -> None:
    flags = SpecialFlag.objects.bulk_create(
        [
            SpecialFlag(
                source=unit,
                reason=values["special_reason"],
                evidence=values["evidence"],
                starts_on=today,
                proposed_by=actor,
            )
            for unit in units
        ],
        batch_size=500,
    )
    record_events(
        build_event(
            action="special_flag.proposed", actor=actor, obj=flag, changes={}, reason=reason
        )
        for flag in flags
    )
