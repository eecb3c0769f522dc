"""The calendar's worked examples (domain rules §6), from the shipped notices."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.clocks.calendar_data import NOTICES
from registry.clocks.rules.reminders import OVERDUE, next_check_day, stages_due
from registry.clocks.rules.workdays import WorkCalendar
from registry.rules.quarter import BadQuarter, Quarter

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def calendar(*layers: str) -> WorkCalendar:
    built: dict[str, dict[date, str]] = {layer: {} for layer in layers}
    for notice in NOTICES:
        if notice.layer in built:
            built[notice.layer].update(dict.fromkeys(notice.off, "off"))
            built[notice.layer].update(dict.fromkeys(notice.work, "work"))
    return WorkCalendar(tuple(built.values()), 2026)


XINJIANG = calendar("national", "xinjiang")
NATIONAL = calendar("national")


@pytest.mark.parametrize(
    ("where", "start", "expected"),
    [
        pytest.param(XINJIANG, date(2025, 5, 20), date(2025, 6, 23), id="over 古尔邦节 2025"),
        pytest.param(NATIONAL, date(2025, 5, 20), date(2025, 6, 18), id="nationally 2025"),
        pytest.param(XINJIANG, date(2026, 3, 6), date(2026, 4, 7), id="over 肉孜节 2026"),
        pytest.param(XINJIANG, date(2026, 5, 12), date(2026, 6, 12), id="over 古尔邦节 2026"),
    ],
)
def test_twenty_working_days(where: WorkCalendar, start: date, expected: date) -> None:
    assert where.add(start, 20) == expected


@pytest.mark.parametrize(
    ("quarter", "expected"),
    [
        ("2025Q1", [date(2025, 3, n) for n in (24, 25, 26, 27, 28)]),
        ("2026Q3", [date(2026, 9, n) for n in (23, 24, 28, 29, 30)]),
    ],
    ids=["2025Q1", "2026Q3"],
)
def test_last_five_working_days(quarter: str, expected: list[date]) -> None:
    assert list(XINJIANG.last_workdays(Quarter.parse(quarter), 5)) == expected


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param(date(2026, 2, 28), True, id="make-up Saturday"),
        pytest.param(date(2026, 2, 20), False, id="Spring Festival Friday"),
        pytest.param(date(2026, 3, 20), False, id="肉孜节 Friday"),
        pytest.param(date(2027, 1, 1), False, id="statutory day without a notice"),
        pytest.param(date(2027, 1, 4), True, id="ordinary Monday without a notice"),
    ],
)
def test_single_days(day: date, works: bool) -> None:
    assert XINJIANG.is_workday(day) is works


def test_a_higher_layer_cancels_and_moves_days() -> None:
    prefecture = {date(2026, 3, 20): "normal", date(2026, 3, 24): "off", date(2026, 3, 28): "work"}
    layered = WorkCalendar((*XINJIANG.layers, prefecture), 2026)

    assert layered.is_workday(date(2026, 3, 20))
    assert not layered.is_workday(date(2026, 3, 24))
    assert layered.is_workday(date(2026, 3, 28))


def test_dates_past_the_last_notice_are_provisional() -> None:
    assert not XINJIANG.is_provisional(date(2026, 12, 31))
    assert XINJIANG.is_provisional(date(2027, 1, 1))


@given(DAYS, st.integers(1, 120))
def test_adding_lands_on_a_working_day_with_that_many_between(start: date, count: int) -> None:
    end = XINJIANG.add(start, count)

    assert XINJIANG.is_workday(end)
    assert XINJIANG.between(start, end) == count
    assert XINJIANG.between(end, start) == -count


@given(DAYS, DAYS, st.integers(0, 60))
def test_adding_keeps_the_order_of_days(one: date, other: date, count: int) -> None:
    early, late = sorted((one, other))

    assert XINJIANG.add(early, count) <= XINJIANG.add(late, count)


@given(DAYS)
def test_quarters_follow_one_another(day: date) -> None:
    quarter = Quarter.of(day)

    assert quarter.start <= day <= quarter.end
    assert quarter.next.previous == quarter == Quarter.parse(str(quarter))
    assert (quarter.next.start - quarter.end).days == 1


@pytest.mark.parametrize("text", ["2027Q5", "2027", "27Q1", "2027-Q1", "", "２０２７Q1"])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(BadQuarter, match="2027Q1"):
        Quarter.parse(text)


def test_each_reminder_stage_has_its_day_and_comes_once() -> None:
    due = date(2026, 6, 12)
    said: set[int] = set()
    spoken = []
    day: date | None = next_check_day(XINJIANG, due_on=due, sent=said, today=date(2026, 5, 12))
    while day is not None:
        stages = stages_due(XINJIANG, due_on=due, sent=said, today=day)
        spoken += [(stage, day) for stage in stages]
        said |= set(stages)
        day = next_check_day(XINJIANG, due_on=due, sent=said, today=day)

    assert spoken == [
        (10, date(2026, 5, 26)),
        (5, date(2026, 6, 5)),
        (2, date(2026, 6, 10)),
        (0, due),
        (OVERDUE, date(2026, 6, 13)),
    ]
