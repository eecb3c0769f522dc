"""问题: opened by an approved record, followed until 销号 (实施方案 三（二）)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import Handling, ProblemState
from inspections.models import Problem, ProblemEvent, RecordVersion
from inspections.permissions import CLOSE_PROBLEM
from inspections.rules.deadlines import reinspection_due, transfer_approval_due
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


def open_problems(*, version: RecordVersion, sections: dict[str, Any], now: datetime) -> None:
    """One problem per must-check answered 发现问题; the caller holds the transaction."""
    for name in sorted(sections):
        value = sections[name]
        if name.startswith("must_check:") and value.get("answer") == "problem":
            _open_one(version, name, value, now)


def _open_one(version: RecordVersion, section: str, value: dict[str, Any], now: datetime) -> None:
    handling = value["handling"]
    deadline = value.get("deadline") or None
    problem = Problem.objects.create(
        assignment=version.assignment,
        version=version,
        section=section,
        description=value["note"],
        handling=handling,
        deadline=date.fromisoformat(deadline) if deadline else None,
        case_number=value.get("case_number", ""),
        opened_at=now,
    )
    ProblemEvent.objects.create(
        problem=problem, text=_("登记问题：%(text)s") % {"text": value["note"]}
    )
    if handling == Handling.CORRECTED_ON_SPOT:
        _propose(problem, _("现场检查时已改正。"), version.submitted_by)
    _start_clocks(problem, now)
    record_event(action="problem.opened", obj=problem)


def _start_clocks(problem: Problem, now: datetime) -> None:
    today = timezone.localdate(now)
    common = {
        "subject": f"problem:{problem.pk}",
        "label": f"{problem.assignment.number} {problem.where}",
        "link": f"/inspections/problems/{problem.pk}/",
        "started_on": today,
        "calendar": work_calendar(),
    }
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


@transaction.atomic
def propose_close(*, problem_id: int, actor: Any, text: str) -> Problem:
    """The team says what was corrected and asks for 销号."""
    problem = Problem.objects.select_for_update(of=("self",)).get(pk=problem_id)
    require_team(problem.assignment, actor)
    if not text.strip():
        raise ClosingTextMissing(_("请写明整改情况和核实方式。"), field="text")
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
