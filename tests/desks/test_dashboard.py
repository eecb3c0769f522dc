"""The desk: what is due, missing and expiring, by what each role may do about it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from chanji_dualrandom.numbers import DUE, EXPIRING, MISSING, numbers_for
from inspections.models import Clue
from registry.grading.services.risk import assess_sources
from registry.models import Credential, HolidayNotice, Inspector, PollutionSource, SpecialFlag

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
NUMBER = re.compile(r'<a class="number[^"]*" href="([^"]*)"><b>([0-9…]+)</b> <span>([^<]*)<')


@pytest.fixture
def staff(world_staffed: dict[str, User]) -> dict[str, User]:
    return world_staffed


@pytest.fixture
def register(staff: dict[str, User]) -> None:
    row = PollutionSource.objects.create(
        code="PS00001", name="示范1号有限公司", no_code_reason="individual",
        regulatory_type="general", credit_grade="bad", risk_grade="low",
    )  # fmt: skip
    SpecialFlag.objects.create(source=row, reason="low_credit", starts_on=TODAY)
    assess_sources(today=TODAY)
    person = Inspector.objects.create(code="IN001", name="甲", role="officer", organisation="本局")
    Credential.objects.create(
        inspector=person, number="Z1", valid_from=date(2020, 1, 1),
        valid_to=TODAY + timedelta(days=20),
    )  # fmt: skip


def page(user: User, url: str = "/desk/") -> tuple[Client, str]:
    client = Client()
    client.force_login(user)
    return client, client.get(url).content.decode()


def shown(user: User) -> dict[str, str]:
    return {label: number for _url, number, label in NUMBER.findall(page(user)[1])}


def test_each_role_sees_what_it_can_act_on(staff: dict[str, User], register: None) -> None:
    planner, director = shown(staff["planner1"]), shown(staff["director1"])

    assert director["特殊监管提议待批准"] == "1"
    assert director["风险等级待确认"] == "1"
    assert "特殊监管提议待批准" not in planner
    assert planner["没有经纬度"] == "1"
    assert planner["执法证60天内到期或没有"] == "1"
    assert "没有经纬度" not in director
    assert "待公示结果" in shown(staff["publisher1"])


def test_permits_that_end_stand_under_what_expires(staff: dict[str, User], register: None) -> None:
    PollutionSource.objects.update(permit_until=TODAY - timedelta(days=1))

    groups = dict(numbers_for(staff["planner1"], TODAY))

    assert "排污许可证已过有效期" in {number.label for number in groups[EXPIRING]}
    assert "排污许可证已过有效期" not in {number.label for number in groups[MISSING]}


@pytest.mark.parametrize("role", ["director1", "planner1", "publisher1", "admin1"])
def test_every_number_opens_a_list(staff: dict[str, User], register: None, role: str) -> None:
    client, text = page(staff[role])
    links = [link.replace("&amp;", "&") for link, _number, _label in NUMBER.findall(text)]

    assert links
    assert [client.get(link).status_code for link in links] == [200] * len(links)


def test_the_admins_front_page_has_the_same_numbers_and_groups_its_lists(
    staff: dict[str, User], register: None
) -> None:
    _client, text = page(staff["planner1"], "/admin/")

    assert NUMBER.findall(text) == NUMBER.findall(page(staff["planner1"])[1])
    headings = re.findall(r"<section>\s*<h2>([^<]*)</h2>", text)
    assert headings[:3] == ["名录", "清单与依据", "日历"]
    assert 'href="/registry/sources/"' in text
    assert "/admin/registry/legalbasis/" in text


def test_next_years_holidays_are_missed_only_when_they_are_due(staff: dict[str, User]) -> None:
    def missed(day: date) -> bool:
        groups = dict(numbers_for(staff["planner1"], day))
        return any("放假通知" in number.label for number in groups.get(MISSING, []))

    last = HolidayNotice.objects.filter(layer="national").latest("year").year

    assert missed(date(last, 11, 1))
    assert not missed(date(last, 10, 31))
    assert not missed(date(last - 1, 12, 1))


def test_a_clue_counts_as_due_until_it_is_judged(staff: dict[str, User]) -> None:
    def waiting() -> Any:
        groups = dict(numbers_for(staff["planner1"], TODAY))
        return next(n.number for n in groups[DUE] if n.label == "待研判线索")

    assert waiting() == Clue.objects.filter(state="recorded").count() == 0


def test_the_three_groups_stand_in_their_order(staff: dict[str, User], register: None) -> None:
    titles = [title for title, _numbers in numbers_for(staff["planner1"], TODAY)]

    assert titles == [DUE, MISSING, EXPIRING]
