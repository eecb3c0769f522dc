"""What every step of a problem shares: its row locked, its state moved, its clocks, its history."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import Handling, ProblemState
from inspections.models import Problem, ProblemEvent
from inspections.rules.deadlines import filing_due, transfer_approval_due
from inspections.rules.problem_state import ProblemMoveNotAllowed, check_move
from registry.choices import BureauRole, DeadlineKind, DeadlineState
from registry.clocks.selectors import work_calendar
from registry.clocks.services.deadlines import close_deadline, start_deadline
from registry.grading.services.clues_and_problems import note_open_problem
from registry.models import Deadline
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_setting

TRANSFER_RULE = "行政执法机关移送涉嫌犯罪案件的规定 第五条"


class NotHandledYet(RuleViolation):
    code = "problem_not_handled_yet"
    basis = "实施方案 三（二）"


def locked_problem(problem_id: int) -> Problem:
    return Problem.objects.select_for_update(of=("self",)).get(pk=problem_id)


def open_problem(problem_id: int, *handlings: str) -> Problem:
    """The locked row, if it is still open and handled in one of these ways."""
    problem = locked_problem(problem_id)
    if problem.handling not in handlings or problem.state == ProblemState.CLOSED:
        raise NotHandledYet(_("该问题的处理方式或状态不适用此步骤，请刷新页面。"))
    return problem


def note(problem: Problem, text: str, actor: Any = None) -> None:
    ProblemEvent.objects.create(problem=problem, actor=actor, text=text)


def clocks_of(problem: Problem, kind: str = "") -> QuerySet[Deadline]:
    """All clocks of the problem, the first of a kind under ``problem:7``, later ones numbered."""
    subject = f"problem:{problem.pk}"
    rows = Deadline.objects.filter(Q(subject=subject) | Q(subject__startswith=f"{subject}#"))
    return rows.filter(kind=kind) if kind else rows


def start_clock(
    problem: Problem,
    kind: str,
    *,
    due_on: date,
    basis: str,
    now: datetime,
    role: str = BureauRole.OFFICER,
    working_days: int | None = None,
) -> None:
    """A clock of this problem; one of the same kind that still runs is cancelled, and stays."""
    stop_clock(problem, kind, now=now, state=DeadlineState.CANCELLED)
    earlier, today = clocks_of(problem, kind).count(), timezone.localdate(now)
    start_deadline(
        kind=kind,
        subject=f"problem:{problem.pk}" + (f"#{earlier + 1}" if earlier else ""),
        label=f"{problem.assignment.number} {problem.where}",
        link=f"/inspections/problems/{problem.pk}/",
        started_on=today,
        due_on=max(due_on, today),
        basis=basis,
        role=role,
        calendar=work_calendar(),
        working_days=working_days,
        users=problem.assignment.team_users() if role == BureauRole.OFFICER else (),
    )


def stop_clock(
    problem: Problem, kind: str, *, now: datetime, state: str = DeadlineState.MET
) -> None:
    for row in clocks_of(problem, kind).filter(state=DeadlineState.OPEN):
        close_deadline(kind=row.kind, subject=row.subject, now=now, state=state)


def stop_all_clocks(problem: Problem, *, now: datetime, state: str = DeadlineState.MET) -> None:
    stop_clock(problem, "", now=now, state=state)


def note_as_violation(problem: Problem) -> None:
    """An existing violation for whoever proposes special supervision: a case or a referral from the
    day it is opened, an ordered correction from the day after its time has run out."""
    opened = timezone.localdate(problem.opened_at)
    since = problem.deadline + timedelta(days=1) if problem.deadline else opened
    note_open_problem(
        source=problem.assignment.source,
        reference=f"problem:{problem.pk}",
        opened_on=opened,
        counts_from=max(since, opened),
    )


def start_clocks(problem: Problem, now: datetime) -> None:
    """The clocks that run from the moment a problem is opened, by the way it is handled."""
    if problem.handling != Handling.CORRECTED_ON_SPOT:
        note_as_violation(problem)
    today = timezone.localdate(now)
    if problem.handling == Handling.RECTIFICATION and problem.deadline:
        days = bureau_setting("order_working_days")
        start_clock(
            problem,
            DeadlineKind.SERVE_ORDER,
            due_on=work_calendar().add(today, days),
            working_days=days,
            basis="本局设定：责令改正通知书送达时限",
            now=now,
        )
        start_clock(
            problem,
            DeadlineKind.RECTIFY_PROBLEM,
            due_on=problem.deadline,
            basis="责令改正决定",
            now=now,
        )
    elif problem.handling == Handling.PENALTY_CASE:
        start_clock(
            problem,
            DeadlineKind.FILE_CASE,
            due_on=filing_due(today),
            basis="生态环境行政处罚办法（立案，待核）",
            now=now,
        )
    elif problem.handling == Handling.REFERRAL:
        start_clock(
            problem,
            DeadlineKind.TRANSFER_APPROVAL,
            due_on=transfer_approval_due(today),
            basis=TRANSFER_RULE,
            now=now,
            role=BureauRole.DIRECTOR,
        )


def move(problem: Problem, new: str, **fields: Any) -> None:
    check_move(problem.state, new)
    moved = Problem.objects.filter(pk=problem.pk, state=problem.state).update(state=new, **fields)
    if moved != 1:
        raise ProblemMoveNotAllowed(_("问题状态刚刚被他人改变，请刷新页面。"))
    problem.state = new


def propose(problem: Problem, text: str, actor: Any) -> None:
    move(
        problem,
        ProblemState.AWAITING_CLOSE,
        proposed_closing=text,
        close_proposed_by=actor,
    )
    note(problem, _("提请销号：%(text)s") % {"text": text}, actor)
