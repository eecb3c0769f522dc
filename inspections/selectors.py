"""Reads of the inspection floor, shaped for its desks."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When
from django.utils import timezone

from inspections.choices import AssignmentState, ClueState, ProblemState
from inspections.models import Assignment, CheckRequest, Clue, Problem, RecordVersion
from inspections.permissions import APPROVE_CHECK_REQUEST, CLOSE_PROBLEM, VIEW_ALL_ASSIGNMENTS
from inspections.rules.problem_age import AGES, age_group
from registry.choices import DeadlineKind
from registry.clocks.rules.workdays import WorkCalendar
from registry.clocks.selectors import clock_of
from registry.models import AuditEvent, Deadline
from registry.querysets import about
from sampling.models import DrawChange

SOON = timedelta(days=3)
ACTIVE = (AssignmentState.ACCEPTED, AssignmentState.INSPECTING, AssignmentState.RETURNED)
GROUPS = (
    ("accept", "待接收", (AssignmentState.DISPATCHED,)),
    ("active", "进行中", ACTIVE),
    ("waiting", "待审核", (AssignmentState.SUBMITTED,)),
    (
        "done",
        "已完成",
        (AssignmentState.APPROVED, AssignmentState.REPLACED, AssignmentState.CANCELLED),
    ),
)


def assignments_for(user: Any) -> QuerySet[Assignment]:
    return (
        Assignment.objects.visible_to(user)
        .select_related("source", "plan")
        .prefetch_related("team__inspector")
    )


def grouped(rows: Iterable[Assignment], *, today: date) -> list[dict[str, Any]]:
    """First what today asks for: begun, sent back, or due within three days; then all by state."""
    every = list(rows)
    begun = (AssignmentState.INSPECTING, AssignmentState.RETURNED)
    now = [
        row
        for row in every
        if row.state in begun
        or (row.state in (*ACTIVE, AssignmentState.DISPATCHED) and row.due_on <= today + SOON)
    ]
    groups = [{"key": "today", "label": "今天", "rows": now}]
    for key, label, states in GROUPS:
        groups.append({"key": key, "label": label, "rows": [r for r in every if r.state in states]})
    return groups


def review_queue() -> QuerySet[RecordVersion]:
    """Submitted versions that wait for a decision, oldest first."""
    return (
        RecordVersion.objects.filter(
            assignment__state=AssignmentState.SUBMITTED, review__isnull=True
        )
        .select_related("assignment__source", "submitted_by")
        .order_by("submitted_at")
    )


def problems_for(user: Any) -> QuerySet[Problem]:
    """All problems for those who close them or see everything; a team sees its own."""
    rows = Problem.objects.select_related("assignment__source").order_by("deadline", "pk")
    if user.has_perm(CLOSE_PROBLEM) or user.has_perm(VIEW_ALL_ASSIGNMENTS):
        return rows
    return rows.filter(assignment__in=Assignment.objects.on_team(user))


def problem_board(
    problems: QuerySet[Problem], *, today: date, calendar: WorkCalendar
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Open problems by age, the oldest first, each with the clock that is due next."""
    rows = list(problems.exclude(state=ProblemState.CLOSED).order_by("opened_at", "pk"))
    next_due: dict[str, Deadline] = {}
    deadlines = Deadline.objects.filter(subject__startswith="problem:", state="open")
    for deadline in deadlines.order_by("-due_on"):
        next_due[deadline.subject.partition("#")[0]] = deadline
    groups: dict[str, list[dict[str, Any]]] = {label: [] for _least, label in AGES}
    for row in rows:
        opened, due = timezone.localdate(row.opened_at), next_due.get(f"problem:{row.pk}")
        groups[age_group(opened, today)].append(
            {
                "problem": row,
                "days": (today - opened).days,
                "due": due,
                "clock": clock_of(due, today=today, calendar=calendar) if due else None,
            }
        )
    return [(label, found) for label, found in groups.items() if found]


def open_problem_count() -> int:
    return Problem.objects.exclude(state=ProblemState.CLOSED).count()


def last_versions(assignment: Assignment) -> QuerySet[RecordVersion]:
    """Approved records of earlier checks at the same unit, for preparation and review."""
    return (
        RecordVersion.objects.filter(
            about(assignment.unit, "assignment__source"), review__decision="approved"
        )
        .exclude(assignment=assignment)
        .select_related("assignment")
        .order_by("-inspected_from")[:3]
    )


