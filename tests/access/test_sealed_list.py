"""The list stays sealed: no page, row, cache, message or log names a drawn unit before its wave."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Task
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from chanji_dualrandom.celery import app
from inspections.models import Assignment
from registry.models import Notification, PollutionSource
from registry.tasks import heartbeat
from registry.trail.services import record_event
from sampling.models import SamplingPlan
from tests.access.leaks import (
    client_of,
    leaks_in_stores,
    leaks_in_tables,
    leaks_on_pages,
    words_of,
)
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept_apart() -> Iterator[None]:
    """What the test stores is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()
    with app.connection_for_write() as queue:
        queue.default_channel.queue_purge("planted")


def test_no_page_names_a_sealed_unit(
    sealed_units: list[PollutionSource], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO), caplog.at_level(logging.DEBUG, logger="django.request"):
        assert leaks_on_pages(sealed_units) == []

    assert not [word for word in words_of(sealed_units) if word in caplog.text]


def test_no_table_cache_queue_or_file_names_a_sealed_unit(
    sealed_units: list[PollutionSource], leaks_of_building: list[str]
) -> None:
    assert leaks_of_building == []
    assert leaks_in_tables(sealed_units) == []
    assert leaks_in_stores(sealed_units) == []


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
        leaks_on_pages(sealed_units[:1], roles=["director1"])
        transaction.set_rollback(True)

    assert messages
    assert not [text for text in messages for word in words_of(sealed_units) if word in text]


def test_the_hunt_finds_a_leak_that_is_planted(
    sealed_units: list[PollutionSource], kept_apart: None
) -> None:
    unit = sealed_units[0]
    record_event(action="test.planted", label=unit.name)
    Notification.objects.create(
        user=User.objects.get(username="officer1"), key="planted", text=unit.name
    )
    session = SessionStore()
    session["last"] = f"刚才打开的单位：{unit.name}" * 20
    session.save()
    cache.set("planted", {"units": [unit.code]})
    heartbeat.apply_async(queue="planted", headers={"about": unit.name})
    file = Path(settings.VAR_DIR) / "planted.log"
    file.write_text(unit.name, encoding="utf-8")

    tables, stores = leaks_in_tables([unit]), leaks_in_stores([unit])
    file.unlink()

    assert any("AuditEvent" in leak for leak in tables)
    assert any("Session" in leak for leak in tables)
    assert any("officer1 /inbox/" in leak for leak in leaks_on_pages([unit], ["officer1"]))
    assert any(unit.code in leak for leak in stores)  # the cached value
    assert any("planted.log" in leak for leak in stores)
    assert len([leak for leak in stores if unit.name in leak]) >= 2  # the message of the queue


def test_selection_and_assignments_do_not_exist_before_their_wave(
    sealed_units: list[PollutionSource],
) -> None:
    # A clue may send somebody to a unit that happens to be drawn as well; only the draw must wait.
    drawn = Assignment.objects.filter(check_source="random", source__in=sealed_units)
    assert not drawn.exists()


@pytest.mark.parametrize("reader", ["director1", "auditor1"])
def test_a_sealed_read_wants_a_reason_and_the_password_and_everybody_sees_it(
    reader: str, sealed_units: list[PollutionSource], kept_apart: None
) -> None:
    person = User.objects.get(username=reader)
    person.set_password(PASSWORD)
    person.save()
    number = SamplingPlan.objects.get().number
    client, url = client_of(reader), reverse("sampling:sealed", args=[number])
    unit = next(unit for unit in sealed_units if not unit.confidential)

    for form in ({"password": PASSWORD}, {"reason": "核对", "password": "wrong"}):
        refused = client.post(url, form)
        assert (refused.status_code, unit.name in refused.content.decode()) == (422, False)
    read = client.post(url, {"reason": "核对程序", "password": PASSWORD})

    assert unit.name in read.content.decode()
    assert "no-store" in read["Cache-Control"]
    seen = client_of("officer5").get("/inbox/").content.decode()
    assert "核对程序" in seen
    assert person.get_full_name() in seen


def test_the_auditor_looks_at_plans_and_changes_none(bureau: dict[str, User]) -> None:
    plan = SamplingPlan.objects.get()
    client = client_of("auditor1")

    page = client.get(reverse("sampling:plan", args=[plan.number])).content.decode()

    assert "密封读取" in page
    for step in ("freeze", "withdraw", "draw", "approve", "void", "reveal"):
        assert f"/{plan.number}/{step}/" not in page
        assert client.get(f"/plans-desk/{plan.number}/{step}/").status_code == 403
    assert client.post(reverse("sampling:draft"), {"quarter": "2099Q1"}).status_code == 403
