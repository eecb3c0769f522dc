"""The list stays sealed: no page, row, cache or log names a drawn unit before its wave."""

import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Task
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.test import Client

from chanji_dualrandom.celery import app
from registry.models import AuditEvent, Notification, PollutionSource
from registry.services.trail import record_event
from sampling.services import sealing

pytestmark = pytest.mark.django_db
ROLES = (None, "director1", "planner1", "officer1", "officer5", "publisher1", "admin1")
STARTS = ("/", "/desk/", "/inbox/", "/admin/", "/inspections/", "/plans-desk/", "/disclosure/",
          "/registry/oversight/", "/registry/deadlines/", "/results.csv", "/results.json")  # fmt: skip
# Register pages list every unit, drawn or not; they say nothing about the draw.
REGISTER_PAGES = re.compile(
    r"^/(admin/(registry/(pollutionsource|specialflag|conflictofinterest|inspector)|autocomplete)"
    r"|registry/(sources|inspectors|lists|map|quality|merges|export|template|risk|special-flags"
    r"|positive-list))"
)
SKIPPED = re.compile(r"/(logout|jsi18n)/|\?.*(&.*){2}|/static/")
LINK = re.compile(r'href="(/[^"#]*)')
TABLES = ("sampling", "inspections", "disclosure")
OWN_TABLES = (AuditEvent, Notification, "registry.Deadline", "sessions.Session", "admin.LogEntry")
# The pool names everybody who could be drawn; that is what hides who was.
POOL_FIELDS = {("Draw", "pool"), ("Draw", "left_out")}


def crawl(client: Client, limit: int = 400) -> Iterator[tuple[str, str]]:
    queue, seen = list(STARTS), set(STARTS)
    while queue and limit:
        url = queue.pop(0)
        response = client.get(url)
        limit -= 1
        if "text/html" not in response.get("Content-Type", ""):
            body = b"".join(response) if response.streaming else response.content
            yield url, body.decode(errors="replace")
            continue
        text = response.content.decode()
        yield url, text
        for link in LINK.findall(text):
            link = link.replace("&amp;", "&")
            if link not in seen and not SKIPPED.search(link) and not REGISTER_PAGES.match(link):
                seen.add(link)
                queue.append(link)


def secrets_of(units: Iterable[PollutionSource]) -> list[str]:
    return [text for unit in units for text in (unit.name, unit.code, unit.uscc) if text]


def leaks_on_pages(units: Iterable[PollutionSource]) -> list[str]:
    words = secrets_of(units)
    found = []
    for username in ROLES:
        client = Client()
        if username:
            client.force_login(User.objects.get(username=username))
        pages = 0
        for url, text in crawl(client):
            pages += 1
            found += [f"{username} {url}: {word}" for word in words if word in text]
        assert pages > 8, f"{username} saw only {pages} pages"
    return found


def leaks_in_tables(units: Iterable[PollutionSource]) -> list[str]:
    words = secrets_of(units)
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
            text = " ".join(map(str, row[1:]))
            found += [f"{model.__name__} {row[0]}: {word}" for word in words if word in text]
    return found


def leaks_in_files(units: Iterable[PollutionSource]) -> list[str]:
    words = [word.encode() for word in secrets_of(units)]
    return [
        str(path)
        for folder in ("cache", "queue")
        for path in (Path(settings.VAR_DIR) / folder).rglob("*")
        if path.is_file() and any(word in path.read_bytes() for word in words)
    ]


def test_no_page_names_a_sealed_unit(
    sealed_units: list[PollutionSource], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="django.request"):
        assert leaks_on_pages(sealed_units) == []

    assert not [word for word in secrets_of(sealed_units) if word in caplog.text]


def test_no_table_or_file_names_a_sealed_unit(sealed_units: list[PollutionSource]) -> None:
    assert leaks_in_tables(sealed_units) == []
    assert leaks_in_files(sealed_units) == []


def test_no_message_of_the_queue_names_a_sealed_unit(
    sealed_units: list[PollutionSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the timetable and the pages send to the worker carries ids at most."""
    messages: list[str] = []

    def keep(task: Task, args: Any = None, kwargs: Any = None, **options: Any) -> None:
        messages.append(f"{task.name} {args} {kwargs} {options}")

    monkeypatch.setattr(Task, "apply_async", keep)
    app.loader.import_default_modules()
    with transaction.atomic():
        for entry in app.conf.beat_schedule.values():
            app.tasks[entry["task"]].apply_async(kwargs=entry.get("kwargs"))
            app.tasks[entry["task"]]()
        leaks_on_pages(sealed_units[:1])
        transaction.set_rollback(True)

    assert messages
    assert not [text for text in messages for word in secrets_of(sealed_units) if word in text]


def test_no_page_opens_the_sealed_list_so_none_can_be_timed(
    sealed_units: list[PollutionSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the nonce nothing depends on who was drawn: neither text, nor count, nor time."""
    opened: list[str] = []
    real = sealing.unseal

    def watched(sealed: str, *, context: str) -> bytes:
        opened.append(context)
        return real(sealed, context=context)

    monkeypatch.setattr(sealing, "unseal", watched)
    leaks_on_pages(sealed_units[:1])

    assert opened == []


def test_the_hunt_finds_a_leak_that_is_planted(sealed_units: list[PollutionSource]) -> None:
    unit = sealed_units[0]
    with transaction.atomic():
        record_event(action="planted", label=unit.name)
        Notification.objects.create(
            user=User.objects.get(username="officer1"), key="planted", text=unit.name
        )

        assert any("AuditEvent" in leak for leak in leaks_in_tables([unit]))
        assert any("officer1 /inbox/" in leak for leak in leaks_on_pages([unit]))
        transaction.set_rollback(True)


def test_selection_and_assignments_do_not_exist_before_their_wave(
    sealed_units: list[PollutionSource],
) -> None:
    assert not any(unit.assignments.exists() for unit in sealed_units)
