"""A page as it was sent once, ready to be sent again, and the memory that holds such pages."""

import gzip
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.utils.http import http_date, parse_http_date_safe

MEMORY_BYTES = 32 * 1024 * 1024
GZIP_FROM_BYTES = 1024


class Answer:
    """One page as it was sent, and its gzip once somebody asked for that.

    The headers of each way to send it are put together once; sending is then only choosing.
    """

    def __init__(
        self, content: bytes, headers: list[tuple[str, str]], etag: str, modified: int
    ) -> None:
        """``modified``: seconds since 1970; 0 while another change could fall into that second."""
        self.content, self.etag, self.modified = content, etag, modified
        self._headers = headers + ([("Last-Modified", http_date(modified))] if modified else [])
        self._plain = self._way(content, f'"{etag}"')
        self._packed: Way | None = None

    def _way(self, content: bytes, etag: str, *extra: tuple[str, str]) -> "Way":
        headers = [*self._headers, ("ETag", etag)]
        untyped = [header for header in headers if header[0] != "Content-Type"]
        return Way(
            etag, content, [*headers, *extra, ("Content-Length", str(len(content)))], untyped
        )

    def reply(self, meta: Mapping[str, Any]) -> "Reply":
        """Status, headers and content for the one who asks with this WSGI environment."""
        way = self._way_for(meta.get("HTTP_ACCEPT_ENCODING", ""))
        if self._known(meta, way.etag):
            return Reply(304, way.headers_of_304, b"")
        return Reply(200, way.headers, way.content)

    def _way_for(self, accepted: str) -> "Way":
        if "gzip" not in accepted or len(self.content) < GZIP_FROM_BYTES:
            return self._plain
        if self._packed is None:
            packed = gzip.compress(self.content, 6, mtime=0)
            self._packed = self._way(packed, f'"{self.etag}z"', ("Content-Encoding", "gzip"))
        return self._packed

    def _known(self, meta: Mapping[str, Any], etag: str) -> bool:
        """If-None-Match decides alone where it is sent (RFC 9110, 13.2.2)."""
        if known := meta.get("HTTP_IF_NONE_MATCH"):
            return known.strip() == "*" or etag in known
        since = meta.get("HTTP_IF_MODIFIED_SINCE")
        if not since or not self.modified:
            return False
        return (parse_http_date_safe(since) or 0) >= self.modified


class Way(NamedTuple):
    """One way to send an answer, plain or packed."""

    etag: str
    content: bytes
    headers: list[tuple[str, str]]
    headers_of_304: list[tuple[str, str]]


class Reply(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    content: bytes

    def response(self) -> HttpResponse:
        response = HttpResponse(self.content, status=self.status)
        del response.headers["Content-Type"]
        for name, value in self.headers:
            response.headers[name] = value
        return response


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
