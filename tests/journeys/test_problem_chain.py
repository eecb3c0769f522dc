"""From one must-check to its closure by clicking in a real browser: each step with its deadline and its
document, opened as PDF."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from pypdf import PdfReader

from disclosure.models import PenaltyLink
from disclosure.services.sweep import catch_up
from inspections.models import Assignment, CorrectionOrder, Problem
from registry.clocks.selectors import work_calendar
from tests.journeys.walk import SHOTS, Walk, approve, inspect
from tests.scene import Scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 780}


@pytest.fixture
def walk(browser: Any, live_server: Any) -> Walk:
    return Walk(browser, live_server.url)


def found(walk: Walk, scene: Scene, problem: dict[str, str], result: str) -> Problem:
    """Inspected on the tablet, approved at the desk."""
    assignment = scene.assignments[0]
    inspect(walk, assignment, scene.lead(assignment).username, problem=problem, result=result)
    approve(walk, assignment, "director1")
    return Problem.objects.get()


def chain(page: Any, title: str) -> str:
    """What stands in the chain under this title."""
    link = page.locator(".chain__link", has=page.locator(f"strong:text-is('{title}')"))
    return str(link.first.inner_text())


def press(page: Any, step: str, **fields: str) -> None:
    """Open the step where it is folded, fill it, press its button."""
    box = page.locator(f"#step-{step}")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    for name, value in fields.items():
        field = box.locator(f"[name={name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    box.locator("button").click()


def papers(page: Any) -> dict[str, str]:
    """The text of every document the page offers, by kind; each one opened with the reader's session
    as PDF and Word, both copies."""
    texts: dict[str, str] = {}
    addresses = page.locator(".files a").evaluate_all("all => all.map(a => a.href)")
    for address in addresses:
        answer = page.context.request.get(address)
        assert answer.status == 200, address
        kind = address.split("/papers/")[1].split("/")[0]
        if address.endswith("archive.pdf"):
            (SHOTS / f"paper-{kind}.pdf").write_bytes(answer.body())
            read = PdfReader(io.BytesIO(answer.body()))
            texts[kind] = "".join("".join(p.extract_text().split()) for p in read.pages)
        else:
            assert len(answer.body()) > 5000
    assert len(addresses) == 4 * len(texts)
    return texts


def after(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def workdays(start: date, days: int) -> str:
    return work_calendar().add(start, days).isoformat()


def test_a_problem_is_followed_from_the_must_check_to_its_closure(walk: Walk, scene: Scene) -> None:
    value = {"note": "危险废物贮存间标识缺失", "handling": "rectification", "deadline": after(20)}
    problem = found(walk, scene, value, "2")
    lead = scene.lead(problem.assignment).username
    page = walk.open(lead, "/inspections/problems/")
    page.click(f"text={problem.assignment.number}")
    assert f"期限 {after(20)}" in chain(page, "整改")
    assert "期限" in chain(page, "制作并送达责令改正通知书")

    press(page, "order", requirements="七日内补齐标识并建立台账")
    order = CorrectionOrder.objects.get()
    assert order.number in chain(page, "责令改正通知书")
    press(page, "serve_order", receiver="张厂长")
    assert "直接送达" in chain(page, "送达")
    assert f"期限 {after(30)}" in chain(page, "复查")
    walk.shot(page, "problem-served")

    page.locator("#step-correction summary").click()
    page.set_input_files(
        "#step-correction [name=file]",
        {"name": "整改.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"},
    )
    page.fill("#step-correction [name=note]", "整改照片")
    page.click("#step-correction button")
    press(page, "recheck")
    again = Assignment.objects.get(check_source="recheck")
    told = [event.text for event in problem.events.order_by("pk")]
    assert told[-2:] == ["申请提前复查", f"已生成复查任务 {again.number}"]
    assert again.number in chain(page, "复查")
    inspect(walk, again, scene.lead(again).username)
    approve(walk, again, "director2")

    page = walk.open(lead, f"/inspections/problems/{problem.pk}/")
    assert "已改正" in chain(page, "复查")
    texts = papers(page)
    page = walk.open("director1", f"/inspections/problems/{problem.pk}/")
    press(page, "close")

    assert "已销号" in page.inner_text("h1")
    assert page.locator(".chain__link:not(.chain__link--done)").count() == 0
    walk.shot(page, "problem-closed")
    walk.shot(walk.open("director1", f"/inspections/problems/{problem.pk}/", PHONE), "problem-360")
    walk.shot(walk.open("director1", "/inspections/problems/", PHONE), "problems-360")
    assert walk.complaints == []
    for kind, said in {
        "record": problem.assignment.number,
        "order": "七日内补齐标识并建立台账",
        "order-receipt": "张厂长",
        "recheck": "已改正",
    }.items():
        assert said in texts.pop(kind)
    assert texts == {}


def test_a_case_is_followed_to_the_published_decision_and_its_closure(
    walk: Walk, scene: Scene
) -> None:
    value = {"note": "自动监控设备未联网", "handling": "penalty_case"}
    problem = found(walk, scene, value, "3")
    lead, today = scene.lead(problem.assignment).username, timezone.localdate()
    page = walk.open(lead, f"/inspections/problems/{problem.pk}/")
    assert "期限" in chain(page, "立案")

    press(page, "case", number="昌高环立〔2027〕1号")
    assert f"期限 {after(90)}" in chain(page, "处罚决定")
    press(
        page,
        "decision",
        number="昌高环罚〔2027〕1号",
        content="罚款人民币贰万元",
        basis="《排污许可管理条例》第三十六条",
        hearing="我局已事先告知，你单位未陈述申辩。",
        amount="20000",
    )
    assert f"期限 {after(7)}" in chain(page, "送达处罚决定")
    catch_up(now=timezone.now())
    page.reload()
    assert f"期限 {workdays(today, 7)}" in chain(page, "公示处罚决定")
    walk.shot(page, "penalty-decided")
    later = (today + timedelta(days=3)).isoformat()
    page.set_viewport_size(PHONE)
    press(page, "serve_decision", receiver="张厂长", served_on=later)
    page.locator("#step-serve_decision [name=served_on]:focus").wait_for()
    refused = page.locator(
        "#step-serve_decision .invalid-feedback, #step-serve_decision .errorlist"
    )
    box = refused.first.bounding_box()
    assert 0 < box["y"] < PHONE["height"]  # what was wrong stands on the screen
    assert "不晚于今天" in refused.first.inner_text()
    press(page, "serve_decision", served_on=today.isoformat())
    texts = papers(page)

    desk = walk.open("publisher1", "/disclosure/")
    desk.click("text=昌高环罚〔2027〕1号")
    desk.click("main button.btn-brand")
    visitor = walk.open("visitor", "/penalties/")
    assert "昌高环罚〔2027〕1号" in visitor.inner_text("main")
    page.reload()
    assert page.locator(".chain__link--done", has_text="公示处罚决定").count() == 1
    assert str(today) in chain(page, "公示处罚决定")
    press(page, "propose", text="已缴清罚款，设备已联网")
    page = walk.open("director1", f"/inspections/problems/{problem.pk}/")
    press(page, "close")

    assert "已销号" in page.inner_text("h1")
    walk.shot(page, "penalty-closed")
    walk.shot(walk.open("director1", f"/inspections/problems/{problem.pk}/", PHONE), "penalty-360")
    [refusal] = walk.complaints  # of the day after today alone
    assert "422" in refusal
    assert PenaltyLink.objects.get().state == "published"
    for kind, said in {
        "record": problem.assignment.number,
        "penalty": "人民币贰万元整（¥20,000.00）",
        "penalty-receipt": "张厂长",
    }.items():
        assert said in texts.pop(kind)
    assert texts == {}
