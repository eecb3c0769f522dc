"""Problems in public: a copy of each problem of a published result, kept up to date to its close-out.

实施方案 三（二）: 问题整改情况公开. A problem of a result that is not public is not public either.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from disclosure.choices import PublicationState
from disclosure.models import PublicationLink, PublicProblem
from inspections.choices import ProblemState
from inspections.models import Problem

SHOWN = (PublicationState.PUBLISHED, PublicationState.WITHDRAWN)


def reference_of(problem_id: int) -> str:
    return f"WT{problem_id:06d}"


def _matter(problem: Problem) -> str:
    """排污许可/登记, the title of the must-check; of anything else its place in the record."""
    number = problem.section.partition(":")[2]
    checks = problem.assignment.must_check_set
    if checks is not None and number.isdigit():
        titles = {check.number: check.title for check in checks.checks.all()}
        if int(number) in titles:
            return titles[int(number)]
    return str(problem.where)


def _fields(problem: Problem, link: PublicationLink) -> dict[str, Any]:
    result = link.result
    assert result is not None  # noqa: S101  (a constraint of the link says so)
    closed = problem.state == ProblemState.CLOSED and problem.closed_at
    return {
        "assignment_number": result.assignment_number,
        "quarter": result.quarter,
        "enterprise_name": result.enterprise_name,
        "uscc": result.uscc,
        "enterprise_key": result.enterprise_key,
        "matter": _matter(problem),
        "handling": problem.handling,
        "handling_text": str(problem.get_handling_display()),
        "case_number": problem.case_number,
        "found_on": result.checked_on,
        "deadline": problem.deadline,
        "closed_on": timezone.localdate(problem.closed_at) if closed else None,
        "withdrawn": link.state == PublicationState.WITHDRAWN,
    }


def _candidates(since: datetime | None) -> list[Problem]:
    """Problems of public results that may have changed: open ones, and those closed or made
    public since; all of them where no moment is given."""
    shown = PublicationLink.objects.filter(state__in=SHOWN)
    problems = Problem.objects.filter(assignment__in=shown.values("assignment"))
    if since is not None:
        lately = shown.filter(decided_at__gte=since).values("assignment")
        problems = problems.filter(
            ~Q(state=ProblemState.CLOSED) | Q(closed_at__gte=since) | Q(assignment__in=lately)
        )
    return list(
        problems.select_related("assignment__must_check_set")
        .prefetch_related("assignment__must_check_set__checks")
        .order_by("pk")
    )


@transaction.atomic
def mirror_problems(*, now: datetime, since: datetime | None = None) -> int:
    """Copy what is missing or changed; returns how many copies were written.

    Copies that are closed and not withdrawn are settled: the sweep does not look at them again.
    """
    candidates = _candidates(since)
    copies = {
        row.reference: row
        for row in PublicProblem.objects.filter(
            reference__in=[reference_of(problem.pk) for problem in candidates]
        )
    }
    known = {reference: row for reference, row in copies.items() if row.closed_on is None}
    waiting = [
        problem
        for problem in candidates
        if reference_of(problem.pk) not in copies or reference_of(problem.pk) in known
    ]
    links = {
        link.assignment_id: link
        for link in PublicationLink.objects.filter(
            assignment__in={row.assignment_id for row in waiting}
        ).select_related("result")
    }
    changed = 0
    for problem in waiting:
        fields = _fields(problem, links[problem.assignment_id])
        row = known.get(reference_of(problem.pk))
        if row is not None and all(getattr(row, name) == value for name, value in fields.items()):
            continue
        PublicProblem.objects.update_or_create(
            reference=reference_of(problem.pk), defaults={**fields, "updated_at": now}
        )
        changed += 1
    return changed + _follow_results(now)


def _follow_results(now: datetime) -> int:
    """Settled copies too go and come back with their result."""
    changed = 0
    for withdrawn, state in (
        (True, PublicationState.WITHDRAWN),
        (False, PublicationState.PUBLISHED),
    ):
        links = PublicationLink.objects.filter(state=state)
        changed += PublicProblem.objects.filter(
            withdrawn=not withdrawn,
            assignment_number__in=links.values("result__assignment_number"),
        ).update(withdrawn=withdrawn, updated_at=now)
    return changed
