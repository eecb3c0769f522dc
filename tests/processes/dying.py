"""Configuration for gunicorn (``--config python:…``): a request that names a step dies before it.

``X-Die-Before: n`` kills the whole process group, kill -9, before the n-th lasting step of this request: a
commit, a write outside a transaction, a file put in its place, its bytes sent to the disk, parts
swept up, the answer. Between two of these nothing changes that a dead process leaves behind.
"""

import os
import shutil
import signal
import threading
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

WRITES = ("INSERT", "UPDATE", "DELETE")
request = threading.local()


def step() -> None:
    left = getattr(request, "steps_left", None)
    if left == 0:
        os.killpg(os.getpgrp(), signal.SIGKILL)
    if left is not None:
        request.steps_left = left - 1


def a_step(function: Callable[..., Any]) -> Callable[..., Any]:
    def counted(*arguments: Any, **named: Any) -> Any:
        step()
        return function(*arguments, **named)

    return counted


def counted_execute(execute: Callable[..., Any]) -> Callable[..., Any]:
    def counted(cursor: Any, sql: Any, *parameters: Any) -> Any:
        if not cursor.db.in_atomic_block and str(sql).startswith(WRITES):
            step()
        return execute(cursor, sql, *parameters)

    return counted


def post_worker_init(worker: Any) -> None:
    if os.getpgrp() != os.getppid():
        raise RuntimeError("gunicorn must lead a process group of its own")
    database, cursor = BaseDatabaseWrapper, CursorWrapper
    database._commit = a_step(database._commit)  # type: ignore[method-assign]
    cursor.execute = counted_execute(cursor.execute)  # type: ignore[method-assign]
    for name in ("fsync", "link", "replace"):
        setattr(os, name, a_step(getattr(os, name)))
    shutil.rmtree = a_step(shutil.rmtree)
    serve = worker.wsgi

    def dying(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        asked = environ.get("HTTP_X_DIE_BEFORE", "")
        request.steps_left = int(asked) if asked else None
        answer = serve(environ, start_response)
        step()
        request.steps_left = None
        return answer

    worker.wsgi = dying
