from datetime import timedelta

import pytest

from disclosure.rules.complaint import (
    LATEST,
    ComplaintRefused,
    Sum,
    check_age,
    read_code,
    written_code,
)


@pytest.mark.parametrize(
    ("answer", "right"),
    [("12", True), ("１２", True), ("十二", True), (" 12 。", False), ("12。", True), ("11", False),
     ("", False), ("十三", False), ("0012", True), ("²", False)],
)  # fmt: skip
def test_a_sum_is_answered_in_digits_or_words(answer: str, right: bool) -> None:
    assert Sum(5, 7).is_answered_by(answer) is right


def test_the_question_is_asked_in_words() -> None:
    assert Sum(3, 9).question == "三加九等于几？"
    assert Sum(1, 9).is_answered_by("十")


@pytest.mark.parametrize("age", [timedelta(seconds=1), LATEST + timedelta(seconds=1)])
def test_too_fast_and_too_late_are_refused_with_what_to_do(age: timedelta) -> None:
    with pytest.raises(ComplaintRefused, match="再提交一次"):
        check_age(age)


def test_a_code_is_read_as_people_copy_it() -> None:
    code = "23456789ABCD"

    assert written_code(code) == "2345-6789-ABCD"
    assert read_code(" 2345-6789-abcd ") == code
    assert read_code("2345—6789—ABCD") == code
    for wrong in ("", "2345-6789-ABC", "O345-6789-ABCD", "2345-6789-ABCDE", "2" * 4000):
        assert read_code(wrong) == ""
