"""Everything the timetable does for publication; safe to run twice at once."""

from datetime import datetime, timedelta

from disclosure.services.announcements import (
    mirror_announcements,
    publish_items,
    rebuild_progress,
)
from disclosure.services.penalties import (
    open_penalties,
    publish_due_penalties,
    take_down_ended,
)
from disclosure.services.positive_list import publish_positive_list
from disclosure.services.problems import mirror_problems
from disclosure.services.public_names import flag_outdated_names
from disclosure.services.publishing import follow_calendar, open_publications, publish_due
from registry.clocks.selectors import work_calendar

# What runs each minute looks back this far; a clock an hour wrong or a night's outage fits in.
RECENT = timedelta(days=3)
# Renamed units: what the minutes miss, the hourly sweep over everything finds.
RENAMED = timedelta(minutes=10)


def mirror(*, now: datetime, since: datetime | None = None) -> None:
    """Bring the public copies of plans, items and counts up to date."""
    publish_items()
    mirror_announcements(now=now)
    rebuild_progress(now=now)
    publish_positive_list(now=now)
    mirror_problems(now=now, since=since)


def publication_sweep(*, now: datetime, since: datetime | None = None) -> int:
    """Start clocks, publish what is queued or due, mirror; returns how many were published."""
    calendar = work_calendar()
    open_publications(calendar=calendar, since=since)
    follow_calendar(calendar=calendar)
    open_penalties(calendar=calendar)
    published = publish_due(now=now, calendar=calendar)
    published += publish_due_penalties(now=now, calendar=calendar)
    take_down_ended(now=now)
    mirror(now=now, since=since)
    flag_outdated_names(since=None if since is None else now - RENAMED)
    return published


def catch_up(*, now: datetime, since: datetime | None = None) -> None:
    """What a change on the staff side sets off at once: clocks and copies, no publication."""
    calendar = work_calendar()
    open_publications(calendar=calendar, since=since)
    follow_calendar(calendar=calendar)
    open_penalties(calendar=calendar)
    take_down_ended(now=now)
    mirror(now=now, since=since)
