"""The scripts behind make: secrets, vendored files, texts."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chanji_dualrandom.env import BASE_DIR

sys.path.insert(0, str(BASE_DIR / "scripts"))

import check_texts
import house
import serve
import vendor_assets


def test_embedded_secrets_are_random_private_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "BASE_DIR", tmp_path)
    monkeypatch.delenv("CHANJI_VAR_DIR")

    house.ensure_embedded_env()
    path = tmp_path / "var" / "embedded.env"
    first = path.read_text()
    house.ensure_embedded_env()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == first
    assert [entry.name for entry in path.parent.iterdir()] == ["embedded.env"]


def test_no_secrets_are_invented_beside_an_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house, "BASE_DIR", tmp_path)
    monkeypatch.delenv("CHANJI_VAR_DIR")
    (tmp_path / ".env").write_text("")

    house.ensure_embedded_env()

    assert not (tmp_path / "var").exists()


def test_another_pin_changes_the_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "BASE_DIR", tmp_path)
    (tmp_path / "a.txt").write_text("x==1")
    before = house.digest(("a.txt",))

    (tmp_path / "a.txt").write_text("x==2")

    assert house.digest(("a.txt",)) != before


def test_another_python_is_refused_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "NEEDED", (3, 99))

    with pytest.raises(SystemExit):
        house.require_python()


def test_vendored_files_are_exactly_those_in_the_lock() -> None:
    assert vendor_assets.differences() == []


def test_a_changed_missing_or_added_vendored_file_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("static", "tests"):
        vendor = tmp_path / folder / "vendor" / "x-1"
        vendor.mkdir(parents=True)
    monkeypatch.setattr(house, "BASE_DIR", tmp_path)
    monkeypatch.setattr(vendor_assets, "LOCK", tmp_path / "lock.json")
    (tmp_path / "lock.json").write_text(
        '{"files": {"static/vendor/x-1/a.js": "00", "static/vendor/x-1/b.js": "00"}}'
    )
    (tmp_path / "static/vendor/x-1/a.js").write_text("changed")
    (tmp_path / "tests/vendor/x-1/c.js").write_text("added")

    assert vendor_assets.differences() == [
        "missing: static/vendor/x-1/b.js",
        "not in the lock: tests/vendor/x-1/c.js",
        "changed: static/vendor/x-1/a.js",
    ]


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        pytest.param("抽查计划", False, id="Chinese"),
        pytest.param("导出 Excel", False, id="Chinese with a name"),
        pytest.param("PDF", False, id="abbreviation"),
        pytest.param("%(count)s / %(total)s", False, id="placeholders only"),
        pytest.param("Publish", True, id="English"),
        pytest.param("%(count)s results", True, id="English around a placeholder"),
    ],
)
def test_text_nobody_translated_is_recognised(text: str, foreign: bool) -> None:
    assert check_texts.is_foreign(text) is foreign


def test_foreign_texts_are_found_in_code_and_templates(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text("x = 1\ny = _('Save it')\n")
    (tmp_path / "page.html").write_text(
        '<p>{% translate "保存" %}</p>\n{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}'
    )

    found = check_texts.foreign_texts(tmp_path)

    assert found == ["page.html:2: 'Hello'", "views.py:2: 'Save it'"]


def test_every_text_of_the_project_is_chinese() -> None:
    assert check_texts.foreign_texts(BASE_DIR) == []


def test_serving_on_a_taken_port_names_the_way_out(tmp_path: Path) -> None:
    code = (
        "import socket, sys; sys.path.insert(0, 'scripts'); import serve; s = socket.socket(); "
        "s.bind(('127.0.0.1', 0)); s.listen(); serve.require_free_port(s.getsockname()[1])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=BASE_DIR,
        env={**os.environ, "CHANJI_VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "PORT=" in done.stderr


def test_whoever_waits_is_told_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(house, "SILENCE_SECONDS", 0.1)
    steps = iter(["安装 1/2 个包", "安装 2/2 个包"])

    with house.never_silent(lambda: next(steps, "好了")):
        time.sleep(0.7)

    assert capsys.readouterr().out.splitlines()[:2] == [
        "    … 安装 1/2 个包",
        "    … 安装 2/2 个包",
    ]


def test_on_a_terminal_what_is_said_next_takes_the_place_of_how_far_it_was(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    house.say("安装 1/2", passing=True)
    house.say("安装 2/2", passing=True)
    house.say("好了")
    house.say("网页")

    assert capsys.readouterr().out == "安装 1/2\r\033[K安装 2/2\r\033[K好了\n网页\n"


def test_whoever_speaks_himself_is_not_interrupted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(house, "SILENCE_SECONDS", 60)

    with house.never_silent():
        house.step(1, "运行环境")
        time.sleep(0.3)

    assert capsys.readouterr().out == "[1/5] 运行环境\n"


def test_the_steps_of_a_start_are_counted_to_their_end() -> None:
    """The first is run.py's, the last the start itself."""
    assert [number for number, *_ in serve.COMMANDS] == list(range(2, house.STEPS))
