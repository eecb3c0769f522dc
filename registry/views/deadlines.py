"""The deadline calendar, each person's feed of it, and whether the machinery runs."""

import re
import time
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from celery import current_app
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_GET, require_POST, require_safe

from registry import permissions
from registry.clocks import selectors
from registry.clocks.selectors import work_calendar
from registry.clocks.services import calendar_feed, health
from registry.models import CalendarFeed
from registry.selectors import bureau_setting
from registry.web.origin import origin_of

SOON = 5  # working days
BROKER_PATIENCE = 2  # seconds the page waits for the queue
LOOK_EVERY = 10  # seconds


def _month_asked(text: str, today: date) -> date:
    """The first day of the month asked for, this month where nothing sensible was asked."""
    match = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text)
    return date(int(match[1]), int(match[2]), 1) if match else today.replace(day=1)


@login_required
@require_GET
def deadline_calendar(request: HttpRequest) -> HttpResponse:
    """Own clocks; with the permission to oversee also everybody's."""
    today, calendar = timezone.localdate(), work_calendar()
    may_see_all = request.user.has_perm(permissions.VIEW_OVERSIGHT)
    everybody = may_see_all and request.GET.get("whose") != "mine"
    found = selectors.all_deadlines() if everybody else selectors.deadlines_of(request.user)
    rows = selectors.as_rows(found[: selectors.SHOWN], today=today, calendar=calendar)
    first = _month_asked(request.GET.get("month", ""), today)
    context: dict[str, Any] = {
        "rows": rows,
        "overdue": sum(row.clock.overdue for row in rows),
        "due_today": sum(row.deadline.due_on == today for row in rows),
        "soon": sum(0 < row.clock.left <= SOON for row in rows),
        "weeks": selectors.month_of(
            rows, year=first.year, month=first.month, today=today, calendar=calendar
        ),
        "first": first,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": (first + timedelta(days=32)).replace(day=1),
        "everybody": everybody,
        "may_see_all": may_see_all,
        "feed": CalendarFeed.objects.filter(user=request.user).first(),
        "moves": selectors.recent_moves() if may_see_all else [],
    }
    return render(request, "registry/deadlines.html", context)


@login_required
@require_POST
def feed_open(request: HttpRequest) -> HttpResponse:
    token = calendar_feed.open_feed(user=request.user, now=timezone.now())
    address = f"{origin_of(request)}/registry/deadlines/feed/{token}.ics"
    return render(request, "registry/feed.html", {"address": address})


@login_required
@require_POST
def feed_close(request: HttpRequest) -> HttpResponse:
    calendar_feed.close_feed(user=request.user)
    messages.success(request, _("日历订阅已停用，原地址不再有效。"))
    return redirect("registry:deadlines")


def _feed_content(request: HttpRequest, token: str) -> bytes:
    """Built once per request, for the ETag and the answer alike."""
    known = getattr(request, "feed_content", None)
    if known is None:
        owner = calendar_feed.owner_of(token, now=timezone.now())
        if owner is None:
            raise Http404
        known = calendar_feed.as_calendar(
            selectors.deadlines_of(owner)[: selectors.SHOWN], today=timezone.localdate()
        )
        setattr(request, "feed_content", known)  # noqa: B010
    return known


def _feed_etag(request: HttpRequest, token: str) -> str:
    return quote_etag(calendar_feed.fingerprint(_feed_content(request, token)))


@require_safe
@condition(etag_func=_feed_etag)
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """For calendar programs, which cannot sign in: whoever knows the address may read it."""
    response = HttpResponse(_feed_content(request, token), content_type="text/calendar")
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


def _broker_problem() -> str:
    """What keeps the queue from answering, or nothing."""
    try:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=BROKER_PATIENCE)
    except (OSError, current_app.connection_for_write().connection_errors) as trouble:
        return str(trouble)[:200]
    return ""


def _parts() -> list[health.Part]:
    return _parts_in(int(time.monotonic() // LOOK_EVERY))


@lru_cache(maxsize=1)
def _parts_in(_slot: int) -> list[health.Part]:
    """Asked afresh every few seconds at most: anybody may open the monitoring address."""
    now = timezone.now()
    parts = [
        health.scheduler_part(now=now, alarm_minutes=bureau_setting("scheduler_alarm_minutes")),
        health.broker_part(answers=_broker_problem),
        health.mail_part(now=now, alarm_minutes=bureau_setting("mail_alarm_minutes")),
        health.processes_part(),
    ]
    return [part for part in parts if part]


@permission_required(permissions.VIEW_OVERSIGHT, raise_exception=True)
@require_GET
def oversight(request: HttpRequest) -> HttpResponse:
    parts = _parts()
    for part in parts:
        health.raise_alarm(part)
    return render(request, "registry/oversight.html", {"parts": parts})


@require_safe
def machinery(request: HttpRequest) -> JsonResponse:
    """For the bureau's own monitoring: 503 while a part stands still. Names no matter and no host."""
    parts = _parts()
    for part in parts:
        health.raise_alarm(part)
    answer = {part.name: "ok" if part.ok else "late" for part in parts}
    return JsonResponse(answer, status=200 if all(part.ok for part in parts) else 503)