def open_changes() -> QuerySet[DrawChange]:
    """Replacements and recusals that wait for an approver; only dispatched units are named."""
    return (
        DrawChange.objects.filter(state="proposed")
        .select_related("draw__plan", "proposed_by")
        .order_by("pk")
    )


def check_requests_for(user: Any) -> QuerySet[CheckRequest]:
    """Those no clue asked for: all of them for those who decide; who proposes sees what he proposed."""
    rows = (
        CheckRequest.objects.filter(clue=None)
        .select_related("source", "lead", "assignment", "proposed_by", "decided_by")
        .prefetch_related("items", "members")
    )
    if user.has_perm(APPROVE_CHECK_REQUEST):
        return rows.order_by(Case(When(state="proposed", then=0), default=1), "-pk")
    return rows.filter(proposed_by=user).order_by("-pk")


def mergeable_visits() -> list[dict[str, Any]]:
    """Units at which two or more dispatched assignments wait to begin (综合查一次), whichever of their
    records each was sent to."""
    rows = Assignment.objects.filter(state__in=["dispatched", "accepted"], joint_visit=None)
    found: dict[int, list[Assignment]] = {}
    for row in rows.select_related("source__merged_into").order_by("due_on", "pk"):
        found.setdefault(row.unit.pk, []).append(row)
    return [
        {"source": group[0].unit, "assignments": group, "latest": group[0].due_on}
        for group in found.values()
        if len(group) > 1
    ]


def clue_rows(
    *,
    state: str,
    kind: str,
    late: bool,
    q: str,
    today: date,
    calendar: WorkCalendar,
    limit: int,
) -> list[dict[str, Any]]:
    """Urgent ones first, then the oldest; with the working days left to judge it. Without a
    state, all that are not closed."""
    rows = Clue.objects.select_related("source__merged_into")
    rows = rows.filter(state=state) if state else rows.exclude(state=ClueState.CLOSED)
    if kind:
        rows = rows.filter(kind=kind)
    if q:
        rows = rows.filter(
            Q(number__icontains=q)
            | Q(source__name__icontains=q)
            | Q(source__code__icontains=q)
            | Q(source__merged_into__name__icontains=q)
            | Q(source__merged_into__code__icontains=q)
            | Q(unit_text__icontains=q)
            | Q(content__icontains=q)
        )
    open_clocks = Deadline.objects.filter(kind=DeadlineKind.JUDGE_CLUE, state="open")
    if late:
        subjects = open_clocks.filter(due_on__lt=today).values_list("subject", flat=True)
        rows = rows.filter(pk__in=[int(subject.partition(":")[2]) for subject in subjects])
    page = list(rows.order_by("-urgent", "received_on", "pk")[:limit])
    clocks = {
        row.subject: row
        for row in open_clocks.filter(subject__in=[f"clue:{row.pk}" for row in page])
    }
    return [_clue_row(row, clocks.get(f"clue:{row.pk}"), today, calendar) for row in page]


def _clue_row(
    row: Clue, due: Deadline | None, today: date, calendar: WorkCalendar
) -> dict[str, Any]:
    return {
        "clue": row,
        "clock": clock_of(due, today=today, calendar=calendar) if due else None,
    }


def clue_counts() -> list[tuple[str, str, int]]:
    """(state, label, how many) of every state."""
    found = dict(
        Clue.objects.order_by()
        .values_list("state")
        .annotate(n=Count("pk"))
        .values_list("state", "n")
    )
    return [(state, str(label), found.get(state, 0)) for state, label in ClueState.choices]


def clue_trail(clue: Clue) -> list[dict[str, Any]]:
    """What happened to the clue and its requests, in order, in words."""
    checks = [str(pk) for pk in clue.check_requests.values_list("pk", flat=True)]
    events = AuditEvent.objects.filter(
        Q(object_type="inspections.clue", object_id=str(clue.pk))
        | Q(object_type="inspections.checkrequest", object_id__in=checks)
    ).order_by("pk")
    return [{"event": row, "label": CLUE_EVENTS.get(row.action, row.action)} for row in events]


CLUE_EVENTS = {
    "clue.recorded": "登记",
    "clue.verified": "研判：查实",
    "clue.unfounded": "研判：不属实",
    "clue.remote_checked": "非现场核查",
    "clue.closed": "办结",
    "clue.reporter_read": "查看举报人信息",
    "check_request.proposed": "申请定向检查",
    "check_request.approved": "批准定向检查",
    "check_request.rejected": "不批准定向检查",
}
