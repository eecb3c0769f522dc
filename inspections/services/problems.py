"""问题: opened by an approved record, followed until 销号 (实施方案 三（二）)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import Handling, ProblemState
from inspections.models import Problem, RecordVersion
from inspections.permissions import CLOSE_PROBLEM
from inspections.rules.deadlines import handover_due
from inspections.services.assignments import require_team
from inspections.services.problem_steps import (
    TRANSFER_RULE,
    NotHandledYet,
    locked_problem,
    move,
    note,
    open_problem,
    propose,
    start_clock,
    start_clocks,
    stop_all_clocks,
    stop_clock,
)
from inspections.services.rechecks import note_recheck
from registry.choices import DeadlineKind
from registry.grading.services.clues_and_problems import note_closed_problem
from registry.permissions import require, require_other_person
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event

RECEIPT_LENGTH = 200


class ClosingTextMissing(RuleViolation):
    code = "closing_text_missing"
    basis = "实施方案 三（二）"


def open_problems(*, version: RecordVersion, sections: dict[str, Any], now: datetime) -> None:
    """One problem per must-check answered 发现问题; the caller holds the transaction.

    What a recheck still finds uncorrected is no new problem: the old one goes on.
    """
    carried = note_recheck(version=version, sections=sections, now=now)
    for name in sorted(sections):
        value = sections[name]
        if (
            name.startswith("must_check:")
            and value.get("answer") == "problem"
            and name not in carried
        ):
            _open_one(version, name, value, now)


def _open_one(version: RecordVersion, section: str, value: dict[str, Any], now: datetime) -> None:
    handling = value["handling"]
    deadline, rectify = value.get("deadline") or None, handling == Handling.RECTIFICATION
    problem = Problem.objects.create(
        assignment=version.assignment,
        version=version,
        section=section,
        description=value["note"],
        handling=handling,
        deadline=date.fromisoformat(deadline) if deadline and rectify else None,
        opened_at=now,
    )
    note(problem, _("登记问题：%(text)s") % {"text": value["note"]})
    if handling == Handling.CORRECTED_ON_SPOT:
        propose(problem, _("现场检查时已改正。"), version.submitted_by)
    start_clocks(problem, now)
    record_event(action="problem.opened", obj=problem)


def _require_handled(problem: Problem) -> None:
    """An order was served and its correction seen again, a penalty was decided and served, a
    referral was handed over: else nothing was done yet."""
    if problem.handling == Handling.RECTIFICATION:
        if not problem.orders.filter(served_on__isnull=False).exists():
            raise NotHandledYet(
                _("限期整改的问题须先制作并送达责令改正通知书，才能提请销号。"), field="text"
            )
        if problem.recheck_passed_on is None:
            raise NotHandledYet(_("限期整改的问题须经复查合格，才能提请销号。"), field="text")
    if problem.handling == Handling.PENALTY_CASE:
        _require_penalty(problem)
    if problem.handling == Handling.REFERRAL and problem.handed_over_at is None:
        raise NotHandledYet(_("移送司法的问题须先批准移送并登记移交，才能提请销号。"), field="text")


def _require_penalty(problem: Problem) -> None:
    if not problem.case_number:
        raise NotHandledYet(_("立案处罚的问题须先登记案号，才能提请销号。"), field="text")
    decisions = problem.penalties.exclude(state="changed")
    if not decisions.filter(served_on__isnull=False).exists():
        raise NotHandledYet(_("立案处罚的问题须先登记处罚决定并送达，才能提请销号。"), field="text")


@transaction.atomic
def approve_transfer(*, problem_id: int, actor: Any, now: datetime) -> Problem:
    """批准移送: the leader decides; the 24 hours of the hand-over start."""
    require(actor, CLOSE_PROBLEM)
    problem = open_problem(problem_id, Handling.REFERRAL)
    if problem.transfer_approved_at is not None:
        raise NotHandledYet(_("移送已经批准。"))
    problem.transfer_approved_at, problem.transfer_approved_by = now, actor
    problem.save(update_fields=["transfer_approved_at", "transfer_approved_by"])
    stop_clock(problem, DeadlineKind.TRANSFER_APPROVAL, now=now)
    start_clock(
        problem,
        DeadlineKind.TRANSFER_HANDOVER,
        due_on=handover_due(timezone.localdate(now)),
        basis=TRANSFER_RULE,
        now=now,
    )
    note(problem, _("批准移送司法机关"), actor)
    record_event(action="problem.transfer_approved", actor=actor, obj=problem)
    return problem


@transaction.atomic
def record_handover(*, problem_id: int, actor: Any, receipt: str, now: datetime) -> Problem:
    """移交: to whom the case was handed, with the receipt."""
    problem = open_problem(problem_id, Handling.REFERRAL)
    require_team(problem.assignment, actor)
    if problem.transfer_approved_at is None or problem.handed_over_at is not None:
        raise NotHandledYet(_("须先由局领导批准移送，且只登记一次移交。"))
    receipt = checked_text(
        receipt, label=_("接收机关和回执编号"), field="text", limit=RECEIPT_LENGTH
    )
    problem.handed_over_at, problem.handover_receipt = now, receipt
    problem.save(update_fields=["handed_over_at", "handover_receipt"])
    stop_clock(problem, DeadlineKind.TRANSFER_HANDOVER, now=now)
    note(problem, _("已移交：%(receipt)s") % {"receipt": receipt}, actor)
    record_event(action="problem.handed_over", actor=actor, obj=problem, reason=receipt)
    return problem


@transaction.atomic
def propose_close(*, problem_id: int, actor: Any, text: str) -> Problem:
    """The team says what was corrected and asks for 销号."""
    problem = locked_problem(problem_id)
    require_team(problem.assignment, actor)
    if not text.strip():
        raise ClosingTextMissing(_("请写明整改情况和核实方式。"), field="text")
    _require_handled(problem)
    propose(problem, text.strip(), actor)
    record_event(action="problem.close_proposed", actor=actor, obj=problem, reason=text)
    return problem


@transaction.atomic
def close_problem(*, problem_id: int, actor: Any, now: datetime) -> Problem:
    """销号, by someone who did not propose it."""
    require(actor, CLOSE_PROBLEM)
    problem = locked_problem(problem_id)
    require_other_person(actor, problem.close_proposed_by, message=_("提请销号的人不能批准销号。"))
    move(problem, ProblemState.CLOSED, closed_by=actor, closed_at=now)
    note(problem, _("批准销号"), actor)
    stop_all_clocks(problem, now=now)
    note_closed_problem(reference=f"problem:{problem.pk}", on=timezone.localdate(now))
    record_event(action="problem.closed", actor=actor, obj=problem)
    return problem


@transaction.atomic
def refuse_close(*, problem_id: int, actor: Any, reason: str) -> Problem:
    """Not corrected yet: back to the team, with a reason."""
    require(actor, CLOSE_PROBLEM)
    problem = locked_problem(problem_id)
    if not reason.strip():
        raise ClosingTextMissing(_("请写明不予销号的原因。"), field="reason")
    move(problem, ProblemState.OPEN)
    note(problem, _("不予销号：%(reason)s") % {"reason": reason.strip()}, actor)
    record_event(action="problem.close_refused", actor=actor, obj=problem, reason=reason)
    return problem
