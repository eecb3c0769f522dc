"""Prepare the database, then run web server, worker and beat together until told to stop."""

import hashlib
import io
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import data_folder
import house

sys.path.insert(0, str(house.BASE_DIR))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chanji_dualrandom.settings")

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections
from supervisor import Supervisor

STARTING_SECONDS = 60
# A bureau that tries this out as root need not read a page about it in each of its processes.
QUIET = "ignore:You're running the worker with superuser privileges"
# Each may run again at every start: what is there already is left as it is.
COMMANDS = (
    (2, "数据库", (("migrate", "--verbosity=0", "--no-input"),)),
    (3, "放假日历、检查清单、岗位", (("load_calendar",), ("load_checklists",), ("setup_roles",))),
    (4, "示范局（只在空数据库里建立）", (("seed_demo", "--if-empty"),)),
)


class Below(io.TextIOBase):
    """What a command says, below the step it belongs to."""

    def write(self, text: str) -> int:
        if text.strip():
            house.say(f"    {text.strip()}")
        return len(text)


def prepare() -> None:
    with static_files_collected():
        for number, text, commands in COMMANDS:
            house.step(number, text)
            for command in commands:
                call_command(*command, stdout=Below())
        house.step(5, "静态文件，网页、后台与定时进程")
    connections.close_all()


@contextmanager
def static_files_collected() -> Iterator[None]:
    """Hash and compress the static files on the other core, unless nothing changed since the last
    start; afterwards they are there."""
    stamp, state = Path(settings.STATIC_ROOT) / ".collected", state_of_static_files()
    if stamp.exists() and stamp.read_text() == state:
        yield
        return
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--clear"]
    child = subprocess.Popen(
        [*command, "--verbosity=0"], cwd=house.BASE_DIR, env=house.environment()
    )
    try:
        yield
        if child.wait():
            raise CommandError("静态文件没有整理成功，请查看上面的说明。")
    finally:
        child.kill()
    stamp.write_text(state)


def state_of_static_files() -> str:
    """One hash over what decides how they are written."""
    folders = [Path(folder) for folder in settings.STATICFILES_DIRS]
    state = hashlib.sha256(f"{django.__version__} {house.digest(house.RUNTIME)}".encode())
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        state.update(f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    return state.hexdigest()


def require_free_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            house.stop(f"端口 {port} 已被占用。请换一个端口，例如：PORT={port + 1} make run")


def wait_for_answer(port: int) -> bool:
    until = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        except urllib.error.HTTPError:
            return True  # it answers, if only to say that this host is not one of its names
        except OSError:
            time.sleep(0.2)
        else:
            return True
    return False


def announce(port: int, supervisor: Supervisor) -> None:
    """Once the web server answers, tell where it is and who may sign in."""
    with house.never_silent(lambda: "等待网页服务应答", alone=False):
        answers = wait_for_answer(port)
    if not answers:
        house.say(f"网页服务 {STARTING_SECONDS} 秒内没有应答，请查看上面的日志。")
        return
    supervisor.answered = True
    accounts = settings.VAR_DIR / "demo-accounts.txt"
    house.say("\n" + "=" * 60)
    house.say(f"系统已启动：http://localhost:{port}/   （按 Ctrl-C 全部停止）")
    if accounts.exists():
        house.say(f"演示账号（保存在 {accounts}）：\n{accounts.read_text(encoding='utf-8')}")
    house.say("=" * 60)


def procfile() -> dict[str, str]:
    """Name to command, in the order of the file."""
    lines = (house.BASE_DIR / "Procfile").read_text(encoding="utf-8").splitlines()
    rows = (line.partition(":") for line in lines if line and not line.startswith("#"))
    return {name: command.strip() for name, _colon, command in rows}


def serve(port: int) -> int:
    """Keep the processes of the Procfile running until a person stops them."""
    supervisor = Supervisor(
        procfile(),
        vital="web",
        written=settings.PROCESSES_FILE,
        environment={**house.environment(), "PORT": str(port), "PYTHONWARNINGS": QUIET},
    )
    threading.Thread(target=announce, args=(port, supervisor), daemon=True).start()
    return supervisor.run()


def main() -> int:
    try:
        with house.never_silent():
            django.setup()
            data_folder.hold(settings.VAR_DIR)
            require_free_port(settings.PORT)
            prepare()
    except (ImproperlyConfigured, CommandError) as error:
        house.stop(str(error))
    except KeyboardInterrupt:
        return 130
    return serve(settings.PORT)


if __name__ == "__main__":
    sys.exit(main())
