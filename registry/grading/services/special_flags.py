"""特殊监管: proposals to begin and to end, from recorded facts; a person decides each (domain rules §1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.choices import EndingState, RiskFactKind, SpecialReason
from registry.grading.rules.risk import CREDIT_LABELS, GRADE_LABELS
from registry.grading.rules.special_flag import Facts, Thresholds, is_gone, proposed_reasons
from registry.grading.services.unit_facts import UnitHistory, active_batches, histories
from registry.models import PollutionSource, SpecialFlag, SpecialFlagEnding
from registry.permissions import (
    APPROVE_SPECIAL_FLAG,
    MANAGE_REGISTERS,
    require,
    require_other_person,
)
from registry.rules.texts import checked_text
from registry.rules.unit_words import RiskGrade
from registry.rules.violations import RuleViolation
from registry.rules.years import years_before
from registry.selectors import bureau_settings
from registry.trail.services import build_event, record_event, record_events


class FlagAlreadyDecided(RuleViolation):
    code = "flag_already_decided"
    basis = "实施方案 二（一）"


@transaction.atomic
def decide_flag(
    *, flag_id: int, approve: bool, reason: str, actor: Any, now: datetime
) -> SpecialFlag:
    """The system or a planner proposes, another person approves or rejects, and says why."""
    require(actor, APPROVE_SPECIAL_FLAG)
    reason = checked_text(reason, label=_("决定理由"), field="reason", limit=300)
    flag = SpecialFlag.objects.select_for_update(of=("self",)).get(pk=flag_id)
    if flag.state != SpecialFlag.State.PROPOSED:
        raise FlagAlreadyDecided(_("该标记已处理。"))
    require_other_person(actor, flag.proposed_by, message=_("提出人不能批准自己提出的标记。"))
    flag.state = SpecialFlag.State.APPROVED if approve else SpecialFlag.State.REJECTED
    flag.approved_by, flag.decided_at, flag.decision_reason = actor, now, reason
    flag.save(update_fields=["state", "approved_by", "decided_at", "decision_reason"])
    record_event(
        action="special_flag.approved" if approve else "special_flag.rejected",
        actor=actor,
        obj=flag,
        reason=reason,
    )
    return flag


CREDIT_GRADES = {
    "warning": frozenset({"warning", "bad"}),
    "bad": frozenset({"bad"}),
    "none": frozenset[str](),
}


class EndingAlreadyDecided(RuleViolation):
    code = "flag_ending_already_decided"
    basis = "实施方案 二（一）"


def thresholds() -> Thresholds:
    """The bureau's lines (本局设定)."""
    chosen = bureau_settings()
    return Thresholds(
        penalties=chosen["special_penalties"],
        supervised_cases=chosen["special_supervised_cases"],
        complaints=chosen["special_complaints"],
        credit_grades=CREDIT_GRADES[chosen["special_credit"]],
        risk_grades=frozenset({RiskGrade.HIGH}) if chosen["special_high_risk"] else frozenset(),
    )


@dataclass(frozen=True)
class Known:
    """One unit as the rule sees it, with the words and the newest date behind each reason."""

    facts: Facts
    texts: dict[str, str]
    newest: dict[str, date | None]


def _known(source: PollutionSource, history: UnitHistory, today: date) -> Known:
    year = {"after": years_before(today, 1), "until": today}
    penalties = history.counted(RiskFactKind.PENALTY, **year)
    cases = history.counted(RiskFactKind.SUPERVISED_CASE, **year)
    clues = history.clues_counted(**year)
    problems = history.open_problems_counted()
    credit = CREDIT_LABELS.get(source.credit_grade, "未登记")
    serious = f"{penalties.text('近1年行政处罚')}；{cases.text('近1年挂牌督办', '件')}"
    return Known(
        facts=Facts(
            penalties_last_year=penalties.times,
            supervised_cases_last_year=cases.times,
            verified_complaints_last_year=clues.times,
            open_problems=problems.times,
            credit_grade=source.credit_grade,
            risk_grade=source.risk_grade,
        ),
        texts={
            SpecialReason.SERIOUS_VIOLATION: serious,
            SpecialReason.EXISTING_VIOLATION: problems.text("立案、移送或逾期未改的问题", "个"),
            SpecialReason.MANY_COMPLAINTS: clues.text("近1年查实线索", "条"),
            SpecialReason.LOW_CREDIT: f"信用等级：{credit}",
            SpecialReason.HIGH_RISK: f"风险等级：{GRADE_LABELS[source.risk_grade]}",
        },
        newest={
            SpecialReason.SERIOUS_VIOLATION: max(
                (day for day in (penalties.last, cases.last) if day), default=None
            ),
            SpecialReason.EXISTING_VIOLATION: problems.last,
            SpecialReason.MANY_COMPLAINTS: clues.last,
        },
    )


@dataclass
class Run:
    begin: int = 0
    end: int = 0
    withdrawn: int = 0

    def summary(self) -> str:
        return _("提议列入 %(begin)d · 提议终止 %(end)d · 撤回终止提议 %(withdrawn)d") % vars(self)


def propose_special_flags(*, today: date, actor: Any = None) -> Run:
    """Compare every active unit with the bureau's lines; ``actor`` None is the timetable.

    Proposes what the facts speak for and no open flag says yet, and the end of what they speak
    for no more. What a person has decided is proposed again only on newer facts.
    """
    if actor is not None:
        require(actor, MANAGE_REGISTERS)
    lines, run = thresholds(), Run()
    for rows in active_batches():
        _propose_batch([row.pk for row in rows], lines, run, today=today)
    if actor is not None or run != Run():
        record_event(
            action="special_flags.proposed", actor=actor, changes={"summary": [None, run.summary()]}
        )
    return run


