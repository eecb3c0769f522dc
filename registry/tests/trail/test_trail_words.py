"""The trail speaks Chinese; conftest.py sees to it that every line any test writes has words."""

import pytest

from registry.rules.trail_words import ACTIONS, PARTS, action_words, has_words


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("plan.sealed_read", "计划：密封读取"),
        ("pollutionsource.changed", "污染源：修改"),
        ("key_list.import_received", "重点排污单位名录：导入：收到文件"),
        ("no.such", "no.such"),
    ],
)
def test_an_action_is_said_in_words(action: str, words: str) -> None:
    assert action_words(action) == words
    assert has_words(action) == (action != words)


def test_every_action_is_found_under_exactly_one_part_of_the_work() -> None:
    for action in ACTIONS:
        under = [part for part, starts in PARTS if action.startswith(starts)]
        assert len(under) == 1, (action, under)
