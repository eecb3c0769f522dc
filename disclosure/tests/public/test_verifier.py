"""The 80 lines a citizen downloads: they agree with the file that drew."""

import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from sampling.tests.rules import vector
from sampling.tests.rules.alterations import ALTERED, PLACES, Tamper, set_key
from sampling.tests.rules.strategies import bundles

VERIFIER = Path(__file__).parents[2] / "public" / "download" / "verifier.py"
Verify = Callable[..., str]


@pytest.fixture
def verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Verify:
    """Run the verifier on these JSON values; returns the part it refuses, or ""."""

    def run(*values: Any) -> str:
        paths = [tmp_path / f"{number}.json" for number in range(len(values))]
        for path, value in zip(paths, values, strict=True):
            path.write_text(json.dumps(value), encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["verifier.py", *map(str, paths)])
        hook = sys.excepthook
        try:
            runpy.run_path(str(VERIFIER), run_name="__main__")
        except SystemExit as refusal:
            return str(refusal.code).removeprefix("不一致 ")
        except Exception:
            return "bundle"
        finally:
            sys.excepthook = hook
        assert "全部一致" in capsys.readouterr().out
        return ""

    return run


def test_it_has_at_most_80_lines_and_imports_the_standard_library_only():
    text = VERIFIER.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= 80
    assert max(map(len, text.splitlines())) <= 100
    assert "import json, re, sys, unicodedata" in text


def test_worked_example_is_accepted_with_and_without_announcement(verify: Verify):
    assert verify(vector.bundle()) == ""
    assert verify(vector.bundle(), vector.announcement()) == ""


@pytest.mark.parametrize(("part", "tamper"), ALTERED, ids=lambda v: v if isinstance(v, str) else "")
def test_single_alteration_is_refused_naming_the_part(part: str, tamper: Tamper, verify: Verify):
    altered = vector.bundle()
    tamper(altered)

    assert part in verify(altered).split("/")


@pytest.mark.parametrize("wrong", [None, True, 7, "\ud800", [], {}, {"x": 1}], ids=repr)
def test_wrong_type_anywhere_is_refused(wrong: Any, verify: Verify):
    for path in PLACES:
        altered = vector.bundle()
        set_key(*path, to=lambda _: wrong)(altered)
        assert verify(altered), path


def test_missing_and_unknown_keys_are_refused(verify: Verify):
    for key in vector.bundle():
        altered = vector.bundle()
        del altered[key]
        assert verify(altered), key
    assert verify({**vector.bundle(), "remark": ""}) == "bundle"


@pytest.mark.parametrize("key", sorted(vector.announcement()))
def test_bundle_that_differs_from_its_announcement_is_refused(key: str, verify: Verify):
    other = {**vector.announcement(), key: "another"}

    assert verify(vector.bundle(), other) == key.replace("_source", ".source")


@given(bundles())
@settings(
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_true_bundle_is_accepted(verify: Verify, bundle: dict[str, Any]):
    assert verify(bundle) == ""
