"""Keep processes running until told to stop; who ends by itself is started again (decision 17).

One loop owns all states. What happens elsewhere (a signal, a process that ended) only puts an event
into its queue, which a signal handler may do at any moment.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue

import house

from registry.clocks.rules.processes import FAILING, Process, as_text

STOPPING_SECONDS = 30  # for what is being answered or worked on; then they are killed
STOP = ("", 0)


class Supervisor:
    """``commands``: name to shell command, each with ``exec``, so that its process is the program.

    ``vital`` is the one without which there is nothing to look at: when it ends again and again and
    never once ``answered``, everything is given up. ``written`` shows who runs and who ended.
    """

    def __init__(
        self,
        commands: dict[str, str],
        *,
        vital: str,
        written: Path,
        environment: dict[str, str],
        say: Callable[[str], None] = house.say,
    ) -> None:
        self.commands, self.vital, self.written = commands, vital, written
        self.environment, self.say = environment, say
        self.processes = {name: Process(name) for name in commands}
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.began: dict[str, float] = {}
        self.due: dict[str, float] = {}
        self.events: SimpleQueue[tuple[str, int]] = SimpleQueue()
        self.answered = False

    def run(self) -> int:
        """0 when a person stopped it, 1 when the vital process cannot be started at all."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Under nohup a terminal that closes is to be ignored.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, lambda _number, _frame: self.events.put(STOP))
        try:
            for name in self.commands:
                self._start(name)
            return self._keep()
        finally:
            self._end_all()
            self.written.unlink(missing_ok=True)

    def _keep(self) -> int:
        while (event := self._next_event()) != STOP:
            if event:
                self._ended(*event)
            if self._hopeless():
                self.say(
                    f"{self.vital} 进程无法启动：连续 {FAILING} 次启动后随即退出，原因见上。已全部停止。"
                )
                return 1
            for name in [name for name, due in self.due.items() if due <= time.monotonic()]:
                self._start(name)
                self.say(self.processes[name].sentence)
        self.say("正在停止…")
        return 0

    def _next_event(self) -> tuple[str, int] | None:
        """None when it is time to start somebody."""
        due = min(self.due.values(), default=None)
        left = None if due is None else max(0.0, due - time.monotonic())
        try:
            return self.events.get(timeout=left)
        except Empty:
            return None

    def _start(self, name: str) -> None:
        self.due.pop(name, None)
        self.began[name] = time.monotonic()
        try:
            child = subprocess.Popen(
                ["/bin/sh", "-c", self.commands[name]],
                cwd=house.BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # a Ctrl-C is ours to pass on
            )
        except OSError as trouble:
            self.say(f"{name}：{trouble}")
            self.events.put((name, 1))
            return
        self.children[name] = child
        threading.Thread(target=self._watch, args=(name, child), daemon=True).start()
        self._write(self.processes[name].started(child.pid))

    def _watch(self, name: str, child: subprocess.Popen[bytes]) -> None:
        self.events.put((name, child.wait()))

    def _ended(self, name: str, code: int) -> None:
        self._kill_rest(name)
        self.children.pop(name, None)
        ran = time.monotonic() - self.began[name]
        at = datetime.now().astimezone().isoformat(timespec="seconds")
        process = self.processes[name].ended(code=code, at=at, ran=ran)
        self._write(process)
        self.say(process.sentence)
        self.due[name] = time.monotonic() + process.pause

    def _hopeless(self) -> bool:
        return not self.answered and self.processes[self.vital].failing

    def _write(self, process: Process) -> None:
        """A full disk is no reason to stop."""
        self.processes[process.name] = process
        draft = self.written.with_suffix(".unfinished")
        with contextlib.suppress(OSError):
            draft.write_text(as_text(self.processes.values()), encoding="utf-8")
            draft.replace(self.written)

    def _end_all(self) -> None:
        """Gently; at once where somebody asks a second time, or nothing else helps."""
        for child in self.children.values():
            child.terminate()
        until = time.monotonic() + STOPPING_SECONDS
        while any(child.poll() is None for child in self.children.values()):
            with contextlib.suppress(Empty):
                if self.events.get(timeout=max(0.0, until - time.monotonic())) == STOP:
                    break
            if time.monotonic() >= until:
                break
        for name in self.children:
            self._kill_rest(name)

    def _kill_rest(self, name: str) -> None:
        """Whoever is left of its group: children of a web server that was killed hold its port."""
        if name in self.children:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.children[name].pid, signal.SIGKILL)
