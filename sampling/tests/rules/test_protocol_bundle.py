import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sampling.rules import protocol_v1
from sampling.rules.protocol_v1 import (
    ProtocolError,
    build_bundle,
    dump_bundle,
    main,
    verify_bundle,
)

from . import vector
from .alterations import ALTERED, PLACES, Tamper, set_key


def test_vector_is_reproduced_byte_for_byte():
    known = vector.bundle()

    built = build_bundle(
        pool=known["pool"],
        nonce=known["nonce"],
        entropy_source=known["entropy"]["source"],
        entropy_value=known["entropy"]["value"],
        changes=known["changes"],
    )

    assert dump_bundle(built) == vector.TEXT


def test_vector_verifies_with_and_without_the_announcement():
    steps = verify_bundle(vector.bundle())
    announced = verify_bundle(vector.bundle(), vector.announcement())

    assert [step.part for step in steps] == [
        *("protocol", "pool", "commitment", "entropy", "seed"),
        *("selected", "reserves", "changes", "teams"),
    ]
    assert announced[-1].part == "announcement"


@pytest.mark.parametrize(("part", "tamper"), ALTERED, ids=lambda v: v if isinstance(v, str) else "")
def test_single_alteration_is_refused_naming_the_part(part: str, tamper: Tamper):
    altered = vector.bundle()
    tamper(altered)

    with pytest.raises(ProtocolError) as refusal:
        verify_bundle(altered)

    assert part in refusal.value.part.split("/")


@pytest.mark.parametrize(
    "wrong", [None, True, 7, 1.5, "\ud800", [], {}, [None], {"x": 1}], ids=repr
)
@pytest.mark.parametrize("path", PLACES, ids=lambda p: ".".join(map(str, p)))
def test_wrong_type_or_content_anywhere_is_refused_without_a_traceback(
    path: tuple[Any, ...], wrong: Any
):
    altered = vector.bundle()
    set_key(*path, to=lambda _: wrong)(altered)

    with pytest.raises(ProtocolError) as refusal:
        verify_bundle(altered)

    blamed = {part.split(".")[0] for part in refusal.value.part.split("/")}
    assert path[0] in blamed


@pytest.mark.parametrize("key", sorted(vector.bundle()))
def test_missing_key_is_refused_with_its_name(key: str):
    altered = vector.bundle()
    del altered[key]

    with pytest.raises(ProtocolError, match=key):
        verify_bundle(altered)


@pytest.mark.parametrize("whole", [None, [], "x", 3, {}])
def test_anything_but_a_bundle_is_refused(whole: object):
    with pytest.raises(ProtocolError):
        verify_bundle(whole)


def test_unknown_key_is_refused_with_its_name():
    with pytest.raises(ProtocolError, match="remark"):
        verify_bundle({**vector.bundle(), "remark": ""})


@pytest.mark.parametrize(
    ("key", "value", "part"),
    [
        ("plan", "2027Q2", "plan"),
        ("quotas", {"general": 1, "key": 2, "special": 1}, "quotas"),
        ("quotas", {"general": True, "key": 2, "special": 2}, "quotas"),
        ("quotas", None, "quotas"),
        ("pool_digest", "0" * 64, "pool_digest"),
        ("commitment", "0" * 64, "commitment"),
        ("entropy_source", "中国福利彩票双色球第2026151期", "entropy.source"),
    ],
)
def test_bundle_that_differs_from_its_announcement_is_refused(key: str, value: Any, part: str):
    with pytest.raises(ProtocolError, match="公告") as refusal:
        verify_bundle(vector.bundle(), {**vector.announcement(), key: value})

    assert refusal.value.part == part


@pytest.mark.parametrize("announcement", [{}, [], {"plan": "2027Q1"}])
def test_incomplete_announcement_is_refused(announcement: object):
    with pytest.raises(ProtocolError) as refusal:
        verify_bundle(vector.bundle(), announcement)

    assert refusal.value.part == "announcement"


@pytest.fixture
def bundle_file(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.json"
    path.write_text(vector.TEXT, encoding="utf-8")
    return path


def test_file_runs_alone_with_nothing_but_the_standard_library(bundle_file: Path):
    source = Path(protocol_v1.__file__)
    copy = bundle_file.with_name("protocol_v1.py")
    copy.write_bytes(source.read_bytes())
    announcement = bundle_file.with_name("announcement.json")
    announcement.write_text(json.dumps(vector.announcement()), encoding="utf-8")

    done = subprocess.run(  # noqa: S603 — our own file, our own interpreter
        [sys.executable, "-I", copy, bundle_file, "--announcement", announcement],
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "全部一致" in done.stdout


def test_command_names_the_part_that_differs(bundle_file: Path, capsys: pytest.CaptureFixture[str]):
    bundle_file.write_text(vector.TEXT.replace("PS00005", "PS00006"), encoding="utf-8")

    assert main([str(bundle_file)]) == 1
    assert capsys.readouterr().out.startswith("不一致 pool：")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"{", id="no JSON"),
        pytest.param(b"\xff", id="no UTF-8"),
        pytest.param(b"[" * 100_000, id="nested too deeply"),
        pytest.param(b'{"seed": "", "seed": ""}', id="key given twice"),
        pytest.param(b"9" * 5000, id="number without end"),
    ],
)
def test_unreadable_file_is_refused_in_words(
    bundle_file: Path, content: bytes, capsys: pytest.CaptureFixture[str]
):
    bundle_file.write_bytes(content)

    assert main([str(bundle_file)]) == 1
    assert "无法读取" in capsys.readouterr().out


def test_missing_file_and_empty_announcement_are_refused(
    bundle_file: Path, capsys: pytest.CaptureFixture[str]
):
    nothing = bundle_file.with_name("null.json")
    nothing.write_text("null", encoding="utf-8")

    assert main([str(bundle_file.with_name("none.json"))]) == 1
    assert main([str(bundle_file), "--announcement", str(nothing)]) == 1
    assert "公告为空" in capsys.readouterr().out
