"""Beat's timetable names real tasks, whose messages neither die early nor pile up."""

import pytest
from celery.signals import beat_init

from chanji_dualrandom.celery import TIMETABLE, app


@pytest.mark.parametrize("task", [task for task, _seconds in TIMETABLE])
def test_every_line_of_the_timetable_is_a_registered_task(task: str) -> None:
    app.loader.import_default_modules()

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
