"""立案处罚: the case, the decision, its service, its change or revocation (domain rules §4.7).

What the public side needs stands on the row: it publishes a standing decision within 7 working days of
``decided_on`` and takes one whose ``state`` is not ``standing`` down within 3 days of ``ended_on``.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import Handling, PenaltyState
from inspections.models import PenaltyDecision, Problem
from inspections.permissions import CLOSE_PROBLEM
from inspections.rules.deadlines import decision_due, service_due
from inspections.services.assignments import require_team
from inspections.services.orders import fill_service
from inspections.services.problem_steps import (
    NotHandledYet,
    locked_problem,
    note,
    open_problem,
    start_clock,
    stop_clock,
)
from registry.choices import DeadlineKind
from registry.grading.services.risk_facts import record_penalty, void_penalty
from registry.permissions import require
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event

LARGEST = Decimal("9999999999")


class BadPenalty(RuleViolation):
    code = "bad_penalty"
    basis = "生态环境行政处罚办法"


@transaction.atomic
def register_case(
    *, problem_id: int, actor: Any, number: str, filed_on: date, now: datetime
) -> Problem:
    """立案: number and day of the case; 90 days until the decision start."""
    problem = open_problem(problem_id, Handling.PENALTY_CASE)
    require_team(problem.assignment, actor)
    number = number.strip()
    if not number or len(number) > 60:
        raise NotHandledYet(_("请填写案号，不超过60个字。"), field="number")
    opened = timezone.localdate(problem.version.inspected_from)
    if not opened <= filed_on <= timezone.localdate(now):
        raise BadPenalty(_("立案日期应在检查之后，且不晚于今天。"), field="filed_on")
    old, problem.case_number, problem.case_filed_on = problem.case_number, number, filed_on
    problem.save(update_fields=["case_number", "case_filed_on"])
    stop_clock(problem, DeadlineKind.FILE_CASE, now=now)
    start_clock(
        problem,
        DeadlineKind.DECIDE_PENALTY,
        due_on=decision_due(filed_on),
        basis="行政处罚法 第六十条",
        now=now,
    )
    note(problem, _("立案，案号 %(number)s") % {"number": number}, actor)
    record_event(
        action="problem.case_registered",
        actor=actor,
        obj=problem,
        changes={"case_number": [old, number]},
    )
    return problem


@transaction.atomic
def record_decision(
    *,
    problem_id: int,
    number: str,
    violation: str,
    content: str,
    basis: str,
    hearing: str,
    amount: Decimal,
    decided_on: date,
    actor: Any,
    now: datetime,
) -> PenaltyDecision:
    """处罚决定. A second one replaces the standing decision, which becomes 已变更."""
    problem = open_problem(problem_id, Handling.PENALTY_CASE)
    require_team(problem.assignment, actor)
    number = checked_text(number, label=_("处罚决定书文号"), field="number", limit=60)
    if not problem.case_number or problem.case_filed_on is None:
        raise BadPenalty(_("须先登记立案，再登记处罚决定。"))
    if PenaltyDecision.objects.filter(number=number).exists():
        raise BadPenalty(_("该文号已经登记，请核对。"), field="number")
    if not problem.case_filed_on <= decided_on <= timezone.localdate(now):
        raise BadPenalty(_("决定日期应在立案之后，且不晚于今天。"), field="decided_on")
    if not 0 <= amount <= LARGEST:
        raise BadPenalty(_("罚款金额不能为负；没有罚款的填 0。"), field="amount")
    standing = problem.penalties.filter(state=PenaltyState.STANDING).first()
    if standing is not None:
        reason = _("由 %(number)s 变更") % {"number": number}
        _end(standing, PenaltyState.CHANGED, on=decided_on, reason=reason, actor=actor, now=now)
    row = PenaltyDecision.objects.create(
        problem=problem,
        number=number,
        violation=checked_text(violation, label=_("违法事实"), field="violation", limit=2000),
        content=checked_text(content, label=_("处罚内容"), field="content", limit=500),
        basis=checked_text(basis, label=_("处罚依据"), field="basis", limit=500),
        hearing=checked_text(
            hearing, label=_("事先告知和陈述申辩情况"), field="hearing", limit=1000
        ),
        amount=amount,
        decided_on=decided_on,
        recorded_by=actor,
        recorded_at=now,
    )
    if standing is not None:
        standing.replaced_by = row
        standing.save(update_fields=["replaced_by"])
    stop_clock(problem, DeadlineKind.DECIDE_PENALTY, now=now)
    start_clock(
        problem,
        DeadlineKind.SERVE_PENALTY,
        due_on=service_due(decided_on),
        basis="行政处罚法 第六十一条",
        now=now,
    )
    record_penalty(source=problem.assignment.unit, on=decided_on, reference=number, actor=actor)
    note(problem, _("作出处罚决定 %(number)s") % {"number": number}, actor)
    record_event(action="penalty.decided", actor=actor, obj=row)
    return row


@transaction.atomic
def serve_decision(
    *,
    decision_id: int,
    served_on: date,
    method: str,
    receiver: str,
    text: str,
    actor: Any,
    now: datetime,
) -> PenaltyDecision:
    row = _locked(decision_id)
    problem = open_problem(row.problem_id, Handling.PENALTY_CASE)
    require_team(problem.assignment, actor)
    fill_service(
        row,
        not_before=row.decided_on,
        served_on=served_on,
        method=method,
        receiver=receiver,
        text=text,
        actor=actor,
        today=timezone.localdate(now),
    )
    stop_clock(problem, DeadlineKind.SERVE_PENALTY, now=now)
    note(problem, _("处罚决定 %(number)s 已送达") % {"number": row.number}, actor)
    record_event(action="penalty.served", actor=actor, obj=row)
    return row


@transaction.atomic
def revoke_decision(
    *, decision_id: int, on: date, reason: str, actor: Any, now: datetime
) -> PenaltyDecision:
    """撤销 (by reconsideration, by a court, or of one's own motion), by an approver."""
    require(actor, CLOSE_PROBLEM)
    row = _locked(decision_id)
    problem = locked_problem(row.problem_id)
    if row.state != PenaltyState.STANDING:
        raise BadPenalty(_("该决定已变更或撤销。"))
    if not row.decided_on <= on <= timezone.localdate(now):
        raise BadPenalty(_("撤销日期应在决定之后，且不晚于今天。"), field="on")
    reason = checked_text(reason, label=_("撤销原因"), field="reason", limit=300)
    _end(row, PenaltyState.REVOKED, on=on, reason=reason, actor=actor, now=now)
    note(problem, _("处罚决定 %(number)s 已撤销") % {"number": row.number}, actor)
    return row


def _locked(decision_id: int) -> PenaltyDecision:
    return PenaltyDecision.objects.select_for_update(of=("self",)).get(pk=decision_id)


def _end(
    row: PenaltyDecision, state: str, *, on: date, reason: str, actor: Any, now: datetime
) -> None:
    row.state, row.ended_on, row.ended_reason, row.ended_by = state, on, reason, actor
    row.save(update_fields=["state", "ended_on", "ended_reason", "ended_by"])
    void_penalty(reference=row.number, reason=reason, actor=actor, now=now)
    record_event(
        action="penalty.ended",
        actor=actor,
        obj=row,
        changes={"state": ["standing", state]},
        reason=reason,
    )
