"""Beat's timetable names real tasks, whose messages neither die early nor pile up."""

import pytest
from celery.signals import beat_init, task_success

from chanji_dualrandom.celery import DONE, TIMETABLE, app


@pytest.fixture(autouse=True, scope="module")
def _tasks() -> None:
    """Celery sets up Django for it once more, logging included: not while a log is looked at."""
    app.loader.import_default_modules()


@pytest.mark.parametrize("task", [task for task, _seconds in TIMETABLE])
def test_every_line_of_the_timetable_is_a_registered_task(task: str) -> None:
    assert task in app.tasks


@pytest.mark.parametrize("task", [task for task, _seconds in TIMETABLE])
def test_no_run_is_lost_to_a_clock_an_hour_wrong_nor_kept_for_a_day(task: str) -> None:
    expires = app.conf.beat_schedule[task]["options"]["expires"]

    assert 3600 < expires < 12 * 3600


def test_what_was_due_while_nothing_ran_is_sent_when_beat_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(app, "send_task", lambda task, **_options: sent.append(task))

    beat_init.send(sender=None)

    assert sent == [task for task, _seconds in TIMETABLE]


@pytest.mark.parametrize("task", DONE)
def test_what_a_run_did_is_one_line_and_a_run_with_nothing_to_do_is_none(
    task: str, caplog: pytest.LogCaptureFixture
) -> None:
    task_success.send(sender=app.tasks[task], result=0)
    assert caplog.messages == []
    task_success.send(sender=app.tasks[task], result=3)

    assert caplog.messages == [DONE[task] % 3]


def test_a_sign_of_life_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    task_success.send(sender=app.tasks["registry.heartbeat"], result=None)

    assert caplog.messages == []
