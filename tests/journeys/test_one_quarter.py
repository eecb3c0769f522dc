"""The main job in a real browser: two Excel registers in, one published result out."""

from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone
from PIL import Image

from inspections.models import Assignment, RecordVersion
from registry.models import Inspector, PollutionSource
from registry.rules.quarter import Quarter
from sampling.models import Draw, SamplingPlan
from tests import cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = Path("test-results/journey")
DESKTOP = {"width": 1280, "height": 900}
TABLET = {"width": 768, "height": 1024}


class Walk:
    """One browser; each person has a context of its own."""

    def __init__(self, browser: Any, base: str) -> None:
        self.browser, self.base = browser, base
        self.pages: dict[str, Any] = {}
        self.complaints: list[str] = []

    def as_(self, username: str, size: dict[str, int] = DESKTOP) -> Any:
        if username not in self.pages:
            context = self.browser.new_context(
                viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai"
            )
            page = context.new_page()
            page.on(
                "console",
                lambda m: self.complaints.append(m.text) if m.type == "error" else None,
            )
            if username != "visitor":
                page.goto(f"{self.base}/accounts/login/")
                page.fill("#id_username", username)
                page.fill("#id_password", cast.PASSWORD)
                page.click("main button")
            self.pages[username] = page
        return self.pages[username]

    def open(self, username: str, path: str, size: dict[str, int] = DESKTOP) -> Any:
        page = self.as_(username, size)
        page.set_viewport_size(size)
        page.goto(self.base + path)
        return page

    def shot(self, page: Any, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= page.viewport_size["width"], f"{name} is wider than the screen"


@pytest.fixture
def walk(browser: Any, live_server: Any) -> Walk:
    cast.prepare_house()
    cast.staff_accounts()
    return Walk(browser, live_server.url)


def local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M:%S")


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
    page.fill("#id_entropy_source", "中国福利彩票双色球第2026150期")
    page.fill("#id_entropy_at", local(timezone.now() + timedelta(hours=2)))
    page.fill("#id_outside_window_reason", "系统上线首期，经局务会研究补办")
    page.fill("#id_open_points_reason", "名录年度待新名录公布后更新")
    page.fill("#id_password", cast.PASSWORD)
    page.click("main button.btn-brand")
    assert "已冻结待抽取" in page.text_content("h1")
    walk.shot(page, "3-frozen")


def the_evening_comes() -> None:
    """Three hours later, as far as the freeze can tell."""
    hours = timedelta(hours=3)
    Draw.objects.update(frozen_at=F("frozen_at") - hours, entropy_at=F("entropy_at") - hours)


def announce_and_draw(walk: Walk, quarter: Quarter) -> None:
    draw = Draw.objects.get()
    page = walk.open("visitor", f"/plans/{quarter}/")
    assert draw.commitment in page.text_content("main")
    assert "不可能知道取值" in walk.open("planner1", f"/plans-desk/{quarter}/draw/").text_content(
        "main"
    )
    the_evening_comes()
    page = walk.open("planner1", f"/plans-desk/{quarter}/draw/")
    for name, value in {
        "entropy": "双色球 2026150期：０３ 07 11 19 24 30 + 08",
        "entropy_again": "双色球 2026150期：０３ 07 11 19 24 30 + 08",
        "witness_1": "街道办 何一",
        "witness_2": "企业代表 金二",
        "password": cast.PASSWORD,
    }.items():
        page.fill(f"#id_{name}", value)
    page.check("#id_present_1")
    page.check("#id_present_2")
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


def inspect(walk: Walk, assignment: Assignment, officer: str) -> None:
    page = walk.open(officer, "/inspections/", TABLET)
    walk.shot(page, "6-today")
    page.click(f"text={assignment.source.name}")
    page.click("text=接收任务")
    page.click("text=开始检查")
    now = timezone.now()
    page.wait_for_timeout(1100)
    page.fill("#id_visit__start", local(now))
    page.fill("#id_visit__end", local(now + timedelta(seconds=1)))
    page.check("#id_visit__identity_shown")
    page.check("#id_visit__recusal_told")
    for number in range(1, 11):
        page.check(f'input[name="must_check_{number}__answer"][value="no_problem"]')
    page.check('input[name="must_check_8__answer"][value="problem"]')
    page.fill("#id_must_check_8__note", "危险废物贮存间标识缺失")
    page.select_option("#id_must_check_8__handling", "rectification")
    deadline = timezone.localdate() + timedelta(days=15)
    page.fill("#id_must_check_8__deadline", deadline.isoformat())
    photo = BytesIO()
    Image.effect_noise((640, 480), 60).save(photo, "JPEG")
    page.set_input_files(
        '[data-pick="must_check:8"] input',
        {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()},
    )
    page.locator('[data-photos="must_check:8"] > li').wait_for()
    page.fill("#id_narrative__text", "企业正常生产，治理设施运行，发现一处标识缺失。")
    page.select_option("#id_result__outcome", "2")
    page.check("#id_party__rights_told")
    page.fill("#id_party__opinion", "属实")
    walk.shot(page, "7-record")
    page.set_viewport_size({"width": 1024, "height": 768})
    walk.shot(page, "7-record-landscape")
    page.set_viewport_size(TABLET)
    page.click("text=保存并去签名")
    sign_everybody(walk, page)
    page.click("#submit-record")
    page.locator("#submission", has_text="等待审核").wait_for()


def sign_everybody(walk: Walk, page: Any) -> None:
    page.locator("[data-signer][data-live]").first.wait_for()
    keys = page.locator("[data-signer]").evaluate_all("all => all.map(i => i.dataset.signer)")
    for signer in [*(key for key in keys if key.startswith("officer-")), "party"]:
        card = page.locator(f'[data-signer="{signer}"][data-live]')
        if signer == "party":
            card.locator("input").fill("现场负责人 李安")
        draw_a_line(page, card.locator("canvas"))
        card.locator("text=确认签名").click()
        card.locator(".tag--ok").wait_for()
    walk.shot(page, "8-signed")


def draw_a_line(page: Any, canvas: Any) -> None:
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 90, steps=5)
    page.mouse.move(box["x"] + 150, box["y"] + 30, steps=5)
    page.mouse.up()


def review_and_publish(walk: Walk, assignment: Assignment) -> None:
    page = walk.open("director1", "/inspections/review/")
    page.click(f"text={assignment.number}")
    page.check('input[value="approve"]')
    walk.shot(page, "9-review")
    page.click("main button.btn-brand")
    page = walk.open("publisher1", "/disclosure/")
    page.check('input[name="links"]')
    walk.shot(page, "10-publication-desk")
    page.click("text=公示所选结果")
    assert "已公示 1 项" in page.text_content("main")


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
    inspect(walk, assignment, officers[lead.code].username)
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
    assert len(version.signatures) == 3
    assert all(signature["strokes"] for signature in version.signatures)
    assert SamplingPlan.objects.get().state == "approved"
    assert not walk.complaints
