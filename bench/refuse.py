"""How long, and with how much memory, each hostile file of the tests is refused.

python bench/refuse.py
"""

import tempfile
import threading
import time
from pathlib import Path

import house

house.prepare()

from registry.importing.reading.channel import FileRefused
from registry.tests.importing.reading import told
from registry.tests.importing.test_hostile_files import HOSTILE


class Children:
    """The largest resident size among this process's children, looked at all the time."""

    def __init__(self) -> None:
        self.largest, self.going = 0, True
        self.thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "Children":
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.going = False
        self.thread.join()

    def _watch(self) -> None:
        while self.going:
            for file in Path("/proc/self/task").glob("*/children"):
                for pid in file.read_text().split():
                    self.largest = max(self.largest, _resident(pid))
            time.sleep(0.002)


def _resident(pid: str) -> int:
    """The child's own peak in megabytes, once it has become the reading program."""
    try:
        if (
            b"registry.importing.reading.program"
            not in (Path("/proc") / pid / "cmdline").read_bytes()
        ):
            return 0
        lines = (Path("/proc") / pid / "status").read_text().split("\n")
    except OSError:
        return 0
    return next((int(line.split()[1]) >> 10 for line in lines if line.startswith("VmHWM")), 0)


def main() -> None:
    slowest = largest = 0.0
    for make in HOSTILE:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "list.xlsx"
            make(path)
            with Children() as children:
                started = time.perf_counter()
                try:
                    told(path)
                    said = "NOT REFUSED"
                except FileRefused as refusal:
                    said = refusal.message[:40]
                took = time.perf_counter() - started
        slowest, largest = max(slowest, took), max(largest, children.largest)
        print(f"{make.__name__:32} {took:5.2f} s {children.largest:4} MB  {said}")
    print(f"slowest {slowest:.2f} s (≤ 5 s), largest {largest:.0f} MB (≤ 300 MB)")


if __name__ == "__main__":
    main()
