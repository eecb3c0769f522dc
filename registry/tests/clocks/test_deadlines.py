"""Clocks that follow the calendar, and the feed of one person's clocks."""

from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from registry.clocks.selectors import as_rows, deadlines_of, month_of, work_calendar
from registry.clocks.services.calendar import calendar_changed, load_calendar
from registry.clocks.services.calendar_feed import as_calendar, close_feed, open_feed
from registry.clocks.services.deadlines import start_deadline, start_plan_clock
from registry.models import AuditEvent, CalendarFeed, Deadline, HolidayNotice, Notification
from registry.rules.quarter import Quarter

pytestmark = pytest.mark.django_db


def clock(subject: str = "assignment:1", **changes: Any) -> Deadline:
    return start_deadline(
        **{
            "kind": "publish_result",
            "subject": subject,
            "label": "CJ-1",
            "link": "/disclosure/",
            "started_on": date(2026, 5, 12),
            "due_on": date(2026, 6, 12),
            "working_days": 20,
            "basis": "实施方案 二（五）",
            "role": "publisher",
            "calendar": work_calendar(),
            **changes,
        }
    )


@pytest.fixture(autouse=True)
def _calendar() -> None:
    load_calendar()


@pytest.fixture
def publisher(django_user_model: Any) -> Any:
    user = django_user_model.objects.create_user("publisher1", password="x")
    user.groups.add(Group.objects.create(name="公示员"))
    return user


def close_days(*days: date) -> HolidayNotice:
    notice = HolidayNotice.objects.create(layer="prefecture", year=2026, title="州庆放假")
    for day in days:
        notice.days.create(day=day, kind="off")
    return notice


def test_a_moved_date_stands_in_the_trail_and_is_told_once(publisher: Any) -> None:
    deadline = clock()
    notice = close_days(date(2026, 6, 10))

    (move,) = calendar_changed(notice=notice, actor=publisher, today=date(2026, 5, 13))
    again = calendar_changed(notice=notice, actor=publisher, today=date(2026, 5, 13))

    assert (move.before, move.deadline.due_on) == (date(2026, 6, 12), date(2026, 6, 15))
    assert again == []
    (event,) = AuditEvent.objects.filter(action="deadline.recomputed")
    assert event.changes == {"due_on": ["2026-06-12", "2026-06-15"]}
    (message,) = Notification.objects.filter(user=publisher)
    assert "2026-06-12" in message.text
    assert "2026-06-15" in message.text
    deadline.refresh_from_db()
    assert deadline.due_on == date(2026, 6, 15)


def test_a_clock_that_runs_towards_a_quarter_follows_the_calendar_too() -> None:
    plan = start_plan_clock(quarter=Quarter(2026, 4), calendar=work_calendar())
    assert plan.due_on == date(2026, 9, 30)
    notice = close_days(date(2026, 9, 30))

    (move,) = calendar_changed(notice=notice, actor=None, today=date(2026, 9, 1))

    assert move.deadline.due_on == date(2026, 9, 29)


def test_a_fixed_date_stays_whatever_the_calendar_says() -> None:
    clock(working_days=None)

    assert (
        calendar_changed(notice=close_days(date(2026, 6, 12)), actor=None, today=date(2026, 5, 13))
        == []
    )


def test_my_clocks_are_those_that_name_me_or_my_post(
    publisher: Any, django_user_model: Any
) -> None:
    other = django_user_model.objects.create_user("other")
    post = clock()
    named = clock("assignment:2", users=[publisher], role="officer")
    clock("assignment:3", users=[other])
    clock("assignment:4", role="planner")

    assert list(deadlines_of(publisher)) == [post, named]


def test_the_month_has_whole_weeks_rest_days_and_what_is_due() -> None:
    clock()
    today = date(2026, 6, 1)
    rows = as_rows(Deadline.objects.all(), today=today, calendar=work_calendar())

    weeks = month_of(rows, year=2026, month=6, today=today, calendar=work_calendar())

    days = {day.day: day for week in weeks for day in week}
    assert {len(week) for week in weeks} == {7}
    assert [row.deadline.label for row in days[date(2026, 6, 12)].rows] == ["CJ-1"]
    assert not days[date(2026, 6, 19)].workday  # 端午
    assert days[today].today


def feed_url(user: Any) -> str:
    return f"/registry/deadlines/feed/{open_feed(user=user, now=timezone.now())}.ics"


def test_a_calendar_program_reads_the_feed_without_signing_in(publisher: Any) -> None:
    clock()
    url = feed_url(publisher)

    response = Client().get(url)

    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 6, 12), date(2026, 6, 13))
    assert "公示抽查结果：CJ-1" in event["summary"]
    assert Client().get(url, headers={"if-none-match": response["ETag"]}).status_code == 304
    assert isinstance(CalendarFeed.objects.get().read_at, datetime)


def test_an_old_address_and_that_of_an_ended_account_say_nothing(publisher: Any) -> None:
    old = feed_url(publisher)
    new = feed_url(publisher)
    assert Client().get(old).status_code == 404

    publisher.is_active = False
    publisher.save()
    assert Client().get(new).status_code == 404

    publisher.is_active = True
    publisher.save()
    assert Client().get(new).status_code == 200
    close_feed(user=publisher)
    assert Client().get(new).status_code == 404


def test_the_database_holds_only_the_digest_of_the_address(publisher: Any) -> None:
    token = open_feed(user=publisher, now=timezone.now())

    assert token not in str(CalendarFeed.objects.values().get())


def test_an_overdue_provisional_clock_says_so_in_the_calendar() -> None:
    clock(due_on=date(2027, 1, 5), working_days=None)

    content = as_calendar(Deadline.objects.all(), today=date(2027, 1, 6))

    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert event["summary"].startswith("【逾期】")
    assert event["summary"].endswith("（暂定）")


def test_the_page_shows_own_clocks_and_the_month(publisher: Any) -> None:
    clock()
    client = Client()
    client.force_login(publisher)

    page = client.get("/registry/deadlines/?month=2026-06")

    assert page.status_code == 200
    assert "CJ-1" in page.content.decode()
    assert "2026年6月" in page.content.decode()
    assert client.get("/registry/deadlines/?month=abc").status_code == 200


def test_opening_a_feed_shows_its_address_once(publisher: Any) -> None:
    client = Client()
    client.force_login(publisher)

    page = client.post("/registry/deadlines/feed/open/").content.decode()

    assert ".ics" in page
    assert ".ics" not in client.get("/registry/deadlines/").content.decode()
    assert client.get("/registry/deadlines/feed/open/").status_code == 405
