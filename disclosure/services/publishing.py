"""公示: copy → publish. Row first: every approved assignment gets its link, each link its copy."""

import json
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from disclosure.choices import NoticeKind, PublicationState
from disclosure.models import PublicationLink, PublicResult
from disclosure.permissions import PUBLISH_RESULT, WITHDRAW_RESULT
from disclosure.rules.deadlines import (
    PUBLISH_RESULT_WORKING_DAYS,
    publication_due,
    publishes_by_itself,
)
from disclosure.rules.masking import is_individual, public_name
from disclosure.rules.paging import result_quarter
from disclosure.services.notices import tell_change
from inspections.choices import AssignmentState, OutcomeCode
from inspections.models import Assignment, RecordVersion
from registry.choices import BureauRole, CheckMethod, DeadlineKind, DisclosureMark
from registry.clocks.rules.workdays import WorkCalendar
from registry.clocks.services.deadlines import close_deadline, start_deadline
from registry.models import PollutionSource
from registry.permissions import require
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_setting
from registry.services.check_ledger import mark_disclosure
from registry.trail.services import record_event
from sampling.choices import PlanKind

UNDIRECTED = (
    PlanKind.QUARTERLY,
    PlanKind.MONTHLY,
    PlanKind.SUPPLEMENTARY,
    PlanKind.EXTERNAL,
)


class AlreadyDecided(RuleViolation):
    code = "publication_already_decided"
    basis = "实施方案 二（五）"


class WithholdingPending(RuleViolation):
    code = "withholding_pending"
    basis = "实施方案 二（五）"


class NoteMissing(RuleViolation):
    code = "note_missing"
    basis = "实施方案 二（五）"


@transaction.atomic
def open_publication(*, assignment_id: int, calendar: WorkCalendar) -> PublicationLink:
    """Start the 20-working-day clock of one approved assignment; harmless to repeat."""
    assignment = Assignment.objects.get(pk=assignment_id)
    completed_on = timezone.localdate(assignment.completed_at)
    due_on = publication_due(completed_on, calendar)
    link, created = PublicationLink.objects.get_or_create(
        assignment=assignment,
        defaults={
            "completed_on": completed_on,
            "due_on": due_on,
            "provisional": calendar.is_provisional(due_on),
        },
    )
    if created:
        start_deadline(
            kind=DeadlineKind.PUBLISH_RESULT,
            subject=f"assignment:{assignment.pk}",
            label=assignment.number,
            link="/disclosure/",
            started_on=completed_on,
            due_on=due_on,
            working_days=PUBLISH_RESULT_WORKING_DAYS,
            basis="实施方案 二（五）",
            role=BureauRole.PUBLISHER,
            calendar=calendar,
        )
    return link


def open_publications(*, calendar: WorkCalendar, since: datetime | None = None) -> int:
    """Every approved assignment that has no link yet; returns how many were opened.

    ``since`` leaves older ones to the hourly sweep, so that what runs each minute touches only
    what is new, however many years are stored.
    """
    approved = Assignment.objects.filter(state=AssignmentState.APPROVED)
    if since is not None:
        approved = approved.filter(completed_at__gte=since)
    opened = PublicationLink.objects.filter(assignment=OuterRef("pk"))
    ids = list(approved.filter(~Exists(opened)).values_list("pk", flat=True)[:500])
    for assignment_id in ids:
        open_publication(assignment_id=assignment_id, calendar=calendar)
    return len(ids)


def follow_calendar(*, calendar: WorkCalendar) -> int:
    """Move what waits for publication with the working calendar; returns how many moved.

    The clocks of the deadline page move by themselves; what publishes in time reads these dates.
    """
    moved = 0
    waiting = PublicationLink.objects.filter(
        state__in=[PublicationState.WAITING, PublicationState.QUEUED]
    )
    for completed_on in waiting.order_by().values_list("completed_on", flat=True).distinct():
        due_on = publication_due(completed_on, calendar)
        provisional = calendar.is_provisional(due_on)
        moved += (
            waiting.filter(completed_on=completed_on)
            .exclude(due_on=due_on, provisional=provisional)
            .update(due_on=due_on, provisional=provisional)
        )
    return moved


