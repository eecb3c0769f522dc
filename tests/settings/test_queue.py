"""The queue of the embedded mode, in one process: order, claims, what nobody can read."""

import os
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from chanji_dualrandom.celery import app
from chanji_dualrandom.queue import Channel, appear

MESSAGE = {"body": "[]", "content-type": "application/json", "content-encoding": "utf-8"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("messages", "claimed", "unreadable", "control"):
        (tmp_path / name).mkdir()
    return tmp_path


def channel_on(folder: Path) -> Channel:
    connection = Connection("folder://", transport_options={"folder": str(folder)})
    return connection.channel()


@pytest.fixture
def channel(folder: Path) -> Iterator[Channel]:
    opened = channel_on(folder)
    yield opened
    opened.connection.client.release()


def message(number: int) -> dict[str, Any]:
    properties = {"delivery_tag": str(number), "delivery_info": {}, "body_encoding": None}
    return {**MESSAGE, "headers": {}, "properties": properties}


def number_of(message: dict[str, Any]) -> int:
    return int(message["properties"]["delivery_tag"])


def test_the_embedded_mode_uses_it() -> None:
    if app.conf.broker_url != "folder://":
        pytest.skip("this run has a Redis")

    with app.connection_for_write() as connection:
        assert isinstance(connection.channel(), Channel)


def test_nobody_is_warned_of_a_host_that_a_folder_does_not_have(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    channel_on(folder).connection.client.info()

    assert caplog.text == ""


def test_messages_come_in_the_order_they_were_sent(channel: Channel) -> None:
    for number in range(20):
        channel._put("celery", message(number))
        channel._put("other", message(number + 100))

    assert channel._size("celery") == 20
    assert [number_of(channel._get("celery")) for _ in range(20)] == list(range(20))
    with pytest.raises(Empty):
        channel._get("celery")
    assert number_of(channel._get("other")) == 100


def test_of_two_readers_one_has_each_message(folder: Path, channel: Channel) -> None:
    for number in range(10):
        channel._put("celery", message(number))
    other = channel_on(folder)

    got = [number_of(reader._get("celery")) for _ in range(5) for reader in (channel, other)]

    assert sorted(got) == list(range(10))
    for reader in (channel, other):
        with pytest.raises(Empty):
            reader._get("celery")


def test_a_message_half_written_is_not_there_yet(
    folder: Path, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    real = Path.replace

    def look_first(self: Path, target: Path) -> Path:
        looks.append(channel._size("celery"))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", look_first)
    channel._put("celery", message(1))

    assert looks == [0]
    assert channel._size("celery") == 1


def test_what_cannot_be_read_is_set_aside_told_and_the_rest_goes_on(
    folder: Path, channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "messages" / "000_x.celery.msg").write_text('{"body": ')
    channel._put("celery", message(1))

    assert number_of(channel._get("celery")) == 1

    assert [path.name for path in (folder / "unreadable").iterdir()] == ["000_x.celery.msg"]
    assert "无法读取" in caplog.text
    assert list((folder / "claimed").iterdir()) == []


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, *_arguments: Any, **_named: Any) -> int:
        os.close(os.open(self, os.O_CREAT | os.O_WRONLY))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)

    with pytest.raises(Exception, match="cannot be written"):
        appear(tmp_path / "a", "x")
    assert list(tmp_path.iterdir()) == []


def test_what_is_bound_by_two_processes_is_bound_and_a_lost_list_is_made_again(
    folder: Path, channel: Channel
) -> None:
    other = channel_on(folder)
    channel._queue_bind("pages", "", "", "first")
    other._queue_bind("pages", "", "", "second")
    channel._queue_bind("pages", "", "", "first")
    assert {row.queue for row in channel.get_table("pages")} == {"first", "second"}

    (folder / "control" / "pages.exchange").write_text("")
    assert channel.get_table("pages") == []
    other._queue_bind("pages", "", "", "second")
    channel._delete("second", "pages", "", "")

    assert channel.get_table("pages") == []


def test_emptying_a_queue_leaves_the_others(channel: Channel) -> None:
    channel._put("celery", message(1))
    channel._put("other", message(2))

    assert channel._purge("celery") == 1
    assert (channel._size("celery"), channel._size("other")) == (0, 1)
