"""Real processes against the test's own database and queue."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from chanji_dualrandom.env import BASE_DIR
from registry.importing.services.importing import import_file
from registry.rules.quarter import Quarter
from sampling.services.plans import draft_plan
from tests import cast

PATIENCE = 60  # seconds; a bound, not a measure
# Runs a module as -m would, under a clock that is some hours wrong.
WRONG_CLOCK = """
import runpy, sys, time
import time_machine
hours, module = int(sys.argv[1]), sys.argv[2]
sys.argv = [module, *sys.argv[3:]]
with time_machine.travel(time.time() + 3600 * hours, tick=True):
    runpy.run_module(module, run_name="__main__", alter_sys=True)
"""


def environment(**others: str) -> dict[str, str]:
    """What a child needs to meet the same database, queue and keys; ``others`` come on top."""
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
        **others,
    }


def wait_until(condition: Callable[[], Any], what: str, *, patience: float = PATIENCE) -> Any:
    """Poll; the wait is bounded and says what did not come."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    pytest.fail(f"waited {patience} s for {what}")


class Processes:
    def __init__(self) -> None:
        self.children: list[subprocess.Popen[str]] = []
        self.others: dict[str, str] = {}

    def start(
        self, *command: str, clock_off_by: int = 0, own_group: bool = False
    ) -> subprocess.Popen[str]:
        """``python -m COMMAND``; ``clock_off_by`` hours its clock runs fast (or slow).

        ``own_group``: it leads a process group, so that it can be killed with all its children.
        """
        arguments = ["-m", *command]
        if clock_off_by:
            arguments = ["-c", WRONG_CLOCK, str(clock_off_by), *command]
        child = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=BASE_DIR,
            env=environment(**self.others),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0 if own_group else None,
        )
        self.children.append(child)
        return child

    def worker(self, *, clock_off_by: int = 0) -> subprocess.Popen[str]:
        return self.start(
            *("celery", "-A", "chanji_dualrandom", "worker", "--pool", "solo", "-l", "warning"),
            *("--without-mingle", "--without-gossip"),
            clock_off_by=clock_off_by,
        )

    def beat(self, schedule: Path) -> subprocess.Popen[str]:
        return self.start(
            *("celery", "-A", "chanji_dualrandom", "beat", "--pidfile=", "-l", "warning"),
            *("--schedule", str(schedule)),
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


@pytest.fixture
def quarter(tmp_path: Path) -> str:
    """A drafted plan over imported registers."""
    cast.prepare_house()
    users = cast.staff_accounts()
    today = timezone.localdate()
    for register, path in (
        ("sources", cast.sources_file(tmp_path / "s.xlsx")),
        ("inspectors", cast.inspectors_file(tmp_path / "i.xlsx", today)),
    ):
        import_file(register=register, path=path, filename=path.name, today=today)
    quarter = str(Quarter.of(today).next)
    draft_plan(quarter=quarter, actor=users["planner1"])
    return quarter
