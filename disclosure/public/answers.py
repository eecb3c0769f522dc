"""A page as it was sent once, ready to be sent again, and the memory that holds such pages."""

import gzip
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.http import http_date, parse_http_date_safe

MEMORY_BYTES = 32 * 1024 * 1024
GZIP_FROM_BYTES = 1024


@dataclass
class Answer:
    """One page as it was sent, and its gzip once somebody asked for that."""

    content: bytes
    headers: dict[str, str]
    etag: str
    modified: int  # seconds since 1970; 0 while another change could fall into that second
    _packed: bytes = b""

    def reply(self, meta: Mapping[str, Any]) -> HttpResponse:
        """What is sent to the one who asks with this WSGI environment."""
        packed = self._packed_for(meta.get("HTTP_ACCEPT_ENCODING", ""))
        headers = {**self.headers, "ETag": f'"{self.etag}z"' if packed else f'"{self.etag}"'}
        if self.modified:
            headers["Last-Modified"] = http_date(self.modified)
        if self._known(meta, headers["ETag"]):
            return HttpResponseNotModified(headers=headers)
        if packed:
            headers["Content-Encoding"] = "gzip"
        content = packed or self.content
        return HttpResponse(content, headers={**headers, "Content-Length": str(len(content))})

    def _packed_for(self, accepted: str) -> bytes:
        if "gzip" not in accepted or len(self.content) < GZIP_FROM_BYTES:
            return b""
        self._packed = self._packed or gzip.compress(self.content, 6, mtime=0)
        return self._packed

    def _known(self, meta: Mapping[str, Any], etag: str) -> bool:
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
