"""The demonstration bureau: seconds of each of its steps, and whether all of it holds together.

python bench/demo.py [2026-10-01 …]: as if today were that day, each in an empty database of its own.
"""

import datetime
import multiprocessing
import sys
import time
from io import StringIO

import house
import time_machine


class Clock(StringIO):
    """What the command says, each step with the wall and processor seconds it took."""

    def __init__(self) -> None:
        super().__init__()
        self.step, self.began = "", self._now()

    def _now(self) -> tuple[float, float]:
        return time.perf_counter(), time.process_time()

    def write(self, text: str) -> int:
        wall, processor = self._now()
        if self.step:
            print(f"{wall - self.began[0]:7.2f} {processor - self.began[1]:7.2f} {self.step}")
        self.step, self.began = text.strip(), (wall, processor)
        return len(text)


def measure(day: str) -> None:
    house.prepare()
    from django.core.management import call_command

    for command in ("migrate", "load_calendar", "load_checklists", "setup_roles"):
        call_command(command, verbosity=0, stdout=StringIO())
    began = time.perf_counter(), time.process_time()
    call_command("seed_demo", stdout=Clock())
    print(f"{day}: {time.perf_counter() - began[0]:.1f} s, ", end="")
    print(f"of the processor {time.process_time() - began[1]:.1f} s", flush=True)
    call_command("check_integrity")


def measure_as_if(day: str) -> None:
    noon = datetime.datetime.fromisoformat(f"{day}T12:00:00+08:00")
    with time_machine.travel(noon, tick=True):
        measure(day)


def main() -> None:
    days = sys.argv[1:] or [datetime.datetime.now(datetime.UTC).date().isoformat()]
    for day in days:
        process = multiprocessing.Process(target=measure_as_if, args=(day,))
        process.start()
        process.join()
        if process.exitcode:
            print(f"{day}: FAILED", flush=True)


if __name__ == "__main__":
    main()
