"""Beat's timetable names real tasks, and no run outlives the next."""

import pytest
from celery.signals import beat_init

from chanji_dualrandom.celery import TIMETABLE, app


@pytest.mark.parametrize("task", [task for task, _seconds in TIMETABLE])
def test_every_line_of_the_timetable_is_a_registered_task(task: str) -> None:
    app.loader.import_default_modules()

    assert task in app.tasks


@pytest.mark.parametrize("task", [task for task, _seconds in TIMETABLE])
def test_a_run_expires_before_the_next_is_sent(task: str) -> None:
    entry = app.conf.beat_schedule[task]

    assert 0 < entry["options"]["expires"] < entry["schedule"]


def test_what_was_due_while_nothing_ran_is_sent_when_beat_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(app, "send_task", lambda task, **_options: sent.append(task))

    beat_init.send(sender=None)

    assert sent == [task for task, _seconds in TIMETABLE]
