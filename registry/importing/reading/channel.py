"""Starts the reading program and passes on its lines."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from registry.importing.reading.program import TOO_LARGE
from registry.importing.rules.column_spec import Column
from registry.rules.violations import RuleViolation

ROOT = Path(__file__).parents[3]
SECONDS = 180  # a bound for the slowest machine; refusals come in a few seconds


class FileRefused(RuleViolation):
    """The file as a whole cannot be read. ``samples``: its first lines where no header was found."""

    code = "file_refused"

    def __init__(self, message: str, samples: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(message)
        self.samples = list(samples)


@dataclass(frozen=True)
class Request:
    """``fields``: the order of values in each row; ``is_sources``: rules and merging of that register."""

    path: Path
    filename: str
    columns: Sequence[Column]
    anchors: Sequence[str]
    fields: Sequence[str]
    is_sources: bool = False
    is_key_list: bool = False
    mappings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def as_json(self) -> str:
        columns = []
        for column in self.columns:
            plain = asdict(column)
            plain["options"] = [[stored, str(label)] for stored, label in column.options]
            columns.append(plain)
        return json.dumps({**vars(self), "path": str(self.path.resolve()), "columns": columns})


def read(request: Request) -> Iterator[tuple[str, Any]]:
    """(mark, value) as the program says them; rows as undecoded bytes, everything else as values.

    Raises FileRefused, also where the program was ended by its limits.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "registry.importing.reading.program"],
        cwd=ROOT,
        env={**os.environ, "MALLOC_ARENA_MAX": "1"},  # one heap, so that freed memory is used again
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    timer = threading.Timer(SECONDS, child.kill)
    timer.start()
    try:
        if child.stdin is None or child.stdout is None:
            raise AssertionError("started with pipes")
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(request.as_json().encode() + b"\n")
            child.stdin.close()
        ended = False
        for line in child.stdout:
            if line[:1] == b"R":
                yield "R", line[1:]
                continue
            mark, value = chr(line[0]), json.loads(line[1:])
            if mark == "F":
                raise FileRefused(value["message"], value.get("samples", ()))
            ended = mark == "E"
            yield mark, value
        if not ended:
            raise FileRefused(TOO_LARGE)
    finally:
        timer.cancel()
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
