"""Answers of the public site, kept only as long as they are exactly current.

The truth is in the database: every change of a public table changes its token in the same
transaction (disclosure/database/triggers.py). Each process keeps its answers in its own memory under the
tokens they were made from, so two processes never disagree, and neither Redis nor a file has to
be cleared, or trusted. One read of a dozen rows a request is the price.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import has_vary_header

from disclosure.public.answers import Answer, Memory

ENTRY_BYTES = 512 * 1024
# A second change within the second a Last-Modified names would be invisible to who asks by date.
SETTLED = timedelta(seconds=2)
# Unsorted: the database would sort for longer than it reads. Sorted or not, no other state has
# these tokens.
PULSE = "SELECT token, changed_at FROM disclosure_publicationpulse"
PUBLIC_APPS = frozenset({"public", "ninja"})  # the open-data API's URLs are ninja's
NEVER = (f"/{settings.STATIC_URL.strip('/')}/", "/healthz", "/accounts/", "/desk/")


@dataclass(frozen=True)
class State:
    """What the public tables look like now; equal tokens and days mean equal pages."""

    tokens: str
    changed_at: datetime
    day: str


def current_state() -> State | None:
    """None where nothing was ever published, or the database does not answer."""
    try:
        rows = _pulses()
    except DatabaseError:
        return None
    if not rows:
        return None
    changed = max(_moment(at) for _token, at in rows)
    return State("".join(token for token, _at in rows), changed, timezone.localdate().isoformat())


def _pulses() -> list[tuple[str, Any]]:
    """This first read of a request is itself the check whether the connection still lives;
    Django's own check would ask the database once more."""
    connection.health_check_done = True
    try:
        return _read_pulses()
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _read_pulses()


def _read_pulses() -> list[tuple[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(PULSE)
        return list(cursor.fetchall())


def _moment(value: Any) -> datetime:
    if isinstance(value, str):  # SQLite
        value = datetime.fromisoformat(value)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


MEMORY = Memory()


def remembered(request: HttpRequest, name: str, make: Callable[[], Any]) -> Any:
    """What ``make`` reads from public tables, read once for each state of them.

    Only for small things that depend on nothing but the published copies and the day.
    """
    state = getattr(request, "published_state", None)
    if state is None:
        return make()
    key = (state.tokens, state.day, "value", name)
    value = MEMORY.get(key)
    if value is None:
        value = make()
        MEMORY.put(key, value, 4096)
    return value


class CurrentAnswerMiddleware:
    """First of all: answers a stranger's GET of a public page from memory while it is current,
    and keeps what it had to ask the site for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        state = current_state() if _is_stranger(request.META) else None
        if state is None:
            return self.get_response(request)
        key = _key(request.META, state)
        answer: Answer | None = MEMORY.get(key)
        if answer is None:
            request.published_state = state  # type: ignore[attr-defined]
            response = self.get_response(request)
            if not _may_be_kept(request, response):
                return response
            answer = _answer(response, state)
            if len(answer.content) <= ENTRY_BYTES:
                MEMORY.put(key, answer, len(answer.content) + 2048)
        return answer.reply(request.META)


def _is_stranger(meta: Mapping[str, Any]) -> bool:
    """A visitor of the public site has no cookie; whoever has one may be somebody."""
    return (
        meta["REQUEST_METHOD"] in ("GET", "HEAD")
        and not meta.get("HTTP_COOKIE")
        and not meta.get("HTTP_AUTHORIZATION")
        and not meta["PATH_INFO"].startswith(NEVER)
    )


def _key(meta: Mapping[str, Any], state: State) -> tuple[Any, ...]:
    """Everything of a request that a public page may differ by."""
    proxy = settings.SECURE_PROXY_SSL_HEADER
    return (
        state.tokens, state.day, meta.get("HTTP_HOST"), meta.get("SERVER_PORT"),
        meta.get("wsgi.url_scheme"), meta.get(proxy[0]) if proxy else None,
        meta.get("SCRIPT_NAME"), meta["PATH_INFO"], meta.get("QUERY_STRING"),
    )  # fmt: skip


def _may_be_kept(request: HttpRequest, response: HttpResponseBase) -> bool:
    match = request.resolver_match
    return (
        response.status_code == 200
        and match is not None
        and match.app_name in PUBLIC_APPS
        and request.method == "GET"
        and not response.streaming
        and not response.cookies
        and "CSRF_COOKIE" not in request.META
        and not has_vary_header(response, "Cookie")
        and not any(
            word in response.headers.get("Cache-Control", "") for word in ("no-store", "private")
        )
    )


def _answer(response: HttpResponseBase, state: State) -> Answer:
    content = response.content
    headers = {
        **dict(response.headers.items()),
        "Cache-Control": "public, no-cache",  # kept by anybody, asked about every time
        "Vary": "Accept-Encoding",
    }
    for own in ("ETag", "Last-Modified", "Content-Length"):
        headers.pop(own, None)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    modified = max(state.changed_at, midnight)
    settled = timezone.now() - modified > SETTLED
    return Answer(
        content,
        headers,
        etag=blake2b(content, digest_size=12).hexdigest(),
        modified=int(modified.timestamp()) if settled else 0,
    )
