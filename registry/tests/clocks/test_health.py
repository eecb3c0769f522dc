"""What 运行状况 says of the queue."""

from pathlib import Path
from typing import Any

import pytest

from registry.clocks.services.health import broker_part


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