def _approved_version(assignment: Assignment) -> RecordVersion:
    return assignment.versions.filter(review__decision="approved").latest("number")


def _items_text(assignment: Assignment, sections: dict[str, Any]) -> str:
    codes = set(sections.get("items", {}).get("methods", {}))
    names = assignment.inspection_items
    text = "、".join(
        (names.filter(code__in=codes) if codes else names).values_list("name", flat=True)
    )
    return text[:500] or str(assignment.get_check_source_display())


def _handling_text(assignment: Assignment) -> str:
    kinds = dict.fromkeys(
        problem.get_handling_display() for problem in assignment.problems.order_by("pk")
    )
    return "、".join(str(kind) for kind in kinds)


def _methods_text(sections: dict[str, Any]) -> str:
    labels = dict(CheckMethod.choices)
    methods = dict.fromkeys(sections.get("items", {}).get("methods", {}).values())
    return "、".join(str(labels[m]) for m in methods if m in labels) or str(
        CheckMethod.ON_SITE.label
    )


def _sampling_type(assignment: Assignment) -> str:
    """不定向: drawn from the whole register; 定向: from units of one sort, or not drawn at all."""
    plan = assignment.plan
    return _("不定向") if plan is not None and plan.kind in UNDIRECTED else _("定向")


def published_name(source: PollutionSource) -> str:
    """The unit's name as the public may read it (disclosure/rules/masking.py)."""
    individual = is_individual(uscc=source.uscc, no_code_reason=source.no_code_reason)
    return public_name(
        source.display_name, individual=individual, owner=source.legal_representative
    )


def public_copy(link: PublicationLink, *, today: date) -> PublicResult:
    """The unsaved published copy: exactly what the public page will show (and the preview)."""
    assignment = link.assignment
    unit = assignment.unit
    version = _approved_version(assignment)
    sections = {row["section"]: row["value"] for row in json.loads(version.content)}
    plan_number = assignment.plan.number if assignment.plan else ""
    checked_on = timezone.localdate(version.inspected_from)
    return PublicResult(
        enterprise_name=published_name(unit),
        uscc=unit.uscc,
        enterprise_key=unit.uscc or unit.code,
        # The record that was drawn: under this code it stands in the pool and the proof.
        register_code=assignment.source.code,
        category=assignment.category_label,
        items=_items_text(assignment, sections),
        checked_on=checked_on,
        authority=bureau_setting("bureau_name"),
        outcome=version.outcome,
        outcome_text=OutcomeCode(version.outcome).label,
        handling=_handling_text(assignment),
        # A clock that is an hour slow around midnight must not stop what is due.
        published_on=max(today, link.completed_on),
        plan_number=plan_number,
        quarter=result_quarter(plan_number, checked_on),
        assignment_number=assignment.number,
        sampling_type=_sampling_type(assignment),
        method=_methods_text(sections),
        completed_on=link.completed_on,
        due_on=link.due_on,
    )


def _claimed(link_id: int) -> PublicationLink:
    """The link, locked, if it still waits; a published one is never published again."""
    link = (
        PublicationLink.objects.select_for_update(of=("self",))
        .select_related("assignment__source__merged_into", "assignment__plan")
        .get(pk=link_id)
    )
    if link.state not in (PublicationState.WAITING, PublicationState.QUEUED):
        raise AlreadyDecided(
            _("%(number)s 已是“%(state)s”，无需重复办理。")
            % {"number": link.assignment.number, "state": link.get_state_display()}
        )
    if link.withholdings.filter(state="proposed").exists():
        raise WithholdingPending(
            _("%(number)s 有待批准的不予公开申请，请先由局领导决定。")
            % {"number": link.assignment.number}
        )
    return link


