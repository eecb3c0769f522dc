"""Signs of life: the page that staff open says when the scheduler stands still."""

from datetime import datetime, timedelta

from registry.models import Heartbeat


def beat(*, name: str, now: datetime, detail: str = "") -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now, "detail": detail})


def scheduler_late_by(*, now: datetime, alarm_minutes: int) -> timedelta | None:
    """How long the scheduler has been silent, if longer than the alarm; None while it lives."""
    row = Heartbeat.objects.filter(name="scheduler").first()
    if row is None:
        return timedelta(minutes=alarm_minutes)
    silent = now - row.at
    return silent if silent > timedelta(minutes=alarm_minutes) else None
