"""Operations that come together are answered as if each came alone."""

import uuid
from typing import Any

from inspections.models import Assignment, SyncOperation
from inspections.services.sync import apply, apply_all
from inspections.services.sync_operations import Operation
from tests.scene import Scene


def operation(section: str, value: Any, base: int = 0) -> Operation:
    return Operation(uuid.uuid4(), section, base, value, device="a")


def mixed() -> list[Operation]:
    """Written, written again, sent twice, in conflict, refused, unknown."""
    first = operation("narrative", {"text": "甲"})
    return [
        first,
        operation("narrative", {"text": "乙"}, base=1),
        first,
        operation("narrative", {"text": "丙"}),
        operation("must_check:1", {"answer": "perhaps"}),
        operation("weather", {}),
        operation("production", {"state": "停产"}),
        operation("submit", {"digest": "0" * 64}),
    ]


def kept(assignment: Assignment) -> Any:
    return (
        list(assignment.sections.order_by("section").values_list("section", "rev", "value")),
        list(
            SyncOperation.objects.filter(assignment=assignment, device="a")
            .order_by("pk")
            .values_list("section", "status", "rev", "errors", "kept_as", "answer__value")
        ),
    )


def test_together_or_alone_the_answers_and_the_record_are_the_same(scene: Scene) -> None:
    one = scene.started(0)
    lead, operations = scene.lead(one), mixed()
    stale = Operation(uuid.uuid4(), "unit", 3, {"name": "旧"}, device="a")

    together = apply_all(
        assignment_id=one.pk, actor=lead, operations=[*operations, stale], now=scene.now
    )
    first = kept(one)
    again = apply_all(assignment_id=one.pk, actor=lead, operations=operations, now=scene.now)

    assert [answer.status for answer in together] == [
        "applied", "applied", "already", "conflict", "refused", "refused", "applied", "refused",
        "conflict",
    ]  # fmt: skip
    assert [answer.rev for answer in together[:4]] == [1, 2, 1, 2]
    assert together[3].value == {"text": "乙"}
    assert [answer.status for answer in again] == [
        "already", "already", "already", "conflict", "refused", "refused", "already", "refused",
    ]  # fmt: skip
    assert kept(one) == first


def test_one_by_one_leaves_the_same_record(scene: Scene) -> None:
    one = scene.started(0)
    two = scene.started(1)
    for assignment, batch in ((one, True), (two, False)):
        lead, operations = scene.lead(assignment), mixed()
        common = {"assignment_id": assignment.pk, "actor": lead, "now": scene.now}
        if batch:
            apply_all(operations=operations, **common)
        else:
            for each in operations:
                apply(operation=each, **common)

    written = [[row for row in kept(each)[0] if row[0] != "assignment"] for each in (one, two)]
    assert written[0] == written[1]
    assert kept(one)[1] == kept(two)[1]


def test_the_first_of_many_entries_accepts_and_starts(scene: Scene) -> None:
    assignment = scene.assignments[0]
    operations = [
        operation("narrative", {"text": "甲"}),
        operation("production", {"state": "停产"}),
    ]

    answers = apply_all(
        assignment_id=assignment.pk,
        actor=scene.lead(assignment),
        operations=operations,
        now=scene.now,
    )
    assignment.refresh_from_db()

    assert [answer.status for answer in answers] == ["applied", "applied"]
    assert assignment.state == "inspecting"


def test_many_entries_cost_no_more_queries_than_two(
    scene: Scene, django_assert_max_num_queries: Any
) -> None:
    assignment = scene.started(0)
    entries = [operation(f"must_check:{n}", {"answer": "no_problem"}) for n in range(1, 11)]

    with django_assert_max_num_queries(20):
        apply_all(
            assignment_id=assignment.pk,
            actor=scene.lead(assignment),
            operations=entries,
            now=scene.now,
        )

    assert assignment.sections.filter(section__startswith="must_check:").count() == 10
