"""Answers of the public site, kept only as long as they are exactly current.

The truth is in the database: every change of a public table changes its token in the same
transaction (disclosure/triggers.py). Each process keeps its answers in its own memory under the
tokens they were made from, so two processes never disagree, and neither Redis nor a file has to
be cleared, or trusted. One indexed read a request is the price.
"""

import gzip
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from threading import Lock
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import has_vary_header
from django.utils.http import http_date, parse_http_date_safe

MEMORY_BYTES = 32 * 1024 * 1024
ENTRY_BYTES = 512 * 1024
GZIP_FROM_BYTES = 1024
# A second change within the second a Last-Modified names would be invisible to who asks by date.
SETTLED = timedelta(seconds=2)
PULSE = "SELECT token, changed_at FROM disclosure_publicationpulse ORDER BY table_name"
PUBLIC_APPS = frozenset({"public", "ninja"})  # the open-data API's URLs are ninja's


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


@dataclass
class Answer:
    """One page as it was sent, and its gzip once somebody asked for that."""

    content: bytes
    headers: list[tuple[str, str]]
    etag: str
    modified: int  # seconds since 1970; 0 while another change could fall into the same second
    packed: bytes = b""
    lock: Lock = field(default_factory=Lock)

    def to(self, request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        zipped = self.packed_for(meta.get("HTTP_ACCEPT_ENCODING", ""))
        etag = f'"{self.etag}z"' if zipped else f'"{self.etag}"'
        response: HttpResponseBase
        if self._known(meta, etag):
            response = HttpResponseNotModified()
        else:
            response = HttpResponse(zipped or self.content)
            if zipped:
                response.headers["Content-Encoding"] = "gzip"
        for name, value in self.headers:
            response.headers[name] = value
        if response.status_code == 304:
            del response.headers["Content-Type"]
        else:
            response.headers["Content-Length"] = str(len(zipped or self.content))
        response.headers["ETag"] = etag
        if self.modified:
            response.headers["Last-Modified"] = http_date(self.modified)
        return response

    def packed_for(self, accepted: str) -> bytes:
        if "gzip" not in accepted or len(self.content) < GZIP_FROM_BYTES:
            return b""
        if not self.packed:
            self.packed = gzip.compress(self.content, 6, mtime=0)
        return self.packed

    def _known(self, meta: dict[str, Any], etag: str) -> bool:
        """If-None-Match decides alone where it is sent (RFC 9110, 13.2.2)."""
        if known := meta.get("HTTP_IF_NONE_MATCH"):
            return known.strip() == "*" or etag in known
        since = meta.get("HTTP_IF_MODIFIED_SINCE")
        if not since or not self.modified:
            return False
        return (parse_http_date_safe(since) or 0) >= self.modified


class Memory:
    """The answers last asked for, up to a number of bytes."""

    def __init__(self, limit: int = MEMORY_BYTES) -> None:
        self.limit, self.used = limit, 0
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[Any, ...]) -> Any:
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found[0] if found else None

    def put(self, key: tuple[Any, ...], value: Any, size: int) -> None:
        with self._lock:
            if key in self._kept:
                self.used -= self._kept.pop(key)[1]
            self._kept[key] = (value, size)
            self.used += size
            while self.used > self.limit:
                _key, (_value, freed) = self._kept.popitem(last=False)
                self.used -= freed

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self.used = 0


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
    """First of all: answers an anonymous GET of a public page from memory while it is current."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.never = (f"/{settings.STATIC_URL.strip('/')}/", "/healthz", "/accounts/", "/desk/")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        meta = request.META
        # A visitor of the public site has no cookie; whoever has one may be somebody.
        if (
            request.method not in ("GET", "HEAD")
            or meta.get("HTTP_COOKIE")
            or meta.get("HTTP_AUTHORIZATION")
            or request.path_info.startswith(self.never)
        ):
            return self.get_response(request)
        state = current_state()
        if state is None:
            return self.get_response(request)
        key = (
            state.tokens, state.day, meta.get("HTTP_HOST"), meta.get("SERVER_PORT"),
            request.scheme, request.path, meta.get("QUERY_STRING"),
        )  # fmt: skip
        answer = MEMORY.get(key)
        if answer is None:
            request.published_state = state  # type: ignore[attr-defined]
            response = self.get_response(request)
            if not _may_be_kept(request, response):
                return response
            answer = _answer(response, state)
            if len(answer.content) <= ENTRY_BYTES:
                MEMORY.put(key, answer, len(answer.content) + 2048)
        return answer.to(request)


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
        content=content,
        headers=list(headers.items()),
        etag=blake2b(content, digest_size=12).hexdigest(),
        modified=int(modified.timestamp()) if settled else 0,
    )
