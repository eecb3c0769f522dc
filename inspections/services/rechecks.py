"""复查: dispatched by itself once the time to correct has ended, and what it found (domain rules §4.7)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import Handling, ProblemState
from inspections.models import (
    Assignment,
    CorrectionOrder,
    Problem,
    Recheck,
    RecordVersion,
    TeamMember,
)
from inspections.rules.deadlines import recheck_due, recheck_opens
from inspections.services.assignments import require_team
from inspections.services.dispatch import start_clocks as start_assignment_clocks
from inspections.services.numbering import create_numbered
from inspections.services.problem_steps import (
    NotHandledYet,
    locked_problem,
    note,
    propose,
    start_clocks,
    stop_all_clocks,
    stop_clock,
)
from registry.choices import CheckSource, DeadlineKind, DeadlineState
from registry.clocks.selectors import work_calendar
from registry.clocks.services.deadlines import notify
from registry.item_lists.selectors import must_check_set_in_force
from registry.trail.services import record_event


def served_order(problem: Problem) -> CorrectionOrder | None:
    """The newest order the unit was served with."""
    return problem.orders.filter(served_on__isnull=False).order_by("-served_on", "-pk").first()


def awaiting_recheck(today: date) -> list[Problem]:
    """Open problems whose recheck has to be dispatched by ``today`` and is not."""
    rows = (
        Problem.objects.filter(
            handling=Handling.RECTIFICATION,
            state=ProblemState.OPEN,
            orders__served_on__isnull=False,
        )
        .exclude(rechecks__passed=None, rechecks__isnull=False)
        .distinct()
    )
    found = []
    for problem in rows.select_related("assignment").order_by("pk"):
        order = served_order(problem)
        if order and order.served_on and recheck_opens(order.served_on, order.deadline) <= today:
            found.append(problem)
    return found


def open_due_rechecks(*, now: datetime) -> int:
    """Dispatch what is due, one recheck per inspected assignment; returns how many."""
    opened: set[int] = set()
    for problem in awaiting_recheck(timezone.localdate(now)):
        if problem.assignment_id not in opened and open_recheck(problem_id=problem.pk, now=now):
            opened.add(problem.assignment_id)
    return len(opened)


@transaction.atomic
def ask_for_recheck(*, problem_id: int, actor: Any, now: datetime) -> Assignment:
    """The unit says that it is done: the recheck goes out before its day."""
    problem = locked_problem(problem_id)
    require_team(problem.assignment, actor)
    note(problem, _("申请提前复查"), actor)
    made = open_recheck(problem_id=problem_id, now=now)
    if made is None:
        raise NotHandledYet(_("须先送达责令改正通知书，且没有正在进行的复查。"))
    return made


@transaction.atomic
def open_recheck(*, problem_id: int, now: datetime) -> Assignment | None:
    """One assignment for all problems of the same check whose order was served; None where there
    is nothing to look at again (somebody else was faster)."""
    problem = locked_problem(problem_id)
    order = served_order(problem)
    if (
        problem.rechecks.filter(passed=None).exists()
        or problem.state != ProblemState.OPEN
        or problem.handling != Handling.RECTIFICATION
        or order is None
        or order.served_on is None
    ):
        return None
    today, original = timezone.localdate(now), problem.assignment
    check_set = must_check_set_in_force(today) or original.must_check_set
    made: Assignment = create_numbered(
        Assignment,
        f"FC-{today.year}-",
        check_source=CheckSource.RECHECK,
        source=original.source,
        reason=_("复查 %(number)s 责令改正情况（%(order)s）")
        % {"number": original.number, "order": order.number},
        must_check_set=check_set,
        dispatched_at=now,
        due_on=max(today, recheck_due(order.served_on, order.deadline)),
    )
    for other in original.problems.filter(
        state=ProblemState.OPEN, handling=Handling.RECTIFICATION
    ).exclude(pk__in=Recheck.objects.filter(passed=None).values("problem")):
        served = served_order(other)
        if served is not None:
            Recheck.objects.create(problem=other, assignment=made, order=served)
            note(other, _("已生成复查任务 %(number)s") % {"number": made.number})
    _send_team(made, original, now)
    record_event(action="assignment.recheck_opened", obj=made, reason=order.number)
    return made


def _send_team(made: Assignment, original: Assignment, now: datetime) -> None:
    """The same team looks again; whether its certificates still hold is checked when it starts."""
    members = list(original.team.present().select_related("inspector__user").order_by("position"))
    TeamMember.objects.bulk_create(
        TeamMember(assignment=made, inspector=m.inspector, role=m.role, position=m.position)
        for m in members
    )
    users = [m.inspector.user for m in members if m.inspector.user is not None]
    start_assignment_clocks(made, users=users, now=now, calendar=work_calendar())
    notify(
        users=users,
        key=f"assignment:{made.pk}:dispatched",
        text=_("复查任务 %(number)s 已派发，请在 %(day)s 前完成。")
        % {"number": made.number, "day": made.due_on.isoformat()},
        level="warning",
        link=f"/inspections/{made.public_id}/",
    )


def note_recheck(
    *, version: RecordVersion, sections: Mapping[str, Any], now: datetime
) -> frozenset[str]:
    """Say of each problem whether the approved recheck found it corrected; returns the
    sections whose finding carries an old problem on. The caller holds the transaction."""
    carried = set()
    for recheck in version.assignment.rechecks.filter(passed=None).select_related("order"):
        problem = locked_problem(recheck.problem_id)
        value = sections.get(problem.section) or {}
        recheck.passed, recheck.noted_at = value.get("answer") != "problem", now
        recheck.save(update_fields=["passed", "noted_at"])
        if problem.state == ProblemState.CLOSED:
            continue
        if recheck.passed:
            _corrected(problem, version, now)
        else:
            _still_there(problem, value, version, now)
            carried.add(problem.section)
    return frozenset(carried)


def _corrected(problem: Problem, version: RecordVersion, now: datetime) -> None:
    day = timezone.localdate(version.inspected_from)
    Problem.objects.filter(pk=problem.pk).update(recheck_passed_on=day)
    problem.recheck_passed_on = day
    for kind in (DeadlineKind.RECTIFY_PROBLEM, DeadlineKind.RECHECK_PROBLEM):
        stop_clock(problem, kind, now=now)
    text = _("复查 %(number)s：已改正") % {"number": version.assignment.number}
    if problem.state == ProblemState.OPEN:
        propose(problem, text, version.submitted_by)
    else:
        note(problem, text)
    record_event(action="problem.recheck_passed", obj=problem, reason=version.assignment.number)


def _still_there(
    problem: Problem, value: Mapping[str, Any], version: RecordVersion, now: datetime
) -> None:
    """Not corrected: the same problem goes on, handled as the recheck says."""
    stop_all_clocks(problem, now=now, state=DeadlineState.CANCELLED)
    old = problem.handling
    problem.handling = value["handling"]
    deadline = value.get("deadline") if problem.handling == Handling.RECTIFICATION else None
    problem.deadline = date.fromisoformat(deadline) if deadline else None
    problem.recheck_passed_on = None
    problem.save(update_fields=["handling", "deadline", "recheck_passed_on"])
    note(
        problem,
        _("复查 %(number)s：仍未改正，改为%(handling)s。%(text)s")
        % {
            "number": version.assignment.number,
            "handling": problem.get_handling_display(),
            "text": value.get("note", ""),
        },
    )
    start_clocks(problem, now)
    record_event(
        action="problem.recheck_failed",
        obj=problem,
        changes={"handling": [old, problem.handling]},
        reason=version.assignment.number,
    )
