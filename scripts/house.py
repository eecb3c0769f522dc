"""What the other scripts share: folders, the virtual environment, running a command.

Standard library only: ``make run`` starts with nothing but Python and make.
"""

import contextlib
import hashlib
import os
import secrets
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
NEEDED = (3, 11)
RUNTIME = ("constraints.txt", "requirements.txt")
DEVELOPMENT = (*RUNTIME, "requirements-dev.txt")
STEPS = 5
SILENCE_SECONDS = 3.5


_said_at = 0.0
_passing = False  # the last line waits to be replaced


def say(text: str, *, passing: bool = False) -> None:
    """``passing``: on a terminal whatever is said next takes the place of this."""
    global _said_at, _passing
    clear()
    _passing = passing and sys.stdout.isatty()
    _said_at = time.monotonic()
    sys.stdout.write(text if _passing else f"{text}\n")
    sys.stdout.flush()


def clear() -> None:
    """Takes away what only stood there until something else is said."""
    global _passing
    if _passing:
        sys.stdout.write("\r\033[K")
        sys.stdout.flush()
        _passing = False


def step(number: int, text: str) -> None:
    """One of the few that lead from a fresh clone to the address."""
    say(f"[{number}/{STEPS}] {text}")


@contextlib.contextmanager
def never_silent(progress: Callable[[], str] = lambda: "", *, alone: bool = True) -> Iterator[None]:
    """Nobody need wonder whether it still works: after some silence say how far it is.

    ``alone``: nobody else writes to the terminal meanwhile.
    """
    began, done = time.monotonic(), threading.Event()

    def talk() -> None:
        while not done.wait(0.2):
            if time.monotonic() - max(_said_at, began) >= SILENCE_SECONDS:
                said = progress() or f"已用 {time.monotonic() - began:.0f} 秒"
                say(f"    … {said}", passing=alone)

    talker = threading.Thread(target=talk, daemon=True)
    talker.start()
    try:
        yield
    finally:
        done.set()
        talker.join()
        clear()


def stop(text: str) -> None:
    clear()
    sys.stderr.write(f"{text}\n")
    raise SystemExit(1)


def require_python() -> None:
    if sys.version_info[:2] != NEEDED:
        found = ".".join(map(str, sys.version_info[:3]))
        stop(f"需要 Python 3.11，当前为 {found}。可用 make PYTHON=/路径/python3.11 … 指定。")


def digest(names: tuple[str, ...]) -> str:
    """One hash over the requirement files: a changed pin installs again, nothing else does."""
    total = hashlib.sha256()
    for name in names:
        total.update((BASE_DIR / name).read_bytes())
    return total.hexdigest()


def ensure_venv(*, development: bool) -> None:
    """The virtual environment with exactly the pinned packages; quick when nothing changed."""
    require_python()
    names = DEVELOPMENT if development else RUNTIME
    stamp = VENV / f"installed-{'development' if development else 'runtime'}"
    current = digest(names)
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == current:
        return
    if not PYTHON.exists():
        say("    建立虚拟环境 .venv …")
        with never_silent():
            _create_venv()
    say("    安装依赖（版本已锁定）…")
    _install(names[-1])
    stamp.write_text(current)


def _install(requirements: str) -> None:
    """pip, counted: what it has fetched, then what it has put in its place."""

    def installed() -> int:
        return len(list(VENV.glob("lib/*/site-packages/*.dist-info")))

    before, lines = installed(), []

    def progress() -> str:
        chosen = [line for line in lines if line.startswith("Installing collected packages: ")]
        if chosen:
            return f"安装 {installed() - before}/{chosen[0].count(',') + 1} 个包"
        return f"下载 {sum(line.startswith('Collecting ') for line in lines)} 个包"

    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "-r", requirements]
    with (
        never_silent(progress),
        subprocess.Popen(
            command, cwd=BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as pip,
    ):
        lines.extend(pip.stdout or ())
    if pip.returncode:
        say("".join(lines[-20:]))
        stop("依赖安装失败，请检查网络或 pip 的软件源设置后重试。")


def _create_venv() -> None:
    try:
        venv.EnvBuilder(with_pip=True, clear=VENV.exists()).create(VENV)
    except (ImportError, subprocess.CalledProcessError):
        stop("这个 Python 缺少 venv/ensurepip。Debian/Ubuntu 请先安装 python3.11-venv。")


def var_dir() -> Path:
    return BASE_DIR / (os.environ.get("CHANJI_VAR_DIR") or "var")


def ensure_embedded_env() -> None:
    """Random secrets for running on this machine alone; never touched once written.

    With an ``.env`` the machine is configured on purpose, and nothing is invented.
    """
    path = var_dir() / "embedded.env"
    if (BASE_DIR / ".env").exists() or path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = (
        "# 仅供本机试用，由 make setup 生成；正式部署请改用 .env（见 .env.example）",
        f"DJANGO_SECRET_KEY={secrets.token_hex(32)}",
        f"SEAL_KEY={secrets.token_hex(32)}",
        "SEAL_KEY_ID=k1",
        "DJANGO_HTTPS=0",
        "DJANGO_ALLOWED_HOSTS=localhost,127.0.0.1,[::1]",
    )
    # Written aside and linked: a setup cut short leaves no half file, and a rival's file wins.
    draft = path.with_name(f"embedded.env.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    say(f"已生成本机密钥：{path}")


def environment() -> dict[str, str]:
    """This process's own, in which the programs of the virtual environment are found first."""
    path = os.pathsep.join([str(PYTHON.parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path}


def become(*command: str) -> None:
    """Run the command in this very process, so that a signal meant for it reaches it."""
    os.chdir(BASE_DIR)
    os.execve(command[0], list(command), environment())  # noqa: S606
