"""The processes that ``make run`` keeps running: when one that ended by itself is started again, and
how that is told, in the terminal as under 运行状况.

Moments are texts as a person reads them, beginning with the year.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

PAUSES = (1, 2, 4, 8, 16, 32, 60)  # seconds before it is started again; the last one for good
STEADY_SECONDS = 60  # who ran that long before it ended starts at the shortest pause
FAILING = 3  # ends in a row; fewer are told, and are no standstill


@dataclass(frozen=True)
class Process:
    """One of them, since ``make run`` began."""

    name: str
    pid: int = 0
    running: bool = False
    ends: int = 0
    in_a_row: int = 0
    began_at: str = ""  # the first of the ends in a row
    ended_at: str = ""  # the last one
    reason: str = ""

    def started(self, pid: int) -> "Process":
        return replace(self, pid=pid, running=True)

    def ended(self, *, code: int, at: str, ran: float) -> "Process":
        """It ended by itself after ``ran`` seconds; a negative code is the signal that ended it."""
        steady = ran >= STEADY_SECONDS
        return replace(
            self,
            running=False,
            ends=self.ends + 1,
            in_a_row=1 if steady else self.in_a_row + 1,
            began_at=at if steady or not self.in_a_row else self.began_at,
            ended_at=at,
            reason=f"被信号 {-code} 结束" if code < 0 else f"退出码 {code}",
        )

    @property
    def pause(self) -> int:
        return PAUSES[min(self.in_a_row, len(PAUSES)) - 1]

    @property
    def failing(self) -> bool:
        return not self.running and self.in_a_row >= FAILING

    @property
    def sentence(self) -> str:
        """What became of it; nothing where it never ended."""
        if not self.ends:
            return ""
        then = "已重新启动" if self.running else f"{self.pause} 秒后重新启动"
        times = f"（第 {self.ends} 次）" if self.ends > 1 else ""
        return f"{self.name} 进程意外停止（{self.reason}），{then}{times}。"


def as_text(processes: Iterable[Process]) -> str:
    return json.dumps([asdict(process) for process in processes], ensure_ascii=False, indent=1)


def from_text(text: str) -> list[Process]:
    return [Process(**row) for row in json.loads(text)]
