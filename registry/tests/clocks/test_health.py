"""What 运行状况 says of the queue and of the processes."""

from pathlib import Path
from typing import Any

import pytest

from registry.clocks.rules.processes import Process, as_text
from registry.clocks.services.health import broker_part, processes_part


def test_a_message_set_aside_is_told_and_is_no_standstill(tmp_path: Path, settings: Any) -> None:
    settings.QUEUE_FOLDER = tmp_path
    (tmp_path / "unreadable").mkdir()
    (tmp_path / "unreadable" / "1.celery.msg").touch()

    part = broker_part(answers=lambda: "")

    assert part.ok
    assert "有 1 条消息无法读取" in part.text
    assert str(tmp_path / "unreadable") in part.text


@pytest.mark.parametrize("redis", [True, False])
def test_without_such_a_message_nothing_is_said(tmp_path: Path, settings: Any, redis: bool) -> None:
    settings.QUEUE_FOLDER = None if redis else tmp_path

    assert broker_part(answers=lambda: "").text == "可以连接。"


def test_a_queue_that_does_not_answer_stands_still() -> None:
    part = broker_part(answers=lambda: "refused")

    assert not part.ok
    assert "refused" in part.text


def told(settings: Any, tmp_path: Path, *processes: Process) -> Any:
    settings.PROCESSES_FILE = tmp_path / "processes.json"
    settings.PROCESSES_FILE.write_text(as_text(processes))
    return processes_part()


def test_who_ended_by_itself_and_runs_again_is_told_and_is_no_standstill(
    tmp_path: Path, settings: Any
) -> None:
    worker = Process("worker").ended(code=-9, at="2026-11-30T09:12:33+08:00", ran=600)

    part = told(settings, tmp_path, Process("web").started(7), worker.started(8))

    assert part.ok
    assert part.text == "worker 进程意外停止（被信号 9 结束），已重新启动。"
    assert part.since.isoformat() == "2026-11-30T09:12:33+08:00"


def test_who_ends_again_and_again_stands_still_since_the_first_time(
    tmp_path: Path, settings: Any
) -> None:
    beat = Process("beat")
    for minute in range(3):
        beat = beat.started(7).ended(code=1, at=f"2026-11-30T09:1{minute}:00+08:00", ran=2)

    part = told(settings, tmp_path, Process("web").started(7), beat)

    assert not part.ok
    assert "beat 进程意外停止（退出码 1），4 秒后重新启动（第 3 次）" in part.text
    assert part.since.isoformat() == "2026-11-30T09:10:00+08:00"


def test_as_long_as_all_run_there_is_nothing_to_tell(tmp_path: Path, settings: Any) -> None:
    part = told(settings, tmp_path, Process("web").started(7))

    assert (part.ok, part.text, part.since) == (True, "各进程都在运行。", None)


def test_where_another_supervisor_has_them_nothing_is_said(tmp_path: Path, settings: Any) -> None:
    settings.PROCESSES_FILE = tmp_path / "processes.json"

    assert processes_part() is None
