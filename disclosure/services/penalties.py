"""处罚决定公示: out within 7 working days, taken down within 3 days of a change (domain rules §4.7)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from disclosure.choices import PublicationState
from disclosure.models import PenaltyLink, PublicationLink, PublicPenalty
from disclosure.permissions import PUBLISH_RESULT
from disclosure.rules.deadlines import (
    PUBLISH_PENALTY_WORKING_DAYS,
    penalty_due,
    publishes_by_itself,
)
from disclosure.services.publishing import AlreadyDecided, published_name
from inspections.choices import PenaltyState
from inspections.models import PenaltyDecision
from registry.choices import BureauRole, DeadlineKind
from registry.clocks.rules.workdays import WorkCalendar
from registry.clocks.services.deadlines import close_deadline, start_deadline
from registry.permissions import require
from registry.selectors import bureau_setting
from registry.trail.services import record_event


def _subject(decision_id: int) -> str:
    return f"penalty:{decision_id}"


@transaction.atomic
def open_penalty(decision: PenaltyDecision, *, calendar: WorkCalendar) -> PenaltyLink:
    """Start the 7-working-day clock of one decision; harmless to repeat."""
    due_on = penalty_due(decision.decided_on, calendar)
    link, created = PenaltyLink.objects.get_or_create(
        decision=decision, defaults={"due_on": due_on}
    )
    if created:
        start_deadline(
            kind=DeadlineKind.PUBLISH_PENALTY,
            subject=_subject(decision.pk),
            label=decision.number,
            link="/disclosure/",
            started_on=decision.decided_on,
            due_on=due_on,
            working_days=PUBLISH_PENALTY_WORKING_DAYS,
            basis="行政处罚法 第四十八条；7个工作日内公示",
            role=BureauRole.PUBLISHER,
            calendar=calendar,
        )
    return link


def open_penalties(*, calendar: WorkCalendar) -> int:
    """Standing decisions that have no clock yet, and the open clocks moved with the calendar."""
    opened = PenaltyLink.objects.filter(decision=OuterRef("pk"))
    rows = list(
        PenaltyDecision.objects.filter(~Exists(opened), state=PenaltyState.STANDING).order_by("pk")
    )
    for decision in rows:
        open_penalty(decision, calendar=calendar)
    waiting = PenaltyLink.objects.filter(state=PublicationState.WAITING).select_related("decision")
    for link in waiting:
        due_on = penalty_due(link.decision.decided_on, calendar)
        if due_on != link.due_on:
            PenaltyLink.objects.filter(pk=link.pk).update(due_on=due_on)
    return len(rows)


def penalty_copy(link: PenaltyLink, *, today: date) -> PublicPenalty:
    """The unsaved public copy: exactly what will be shown."""
    decision = link.decision
    source = decision.problem.assignment.unit
    return PublicPenalty(
        number=decision.number,
        enterprise_name=published_name(source),
        uscc=source.uscc,
        enterprise_key=source.uscc or source.code,
        authority=bureau_setting("bureau_name"),
        violation=decision.violation,
        content=decision.content,
        basis=decision.basis,
        amount=decision.amount,
        decided_on=decision.decided_on,
        due_on=link.due_on,
        published_on=max(today, decision.decided_on),
    )


def _locked(link_id: int) -> PenaltyLink:
    return (
        PenaltyLink.objects.select_for_update(of=("self",))
        .select_related("decision__problem__assignment__source__merged_into", "penalty")
        .get(pk=link_id)
    )


@transaction.atomic
def publish_penalty(*, link_id: int, actor: Any, now: datetime) -> PublicPenalty:
    """Publish one decision once; ``actor`` None is the scheduler.

    Raises AlreadyDecided where it is out already, or no longer stands.
    """
    if actor is not None:
        require(actor, PUBLISH_RESULT)
    link = _locked(link_id)
    if link.state != PublicationState.WAITING:
        raise AlreadyDecided(
            _("%(number)s 已是“%(state)s”，无需重复办理。")
            % {"number": link.decision.number, "state": link.get_state_display()}
        )
    if link.decision.state != PenaltyState.STANDING:
        raise AlreadyDecided(
            _("%(number)s 已变更或撤销，不再公示。") % {"number": link.decision.number}
        )
    copy = penalty_copy(link, today=timezone.localdate(now))
    copy.save()
    link.state, link.penalty = PublicationState.PUBLISHED, copy
    _decide(link, actor=actor, now=now, action="penalty.published")
    return copy


def _decide(link: PenaltyLink, *, actor: Any, now: datetime, action: str) -> None:
    link.decided_by, link.decided_at = actor, now
    link.save(update_fields=["state", "penalty", "decided_by", "decided_at"])
    close_deadline(kind=DeadlineKind.PUBLISH_PENALTY, subject=_subject(link.decision_id), now=now)
    record_event(action=action, actor=actor, obj=link, label=link.decision.number)


@transaction.atomic
def _take_down(link_id: int, *, now: datetime) -> bool:
    """What was changed or revoked says so and nothing else; what was never out is dropped."""
    link = _locked(link_id)
    decision, penalty = link.decision, link.penalty
    if link.state == PublicationState.WITHDRAWN:
        return False
    if penalty is not None:
        penalty.withdrawn_at, penalty.ended_on = now, decision.ended_on
        penalty.ended_text = f"{decision.get_state_display()}：{decision.ended_reason}"
        penalty.violation = penalty.content = penalty.basis = ""
        penalty.amount = 0
        penalty.save()
    link.state = PublicationState.WITHDRAWN
    _decide(link, actor=None, now=now, action="penalty.withdrawn")
    return True


def take_down_ended(*, now: datetime) -> int:
    """By itself and at once, long before the three days are over (domain rules §4.7)."""
    rows = PenaltyLink.objects.filter(
        state__in=[PublicationState.WAITING, PublicationState.PUBLISHED]
    ).exclude(decision__state=PenaltyState.STANDING)
    return sum(_take_down(pk, now=now) for pk in list(rows.values_list("pk", flat=True)))


def publish_due_penalties(*, now: datetime, calendar: WorkCalendar) -> int:
    """What would become late goes out by itself; a confidential unit waits for a person, as does
    one whose result was withheld."""
    today, days_left = timezone.localdate(now), bureau_setting("auto_publish_working_days_left")
    kept_back = PublicationLink.objects.filter(
        assignment=OuterRef("decision__problem__assignment"), state=PublicationState.WITHHELD
    )
    rows = PenaltyLink.objects.filter(
        ~Exists(kept_back),
        state=PublicationState.WAITING,
        decision__problem__assignment__source__confidential=False,
    ).exclude(decision__problem__assignment__source__merged_into__confidential=True)
    published = 0
    for link_id, due_on in list(rows.order_by("due_on", "pk").values_list("pk", "due_on")):
        if not publishes_by_itself(
            today=today, due_on=due_on, days_left=days_left, calendar=calendar
        ):
            break
        try:
            publish_penalty(link_id=link_id, actor=None, now=now)
        except AlreadyDecided:
            continue  # another worker or a person was faster
        published += 1
    return published
