"""正面清单: entry and removal with reasons and dates, expiry with notice beforehand."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group

from registry.grading.services.positive_list import (
    PositiveListRefused,
    Sweep,
    enter_positive_list,
    leave_positive_list,
    sweep_positive_list,
)
from registry.models import AuditEvent, Notification, PollutionSource, PositiveListChange
from registry.permissions import MANAGE_POSITIVE_LIST
from registry.rules.texts import TextNotUsable
from registry.rules.violations import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(person: Any) -> Any:
    user = person("planner", MANAGE_POSITIVE_LIST)
    user.groups.add(Group.objects.create(name="计划员"))
    return user


def enter(source: PollutionSource, planner: Any, day: date, **more: Any) -> PositiveListChange:
    fields = {"on": day, "until": day + timedelta(days=365), "reason": "三年无违法记录"}
    return enter_positive_list(source_id=source.pk, actor=planner, today=day, **{**fields, **more})


def lines() -> list[tuple[str, date, str]]:
    return list(PositiveListChange.objects.order_by("pk").values_list("kind", "on", "reason"))


def test_a_unit_enters_and_leaves_with_reasons_and_keeps_its_history(
    unit: Any, planner: Any, day: date
) -> None:
    source = unit()
    enter(source, planner, day)
    source.refresh_from_db()
    assert (source.positive_list, source.positive_from) == (True, day)

    leave_positive_list(
        source_id=source.pk, reason="发现违法排污", actor=planner, today=day + timedelta(days=9)
    )

    source.refresh_from_db()
    assert (source.positive_list, source.positive_until) == (False, day + timedelta(days=9))
    assert lines() == [
        ("entered", day, "三年无违法记录"), ("left", day + timedelta(days=9), "发现违法排污"),
    ]  # fmt: skip
    assert AuditEvent.objects.filter(action__startswith="positive_list.").count() == 2


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"until": date(2026, 5, 12)}, "有效期止"),
        ({"until": date(2036, 5, 13)}, "五年"),
        ({"on": date(2023, 5, 13)}, "一年"),
    ],
)
def test_dates_that_cannot_be_are_refused(
    unit: Any, planner: Any, day: date, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(PositiveListRefused, match=message):
        enter(unit(), planner, day, **fields)
    assert not PositiveListChange.objects.exists()


def test_nobody_enters_twice_nor_without_reason_nor_without_permission(
    unit: Any, planner: Any, person: Any, day: date
) -> None:
    source = unit()
    with pytest.raises(TextNotUsable, match="列入原因"):
        enter(source, planner, day, reason=" ")
    with pytest.raises(NotAllowed):
        enter(source, person("stranger"), day)
    with pytest.raises(PositiveListRefused, match="不在正面清单"):
        leave_positive_list(source_id=source.pk, reason="x", actor=planner, today=day)
    enter(source, planner, day)
    with pytest.raises(PositiveListRefused, match="已在正面清单"):
        enter(source, planner, day)


def test_a_unit_that_left_the_register_cannot_enter(unit: Any, planner: Any, day: date) -> None:
    closed = unit(status="closed", status_date=day, status_reason="关停")

    with pytest.raises(PositiveListRefused, match="已移出名录"):
        enter(closed, planner, day)


def test_an_entry_taken_back_before_it_began_leaves_no_period(
    unit: Any, planner: Any, day: date
) -> None:
    source = unit()
    enter(source, planner, day, on=day + timedelta(days=30))

    leave_positive_list(source_id=source.pk, reason="误列", actor=planner, today=day)

    source.refresh_from_db()
    assert (source.positive_from, source.positive_until) == (None, None)


def test_membership_ends_the_day_after_its_last_and_only_once(
    unit: Any, planner: Any, day: date
) -> None:
    source = unit()
    enter(source, planner, day, until=day + timedelta(days=10))

    assert sweep_positive_list(today=day + timedelta(days=10)).expired == 0
    assert sweep_positive_list(today=day + timedelta(days=14)).expired == 1
    assert sweep_positive_list(today=day + timedelta(days=14)) == Sweep()

    assert lines()[-1] == ("expired", day + timedelta(days=11), "有效期至2026-05-23，到期移出")
    source.refresh_from_db()
    assert not source.positive_list


def test_notice_is_given_a_month_and_a_week_before_each_once(
    unit: Any, planner: Any, day: date
) -> None:
    enter(unit(), planner, day, until=day + timedelta(days=60))

    for passed in (29, 30, 31, 53, 54, 60):
        sweep_positive_list(today=day + timedelta(days=passed))

    levels = (
        Notification.objects.filter(user=planner).order_by("pk").values_list("level", flat=True)
    )
    assert list(levels) == ["info", "warning"]


def test_what_came_or_went_with_a_register_file_gets_its_line(unit: Any, day: date) -> None:
    source = unit(positive_list=True, positive_from=date(2026, 1, 1))
    sweep_positive_list(today=day)
    PollutionSource.objects.filter(pk=source.pk).update(positive_list=False)

    assert sweep_positive_list(today=day + timedelta(days=1)).found == 1
    assert sweep_positive_list(today=day + timedelta(days=1)).found == 0

    assert lines() == [
        ("entered", date(2026, 1, 1), "随名录维护列入"),
        ("left", day + timedelta(days=1), "随名录维护移出"),
    ]
