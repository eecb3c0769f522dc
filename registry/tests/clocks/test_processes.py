"""When a process that ended by itself is started again."""

import pytest

from registry.clocks.rules.processes import Process, as_text, from_text

AT = "2026-11-30T09:12:33+08:00"


def ending(*, times: int, ran: float = 1) -> Process:
    process = Process("worker")
    for _ in range(times):
        process = process.started(7).ended(code=1, at=AT, ran=ran)
    return process


@pytest.mark.parametrize(
    ("times", "pause"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (50, 60)],
)
def test_the_pause_grows_and_stays_at_a_minute(times: int, pause: int) -> None:
    assert ending(times=times).pause == pause


def test_who_ran_steadily_before_it_ended_waits_the_shortest_pause_again() -> None:
    process = ending(times=5).started(7).ended(code=1, at="2026-11-30T10:00:00+08:00", ran=60)

    assert (process.pause, process.in_a_row, process.ends) == (1, 1, 6)
    assert process.began_at == "2026-11-30T10:00:00+08:00"


def test_it_fails_only_while_it_is_down_and_ended_three_times_in_a_row() -> None:
    assert [ending(times=times).failing for times in (1, 2, 3)] == [False, False, True]
    assert not ending(times=3).started(7).failing
    assert not ending(times=3, ran=60).failing


@pytest.mark.parametrize(
    ("process", "sentence"),
    [
        pytest.param(Process("beat").started(7), "", id="never ended"),
        pytest.param(
            ending(times=2),
            "worker 进程意外停止（退出码 1），2 秒后重新启动（第 2 次）。",
            id="down",
        ),
        pytest.param(
            Process("worker").started(7).ended(code=-9, at=AT, ran=9).started(8),
            "worker 进程意外停止（被信号 9 结束），已重新启动。",
            id="back",
        ),
    ],
)
def test_what_became_of_it_is_one_sentence(process: Process, sentence: str) -> None:
    assert process.sentence == sentence


def test_what_is_written_is_read_back() -> None:
    processes = [ending(times=2), Process("web").started(7)]

    assert from_text(as_text(processes)) == processes
