"""What a change of status or type must satisfy."""

from datetime import date
from typing import Any

import pytest

from registry.rules.source_changes import (
    ChangeRefused,
    Standing,
    check_day,
    check_standing,
    check_status,
    settled,
)

CLASSES = ("water", "groundwater", "air", "noise", "soil", "risk")
TODAY = date(2026, 5, 13)


def test_a_general_unit_stands_on_no_key_list() -> None:
    left_over = Standing("discharger", "general", ("air",), 2025)

    assert settled(left_over, known_classes=CLASSES) == Standing("discharger", "general")


def test_key_classes_are_kept_in_the_order_of_the_list() -> None:
    ticked = Standing("discharger", "key", ("risk", "water"), 2026)

    assert settled(ticked, known_classes=CLASSES).key_classes == ("water", "risk")


@pytest.mark.parametrize(
    ("classes", "year", "field"),
    [((), 2026, "key_classes"), (("sea",), 2026, "key_classes"), (("air",), None, "list_year"),
     (("air",), 26, "list_year")],
)  # fmt: skip
def test_a_key_unit_names_class_and_year(classes: Any, year: Any, field: str) -> None:
    with pytest.raises(ChangeRefused) as refusal:
        settled(Standing("discharger", "key", classes, year), known_classes=CLASSES)

    assert refusal.value.field == field


def test_a_discharger_never_becomes_a_project_again() -> None:
    with pytest.raises(ChangeRefused, match="不能改回"):
        check_standing(Standing("discharger", "general"), Standing("construction", "general"))


def test_a_change_changes_something() -> None:
    same = Standing("discharger", "key", ("air",), 2026)

    with pytest.raises(ChangeRefused, match="没有变化"):
        check_standing(same, same)
    with pytest.raises(ChangeRefused, match="没有变化"):
        check_status("normal", "normal", ("normal", "closed"))
    with pytest.raises(ChangeRefused, match="选择"):
        check_status("normal", "flown", ("normal", "closed"))


@pytest.mark.parametrize(
    "on", [date(2026, 5, 14), date(1949, 1, 1), date(2026, 3, 31)], ids=["future", "long ago", "before the last"]
)  # fmt: skip
def test_a_day_that_cannot_be(on: date) -> None:
    with pytest.raises(ChangeRefused):
        check_day(on, today=TODAY, not_before=date(2026, 4, 1))


def test_a_change_of_today_and_of_the_day_of_the_last_one_can_be() -> None:
    check_day(TODAY, today=TODAY)
    check_day(date(2026, 4, 1), today=TODAY, not_before=date(2026, 4, 1))
