"""``make run`` with its real processes: one that is killed comes back, and stops nobody else."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from chanji_dualrandom.env import BASE_DIR
from registry.clocks.rules.processes import Process, from_text
from registry.models import Heartbeat
from registry.views import deadlines
from tests import cast

from .conftest import environment, wait_until

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
# The processes of a house in which one, or all, end at once.
HOUSE = """
import sys
sys.path.insert(0, "scripts")
from pathlib import Path
from supervisor import Supervisor
name, written, web, other = sys.argv
commands = {"web": web, "other": other}
supervisor = Supervisor(commands, vital="web", written=Path(written), environment={})
supervisor.answered = web.startswith("exec sleep")
sys.exit(supervisor.run())
"""


class Terminal:
    """A command, and what it says while it runs."""

    def __init__(self, *command: str, written: Path, **others: str) -> None:
        self.written = written
        self.lines: list[str] = []
        self.child = subprocess.Popen(
            [sys.executable, *command],
            cwd=BASE_DIR,
            env=environment(**others),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.child.stdout
        for line in self.child.stdout:
            self.lines.append(line.rstrip())

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def says(self, words: str) -> Callable[[], bool]:
        return lambda: words in self.text

    def process(self, name: str) -> Process:
        return next(each for each in from_text(self.written.read_text()) if each.name == name)

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.child.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        code = self.child.wait(timeout=60)
        self.reader.join()
        return code


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        if terminal.child.poll() is None:
            terminal.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        raise
    except OSError:
        return False


def oversight() -> str:
    deadlines._parts_in.cache_clear()
    client = Client()
    client.force_login(User.objects.get(username="director1"))
    return client.get("/registry/oversight/").content.decode()


def test_a_killed_worker_and_a_killed_beat_come_back_while_the_site_answers(
    terminals: list[Terminal], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slow (three starts of Django at least): whether the house stands is seen in real processes."""
    cast.prepare_house()
    cast.staff_accounts()
    monkeypatch.setattr(settings, "PROCESSES_FILE", tmp_path / "processes.json")
    port = free_port()
    terminal = Terminal(
        "scripts/serve.py",
        written=settings.PROCESSES_FILE,
        PORT=str(port),
        CHANJI_VAR_DIR=str(tmp_path),
    )
    terminals.append(terminal)
    wait_until(terminal.says(f"http://localhost:{port}/"), "the address", patience=180)
    wait_until(Heartbeat.objects.filter(name="scheduler").exists, "the first heartbeat")
    assert "各进程都在运行" in oversight()

    for name in ("worker", "beat"):
        Heartbeat.objects.all().delete()
        first = terminal.process(name)
        os.kill(first.pid, signal.SIGKILL)

        wait_until(
            terminal.says(f"{name} 进程意外停止（被信号 9 结束），1 秒后重新启动"), "the news"
        )
        assert answers(port)
        back = wait_until(lambda n=name: running(terminal.process(n)), f"the {name}")
        assert back.pid != first.pid
        assert answers(port)
        wait_until(Heartbeat.objects.filter(name="scheduler").exists, "work done again")
        assert f"{name} 进程意外停止（被信号 9 结束），已重新启动。" in terminal.text
        assert f"{name} 进程意外停止（被信号 9 结束），已重新启动。" in oversight()

    assert terminal.process("web").ends == 0
    assert terminal.stop() == 0
    assert not answers(port)
    assert not settings.PROCESSES_FILE.exists()
    assert not re.search(r"celery@|superuser|Traceback|registry\.heartbeat", terminal.text)


def running(process: Process) -> Process | None:
    return process if process.running and process.ends else None


def house(tmp_path: Path, *, web: str, other: str) -> Terminal:
    written = tmp_path / "processes.json"
    return Terminal("-c", HOUSE, str(written), web, other, written=written)


def test_a_web_server_that_cannot_be_started_is_said_plainly(tmp_path: Path) -> None:
    terminal = house(tmp_path, web="echo no room; exit 3", other="exec sleep 100")

    assert terminal.ended() == 1
    assert "web 进程无法启动：连续 3 次" in terminal.text
    assert terminal.lines.count("no room") == 3


def test_whoever_else_ends_again_and_again_stops_nobody(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    terminal = house(tmp_path, web="exec sleep 100", other="exit 3")
    terminals.append(terminal)

    wait_until(terminal.says("4 秒后重新启动（第 3 次）"), "the third end")

    assert terminal.process("other").failing
    assert terminal.process("web").running
    assert terminal.stop(signal.SIGINT) == 0


def test_whoever_does_not_end_when_asked_is_killed_when_asked_twice(tmp_path: Path) -> None:
    """With what it has started itself."""
    stubborn = "trap '' TERM; echo ready; while true; do sleep 1; done"
    terminal = house(tmp_path, web="exec sleep 100", other=stubborn)
    wait_until(terminal.says("ready"), "the stubborn one")

    terminal.child.send_signal(signal.SIGTERM)
    wait_until(terminal.says("正在停止"), "the end")

    assert terminal.stop() == 0  # and nobody holds its terminal open


def test_what_a_killed_process_leaves_behind_goes_before_it_starts_again(
    terminals: list[Terminal], tmp_path: Path
) -> None:
    """A web server's children would hold its port."""
    terminal = house(
        tmp_path, web="exec sleep 100", other="sleep 100 & echo child $!; exec sleep 99"
    )
    terminals.append(terminal)
    child = wait_until(lambda: re.search(r"child (\d+)", terminal.text), "its child")[1]

    os.kill(terminal.process("other").pid, signal.SIGKILL)

    wait_until(terminal.says("已重新启动"), "the restart")
    state = Path(f"/proc/{child}/stat")
    assert not state.exists() or state.read_text().rpartition(") ")[2].startswith("Z")
