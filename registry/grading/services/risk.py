"""风险分级: compute, propose, and let a person decide (实施方案 二（六）). No grade changes by itself."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from registry.choices import AssessmentState
from registry.grading.rules.risk import Result, assess, check_weights
from registry.grading.services.risk_weights import stored_weights, weights_on
from registry.grading.services.unit_facts import BATCH, active_batches, histories, risk_facts
from registry.models import PollutionSource, RiskAssessment, RiskWeights
from registry.permissions import CONFIRM_RISK, MANAGE_RISK, require
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import build_event, record_event, record_events

BASIS = "实施方案 二（六）"


class AssessmentDecided(RuleViolation):
    code = "assessment_decided"
    basis = BASIS


class GradeMoved(RuleViolation):
    """The register's grade is no longer the one the proposal started from."""

    code = "risk_grade_moved"
    basis = BASIS


@dataclass
class Run:
    """What one run wrote: new proposals, agreements, and what said the same as before."""

    proposed: int = 0
    agrees: int = 0
    same: int = 0

    def summary(self) -> str:
        return _("新建议 %(proposed)d · 与现行等级一致 %(agrees)d · 无变化 %(same)d") % vars(self)


def _results(
    rows: Sequence[PollutionSource],
    *,
    weights: Mapping[str, int],
    thresholds: Mapping[str, int],
    today: date,
) -> Iterator[tuple[PollutionSource, Result]]:
    known = histories([row.pk for row in rows], today=today)
    for row in rows:
        facts = risk_facts(
            row, known[row.pk], today=today, lookback_years=weights["lookback_years"]
        )
        yield row, assess(facts, weights=weights, thresholds=thresholds, day=today)


def assess_sources(*, today: date, actor: Any = None) -> Run:
    """Compute every active unit and write what is new; ``actor`` None is the timetable.

    A batch is one transaction: a run that is killed leaves whole batches, and the next one
    finds the rest. The same facts under the same weights are never written twice, nor proposed
    again once a person has said no to them.
    """
    if actor is not None:
        require(actor, MANAGE_RISK)
    run = Run()
    for rows in active_batches():
        _assess_batch(rows, run, today=today)
    if actor is not None or run.proposed:
        record_event(
            action="risk.assessed", actor=actor, changes={"summary": [None, run.summary()]}
        )
    return run


@transaction.atomic
def assess_units(*, source_ids: Sequence[int], today: date, actor: Any) -> Run:
    """The chosen units now, by the same rule as all; the caller records why."""
    require(actor, MANAGE_RISK)
    run = Run()
    for start in range(0, len(source_ids), BATCH):
        chosen = PollutionSource.objects.active().filter(pk__in=source_ids[start : start + BATCH])
        _assess_batch(list(chosen.order_by("pk")), run, today=today)
    return run


@transaction.atomic
def _assess_batch(rows: Sequence[PollutionSource], run: Run, *, today: date) -> None:
    version = stored_weights(today)
    # Two runs at once queue up here; so the second one sees what the first has written.
    RiskWeights.objects.select_for_update().get(pk=version.pk)
    latest = _latest([row.pk for row in rows])
    made = []
    for source, result in _results(
        rows, weights=version.weights, thresholds=version.thresholds, today=today
    ):
        row = _assessment(source, result, version, today)
        if _says_the_same(latest.get(source.pk), row):
            run.same += 1
            continue
        made.append(row)
    RiskAssessment.objects.filter(
        source__in=[row.source_id for row in made], state=AssessmentState.PROPOSED
    ).update(state=AssessmentState.SUPERSEDED)
    RiskAssessment.objects.bulk_create(made, batch_size=500)
    counts = Counter(row.state for row in made)
    run.proposed += counts[AssessmentState.PROPOSED]
    run.agrees += counts[AssessmentState.AGREES]


def _latest(source_ids: Sequence[int]) -> dict[int, RiskAssessment]:
    newest = (
        RiskAssessment.objects.filter(source__in=source_ids)
        .order_by()
        .values("source")
        .annotate(newest=Max("pk"))
        .values("newest")
    )
    return {row.source_id: row for row in RiskAssessment.objects.filter(pk__in=newest)}


def _assessment(
    source: PollutionSource, result: Result, version: RiskWeights, today: date
) -> RiskAssessment:
    agrees = source.risk_grade == result.grade
    return RiskAssessment(
        source=source,
        on=today,
        weights=version,
        score=result.score,
        contributions=[vars(line) for line in result.contributions],
        old_grade=source.risk_grade,
        proposed_grade=result.grade,
        state=AssessmentState.AGREES if agrees else AssessmentState.PROPOSED,
    )


