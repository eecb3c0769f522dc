"""What the child writes on standard output, one line each.

``R`` a row in PostgreSQL's COPY text format, everything else JSON: ``X`` a refused row, ``S`` a skipped
line, ``D`` a row to be forgotten, ``P`` progress, ``E`` the report at the end, ``F`` the whole file refused.
"""

import json
from collections.abc import Sequence
from typing import Any

NULL = "\\N"


class Output:
    def __init__(self, out: Any) -> None:
        self.out = out

    def say(self, mark: str, value: Any) -> None:
        self.out.write(f"{mark}{json.dumps(value, ensure_ascii=False)}\n".encode())

    def rows(self, encoded: Sequence[bytes]) -> None:
        self.out.write(b"R" + b"\nR".join(encoded) + b"\n")

    def flush(self) -> None:
        self.out.flush()


def escape(text: str) -> str:
    if not text.isprintable() or "\\" in text:
        text = text.replace("\\", "\\\\").replace("\t", "\\t")
        text = text.replace("\n", "\\n").replace("\r", "\\r")
    return text.replace("\0", "")


def escaped(values: Sequence[str]) -> Sequence[str]:
    joined = "".join(values)
    if joined.isprintable() and "\\" not in joined:
        return values
    return [escape(value) for value in values]
