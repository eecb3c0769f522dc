"""Every 发现问题 is shown by at least one file (domain rules §2, §5)."""

from typing import Any

import pytest

from inspections.rules.record_checks import unproven_problems

SHA = "a" * 64
FOUND = {"answer": "problem", "note": "标识缺失", "handling": "corrected_on_spot"}
FILE = {"must_check": "must_check:8", "note": "现场"}


@pytest.mark.parametrize(
    ("value", "files", "unproven"),
    [
        pytest.param(FOUND, {}, [8], id="nothing beside it"),
        pytest.param(FOUND, {SHA: FILE}, [], id="a file that says it belongs there"),
        pytest.param({**FOUND, "evidence": [SHA]}, {}, [], id="the answer names the file"),
        pytest.param(FOUND, {SHA: {"must_check": "narrative"}}, [8], id="a file of another part"),
        pytest.param(FOUND, {SHA: {**FILE, "withdrawn": True}}, [8], id="a withdrawn file"),
        pytest.param(
            {**FOUND, "evidence": [SHA]},
            {SHA: {**FILE, "withdrawn": True}},
            [8],
            id="the answer names a withdrawn file",
        ),
        pytest.param(
            {**FOUND, "evidence": [SHA]},
            {SHA: {**FILE, "withdrawn": True}, "b" * 64: FILE},
            [],
            id="one withdrawn and one that stands",
        ),
        pytest.param({"answer": "no_problem"}, {}, [], id="no problem needs no file"),
        pytest.param({"answer": ""}, {}, [], id="not answered yet"),
    ],
)
def test_a_problem_without_a_file_is_named(
    value: dict[str, Any], files: dict[str, Any], unproven: list[int]
) -> None:
    sections = {"must_check:8": value, **{f"evidence:{sha}": file for sha, file in files.items()}}

    assert unproven_problems(sections) == unproven
