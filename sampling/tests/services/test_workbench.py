"""The plan workbench: figures, capacity, the year ahead, and what should be mended."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from registry.clocks.selectors import work_calendar
from registry.models import Credential, PollutionSource
from sampling.choices import PlanKind
from sampling.models import SamplingPlan
from sampling.services.plans import draft_plan
from sampling.services.workbench import Check, with_ratios, workbench
from sampling.tests.conftest import QUARTER, moment, source

TODAY = date(2026, 6, 25)


def bench(plan: SamplingPlan) -> dict[str, object]:
    return workbench(plan, today=TODAY, calendar=work_calendar())


def check_of(plan: SamplingPlan, title: str) -> Check:
    return next(check for check in bench(plan)["checks"] if check.title == title)  # type: ignore[attr-defined]


def test_capacity_counts_two_officers_for_each_assignment(plan: SamplingPlan) -> None:
    found = bench(plan)["capacity"]

    assert found.visits_each == found.assignments * 2 / found.officers  # type: ignore[attr-defined]
    assert 60 <= found.workdays <= 66  # type: ignore[attr-defined]


def test_the_year_ahead_starts_with_this_quarters_quotas(plan: SamplingPlan) -> None:
    found = bench(plan)

    first, last = found["ahead"]  # type: ignore[misc]
    assert (first.number, last.number) == (3, 4)
    quotas = {line.category: line.quota for line in found["lines"]}  # type: ignore[attr-defined]
    assert (first.key, first.special, first.general) == (
        quotas["key"],
        quotas["special"],
        quotas["general"],
    )


def test_other_ratios_are_tried_without_touching_the_plan(plan: SamplingPlan) -> None:
    trial = with_ratios(plan, key_ratio=100, special_ratio=100)

    more = {line.category: line.quota for line in bench(trial)["lines"]}  # type: ignore[attr-defined]

    usual = {line.category: line.quota for line in bench(plan)["lines"]}  # type: ignore[attr-defined]
    assert more["key"] > usual["key"]
    assert SamplingPlan.objects.get(pk=plan.pk).key_ratio == 25


def test_an_expiring_certificate_is_named_with_its_mend(plan: SamplingPlan) -> None:
    assert check_of(plan, "执法证").level == "ok"
    Credential.objects.filter(inspector__code="IN001").update(valid_to=date(2026, 8, 1))

    check = check_of(plan, "执法证")

    assert check.level == "warning"
    assert "执法员1（2026-08-01）" in check.mends[0][0]
    assert "/admin/registry/inspector/" in check.mends[0][1]


def test_units_no_team_can_serve_block_the_freeze(plan: SamplingPlan) -> None:
    Credential.objects.exclude(inspector__code="IN001").update(valid_to=date(2026, 6, 1))

    check = check_of(plan, "检查组")

    assert check.level == "blocking"
    assert "无法组成检查组" in check.detail


def test_units_without_data_are_linked(plan: SamplingPlan) -> None:
    PollutionSource.objects.update(address="某路1号")
    assert check_of(plan, "单位资料").level == "ok"
    PollutionSource.objects.filter(code="PS00001").update(address="")

    check = check_of(plan, "单位资料")

    assert (check.level, len(check.mends)) == ("warning", 1)


@pytest.mark.parametrize(
    "query", ["", "?key_ratio=40&special_ratio=60", "?key_ratio=1&special_ratio=x"]
)
def test_the_page_shows_it_and_survives_any_trial(
    plan: SamplingPlan, planner: User, query: str
) -> None:
    client = Client()
    client.force_login(planner)

    page = client.get(f"/plans-desk/{QUARTER}/{query}")

    assert page.status_code == 200
    text = page.content.decode()
    assert "冻结前检查" in text
    assert ("试算：重点 40%" in text) == ("key_ratio=40" in query)


def test_the_key_list_is_asked_for_only_where_key_units_are_drawn(
    plan: SamplingPlan, planner: User
) -> None:
    source(70, kind="construction")
    projects = draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.CONSTRUCTION, share=50)

    assert "重点排污单位名录" in {check.title for check in bench(plan)["checks"]}  # type: ignore[attr-defined]
    titles = {check.title for check in bench(projects)["checks"]}  # type: ignore[attr-defined]
    assert "抽取池" in titles
    assert "重点排污单位名录" not in titles


@pytest.mark.parametrize(("day", "asked"), [(25, False), (10, True)])
def test_the_day_of_the_freeze_is_explained_only_outside_the_window(
    day: int, asked: bool, plan: SamplingPlan, planner: User, monkeypatch: Any
) -> None:
    monkeypatch.setattr("sampling.views.desk.timezone.localdate", lambda: moment(day).date())
    client = Client()
    client.force_login(planner)

    page = client.get(f"/plans-desk/{plan.number}/freeze/").content.decode()

    assert ('name="outside_window_reason"' in page) == asked


def test_a_refused_change_of_the_plan_is_said_at_the_top_of_the_long_page(
    plan: SamplingPlan, planner: User
) -> None:
    client = Client()
    client.force_login(planner)

    page = client.post(f"/plans-desk/{plan.number}/", {"waves": "0"})

    assert page.status_code == 422
    assert "计划内容没有保存" in page.content.decode()
    assert "计划内容没有保存" not in client.get(f"/plans-desk/{plan.number}/").content.decode()