@transaction.atomic
def publish_result(*, link_id: int, actor: Any, now: datetime) -> PublicResult:
    """Publish one result in one transaction; ``actor`` None is the scheduler.

    Raises AlreadyDecided where somebody was faster: published once, whoever presses.
    """
    if actor is not None:
        require(actor, PUBLISH_RESULT)
    link = _claimed(link_id)
    result = put_in_public(link, now=now)
    close_deadline(
        kind=DeadlineKind.PUBLISH_RESULT, subject=f"assignment:{link.assignment_id}", now=now
    )
    record_event(action="result.published", actor=actor, obj=link, label=result.assignment_number)
    return result


def put_in_public(link: PublicationLink, *, now: datetime) -> PublicResult:
    """The copy of a locked link, in the caller's transaction; whoever calls tells the trail."""
    result = public_copy(link, today=timezone.localdate(now))
    result.save()
    link.state, link.result, link.decided_at = PublicationState.PUBLISHED, result, now
    link.save(update_fields=["state", "result", "decided_at", "due_on"])
    mark_disclosure(reference=result.assignment_number, mark=DisclosureMark.PUBLISHED)
    return result


@transaction.atomic
def queue_results(*, link_ids: list[int], actor: Any) -> int:
    """Hand a batch to the worker; the rows say so before any message is sent."""
    require(actor, PUBLISH_RESULT)
    queued = PublicationLink.objects.filter(pk__in=link_ids, state=PublicationState.WAITING).update(
        state=PublicationState.QUEUED, queued_by=actor
    )
    if queued:
        record_event(action="results.queued", actor=actor, changes={"count": [None, queued]})
    return queued


def publish_due(*, now: datetime, calendar: WorkCalendar, limit: int = 200) -> int:
    """Publish what was queued, and what would otherwise become late. Each in a transaction of
    its own: a worker killed in the middle has published whole results and lost none.

    A confidential unit is never published by the clock: a person decides, and the deadline's
    alarm sees to it that somebody does.
    """
    today = timezone.localdate(now)
    days_left = bureau_setting("auto_publish_working_days_left")
    # The furthest due date that publishes by itself today: so the query, not this loop, leaves
    # out what still waits for a person, and a queue behind it is never starved.
    by_itself = max(
        (
            due_on
            for due_on in PublicationLink.objects.filter(state=PublicationState.WAITING)
            .order_by("due_on")
            .values_list("due_on", flat=True)
            .distinct()
            if publishes_by_itself(
                today=today, due_on=due_on, days_left=days_left, calendar=calendar
            )
        ),
        default=None,
    )
    ready = Q(state=PublicationState.QUEUED)
    if by_itself is not None:
        ready |= Q(
            ~Q(assignment__source__merged_into__confidential=True),
            state=PublicationState.WAITING,
            due_on__lte=by_itself,
            assignment__source__confidential=False,
        )
    rows = (
        PublicationLink.objects.filter(ready)
        .exclude(withholdings__state="proposed")
        .order_by("due_on", "pk")
        .values_list("pk", flat=True)
    )
    published = 0
    for link_id in list(rows[:limit]):
        try:
            publish_result(link_id=link_id, actor=None, now=now)
        except (AlreadyDecided, WithholdingPending):
            continue  # another worker or a person was faster
        published += 1
    return published


@transaction.atomic
def withdraw_result(*, link_id: int, actor: Any, note: str, now: datetime) -> PublicResult:
    """撤回: the copy stays at its address and says that and why it was withdrawn."""
    require(actor, WITHDRAW_RESULT)
    link = PublicationLink.objects.select_for_update(of=("self",)).get(pk=link_id)
    if link.state != PublicationState.PUBLISHED or link.result is None:
        raise AlreadyDecided(_("只有已公示的结果可以撤回。"))
    if not note.strip():
        raise NoteMissing(_("请填写撤回说明，说明将公开显示。"), field="note")
    note = checked_text(note, label=_("撤回说明"), field="note", limit=300)
    link.result.withdrawn_at, link.result.withdrawn_note = now, note.strip()
    link.result.save(update_fields=["withdrawn_at", "withdrawn_note"])
    link.state, link.decided_at = PublicationState.WITHDRAWN, now
    link.save(update_fields=["state", "decided_at"])
    tell_change(NoticeKind.WITHDRAWN, link, actor=actor, note=note.strip(), now=now)
    return link.result
