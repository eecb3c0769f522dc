"""The main job in a real browser: two Excel registers in, one published result out."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from chanji_dualrandom.demo.chance import invented_value
from inspections.models import Assignment, RecordVersion
from registry.models import Inspector, PollutionSource
from registry.rules.quarter import Quarter
from sampling.models import Draw, SamplingPlan, Wave
from sampling.rules.entropy_calendar import upcoming
from sampling.services.freezing import freeze_plan
from tests import cast
from tests.journeys.walk import Walk, approve, inspect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOUND = {
    "note": "危险废物贮存间标识缺失",
    "handling": "rectification",
    "deadline": (timezone.localdate() + timedelta(days=15)).isoformat(),
}


@pytest.fixture
def walk(browser: Any, live_server: Any) -> Walk:
    cast.prepare_house()
    cast.staff_accounts()
    return Walk(browser, live_server.url)


def import_registers(walk: Walk, tmp_path: Path) -> None:
    files = {
        "sources": cast.sources_file(tmp_path / "sources.xlsx"),
        "inspectors": cast.inspectors_file(tmp_path / "inspectors.xlsx", timezone.localdate()),
    }
    for register, path in files.items():
        page = walk.open("planner1", f"/registry/import/{register}/")
        page.set_input_files("#id_file", str(path))
        page.click("main form button")
        walk.shot(page, f"1-import-{register}")
        page.click("text=确认写入")
        assert "全部行已写入" in page.text_content("main")
    assert PollutionSource.objects.count() == 21
    assert Inspector.objects.count() == 5


def plan_and_freeze(walk: Walk, quarter: Quarter) -> None:
    page = walk.open("planner1", "/plans-desk/")
    page.select_option("#id_quarter", str(quarter))
    page.click("main button.btn-brand")
    assert "编制中" in page.text_content("h1")
    walk.shot(page, "2-plan-draft")
    page = walk.open("director1", f"/plans-desk/{quarter}/freeze/")
    page.check("input[name='entropy'] >> nth=1")
    page.fill("#id_outside_window_reason", "系统上线首期，经局务会研究补办")
    page.fill("#id_open_points_reason", "名录年度待新名录公布后更新")
    page.fill("#id_password", cast.PASSWORD)
    page.click("main button.btn-brand")
    assert "已冻结待抽取" in page.text_content("h1")
    walk.shot(page, "3-frozen")


def the_evening_comes(quarter: Quarter) -> dict[str, str]:
    """Ten days ago the same freeze was made, so that its lottery has come; its source."""
    draw = Draw.objects.get()
    SamplingPlan.objects.update(state="draft")
    Wave.objects.all().delete()
    draw.delete()
    early = timezone.now() - timedelta(days=10)
    source = upcoming(timezone.now() - timedelta(days=4), 1)[0]
    freeze_plan(
        number=str(quarter),
        actor=User.objects.get(username="director1"),
        entropy=[source],
        draw_by=timezone.localdate(),
        now=early,
        outside_window_reason="系统上线首期，经局务会研究补办",
    )
    return source


def announce_and_draw(walk: Walk, quarter: Quarter) -> None:
    draw = Draw.objects.get()
    page = walk.open("visitor", f"/plans/{quarter}/")
    assert draw.commitment in page.text_content("main")
    assert "不可能知道全部取值" in walk.open(
        "planner1", f"/plans-desk/{quarter}/draw/"
    ).text_content("main")
    value = invented_value(the_evening_comes(quarter))
    page = walk.open("planner1", f"/plans-desk/{quarter}/draw/")
    for name, text in {
        "value": value.replace("+", " 蓝球 "),
        "represents_1": "街道办",
        "witness_1": "何一",
        "value_1": value.replace(" ", "、"),
        "represents_2": "企业代表",
        "witness_2": "金二",
        "value_2": value,
        "password": cast.PASSWORD,
    }.items():
        page.fill(f"#id_{name}", text)
    walk.shot(page, "4-ceremony")
    page.click("main button.btn-brand")
    assert "抽取完成" in page.text_content("#drawn")
    walk.shot(page, "4-drawn")
    page = walk.open("planner1", f"/plans-desk/{quarter}/")
    assert "已抽取待批准" in page.text_content("h1")


def approve_and_dispatch(walk: Walk, quarter: Quarter) -> None:
    page = walk.open("director2", f"/plans-desk/{quarter}/approve/")
    page.fill("#id_password", cast.PASSWORD)
    page.click("main button.btn-brand")
    assert "已批准执行中" in page.text_content("h1")
    assert Assignment.objects.count() == 0
    page.click("text=派发下一批")
    assert "已派发" in page.text_content("main")
    walk.shot(page, "5-dispatched")


def review_and_publish(walk: Walk, assignment: Assignment) -> None:
    approve(walk, assignment, "director1")
    page = walk.open("publisher1", "/disclosure/")
    page.check('input[name="links"]')
    walk.shot(page, "10-publication-desk")
    page.click("text=公示所选结果")
    assert "已公示 1 项" in page.text_content("main")


@pytest.mark.embedded
def test_two_registers_become_one_published_result(walk: Walk, tmp_path: Path) -> None:
    quarter = Quarter.of(timezone.localdate()).next

    import_registers(walk, tmp_path)
    officers = cast.give_officers_accounts()
    plan_and_freeze(walk, quarter)
    announce_and_draw(walk, quarter)
    approve_and_dispatch(walk, quarter)
    assignment = Assignment.objects.select_related("source").first()
    assert assignment is not None
    lead = assignment.team.get(role="lead").inspector
    inspect(walk, assignment, officers[lead.code].username, problem=FOUND, result="2")
    page = walk.open("visitor", "/results/")
    assert assignment.source.name not in page.text_content("main")
    review_and_publish(walk, assignment)

    page = walk.open(
        "visitor", f"/results/?q={assignment.source.name[4:9]}", {"width": 390, "height": 844}
    )
    page.click(f"text={assignment.source.name}")
    text = page.text_content("main")
    assert "发现问题已责令改正" in text
    assert "限期整改" in text
    assert assignment.number in text
    walk.shot(page, "11-public-result")
    version = RecordVersion.objects.get()
    assert len(version.signatures) == 4
    assert all(signature["strokes"] for signature in version.signatures)
    assert SamplingPlan.objects.get().state == "approved"
    assert not walk.complaints