@transaction.atomic
def _propose_batch(ids: Sequence[int], lines: Thresholds, run: Run, *, today: date) -> None:
    # Locked, so that two runs at once do not both find the flag missing.
    sources = list(PollutionSource.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    history = histories(ids, today=today)
    endings = Prefetch("endings", SpecialFlagEnding.objects.order_by("-pk"))
    flags: dict[int, list[SpecialFlag]] = {pk: [] for pk in ids}
    for flag in (
        SpecialFlag.objects.filter(source__in=ids).prefetch_related(endings).order_by("-pk")
    ):
        flags[flag.source_id].append(flag)
    made: list[SpecialFlag] = []
    ending: list[SpecialFlagEnding] = []
    back: list[int] = []
    for source in sources:
        known = _known(source, history[source.pk], today)
        made += _new_flags(source, flags[source.pk], known, lines, today)
        for flag in flags[source.pk]:
            flag.source = source
            found = _ending(flag, known, lines, today)
            if isinstance(found, SpecialFlagEnding):
                ending.append(found)
            elif found is not None:
                back.append(found)
    SpecialFlag.objects.bulk_create(made, batch_size=500)
    SpecialFlagEnding.objects.bulk_create(ending, batch_size=500)
    SpecialFlagEnding.objects.filter(pk__in=back).update(state=EndingState.WITHDRAWN)
    record_events(_proposal_events(made, ending))
    run.begin += len(made)
    run.end += len(ending)
    run.withdrawn += len(back)


def _proposal_events(
    made: Iterable[SpecialFlag], ending: Iterable[SpecialFlagEnding]
) -> Iterable[Any]:
    for flag in made:
        yield build_event(
            action="special_flag.proposed", actor=None, obj=flag, changes={}, reason=flag.evidence
        )
    for row in ending:
        yield build_event(
            action="special_flag.end_proposed",
            actor=None,
            obj=row.flag,
            changes={},
            reason=row.grounds,
        )


def _new_flags(
    source: PollutionSource,
    flags: Sequence[SpecialFlag],
    known: Known,
    lines: Thresholds,
    today: date,
) -> list[SpecialFlag]:
    return [
        SpecialFlag(
            source=source,
            reason=reason.value,
            evidence=known.texts[reason],
            starts_on=today,
            by_rule=True,
        )
        for reason in proposed_reasons(known.facts, lines)
        if not _already_said(reason, [f for f in flags if f.reason == reason], known)
    ]


def _already_said(reason: str, flags: Sequence[SpecialFlag], known: Known) -> bool:
    """An open flag of that reason, or a decision that the newest fact was known to."""
    for flag in flags:
        if flag.ends_on is None and flag.state != SpecialFlag.State.REJECTED:
            return True
    if not flags:
        return False
    last = flags[0]
    newest = known.newest.get(reason)
    decided = last.ends_on or (timezone.localdate(last.decided_at) if last.decided_at else None)
    if newest is not None and decided is not None:
        return newest <= decided
    return last.evidence == known.texts[reason]


def _ending(
    flag: SpecialFlag, known: Known, lines: Thresholds, today: date
) -> SpecialFlagEnding | int | None:
    """A new proposal to end ``flag``; or the key of the open one whose ground has gone; or None."""
    if flag.state != SpecialFlag.State.APPROVED or flag.ends_on or flag.starts_on > today:
        return None
    gone = is_gone(
        flag.reason,
        known.facts,
        by_rule=flag.by_rule,
        ran_a_year=flag.starts_on <= years_before(today, 1),
        thresholds=lines,
    )
    last = next(iter(flag.endings.all()), None)
    if last is not None and last.state == EndingState.PROPOSED:
        return None if gone else last.pk
    if not gone:
        return None
    grounds = _("%(facts)s，已不到提议界线") % {"facts": known.texts[flag.reason]}
    if last is not None and last.state == EndingState.REJECTED and last.grounds == grounds:
        return None
    return SpecialFlagEnding(flag=flag, grounds=grounds)


@transaction.atomic
def decide_ending(
    *, ending_id: int, approve: bool, reason: str, actor: Any, now: datetime
) -> SpecialFlagEnding:
    """End the flag from today on, or keep it, with a reason; whoever proposed the flag does not
    end it."""
    require(actor, APPROVE_SPECIAL_FLAG)
    reason = checked_text(reason, label=_("决定理由"), field="reason", limit=300)
    row = (
        SpecialFlagEnding.objects.select_for_update(of=("self",))
        .select_related("flag__source")
        .get(pk=ending_id)
    )
    flag = SpecialFlag.objects.select_for_update(of=("self",)).get(pk=row.flag_id)
    if row.state != EndingState.PROPOSED or flag.ends_on is not None:
        raise EndingAlreadyDecided(_("该提议已处理，或标记已经终止，请刷新页面。"))
    require_other_person(actor, flag.proposed_by, message=_("提出标记的人不能终止该标记。"))
    row.state = EndingState.APPROVED if approve else EndingState.REJECTED
    row.decided_by, row.decided_at, row.decision_reason = actor, now, reason
    row.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
    if approve:
        flag.ends_on = max(timezone.localdate(now), flag.starts_on)
        flag.end_reason = reason
        flag.save(update_fields=["ends_on", "end_reason"])
    record_event(
        action="special_flag.ended" if approve else "special_flag.end_rejected",
        actor=actor,
        obj=flag,
        changes={"ends_on": [None, str(flag.ends_on)]} if approve else {},
        reason=reason,
    )
    return row
