"""Queues that stop, schedulers that run twice, clocks that are wrong: each thing once, none missed."""

import shutil
import signal
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.utils import timezone

from disclosure.models import PublicationLink, PublicResult
from disclosure.tasks import publication_sweep
from registry.clocks.selectors import work_calendar
from registry.clocks.services.deadlines import start_deadline
from registry.models import Deadline, DeadlineReminder, Heartbeat, Notification, OutgoingMail
from registry.tasks import send_mail, sweep_deadlines
from tests import cast

from .conftest import Processes, wait_until
from .test_worker import approved_assignments

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
RESULTS = 12
NEXT_BEAT = 150  # seconds: what is sent once a minute has come by then


class Mailbox:
    """Counts what a real SMTP server was handed, by Message-ID."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def handle_message(self, message: Message) -> None:
        self.seen[str(message["Message-ID"])] += 1

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        from email import message_from_bytes

        self.handle_message(message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def mailbox(processes: Processes) -> Iterator[Mailbox]:
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    processes.others.update(
        CHANJI_MAIL_URL=f"smtp://127.0.0.1:{server.port}", CHANJI_MAIL_FROM="chanji@localhost"
    )
    yield box
    server.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def something_to_do(users: dict[str, Any]) -> None:
    """Results queued for publication, and a clock of which all stages have passed."""
    approved_assignments(RESULTS, users["publisher1"])
    today = timezone.localdate()
    start_deadline(
        kind="review_record",
        subject="record:1",
        label="CJ-1",
        started_on=today - timedelta(days=40),
        due_on=today - timedelta(days=3),
        basis="测试",
        role="publisher",
        calendar=work_calendar(),
    )


@pytest.fixture
def house(db: Any) -> dict[str, Any]:
    cast.prepare_house()
    users = cast.staff_accounts()
    for user in users.values():
        user.email = f"{user.username}@localhost"
        user.save()
    something_to_do(users)
    return users


def last_beat() -> Any:
    return Heartbeat.objects.filter(name="scheduler").values_list("at", flat=True).first()


def everything_is_done() -> bool:
    published = PublicResult.objects.count() == RESULTS
    return published and Deadline.objects.filter(subject="record:1", next_check=None).exists()


def assert_once_and_none_missed() -> None:
    assert PublicationLink.objects.filter(state="published").count() == RESULTS
    assert PublicResult.objects.values("assignment_number").distinct().count() == RESULTS
    overdue = Deadline.objects.get(subject="record:1")
    stages = DeadlineReminder.objects.filter(deadline=overdue).values_list("stage", flat=True)
    assert sorted(stages) == [-1, 0, 2, 5, 10]
    # The publisher whose clock it is, and both leaders: one message each, about the last stage.
    messages = Notification.objects.filter(key__startswith=f"deadline:{overdue.pk}:")
    assert sorted(messages.values_list("user__username", "key")) == [
        (name, f"deadline:{overdue.pk}:-1") for name in ("director1", "director2", "publisher1")
    ]


def test_two_schedulers_and_two_workers_say_and_publish_everything_once(
    processes: Processes, mailbox: Mailbox, house: dict[str, Any], tmp_path: Path
) -> None:
    for number in (1, 2):
        processes.worker()
        processes.beat(tmp_path / f"schedule-{number}")

    wait_until(everything_is_done, "reminders and publications")
    for _ in range(4):
        send_mail.delay()
    wait_until(lambda: len(mailbox.seen) >= 3, "the mails", patience=NEXT_BEAT)
    wait_until(
        lambda: not OutgoingMail.objects.exclude(state="sent").exists(), "no mail left waiting"
    )

    assert_once_and_none_missed()
    assert OutgoingMail.objects.count() == len(mailbox.seen)
    assert set(mailbox.seen.values()) == {1}


@pytest.mark.parametrize("hours", [1, -1], ids=["fast", "slow"])
def test_a_worker_whose_clock_is_an_hour_wrong_misses_nothing_and_repeats_nothing(
    processes: Processes, house: dict[str, Any], tmp_path: Path, hours: int
) -> None:
    processes.worker(clock_off_by=hours)
    processes.beat(tmp_path / "schedule")
    wait_until(everything_is_done, "reminders and publications", patience=NEXT_BEAT)

    # The clock is set right: nothing is said or published again.
    processes.worker()
    said = Notification.objects.count()
    for _ in range(3):
        sweep_deadlines.delay()
        publication_sweep.delay()
    seen = last_beat()
    processes.beat(tmp_path / "second")
    wait_until(lambda: last_beat() != seen, "the next sweeps")

    assert_once_and_none_missed()
    assert Notification.objects.count() == said


@pytest.fixture
def own_redis(processes: Processes, tmp_path: Path) -> Iterator[Any]:
    """A Redis of the test's own that can be stopped; it keeps nothing on disk, as the worst case."""
    if not settings.REDIS_URL or shutil.which("redis-server") is None:
        pytest.skip("this run has no Redis")
    port = free_port()
    running: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--save", ""]
        running.append(
            subprocess.Popen([*command, "--dir", str(tmp_path)], stdout=subprocess.DEVNULL)
        )

    def stop() -> None:
        running[-1].send_signal(signal.SIGKILL)
        running[-1].wait()

    processes.others["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
    start()
    yield start, stop
    stop()


def test_after_an_outage_of_the_queue_everything_comes_once(
    processes: Processes, own_redis: Any, tmp_path: Path
) -> None:
    start_redis, stop_redis = own_redis
    cast.prepare_house()
    worker, beat = processes.worker(), processes.beat(tmp_path / "schedule")
    wait_until(lambda: Heartbeat.objects.filter(name="scheduler").exists(), "the first sweep")

    stop_redis()
    something_to_do(cast.staff_accounts())
    start_redis()

    wait_until(everything_is_done, "what was due meanwhile", patience=NEXT_BEAT)
    assert worker.poll() is None, "the worker must survive the outage"
    assert beat.poll() is None, "the scheduler must survive the outage"
    assert_once_and_none_missed()
