"""Deadlines: start a clock, stop it, and sweep what is due (domain rules §4).

Row first: the clock is a stored row written in the transaction that starts it. The sweep only
touches rows whose ``next_check`` has come, so its cost follows what is due, not what is stored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from registry.choices import BureauRole, DeadlineKind, DeadlineState
from registry.clocks.rules.reminders import OVERDUE, next_check_day, stages_due
from registry.clocks.rules.workdays import WorkCalendar
from registry.clocks.services.mail import queue_mail
from registry.models import Deadline, DeadlineReminder, Notification
from registry.rules.quarter import Quarter
from registry.trail.services import record_event


@transaction.atomic
def start_deadline(
    *,
    kind: str,
    subject: str,
    label: str,
    started_on: date,
    due_on: date,
    basis: str,
    role: str,
    calendar: WorkCalendar,
    working_days: int | None = None,
    counted_back_from: date | None = None,
    link: str = "",
    users: Sequence[Any] = (),
) -> Deadline:
    """Store a clock; the same (kind, subject) again returns the row that stands.

    ``working_days`` with ``started_on``, or counted back from ``counted_back_from``, is how the
    date is found again when the calendar changes; without it the date is fixed.
    """
    deadline, created = Deadline.objects.get_or_create(
        kind=kind,
        subject=subject,
        defaults={
            "label": label,
            "link": link,
            "started_on": started_on,
            "due_on": due_on,
            "provisional": calendar.is_provisional(due_on),
            "working_days": working_days,
            "counted_back_from": counted_back_from,
            "basis": basis,
            "role": role,
            "next_check": next_check_day(calendar, due_on=due_on, sent=(), today=started_on),
        },
    )
    if created:
        deadline.users.set(users)
        record_event(
            action="deadline.started", obj=deadline, changes={"due_on": [None, due_on.isoformat()]}
        )
    return deadline


def start_plan_clock(
    *,
    quarter: Quarter,
    calendar: WorkCalendar,
    batch: tuple[str, str, date] | None = None,
) -> Deadline:
    """「每季度结束前5个工作日内」: the plan of ``quarter`` is due on the last working day before it;
    a monthly ``batch`` (number, label, first day of its month) on the last one before its month."""
    number, label, first = batch or (str(quarter), f"{quarter.label}抽查计划", quarter.start)
    return start_deadline(
        kind=DeadlineKind.FREEZE_PLAN,
        subject=f"plan:{number}",
        label=label,
        link="/plans-desk/",
        started_on=quarter.previous.start,
        due_on=calendar.subtract(first, 1),
        working_days=1,
        counted_back_from=first,
        basis="实施方案 二（四）",
        role=BureauRole.PLANNER,
        calendar=calendar,
    )


@transaction.atomic
def close_deadline(
    *, kind: str, subject: str, now: datetime, state: str = DeadlineState.MET
) -> bool:
    """Stop the clock; True if one was running."""
    closed = Deadline.objects.filter(kind=kind, subject=subject, state=DeadlineState.OPEN).update(
        state=state, closed_at=now, next_check=None
    )
    return closed == 1


@transaction.atomic
def reopen_deadline(*, kind: str, subject: str, calendar: WorkCalendar, today: date) -> bool:
    """The matter is undone: its clock runs on with the due date it had; True if there was one.

    Reminders that were sent are not sent again; where the date has passed the alarm is raised.
    """
    deadline = (
        Deadline.objects.select_for_update()
        .filter(kind=kind, subject=subject)
        .exclude(state=DeadlineState.OPEN)
        .first()
    )
    if deadline is None:
        return False
    sent = set(deadline.reminders.values_list("stage", flat=True))
    deadline.state, deadline.closed_at = DeadlineState.OPEN, None
    deadline.next_check = next_check_day(calendar, due_on=deadline.due_on, sent=sent, today=today)
    deadline.save(update_fields=["state", "closed_at", "next_check"])
    record_event(action="deadline.reopened", obj=deadline)
    return True


def recipients(deadline: Deadline, *, overdue: bool) -> Iterable[Any]:
    """The named people, else everybody with the role; the leader too once it is overdue."""
    users = get_user_model().objects.filter(is_active=True)
    named = list(deadline.users.filter(is_active=True))
    found = {user.pk: user for user in named}
    if not named:
        label = BureauRole(deadline.role).label
        found.update({user.pk: user for user in users.filter(groups__name=label)})
    if overdue:
        leaders = users.filter(groups__name=BureauRole.DIRECTOR.label)
        found.update({user.pk: user for user in leaders})
    return found.values()


@transaction.atomic
def notify(*, users: Iterable[Any], key: str, text: str, level: str, link: str = "") -> None:
    """Put a message into each inbox and its repetition into the outbox, each once; a second call
    with the same key adds nothing."""
    people = list(users)
    Notification.objects.bulk_create(
        [Notification(user=u, key=key, text=text[:300], level=level, link=link) for u in people],
        ignore_conflicts=True,
    )
    queue_mail(users=people, key=key, text=text, link=link)


def _reminder_text(deadline: Deadline, stage: int) -> str:
    matter = f"{DeadlineKind(deadline.kind).label}：{deadline.label}"
    due = deadline.due_on.isoformat() + (_("（暂定）") if deadline.provisional else "")
    if stage == OVERDUE:
        return _("已逾期｜%(matter)s，截止日 %(due)s。请立即办理。") % {
            "matter": matter,
            "due": due,
        }
    if stage == 0:
        return _("今日到期｜%(matter)s，截止日 %(due)s。") % {"matter": matter, "due": due}
    return _("剩余 %(days)s 个工作日以内｜%(matter)s，截止日 %(due)s。") % {
        "days": stage,
        "matter": matter,
        "due": due,
    }


@transaction.atomic
def _remind(deadline_id: int, *, today: date, calendar: WorkCalendar) -> int:
    deadline = (
        Deadline.objects.select_for_update()
        .filter(pk=deadline_id, state=DeadlineState.OPEN, next_check__lte=today)
        .first()
    )
    if deadline is None:  # another sweep was faster, or the matter was closed meanwhile
        return 0
    sent = set(deadline.reminders.values_list("stage", flat=True))
    due = stages_due(calendar, due_on=deadline.due_on, sent=sent, today=today)
    # After days of downtime only the latest stage is worth a message; the earlier ones are
    # recorded as passed so that they never arrive late and out of order.
    DeadlineReminder.objects.bulk_create(
        [DeadlineReminder(deadline=deadline, stage=stage) for stage in due]
    )
    if due:
        stage = min(due)
        notify(
            users=recipients(deadline, overdue=stage == OVERDUE),
            key=f"deadline:{deadline.pk}:{stage}",
            text=_reminder_text(deadline, stage),
            level=_level(stage),
            link=deadline.link,
        )
    deadline.next_check = next_check_day(
        calendar, due_on=deadline.due_on, sent=sent | set(due), today=today
    )
    deadline.save(update_fields=["next_check"])
    return 1 if due else 0


def _level(stage: int) -> str:
    if stage == OVERDUE:
        return Notification.Level.ALARM
    return Notification.Level.WARNING if stage <= 2 else Notification.Level.INFO


def sweep_deadlines(*, today: date, calendar: WorkCalendar, limit: int = 500) -> int:
    """Send the reminders that are due today; returns how many deadlines were reminded.

    Safe to run twice at once: each row is locked, and each stage is unique in the database.
    """
    due = (
        Deadline.objects.filter(state=DeadlineState.OPEN, next_check__lte=today)
        .order_by("next_check", "pk")
        .values_list("pk", flat=True)[:limit]
    )
    return sum(_remind(pk, today=today, calendar=calendar) for pk in list(due))


@dataclass(frozen=True)
class Moved:
    """One open clock whose due date followed the calendar."""

    deadline: Deadline
    before: date

    @property
    def text(self) -> str:
        return _("因工作日历调整，%(matter)s的截止日由 %(before)s 改为 %(after)s。") % {
            "matter": f"{DeadlineKind(self.deadline.kind).label}（{self.deadline.label}）",
            "before": self.before.isoformat(),
            "after": self.deadline.due_on.isoformat(),
        }


def due_by(deadline: Deadline, calendar: WorkCalendar) -> date:
    """What the calendar makes of the clock today; a date fixed otherwise stays."""
    if deadline.working_days is None:
        return deadline.due_on
    if deadline.counted_back_from is not None:
        return calendar.subtract(deadline.counted_back_from, deadline.working_days)
    return calendar.add(deadline.started_on, deadline.working_days)


@transaction.atomic
def recompute_deadlines(*, calendar: WorkCalendar, today: date) -> list[Moved]:
    """Move the open clocks that count working days, after the calendar changed.

    Each move stands in the trail and is told to those whose clock it is. A date that stays but
    is no longer provisional is corrected in silence.
    """
    moved = []
    for deadline in Deadline.objects.select_for_update().filter(
        state=DeadlineState.OPEN, working_days__isnull=False
    ):
        before, due_on = deadline.due_on, due_by(deadline, calendar)
        provisional = calendar.is_provisional(due_on)
        if (due_on, provisional) == (before, deadline.provisional):
            continue
        deadline.due_on, deadline.provisional = due_on, provisional
        sent = set(deadline.reminders.values_list("stage", flat=True))
        deadline.next_check = next_check_day(calendar, due_on=due_on, sent=sent, today=today)
        deadline.save(update_fields=["due_on", "provisional", "next_check"])
        if due_on != before:
            moved.append(Moved(deadline, before))
            _tell_move(moved[-1])
    return moved


def _tell_move(move: Moved) -> None:
    deadline = move.deadline
    due_on = deadline.due_on.isoformat()
    event = record_event(
        action="deadline.recomputed",
        obj=deadline,
        changes={"due_on": [move.before.isoformat(), due_on]},
    )
    notify(
        users=recipients(deadline, overdue=False),
        key=f"moved:{deadline.pk}:{event.pk}",
        text=move.text,
        level=Notification.Level.WARNING,
        link=deadline.link,
    )
