"""风险事实: what no other register holds, with its date and evidence."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.choices import ManagementLevel, RiskFactKind
from registry.models import PollutionSource, RiskFact
from registry.permissions import MANAGE_RISK, require
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event

NUMBER_MOST = 10_000


class BadRiskFact(RuleViolation):
    code = "bad_risk_fact"
    basis = "实施方案 二（六）"


@transaction.atomic
def record_fact(
    *,
    source_id: int,
    kind: str,
    on: date,
    evidence: str,
    actor: Any,
    today: date,
    number: int = 1,
    level: str = "",
) -> RiskFact:
    """A penalty, a supervised case, alarms or a level, with its date and evidence."""
    require(actor, MANAGE_RISK)
    evidence = checked_text(evidence, label=_("依据材料"), field="evidence", limit=300)
    if kind not in RiskFactKind.values:
        raise BadRiskFact(_("请选择事实的种类。"), field="kind")
    if on > today:
        raise BadRiskFact(_("日期不能晚于今天。"), field="on")
    if kind == RiskFactKind.MANAGEMENT:
        if level not in ManagementLevel.values:
            raise BadRiskFact(_("请选择日常环境管理水平：优、良、一般或差。"), field="level")
        number = 1
    elif level:
        raise BadRiskFact(_("只有“日常环境管理水平”填写等级。"), field="level")
    if not 1 <= number <= NUMBER_MOST:
        raise BadRiskFact(
            _("次数应在 1 至 %(most)d 之间。") % {"most": NUMBER_MOST}, field="number"
        )
    source = PollutionSource.objects.select_for_update().get(pk=source_id)
    row = RiskFact.objects.create(
        source=source,
        kind=kind,
        on=on,
        number=number,
        level=level,
        evidence=evidence,
        recorded_by=actor,
    )
    said = row.get_level_display() or str(number)
    record_event(
        action="risk_fact.recorded",
        actor=actor,
        obj=source,
        changes={str(row.get_kind_display()): [None, f"{on} {said}"]},
        reason=evidence,
    )
    return row


@transaction.atomic
def void_fact(*, fact_id: int, reason: str, actor: Any, now: datetime) -> RiskFact:
    """A wrong or revoked fact counts no more; the line stays with its reason."""
    require(actor, MANAGE_RISK)
    reason = checked_text(reason, label=_("作废原因"), field="reason", limit=300)
    row = RiskFact.objects.select_for_update(of=("self",)).select_related("source").get(pk=fact_id)
    if row.voided_at is not None:
        raise BadRiskFact(_("该条事实已作废。"))
    row.voided_at, row.voided_by, row.void_reason = now, actor, reason
    row.save(update_fields=["voided_at", "voided_by", "void_reason"])
    record_event(
        action="risk_fact.voided",
        actor=actor,
        obj=row.source,
        changes={str(row.get_kind_display()): [str(row.on), None]},
        reason=reason,
    )
    return row


@transaction.atomic
def record_penalty(*, source: PollutionSource, on: date, reference: str, actor: Any) -> RiskFact:
    """A penalty that was decided here: written by the floor that keeps the case, with the decision's
    number as evidence. A second call with the same number changes nothing."""
    row, created = RiskFact.objects.get_or_create(
        source=source,
        kind=RiskFactKind.PENALTY,
        evidence=reference,
        voided_at=None,
        defaults={"on": on, "number": 1, "recorded_by": actor},
    )
    if created:
        record_event(
            action="risk_fact.recorded",
            actor=actor,
            obj=source,
            changes={str(row.get_kind_display()): [None, str(on)]},
            reason=reference,
        )
    return row


@transaction.atomic
def void_penalty(*, reference: str, reason: str, actor: Any, now: datetime) -> int:
    """The decision was changed or revoked: its fact counts no more; returns how many there were."""
    return RiskFact.objects.filter(
        kind=RiskFactKind.PENALTY, evidence=reference, voided_at=None
    ).update(voided_at=now, voided_by=actor, void_reason=reason)
