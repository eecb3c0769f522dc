"""Walking through the house in a real browser, and an inspection from its acceptance to its submission."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.utils import timezone
from PIL import Image

from inspections.models import Assignment
from tests import cast

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


def local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M:%S")


def inspect(
    walk: Walk,
    assignment: Assignment,
    officer: str,
    *,
    problem: Mapping[str, str] | None = None,
    result: str = "1",
) -> None:
    """On the tablet, by clicking; ``problem``: note, handling and deadline of must-check 8."""
    page = walk.open(officer, "/inspections/", TABLET)
    walk.shot(page, "6-today")
    page.click(f'a[href="/inspections/{assignment.public_id}/"]')
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
    if problem:
        _find(page, problem)
    page.fill("#id_narrative__text", "企业正常生产，治理设施运行，逐项查看。")
    page.select_option("#id_result__outcome", result)
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


def _find(page: Any, problem: Mapping[str, str]) -> None:
    page.check('input[name="must_check_8__answer"][value="problem"]')
    page.fill("#id_must_check_8__note", problem["note"])
    page.select_option("#id_must_check_8__handling", problem["handling"])
    if "deadline" in problem:
        page.fill("#id_must_check_8__deadline", problem["deadline"])
    photo = BytesIO()
    Image.effect_noise((640, 480), 60).save(photo, "JPEG")
    page.set_input_files(
        '[data-pick="must_check:8"] input',
        {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()},
    )
    page.locator('[data-photos="must_check:8"] > li').wait_for()


def sign_everybody(walk: Walk, page: Any) -> None:
    page.locator("[data-signer][data-live]").first.wait_for()
    keys = page.locator("[data-signer]").evaluate_all("all => all.map(i => i.dataset.signer)")
    for signer in [*(key for key in keys if key.startswith("officer-")), "recusal", "party"]:
        card = page.locator(f'[data-signer="{signer}"][data-live]')
        if signer in ("recusal", "party"):
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


def approve(walk: Walk, assignment: Assignment, director: str) -> None:
    page = walk.open(director, "/inspections/review/")
    page.click(f"text={assignment.number}")
    page.check('input[value="approve"]')
    walk.shot(page, "9-review")
    page.click("main button.btn-brand")
