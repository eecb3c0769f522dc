"""The embedded queue between real processes: nothing lost, nothing twice, nothing that stops it.

100,000 messages take about a quarter of a minute, and must: with kombu's own file transport one in
some ten thousand is read while it is written, which ends the reader.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chanji_dualrandom.env import BASE_DIR
from registry.models import Heartbeat

from .conftest import Processes, environment, wait_until

pytestmark = pytest.mark.processes
MESSAGES, WRITERS = 100_000, 2
BROKEN = {"empty": "", "half": '{"body": "W1tdL', "no message": "[1, 2]", "no body": "{}"}


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where there is some: the faster the writers, the more often all three meet."""
    memory = Path("/dev/shm")  # noqa: S108
    path = Path(tempfile.mkdtemp(prefix="queue-", dir=memory if memory.is_dir() else None))
    for name in ("messages", "claimed", "unreadable", "control"):
        (path / name).mkdir()
    yield path
    shutil.rmtree(path)


def user(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.processes.queue_user", *map(str, arguments)],
        cwd=BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_100_000_messages_from_two_writers_reach_one_reader_once_each(folder: Path) -> None:
    each = MESSAGES // WRITERS

    reader = user("read", "folder://", folder, MESSAGES)
    writers = [user("write", "folder://", folder, n * each, each) for n in range(WRITERS)]

    assert [writer.communicate()[0] for writer in writers] == ["", ""]
    assert json.loads(reader.communicate()[0]) == {"messages": MESSAGES, "different": MESSAGES}
    assert [list((folder / name).iterdir()) for name in ("messages", "claimed", "unreadable")] == [
        [],
        [],
        [],
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.embedded
def test_a_worker_sets_aside_what_it_cannot_read_says_so_and_works_on(
    processes: Processes, tmp_path: Path
) -> None:
    processes.others.update(REDIS_URL="", CHANJI_VAR_DIR=str(tmp_path))
    messages, unreadable = tmp_path / "queue" / "messages", tmp_path / "queue" / "unreadable"
    messages.mkdir(parents=True)
    for number, content in enumerate(BROKEN.values()):
        (messages / f"{number}_x.celery.msg").write_text(content)
    worker = processes.worker()
    wait_until(lambda: len(list(unreadable.glob("*"))) == len(BROKEN), "what cannot be read")

    subprocess.run(
        [sys.executable, "-m", "celery", "-A", "chanji_dualrandom", "call", "registry.heartbeat"],
        cwd=BASE_DIR,
        env=environment(**processes.others),
        check=True,
        capture_output=True,
    )

    wait_until(lambda: Heartbeat.objects.filter(name="scheduler").exists(), "the heartbeat")
    worker.terminate()
    assert worker.communicate()[0].count("无法读取") == len(BROKEN)
