"""``folder://``: the queue of the embedded mode, files in a folder that several processes share.

kombu's ``filesystem`` transport opens a message under its final name, then locks it, then writes:
who claims it in between reads nothing, and the worker ends. Here a message appears whole, by a
rename within one folder, and is claimed by another; whoever renames first has it. What nobody can
read (a power cut, a full disk, a stranger's file) is set aside and told, and the rest goes on.

Named in ``celery.py``; settings say where the folders are.
"""

import contextlib
import fcntl
import logging
import os
import time
import uuid
from collections import defaultdict, deque
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any, ClassVar

from kombu.exceptions import ChannelError
from kombu.transport import filesystem, virtual
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)

UNFINISHED = ".unfinished"  # ends no queue's name, so nobody takes the file for a message


def appear(path: Path, content: str) -> None:
    """The file is there as a whole or not at all, whenever somebody looks."""
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}{UNFINISHED}")
    try:
        draft.write_text(content, encoding="utf-8")
        draft.replace(path)
    except OSError as trouble:
        draft.unlink(missing_ok=True)
        raise ChannelError(f"{path.name} cannot be written") from trouble


class Channel(filesystem.Channel):
    """Messages in ``messages/``, one file each, oldest first by their names; in ``claimed/`` while
    they are read; in ``unreadable/`` for good. Which queues an exchange has stands in ``control/``."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.seen: dict[str, deque[str]] = defaultdict(deque)

    # --- Messages

    def _put(self, queue: str, payload: dict[str, Any], **_named: Any) -> None:
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}.{queue}.msg"
        appear(self._folder("messages") / name, dumps(payload))

    def _get(self, queue: str) -> dict[str, Any]:
        while True:
            name = self._next(queue)
            claimed = self._folder("claimed") / name
            try:
                (self._folder("messages") / name).rename(claimed)
            except FileNotFoundError:
                continue  # somebody else has it
            payload = self._read(claimed)
            if payload is not None:
                claimed.unlink()
                return payload
            claimed.rename(self._folder("unreadable") / name)
            log.error("一条任务消息无法读取，已移到 %s，其余照常办理。", self._folder("unreadable"))

    def _next(self, queue: str) -> str:
        """The folder is looked through once for all it holds, not once for each message."""
        waiting = self.seen[queue]
        if not waiting:
            waiting.extend(self._waiting(queue))
        if not waiting:
            raise Empty
        return waiting.popleft()

    def _waiting(self, queue: str) -> list[str]:
        names = os.listdir(self._folder("messages"))  # noqa: PTH208 (no object a name)
        return sorted(name for name in names if name.partition(".")[2] == f"{queue}.msg")

    def _read(self, path: Path) -> dict[str, Any] | None:
        """None for what is no message; read as far as the worker will read it."""
        try:
            payload: dict[str, Any] = loads(path.read_text(encoding="utf-8"))
            self.Message(payload, channel=self).decode()
        except Exception:  # whatever it is would end the worker
            return None
        return payload

    def _size(self, queue: str) -> int:
        return len(self._waiting(queue))

    def _purge(self, queue: str) -> int:
        removed = 0
        for name in self._waiting(queue):
            with contextlib.suppress(FileNotFoundError):
                (self._folder("messages") / name).unlink()
                removed += 1
        return removed

    # --- Which queues an exchange has

    def get_table(self, exchange: str) -> list[Any]:
        try:
            rows = loads(self._exchange_file(exchange).read_text(encoding="utf-8"))
            return [filesystem.exchange_queue_t(*row) for row in rows]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError):
            log.warning("任务队列的登记 %s 无法读取，将重新建立。", exchange)
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._alone():
            rows = self.get_table(exchange)
            if row not in rows:
                appear(self._exchange_file(exchange), dumps([row, *rows]))

    def _delete(
        self,
        queue: str,
        exchange: str,
        routing_key: str,
        pattern: str,
        *_arguments: Any,
        **_named: Any,
    ) -> None:
        self._purge(queue)
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._alone():
            rows = self.get_table(exchange)
            if row in rows:
                kept = [other for other in rows if other != row]
                appear(self._exchange_file(exchange), dumps(kept))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time changes what is bound; who only reads needs no lock."""
        with (self.control_folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    # --- Folders

    @property
    def control_folder(self) -> Path:
        return self._folder("control")

    def _folder(self, name: str) -> Path:
        return Path(self.transport_options["folder"]) / name


class Transport(filesystem.Transport):
    Channel = Channel
    global_state = virtual.BrokerState()
    driver_type = driver_name = "folder"
    default_connection_params: ClassVar[dict[str, Any]] = {}  # a folder has no host to be missed
