"""风险权重: by version, each with its day, person and reason (实施方案 二（六）)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.grading.rules.risk import DEFAULT_THRESHOLDS, DEFAULT_WEIGHTS, check_weights
from registry.models import RiskWeights
from registry.permissions import MANAGE_RISK, require
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event


class WeightsNotInOrder(RuleViolation):
    code = "risk_weights_not_in_order"
    basis = "实施方案 二（六）"


def weights_on(day: date) -> RiskWeights:
    """The version in force; the shipped one, unsaved, where the bureau has none yet."""
    row = (
        RiskWeights.objects.filter(effective_from__lte=day)
        .order_by("-effective_from", "-version")
        .first()
    )
    return row or RiskWeights(
        version=1,
        effective_from=date(2000, 1, 1),
        weights=DEFAULT_WEIGHTS,
        thresholds=DEFAULT_THRESHOLDS,
        reason=_("系统默认权重"),
    )


def stored_weights(day: date) -> RiskWeights:
    """The version in force as a row; the caller holds the transaction."""
    row = weights_on(day)
    if row.pk is None:
        row.save()
        record_event(action="risk_weights.shipped", obj=row)
    return row


@transaction.atomic
def set_weights(
    *,
    weights: Mapping[str, int],
    thresholds: Mapping[str, int],
    effective_from: date,
    reason: str,
    actor: Any,
    today: date,
) -> RiskWeights:
    """A new version; the old ones stay. It takes effect today or later, after every other."""
    require(actor, MANAGE_RISK)
    check_weights(weights, thresholds)
    reason = checked_text(reason, label=_("修改原因"), field="reason", limit=300)
    old = stored_weights(today)
    last = RiskWeights.objects.select_for_update().order_by("-version")[0]
    if effective_from < max(today, last.effective_from):
        raise WeightsNotInOrder(
            _("生效日期不能早于今天，也不能早于上一版的生效日期 %(day)s。")
            % {"day": last.effective_from},
            field="effective_from",
        )
    row = RiskWeights.objects.create(
        version=last.version + 1,
        effective_from=effective_from,
        weights=dict(weights),
        thresholds=dict(thresholds),
        reason=reason,
        created_by=actor,
    )
    before, after = {**old.weights, **old.thresholds}, {**weights, **thresholds}
    record_event(
        action="risk_weights.changed",
        actor=actor,
        obj=row,
        changes={
            key: [before.get(key), after[key]] for key in after if before.get(key) != after[key]
        },
        reason=reason,
    )
    return row
