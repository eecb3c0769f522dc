"""What the page says while a worker has an import."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.importing.selectors import progress_of
from registry.models import ImportedFile

NOW = datetime(2026, 3, 6, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "lease", "title", "running"),
    [
        pytest.param("received", None, "排队等待读取", True, id="in the queue"),
        pytest.param("reading", 1, "正在读取和核对", True, id="being read"),
        pytest.param("reading", -1, "读取中断，等待重新开始", True, id="its reader died"),
        pytest.param("confirmed", None, "已确认，排队等待写入", True, id="about to be written"),
        pytest.param("applying", 1, "正在写入", True, id="being written"),
        pytest.param("applying", -1, "写入中断：没有写入任何一行", True, id="its writer died"),
        pytest.param("ready", None, "待确认", False, id="there is something to look at"),
    ],
)
def test_progress_tells_work_from_a_standstill(
    state: str, lease: int | None, title: str, running: bool
) -> None:
    until = NOW + timedelta(minutes=lease) if lease else None

    progress = progress_of(ImportedFile(state=state, lease_until=until), now=NOW)

    assert (progress.title, progress.running) == (title, running)
