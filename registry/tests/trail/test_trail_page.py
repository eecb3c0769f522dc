"""The trail as the auditor reads it: words, old and new, the material; nothing in code."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from registry.models import AuditEvent, BureauSetting, PollutionSource
from registry.trail.services import record_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(admin_user: User) -> Client:
    client = Client()
    client.force_login(admin_user)
    return client


def test_a_line_says_what_was_done_to_what_and_every_old_and_new_value(reader: Client) -> None:
    event = record_event(
        action="plan.drawn",
        changes={
            "entropy": [None, "03 07"],
            "witnesses": [None, ["何一", "金二"]],
            "odd": {"a": 1},
        },
        label="2026Q4",
    )

    page = reader.get(f"/admin/registry/auditevent/{event.pk}/change/").content.decode()

    assert "计划：抽取" in page
    assert "随机源取值：（空） → 03 07" in page
    assert "见证人：（空） → 何一、金二" in page
    assert "odd：（空） → {&#x27;a&#x27;: 1}" in page


def test_fields_are_called_as_on_the_forms(reader: Client) -> None:
    source = PollutionSource.objects.create(
        name="甲厂", uscc="91652300MA7000139U", regulatory_type="general"
    )
    event = record_event(
        action="pollutionsource.changed",
        obj=source,
        changes={"name": ["乙厂", "甲厂"], "online_monitored": [False, True]},
    )

    page = reader.get(f"/admin/registry/auditevent/{event.pk}/change/").content.decode()

    assert "单位名称：乙厂 → 甲厂" in page
    assert "否 → 是" in page
    assert "（污染源）" in page


def test_a_setting_is_called_as_on_its_page(reader: Client) -> None:
    setting = BureauSetting.objects.create(key="yearly_cap", value=3)
    event = record_event(action="setting.changed", obj=setting, changes={"yearly_cap": [2, 3]})

    page = reader.get(f"/admin/registry/auditevent/{event.pk}/change/").content.decode()

    assert "每家单位年度现场检查上限（次）：2 → 3" in page


def test_the_book_is_looked_through_by_part_of_the_work(reader: Client) -> None:
    record_event(action="plan.drawn", label="抽取那一行")
    record_event(action="clue.recorded", label="线索那一行")
    plans = next(
        line["query_string"]
        for line in reader.get("/admin/registry/auditevent/")
        .context["cl"]
        .filter_specs[1]
        .choices(reader.get("/admin/registry/auditevent/").context["cl"])
        if line["display"] == "计划与抽取"
    )

    page = reader.get(f"/admin/registry/auditevent/{plans}").content.decode()

    assert "抽取那一行" in page
    assert "线索那一行" not in page
    assert AuditEvent.objects.count() == 2
