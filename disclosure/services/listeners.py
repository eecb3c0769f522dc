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


def on_committed(sender: Any, *, action: str, **kwargs: Any) -> None:
    if action.startswith(PREFIXES):
        now = timezone.now()
        catch_up(now=now, since=now - RECENT)
