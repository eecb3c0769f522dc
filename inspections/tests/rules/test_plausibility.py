"""Hints for the reviewer; each with an example on either side of its line."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from inspections.rules.plausibility import (
    Bounds,
    Elsewhere,
    Look,
    hints,
    tidy,
)

START = datetime.fromisoformat("2026-05-13T10:00:00+08:00")
TEXT = "现场检查时企业正常生产，治理设施运行，台账齐全。"
LOOK = Look(
    start=START,
    end=START + timedelta(minutes=90),
    answers=dict.fromkeys(range(1, 11), "no_problem"),
    texts={"现场检查情况": TEXT},
    photos=["a" * 64],
    answered=[START + timedelta(minutes=8 * n) for n in range(10)],
)


def codes(look: Look, elsewhere: Elsewhere | None = None) -> list[str]:
    return [hint.code for hint in hints(look, elsewhere or Elsewhere(), Bounds())]


def test_an_ordinary_record_raises_no_hint() -> None:
    assert codes(LOOK) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"end": START + timedelta(minutes=19)}, "short_visit"),
        ({"answered": [START + timedelta(seconds=20 * n) for n in range(10)]}, "all_clear_at_once"),
        ({"metres": 1001.0}, "far_away"),
        ({"repeat_unexplained": True}, "repeat"),
    ],
)
def test_what_stands_out_is_said(change: dict[str, Any], code: str) -> None:
    assert codes(replace(LOOK, **change)) == [code]


@pytest.mark.parametrize(
    "change",
    [
        {"end": START + timedelta(minutes=20)},
        {"end": START + timedelta(minutes=5), "normal": False},
        {"metres": 1000.0},
        {"answers": {**LOOK.answers, 8: "problem"}, "answered": [START]},
    ],
)
def test_within_the_lines_nothing_is_said(change: dict[str, Any]) -> None:
    assert codes(replace(LOOK, **change)) == []


def test_a_text_of_another_record_is_found_in_spite_of_commas_and_blanks() -> None:
    other = Elsewhere(texts={tidy(TEXT.replace("，", " ")): "CJ-2026Q1-0007"})

    found = hints(LOOK, other, Bounds())

    assert [hint.code for hint in found] == ["reused_text"]
    assert "CJ-2026Q1-0007" in found[0].text


def test_short_phrases_may_be_the_same_everywhere() -> None:
    look = replace(LOOK, texts={"现场检查情况": "企业正常生产"})

    assert codes(look, Elsewhere(texts={tidy("企业正常生产"): "CJ-2026Q1-0007"})) == []


def test_a_photo_of_another_record_is_named() -> None:
    assert codes(LOOK, Elsewhere(photos={"a" * 64: "CJ-2026Q1-0007"})) == ["reused_photo"]


def test_a_distance_is_told_with_the_reason_that_was_given() -> None:
    look = replace(LOOK, metres=5200.0, distance_reason="厂区占地大，从北门进入")

    assert "5.2 公里，检查组说明：厂区占地大" in hints(look, Elsewhere(), Bounds())[0].text