# What the newest assessment may have become by now, and still say the same as a new one.
STANDS_FOR = {
    AssessmentState.PROPOSED: {AssessmentState.PROPOSED, AssessmentState.REJECTED},
    AssessmentState.AGREES: {AssessmentState.AGREES, AssessmentState.CONFIRMED},
}


def _says_the_same(old: RiskAssessment | None, new: RiskAssessment) -> bool:
    return (
        old is not None
        and old.state in STANDS_FOR[AssessmentState(new.state)]
        and old.weights_id == new.weights_id
        and old.proposed_grade == new.proposed_grade
        and (old.old_grade == new.old_grade or old.state == AssessmentState.CONFIRMED)
        and old.contributions == new.contributions
    )


@dataclass
class Preview:
    """What a draft of weights would do: ``changes`` counts (old, new) grades that differ."""

    units: int = 0
    changed: int = 0
    against_register: int = 0
    changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    grades: Counter[str] = field(default_factory=Counter)


def preview_weights(
    *, weights: Mapping[str, int], thresholds: Mapping[str, int], today: date
) -> Preview:
    """Compute every unit by the weights in force and by the draft; nothing is written."""
    check_weights(weights, thresholds)
    now = weights_on(today)
    preview = Preview()
    for rows in active_batches():
        ours = _results(rows, weights=now.weights, thresholds=now.thresholds, today=today)
        drafts = _results(rows, weights=weights, thresholds=thresholds, today=today)
        for (source, old), (_same, new) in zip(ours, drafts, strict=True):
            preview.units += 1
            preview.grades[new.grade] += 1
            preview.against_register += source.risk_grade != new.grade
            if old.grade != new.grade:
                preview.changed += 1
                preview.changes[old.grade, new.grade] += 1
    return preview


@transaction.atomic
def decide_assessments(
    *, assessment_ids: Sequence[int], approve: bool, reason: str, actor: Any, now: datetime
) -> int:
    """Confirm or reject proposals, one or many, all or none; confirming sets the grade."""
    require(actor, CONFIRM_RISK)
    reason = checked_text(reason, label=_("理由"), field="reason", limit=300)
    ids = set(assessment_ids)
    if not ids:
        raise AssessmentDecided(_("请先勾选要办理的建议。"), field="chosen")
    rows = list(
        RiskAssessment.objects.select_for_update(of=("self",))
        .filter(pk__in=ids, state=AssessmentState.PROPOSED)
        .order_by("pk")
    )
    if len(rows) != len(ids):
        raise AssessmentDecided(
            _("所选建议中有 %(count)d 项已办理或已被新测算取代，请刷新页面后重选。")
            % {"count": len(ids) - len(rows)}
        )
    sources = PollutionSource.objects.select_for_update().in_bulk([row.source_id for row in rows])
    if approve:
        _set_grades(rows, sources, reason=reason, actor=actor)
    state = AssessmentState.CONFIRMED if approve else AssessmentState.REJECTED
    RiskAssessment.objects.filter(pk__in=ids).update(
        state=state, decided_by=actor, decided_at=now, reason=reason
    )
    if not approve:
        record_events(
            build_event(
                action="risk_grade.rejected",
                actor=actor,
                obj=sources[row.source_id],
                changes={"proposed_grade": [row.old_grade, row.proposed_grade]},
                reason=reason,
            )
            for row in rows
        )
    return len(rows)


def _set_grades(
    rows: Sequence[RiskAssessment],
    sources: Mapping[int, PollutionSource],
    *,
    reason: str,
    actor: Any,
) -> None:
    moved = [
        sources[row.source_id].code
        for row in rows
        if sources[row.source_id].risk_grade != row.old_grade
    ]
    if moved:
        raise GradeMoved(
            _("%(codes)s 的现行等级在测算之后已变动，请重新测算后再确认。")
            % {"codes": "、".join(moved[:10])}
        )
    events = []
    for row in rows:
        source = sources[row.source_id]
        source.risk_grade = row.proposed_grade
        events.append(
            build_event(
                action="source.risk_grade_changed",
                actor=actor,
                obj=source,
                changes={
                    "risk_grade": [row.old_grade, row.proposed_grade],
                    "score": [None, row.score],
                },
                reason=reason,
            )
        )
    PollutionSource.objects.bulk_update(list(sources.values()), ["risk_grade"], batch_size=500)
    record_events(events)
