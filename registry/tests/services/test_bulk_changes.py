"""A change to many units does what its preview showed, or nothing."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from registry.models import AuditEvent, PollutionSource, RiskAssessment, SpecialFlag
from registry.permissions import MANAGE_REGISTERS, MANAGE_RISK
from registry.rules.violations import NotAllowed, RuleViolation
from registry.services import bulk_changes

pytestmark = pytest.mark.django_db
DAY = date(2026, 5, 13)


@pytest.fixture
def planner(person: Any) -> Any:
    return person("planner", MANAGE_REGISTERS, MANAGE_RISK)


@pytest.fixture
def keys(unit: Any) -> list[int]:
    return [unit(grid="一").pk, unit(grid="二").pk, unit(grid="一").pk]


def do(action: str, ids: list[int], values: dict[str, str], actor: Any, **more: Any) -> str:
    found = bulk_changes.preview(action=action, ids=ids, values=values)
    return bulk_changes.carry_out(
        **{
            "action": action, "ids": ids, "values": values, "actor": actor, "reason": "划片调整",
            "seen": found.digest(action, values), "today": DAY, "now": timezone.now(), **more,
        }
    )  # fmt: skip


def test_the_preview_names_who_changes_and_who_does_not(keys: list[int]) -> None:
    found = bulk_changes.preview(action="grid", ids=keys, values={"value": "二"})

    assert [(line.old, line.new, line.kept) for line in found.lines] == [
        ("一", "二", ""), ("二", "二", "已是此值"), ("一", "二", ""),
    ]  # fmt: skip


def test_each_changed_unit_keeps_old_new_and_reason(keys: list[int], planner: Any) -> None:
    assert "2 家" in do("grid", keys, {"value": "二"}, planner)

    assert set(PollutionSource.objects.values_list("grid", flat=True)) == {"二"}
    events = AuditEvent.objects.filter(action="source.changed").order_by("pk")
    assert [event.object_id for event in events] == [str(keys[0]), str(keys[2])]
    assert events[0].changes == {"grid": ["一", "二"]}
    assert (events[0].reason, events[0].actor) == ("划片调整", planner)


def test_what_moved_after_the_preview_is_not_signed_for(keys: list[int], planner: Any) -> None:
    values = {"value": "二"}
    seen = bulk_changes.preview(action="grid", ids=keys, values=values).digest("grid", values)
    PollutionSource.objects.filter(pk=keys[0]).update(grid="三")

    with pytest.raises(bulk_changes.RegisterMoved):
        do("grid", keys, values, planner, seen=seen)
    with pytest.raises(bulk_changes.RegisterMoved):
        do("grid", keys, values, planner, seen="")

    assert PollutionSource.objects.get(pk=keys[2]).grid == "一"
    assert not AuditEvent.objects.exists()


def test_flags_are_proposed_once_and_only_for_units_in_the_register(
    keys: list[int], planner: Any
) -> None:
    values = {"special_reason": "many_complaints", "evidence": "信访台账"}
    SpecialFlag.objects.create(
        source_id=keys[0], reason="many_complaints", starts_on=DAY, proposed_by=planner
    )
    PollutionSource.objects.filter(pk=keys[1]).update(
        status="closed", status_date=DAY, status_reason="关停"
    )

    do("special", keys, values, planner)

    flag = SpecialFlag.objects.get(source_id=keys[2])
    assert (flag.state, flag.proposed_by, flag.evidence) == ("proposed", planner, "信访台账")
    assert SpecialFlag.objects.count() == 2
    assert AuditEvent.objects.filter(action="special_flag.proposed").count() == 1


def test_only_the_chosen_units_are_assessed(keys: list[int], planner: Any) -> None:
    do("risk", keys[:2], {}, planner)

    assert set(RiskAssessment.objects.values_list("source_id", flat=True)) == set(keys[:2])
    assert AuditEvent.objects.filter(action="risk.assessed", reason="划片调整").exists()


@pytest.mark.parametrize(
    ("ids", "values", "reason", "words"),
    [
        ([], {"value": "二"}, "x", "请先勾选"),
        (list(range(1, 20_002)), {"value": "二"}, "x", "一次最多"),
        (None, {"value": "二"}, " ", "请填写理由"),
        (None, {"value": "二"}, "因" * 301, "最多300个字"),
    ],
)
def test_what_cannot_be_done_is_refused(
    keys: list[int], planner: Any, ids: Any, values: dict[str, str], reason: str, words: str
) -> None:
    with pytest.raises(RuleViolation, match=words):
        do("grid", keys if ids is None else ids, values, planner, reason=reason)


def test_units_that_have_it_already_need_no_change(keys: list[int], planner: Any) -> None:
    with pytest.raises(bulk_changes.NothingToChange):
        do("grid", keys[:1], {"value": "一"}, planner)


def test_who_does_not_keep_the_register_changes_nothing(keys: list[int], person: Any) -> None:
    reader = person("reader", MANAGE_REGISTERS)

    with pytest.raises(NotAllowed):
        do("grid", keys, {"value": "二"}, person("nobody"))
    with pytest.raises(NotAllowed):
        do("risk", keys, {}, reader)
