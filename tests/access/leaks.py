"""The leak hunt: every page as every role, every table, cache, queue and file, for some words."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from redis import Redis

from registry.models import AuditEvent, Notification, PollutionSource

ROLES = (None, "director1", "planner1", "officer1", "officer5", "publisher1", "auditor1", "admin1")
STARTS = ("/", "/desk/", "/inbox/", "/admin/", "/inspections/", "/plans-desk/", "/disclosure/",
          "/registry/oversight/", "/registry/deadlines/", "/results.csv", "/results.json", "/plans/feed.atom")  # fmt: skip
# Register pages list every unit, drawn or not; that they say nothing about the draw is shown by
# their never opening it.
REGISTER_PAGES = re.compile(
    r"^/(admin/(registry/(pollutionsource|specialflag|conflictofinterest|inspector)|autocomplete)"
    r"|registry/(sources|inspectors|lists|map|quality|merges|export|template|risk|special-flags"
    r"|positive-list))"
)
# Prints are packed: what stands on them is looked for in the table their data come from.
SKIPPED = re.compile(r"/(logout|jsi18n)/|\?.*(&.*){2}|/static/|\.(pdf|docx)$")
LINK = re.compile(r'href="(/[^"#]*)')
TABLES = ("sampling", "inspections", "disclosure")
OWN_TABLES = (AuditEvent, Notification, "registry.Deadline", "sessions.Session", "admin.LogEntry")
# The pool names everybody who could be drawn; that is what hides who was.
POOL_FIELDS = {("Draw", "pool"), ("Draw", "left_out")}
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
ESCAPED = re.compile(rb"\\u([0-9a-fA-F]{4})")


def words_of(units: Iterable[PollutionSource]) -> list[str]:
    """What another unit bears as well tells nothing of this one: the register has two of one name,
    and two with one permit, whose number begins with a unit's code."""
    rows = list(units)
    others = PollutionSource.objects.exclude(pk__in=[unit.pk for unit in rows])
    borne = {
        text
        for name, permit in others.values_list("name", "permit_number")
        for text in (name, permit[:18])
    }
    return [
        text
        for unit in rows
        for text in (unit.name, unit.code, unit.uscc)
        if text and text not in borne
    ]


# --- Pages --------------------------------------------------------------------------------------


def client_of(username: str | None) -> Client:
    client = Client()
    if username:
        client.force_login(User.objects.get(username=username))
    return client


def crawl(
    client: Client, *, registers: bool = False, limit: int = 400
) -> Iterator[tuple[str, str]]:
    """Every page that links lead to, with its text; those of the registers if asked for."""
    queue, seen = list(STARTS), set(STARTS)
    while queue and limit:
        url = queue.pop(0)
        response = client.get(url)
        limit -= 1
        if "text/html" not in response.get("Content-Type", ""):
            body = b"".join(response) if response.streaming else response.content
            yield url, f"{response.headers} {body.decode(errors='replace')}"
            continue
        text = response.content.decode()
        yield url, text
        for link in LINK.findall(text):
            link = link.replace("&amp;", "&")
            skipped = SKIPPED.search(link) or (REGISTER_PAGES.match(link) and not registers)
            if link not in seen and not skipped:
                seen.add(link)
                queue.append(link)


def leaks_on_pages(
    units: Iterable[PollutionSource], roles: Iterable[str | None] = ROLES
) -> list[str]:
    words = words_of(units)
    found = []
    for username in roles:
        pages = 0
        for url, text in crawl(client_of(username)):
            pages += 1
            found += [f"{username} {url}: {word}" for word in words if word in text]
        assert pages > 8, f"{username} saw only {pages} pages"
    return found


# --- What is stored -----------------------------------------------------------------------------


def layers(data: bytes, depth: int = 3) -> Iterator[bytes]:
    """The bytes, and what base64, compression and JSON escapes hide in them: a name in a session,
    a cached value or a message of the queue does not stand there as it is read."""
    yield ESCAPED.sub(lambda code: chr(int(code[1], 16)).encode("utf-8", "replace"), data)
    if depth == 0:
        return
    for packed in BASE64.findall(data):
        text = packed.rstrip(b"=")
        with suppress(binascii.Error):
            yield from layers(
                base64.urlsafe_b64decode(
                    text.replace(b"+", b"-").replace(b"/", b"_") + b"=" * (-len(text) % 4)
                ),
                depth - 1,
            )
    for at in re.finditer(rb"x[\x01\x5e\x9c\xda]", data):
        with suppress(zlib.error):
            yield from layers(zlib.decompressobj().decompress(data[at.start() :]), depth - 1)


def words_in(data: bytes, words: Iterable[str]) -> list[str]:
    hidden = list(layers(data))
    return [word for word in words if any(word.encode() in text for text in hidden)]


def leaks_in_tables(units: Iterable[PollutionSource]) -> list[str]:
    words = words_of(units)
    chosen: list[Any] = [m for label in TABLES for m in apps.get_app_config(label).get_models()]
    chosen += [apps.get_model(m) if isinstance(m, str) else m for m in OWN_TABLES]
    found = []
    for model in chosen:
        fields = [
            f.name
            for f in model._meta.concrete_fields
            if isinstance(f, models.CharField | models.TextField | models.JSONField)
            and (model.__name__, f.name) not in POOL_FIELDS
        ]
        for row in model.objects.values_list("pk", *fields):
            text = " ".join(map(str, row[1:])).encode()
            found += [f"{model.__name__} {row[0]}: {word}" for word in words_in(text, words)]
    return found


def leaks_in_stores(units: Iterable[PollutionSource]) -> list[str]:
    """Caches and queues: files of the data folder (the database apart), and Redis."""
    words = words_of(units)
    return [f"{place}: {word}" for place, data in _stored() for word in words_in(data, words)]


def _stored() -> Iterator[tuple[str, bytes]]:
    for path in Path(settings.VAR_DIR).rglob("*"):
        inside = path.relative_to(settings.VAR_DIR).parts[0]
        if path.is_file() and inside != "static" and ".sqlite3" not in path.name:
            yield str(path), path.read_bytes()
    if settings.REDIS_URL:
        redis = Redis.from_url(settings.REDIS_URL)
        for key in redis.scan_iter():
            yield repr(key), key + b" " + b" ".join(_values(redis, key))


def _values(redis: Any, key: bytes) -> list[bytes]:
    kind = redis.type(key)
    if kind == b"string":
        return [redis.get(key)]
    if kind == b"list":
        return list(redis.lrange(key, 0, -1))
    if kind == b"hash":
        return [part for pair in redis.hgetall(key).items() for part in pair]
    if kind == b"zset":
        return list(redis.zrange(key, 0, -1))
    return list(redis.smembers(key)) if kind == b"set" else []
