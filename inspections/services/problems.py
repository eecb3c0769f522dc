"""问题: opened by an approved record, followed until 销号 (实施方案 三（二）)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import Handling, ProblemState
from inspections.models import Problem, ProblemEvent, RecordVersion
from inspections.permissions import CLOSE_PROBLEM
from inspections.rules.deadlines import handover_due, reinspection_due, transfer_approval_due
from inspections.rules.problem_state import ProblemMoveNotAllowed, check_move
from inspections.services.assignments import require_team
from registry.choices import BureauRole, DeadlineKind
from registry.rules.violations import RuleViolation
from registry.selectors import work_calendar
from registry.services.access import require, require_other_person
from registry.services.deadlines import close_deadline, start_deadline
from registry.services.trail import record_event


class ClosingTextMissing(RuleViolation):
    code = "closing_text_missing"
    basis = "实施方案 三（二）"


class NotHandledYet(RuleViolation):
    code = "problem_not_handled_yet"
    basis = "实施方案 三（二）"


CASE_NUMBER_LENGTH, RECEIPT_LENGTH = 60, 200


def open_problems(*, version: RecordVersion, sections: dict[str, Any], now: datetime) -> None:
    """One problem per must-check answered 发现问题; the caller holds the transaction."""
    for name in sorted(sections):
        value = sections[name]
        if name.startswith("must_check:") and value.get("answer") == "problem":
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
    ProblemEvent.objects.create(
        problem=problem, text=_("登记问题：%(text)s") % {"text": value["note"]}
    )
    if handling == Handling.CORRECTED_ON_SPOT:
        _propose(problem, _("现场检查时已改正。"), version.submitted_by)
    _start_clocks(problem, now)
    record_event(action="problem.opened", obj=problem)


def _clock(problem: Problem, today: date) -> dict[str, Any]:
    """What every clock of one problem has in common."""
    return {
        "subject": f"problem:{problem.pk}",
        "label": f"{problem.assignment.number} {problem.where}",
        "link": f"/inspections/problems/{problem.pk}/",
        "started_on": today,
        "calendar": work_calendar(),
    }


def _start_clocks(problem: Problem, now: datetime) -> None:
    today = timezone.localdate(now)
    common = _clock(problem, today)
    if problem.handling == Handling.RECTIFICATION and problem.deadline:
        start_deadline(
            kind=DeadlineKind.RECTIFY_PROBLEM,
            due_on=max(problem.deadline, today),
            basis="责令改正决定",
            role=BureauRole.OFFICER,
            **common,
        )
        start_deadline(
            kind=DeadlineKind.REINSPECT_PROBLEM,
            due_on=reinspection_due(today),
            basis="责令改正送达之日起30日内复查",
            role=BureauRole.OFFICER,
            **common,
        )
    elif problem.handling == Handling.REFERRAL:
        start_deadline(
            kind=DeadlineKind.TRANSFER_APPROVAL,
            due_on=transfer_approval_due(today),
            basis="行政执法机关移送涉嫌犯罪案件的规定 第五条",
            role=BureauRole.DIRECTOR,
            **common,
        )


def _move(problem: Problem, new: str, **fields: Any) -> None:
    check_move(problem.state, new)
    moved = Problem.objects.filter(pk=problem.pk, state=problem.state).update(state=new, **fields)
    if moved != 1:
        raise ProblemMoveNotAllowed(_("问题状态刚刚被他人改变，请刷新页面。"))
    problem.state = new


def _propose(problem: Problem, text: str, actor: Any) -> None:
    _move(
        problem,
        ProblemState.AWAITING_CLOSE,
        proposed_closing=text,
        close_proposed_by=actor,
    )
    ProblemEvent.objects.create(
        problem=problem, actor=actor, text=_("提请销号：%(text)s") % {"text": text}
    )


def _require_handled(problem: Problem) -> None:
    """A penalty case has its number, a referral was handed over: else nothing was done yet."""
    if problem.handling == Handling.PENALTY_CASE and not problem.case_number:
        raise NotHandledYet(_("立案处罚的问题须先登记案号，才能提请销号。"), field="text")
    if problem.handling == Handling.REFERRAL and problem.handed_over_at is None:
        raise NotHandledYet(_("移送司法的问题须先批准移送并登记移交，才能提请销号。"), field="text")


def _open_problem(problem_id: int, handling: str) -> Problem:
    problem = Problem.objects.select_for_update(of=("self",)).get(pk=problem_id)
    if problem.handling != handling or problem.state == ProblemState.CLOSED:
        raise NotHandledYet(_("该问题的处理方式或状态不适用此步骤，请刷新页面。"))
    return problem


@transaction.atomic
def register_case(*, problem_id: int, actor: Any, number: str) -> Problem:
    """立案: the case number of a problem that is handled as a penalty case."""
    problem = _open_problem(problem_id, Handling.PENALTY_CASE)
    require_team(problem.assignment, actor)
    number = number.strip()
    if not number or len(number) > CASE_NUMBER_LENGTH:
        raise NotHandledYet(_("请填写案号，不超过60个字。"), field="text")
    old, problem.case_number = problem.case_number, number
    problem.save(update_fields=["case_number"])
    ProblemEvent.objects.create(
        problem=problem, actor=actor, text=_("立案，案号 %(number)s") % {"number": number}
    )
    record_event(
        action="problem.case_registered",
        actor=actor,
        obj=problem,
        changes={"case_number": [old, number]},
    )
    return problem


@transaction.atomic
def approve_transfer(*, problem_id: int, actor: Any, now: datetime) -> Problem:
    """批准移送: the leader decides; the 24 hours of the hand-over start."""
    require(actor, CLOSE_PROBLEM)
    problem = _open_problem(problem_id, Handling.REFERRAL)
    if problem.transfer_approved_at is not None:
        raise NotHandledYet(_("移送已经批准。"))
    problem.transfer_approved_at, problem.transfer_approved_by = now, actor
    problem.save(update_fields=["transfer_approved_at", "transfer_approved_by"])
    today = timezone.localdate(now)
    close_deadline(kind=DeadlineKind.TRANSFER_APPROVAL, subject=f"problem:{problem.pk}", now=now)
    start_deadline(
        kind=DeadlineKind.TRANSFER_HANDOVER,
        due_on=handover_due(today),
        basis="行政执法机关移送涉嫌犯罪案件的规定 第五条",
        role=BureauRole.OFFICER,
        **_clock(problem, today),
    )
    ProblemEvent.objects.create(problem=problem, actor=actor, text=_("批准移送司法机关"))
    record_event(action="problem.transfer_approved", actor=actor, obj=problem)
    return problem


@transaction.atomic
def record_handover(*, problem_id: int, actor: Any, receipt: str, now: datetime) -> Problem:
    """移交: to whom the case was handed, with the receipt."""
    problem = _open_problem(problem_id, Handling.REFERRAL)
    require_team(problem.assignment, actor)
    if problem.transfer_approved_at is None or problem.handed_over_at is not None:
        raise NotHandledYet(_("须先由局领导批准移送，且只登记一次移交。"))
    receipt = receipt.strip()
    if not receipt or len(receipt) > RECEIPT_LENGTH:
        raise NotHandledYet(_("请填写接收机关和回执编号，不超过200个字。"), field="text")
    problem.handed_over_at, problem.handover_receipt = now, receipt
    problem.save(update_fields=["handed_over_at", "handover_receipt"])
    close_deadline(kind=DeadlineKind.TRANSFER_HANDOVER, subject=f"problem:{problem.pk}", now=now)
    ProblemEvent.objects.create(
        problem=problem, actor=actor, text=_("已移交：%(receipt)s") % {"receipt": receipt}
    )
    record_event(action="problem.handed_over", actor=actor, obj=problem, reason=receipt)
    return problem


@transaction.atomic
def propose_close(*, problem_id: int, actor: Any, text: str) -> Problem:
    """The team says what was corrected and asks for 销号."""
    problem = Problem.objects.select_for_update(of=("self",)).get(pk=problem_id)
    require_team(problem.assignment, actor)
    if not text.strip():
        raise ClosingTextMissing(_("请写明整改情况和核实方式。"), field="text")
    _require_handled(problem)
    _propose(problem, text.strip(), actor)
    record_event(action="problem.close_proposed", actor=actor, obj=problem, reason=text)
    return problem


@transaction.atomic
def close_problem(*, problem_id: int, actor: Any, now: datetime) -> Problem:
    """销号, by someone who did not propose it."""
    require(actor, CLOSE_PROBLEM)
    problem = Problem.objects.select_for_update(of=("self",)).get(pk=problem_id)
    require_other_person(actor, problem.close_proposed_by, message=_("提请销号的人不能批准销号。"))
    _move(problem, ProblemState.CLOSED, closed_by=actor, closed_at=now)
    ProblemEvent.objects.create(problem=problem, actor=actor, text=_("批准销号"))
    for kind in (
        DeadlineKind.RECTIFY_PROBLEM,
        DeadlineKind.REINSPECT_PROBLEM,
        DeadlineKind.TRANSFER_APPROVAL,
        DeadlineKind.TRANSFER_HANDOVER,
    ):
        close_deadline(kind=kind, subject=f"problem:{problem.pk}", now=now)
    record_event(action="problem.closed", actor=actor, obj=problem)
    return problem


@transaction.atomic
def refuse_close(*, problem_id: int, actor: Any, reason: str) -> Problem:
    """Not corrected yet: back to the team, with a reason."""
    require(actor, CLOSE_PROBLEM)
    problem = Problem.objects.select_for_update(of=("self",)).get(pk=problem_id)
    if not reason.strip():
        raise ClosingTextMissing(_("请写明不予销号的原因。"), field="reason")
    _move(problem, ProblemState.OPEN)
    ProblemEvent.objects.create(
        problem=problem, actor=actor, text=_("不予销号：%(reason)s") % {"reason": reason.strip()}
    )
    record_event(action="problem.close_refused", actor=actor, obj=problem, reason=reason)
    return problem
