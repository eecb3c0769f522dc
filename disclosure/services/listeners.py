"""What the staff side committed becomes visible at once; the sweep does the same every minute."""

from typing import Any

from django.utils import timezone

from disclosure.services.sweep import RECENT, catch_up

PREFIXES = (
    "calendar.",
    "plan.",
    "wave.",
    "record.",
    "penalty.decided",
    "penalty.ended",
    "problem.",
    "item_list.",
    "result.",
    "withholding.",
    "positive_list.",
)


ANSWERED = "disclosure"  # no action: those have a dot


def on_committed(sender: Any, *, action: str, commit: set[str], **kwargs: Any) -> None:
    """Whatever was committed together is caught up with once."""
    if action.startswith(PREFIXES) and ANSWERED not in commit:
        commit.add(ANSWERED)
        now = timezone.now()
        catch_up(now=now, since=now - RECENT)
