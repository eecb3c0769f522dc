"""Real processes against the test's own database and queue."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from chanji_dualrandom.env import BASE_DIR

PATIENCE = 60  # seconds; a bound, not a measure


def environment() -> dict[str, str]:
    """What a child needs to meet the same database, queue and keys."""
    database = settings.DATABASES["default"]
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name}"
    else:
        login = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
        url = f"postgres://{login}@{database['HOST']}:{database['PORT'] or 5432}/{name}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "REDIS_URL": settings.REDIS_URL,
        "CHANJI_VAR_DIR": str(settings.VAR_DIR),
        "DJANGO_SETTINGS_MODULE": "chanji_dualrandom.settings",
    }


def wait_until(condition: Callable[[], Any], what: str) -> Any:
    """Poll; the wait is bounded and says what did not come."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    pytest.fail(f"waited {PATIENCE} s for {what}")


class Processes:
    def __init__(self) -> None:
        self.children: list[subprocess.Popen[str]] = []

    def start(self, *command: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=BASE_DIR,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.children.append(child)
        return child

    def worker(self) -> subprocess.Popen[str]:
        return self.start(
            "celery", "-A", "chanji_dualrandom", "worker", "--pool", "solo", "-l", "warning"
        )

    def manage(self, *arguments: str) -> subprocess.Popen[str]:
        return self.start("django", *arguments)

    def end(self) -> None:
        for child in self.children:
            if child.poll() is None:
                child.send_signal(signal.SIGKILL)
            child.communicate(timeout=PATIENCE)


@pytest.fixture
def processes() -> Iterator[Processes]:
    running = Processes()
    yield running
    running.end()
