"""The file a citizen reads before trusting it: it agrees with the file that drew."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from sampling.rules.protocol import ProtocolError, told, verify_bundle
from sampling.tests.rules import vector
from sampling.tests.rules.alterations import ONLY_THE_LOG
from sampling.tests.rules.strategies import bundles

from . import altered

VERIFIER = Path(__file__).parents[2] / "public" / "download" / "verifier.py"
CODE = compile(VERIFIER.read_text(encoding="utf-8"), str(VERIFIER), "exec")  # once for 2,000 runs
Verify = Callable[..., str]
ONCE = settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Verify]:
    """Run the verifier on these JSON texts or values; gives the part it refuses, or what it says."""
    hook = sys.excepthook

    def run(*files: Any) -> str:
        paths = [tmp_path / f"{number}.json" for number in range(len(files))]
        for path, file in zip(paths, files, strict=True):
            path.write_text(file if isinstance(file, str) else json.dumps(file), encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["verifier.py", *map(str, paths)])
        capsys.readouterr()
        try:
            exec(CODE, {"__name__": "__main__"})  # noqa: S102 — as Python runs it
        except SystemExit as end:
            if end.code:
                return str(end.code).removeprefix("不一致 ")
        except Exception:  # what its excepthook calls "bundle" in a process of its own
            return "bundle"
        return capsys.readouterr().out

    yield run
    sys.excepthook = hook


def refusal(bundle: Any, kept: Any = None) -> str:
    """The part that the file that drew refuses."""
    with pytest.raises(ProtocolError) as error:
        verify_bundle(bundle, kept)
    return error.value.part


def last_lines(bundle: Any, kept: Any = None) -> list[str]:
    return [line for line in told(verify_bundle(bundle, kept)) if not line.startswith("一致 ")]


def test_it_can_be_read_whole_and_imports_the_standard_library_only():
    text = VERIFIER.read_text(encoding="utf-8")
    imported = [line for line in text.splitlines() if line.startswith(("import", "from"))]

    assert len(text.splitlines()) <= 250
    assert max(map(len, text.splitlines())) <= 100
    assert imported == [
        "import hmac, json, re, sys, unicodedata",
        "from collections import Counter",
        "from datetime import date, datetime, timedelta",
        "from hashlib import sha256",
        "from pathlib import Path",
    ]


def test_its_verdict_has_three_parts_in_the_words_of_the_file_that_drew(verify: Verify):
    known, kept = vector.bundle(), vector.announcement()

    assert verify(known, kept).splitlines() == last_lines(known, kept)
    assert verify(known).splitlines() == last_lines(known)
    assert "不知道" in verify(known)
    assert "不知道" not in verify(known, kept)


def test_a_plan_void_before_its_draw_is_checked_without_a_draw(verify: Verify):
    void = vector.undrawn()

    said = verify(void, vector.announcement()).splitlines()

    assert [line for line in said if line] == last_lines(void, vector.announcement())
    assert "没有抽取结果" in said[0]
    for name, tampered in (
        ("nonce", void | {"nonce": altered.other(void["nonce"])}),
        ("pool", void | {"pool": void["pool"].replace("PS00042", "PS00099")}),
        ("bundle", {key: void[key] for key in ("protocol", "announcement", "pool")}),
        ("bundle", void | {"draw": vector.record()}),
    ):
        assert verify(tampered) == refusal(tampered) == name


@pytest.mark.parametrize("alterations", [altered.changed, altered.reshaped, altered.by_hand])
def test_every_single_change_is_refused_by_the_same_name(
    alterations: Callable[[], Iterable[tuple[str, Any]]], verify: Verify
):
    for what, bundle in alterations():
        assert verify(bundle) == refusal(bundle), what


def test_another_type_anywhere_is_refused_without_a_traceback(verify: Verify):
    for what, bundle in altered.mistyped():
        assert verify(bundle).split(".")[0] == refusal(bundle).split(".")[0], what


@pytest.mark.parametrize("alterations", [altered.forged, altered.recorded])
def test_what_fits_together_but_breaks_one_sentence_is_refused_by_its_name(
    alterations: Callable[[], Iterable[tuple[str, str, Any]]], verify: Verify
):
    for what, part, bundle in alterations():
        assert verify(bundle) == refusal(bundle) == part, what


def test_what_stands_in_no_hash_is_known_and_no_verifier_pretends_otherwise(verify: Verify):
    for path, value in ONLY_THE_LOG:
        bundle = altered.edited(path, altered.put(value))
        assert verify(bundle).splitlines() == last_lines(bundle)


def test_an_announcement_other_than_the_kept_one_is_refused_by_its_field(verify: Verify):
    known = vector.bundle()
    for path, value in altered.places(vector.announcement()):
        changed = altered.other(value)
        if changed is not None:
            kept = altered.edited(("announcement", *path), altered.put(changed))["announcement"]
            assert verify(known, kept) == refusal(known, kept) == f"kept.{path[0]}"
    for kept in ({}, [], {"plan": "2027Q1"}, vector.announcement() | {"remark": ""}):
        assert verify(known, kept) == refusal(known, kept) == "kept"


@pytest.mark.parametrize(
    "text",
    [
        vector.TEXT.replace('"nonce"', '"nonce": "", "nonce"', 1),
        vector.TEXT.replace('"kind": "ssq"', '"kind": "dlt", "kind": "ssq"', 1),
        vector.TEXT.replace('"outcomes": 40', '"outcomes": 40.0'),
        vector.TEXT.replace('"outcomes": 40', '"outcomes": 4e1'),
        vector.TEXT.replace('"outcomes": 40', '"outcomes": NaN'),
        vector.TEXT[:-1],
        "\ufeff" + vector.TEXT,
        "null",
        "[]",
        "",
    ],
)
def test_json_that_two_readers_could_read_differently_is_refused(text: str, verify: Verify):
    assert text != vector.TEXT
    assert verify(text) == "bundle"
    assert verify(vector.bundle(), text) in ("kept", "bundle")


@given(bundles())
@ONCE
def test_every_true_bundle_is_accepted(verify: Verify, bundle: dict[str, Any]):
    assert "一、重算：一致。" in verify(bundle, bundle["announcement"])
