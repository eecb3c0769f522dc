"""One person's deadlines as an iCalendar feed (RFC 5545) at an address only he knows."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from registry.models import CalendarFeed, Deadline
from registry.trail.services import record_event

TOKEN_BYTES = 32


def fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest(token: str) -> str:
    return fingerprint(token.encode())


@transaction.atomic
def open_feed(*, user: Any, now: datetime) -> str:
    """A new address; the old one stops at once. The token is told once and not kept."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed, _created = CalendarFeed.objects.update_or_create(
        user=user, defaults={"token_sha256": _digest(token), "created_at": now, "read_at": None}
    )
    record_event(action="calendar_feed.opened", actor=user, obj=feed)
    return token


@transaction.atomic
def close_feed(*, user: Any) -> None:
    feed = CalendarFeed.objects.filter(user=user).first()
    if feed is not None:
        record_event(action="calendar_feed.closed", actor=user, obj=feed)
        feed.delete()


def owner_of(token: str, *, now: datetime) -> Any:
    """Whose feed it is, or None: unknown, closed, or the account has ended."""
    feed = (
        CalendarFeed.objects.select_related("user")
        .filter(token_sha256=_digest(token), user__is_active=True)
        .first()
    )
    if feed is None:
        return None
    CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)
    return feed.user


def as_calendar(deadlines: Iterable[Deadline], *, today: date) -> bytes:
    """All-day events; the text is that of the deadline page, never a unit's name."""
    feed = Calendar()
    feed.add("prodid", "-//chanji-dualrandom//deadlines//ZH")
    feed.add("version", "2.0")
    feed.add("x-wr-calname", _("双随机监管期限"))
    feed.add("x-wr-timezone", settings.TIME_ZONE)
    feed.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    domain = settings.MAIL_DOMAIN or "chanji-dualrandom"
    for deadline in deadlines:
        event = Event()
        event.add("uid", f"deadline-{deadline.pk}@{domain}")
        event.add("dtstamp", deadline.created_at)
        event.add("dtstart", deadline.due_on)
        event.add("dtend", deadline.due_on + timedelta(days=1))
        event.add("summary", _summary(deadline, today))
        event.add("description", _("依据：%(basis)s") % {"basis": deadline.basis})
        event.add("transp", "TRANSPARENT")
        if settings.SITE_URL and deadline.link:
            event.add("url", f"{settings.SITE_URL}{deadline.link}")
        feed.add_component(event)
    return feed.to_ical()


def _summary(deadline: Deadline, today: date) -> str:
    overdue = _("【逾期】") if deadline.due_on < today else ""
    provisional = _("（暂定）") if deadline.provisional else ""
    return f"{overdue}{deadline.get_kind_display()}：{deadline.label}{provisional}"
