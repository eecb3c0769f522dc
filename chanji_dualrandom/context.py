"""What every template knows."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from disclosure.public.current import remembered
from registry.clocks.services.heartbeat import scheduler_late_by
from registry.models import Notification
from registry.selectors import bureau_settings


def house(request: HttpRequest) -> dict[str, Any]:
    """The bureau's name; for staff also the inbox count and whether the scheduler stands still."""
    settings = remembered(request, "settings", bureau_settings)
    context: dict[str, Any] = {
        "bureau_name": settings["bureau_name"],
        "complaint_phone": settings["complaint_phone"],
        "form_sent": request.method == "POST",  # so the page may be a refusal
    }
    if hasattr(request, "published_state"):
        return context  # a visitor without cookies: asking who it is would make the page personal
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        context["unread"] = Notification.objects.filter(user=user, read_at=None).count()
        context["scheduler_late"] = scheduler_late_by(
            now=timezone.now(), alarm_minutes=settings["scheduler_alarm_minutes"]
        )
    return context
