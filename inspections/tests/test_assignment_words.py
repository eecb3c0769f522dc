"""What a task was drawn as, in the words of its plan."""

import pytest

from inspections.models import Assignment
from sampling.models import SamplingPlan


@pytest.mark.parametrize(
    ("kind", "category", "words"),
    [
        ("quarterly", "general", "一般排污单位"),
        ("construction", "general", "建设项目"),
        (None, "key", "重点排污单位"),
        (None, "", ""),
    ],
)
def test_a_task_says_what_it_was_drawn_as(kind: str | None, category: str, words: str) -> None:
    plan = SamplingPlan(kind=kind) if kind else None

    assert Assignment(plan=plan, category=category).category_label == words
