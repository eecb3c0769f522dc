"""The public site in a real browser: found in two clicks, usable by everybody, light, alone."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from disclosure.models import GuidePage, PublicProblem, PublicProgress, PublicResult
from disclosure.public.tables import TABLES
from disclosure.services.guide import render_guide
from disclosure.tests.public.published import publish
from tests.journeys.test_accessibility import findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
FIRST_LOAD = 150 * 1024
PAGES = (
    "/", "/results/", "/results/?q=环保&quarter=2026Q1", "/results/?q=没有", "/statistics/",
    "/problems/", "/plans/", "/items/", "/guide/", "/guide/rights/", "/positive-list/", "/notices/",
    "/reports/", "/verify/", "/open-data/", "/open-data/api/", "/complaints/", "/complaints/state/",
)  # fmt: skip


@pytest.fixture(autouse=True)
def published(db: None) -> list[PublicResult]:
    rows = publish(330)
    for row in rows[:30:3]:
        PublicProblem.objects.create(
            reference=f"WT{row.pk:06d}", assignment_number=row.assignment_number,
            quarter=row.quarter, enterprise_name=row.enterprise_name,
            enterprise_key=row.enterprise_key, matter="排污许可/登记", handling="rectification",
            handling_text="限期整改", found_on=row.checked_on, updated_at=timezone.now(),
        )  # fmt: skip
    PublicProgress.objects.create(plan_number="2026Q1", drawn=90, updated_at=timezone.now())
    GuidePage.objects.create(
        slug="rights", title="企业的权利", body="## 到场时", html=render_guide("## 到场时\n\n- 核对证件"),
        shown=True, updated_at=timezone.now(),
    )  # fmt: skip
    return rows


@pytest.fixture
def addresses(published: list[PublicResult]) -> list[str]:
    one = published[0]
    return [*PAGES, f"/results/{one.public_id}/", f"/enterprises/{one.enterprise_key}/"]


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport=PHONE, has_touch=True)
    yield context.new_page()
    context.close()


def test_a_years_results_are_found_by_name_in_two_clicks_on_a_phone(
    phone: Any, live_server: Any, published: list[PublicResult]
) -> None:
    wanted = published[7]
    of_the_year = [
        r for r in published
        if r.enterprise_key == wanted.enterprise_key and r.checked_on.year == 2026
    ]  # fmt: skip
    phone.goto(live_server.url)
    phone.fill("#q", "第07")

    phone.tap("main form button")
    phone.tap(f"a[aria-label^='{wanted.enterprise_name}']:first-of-type >> nth=0")

    year = phone.locator("section", has=phone.locator("h2#y2026"))
    assert phone.locator("h1").inner_text() == wanted.enterprise_name
    assert year.locator("article").count() == len(of_the_year) > 20
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_has_a_serious_finding_or_is_wider_than_the_screen(
    browser: Any, live_server: Any, addresses: list[str], size: dict[str, int]
) -> None:
    page = browser.new_context(viewport=size).new_page()
    problems = []

    for path in addresses:
        page.goto(live_server.url + path)
        problems += findings(page)
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            problems.append(f"{path} is wider than the screen")
        if page.locator("h1").count() != 1:
            problems.append(f"{path} has not one h1")

    assert problems == []


def test_at_twice_the_size_everything_still_fits_and_can_be_read(
    browser: Any, live_server: Any, addresses: list[str]
) -> None:
    """200 % zoom of a 1280 px window leaves 640 CSS pixels; large text doubles the letters alone."""
    page = browser.new_context(viewport={"width": 640, "height": 450}).new_page()
    problems = []

    for path in addresses:
        page.goto(live_server.url + path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide = page.evaluate(
            "[...document.querySelectorAll('main > *, header, footer')]"
            ".filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName)"
        )
        if wide or page.evaluate("document.documentElement.scrollWidth") > 640:
            problems.append(f"{path}: {wide}")

    assert problems == []


def test_pages_are_light_alone_and_nothing_blocks_them(
    browser: Any, live_server: Any, addresses: list[str]
) -> None:
    problems = []
    for path in addresses:
        context = browser.new_context(viewport=PHONE)  # an empty cache
        page = context.new_page()
        sizes: dict[str, int] = {}
        page.on("response", lambda r, sizes=sizes: sizes.update({r.url: len(r.body())}))
        page.goto(live_server.url + path, wait_until="networkidle")
        if any(not url.startswith((live_server.url, "data:")) for url in sizes):
            problems.append(f"{path} asks another host")
        if sum(sizes.values()) > FIRST_LOAD:
            problems.append(f"{path} loads {sum(sizes.values())} bytes")
        blocking = page.evaluate(
            "[...document.scripts].filter(s => s.src && !s.async && !s.defer"
            " && s.type !== 'module').map(s => s.src)"
        )
        problems += [f"{path}: {src} blocks" for src in blocking]
        if context.cookies():
            problems.append(f"{path} sets a cookie")
        context.close()

    assert problems == []


def test_everything_works_without_javascript(browser: Any, live_server: Any) -> None:
    page = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()

    page.goto(live_server.url + "/results/")
    page.select_option("#quarter", "2026Q1")
    page.click("main form button")
    first = page.locator("article h3").all_inner_texts()
    page.click("a[rel=next]")
    page.click("a[rel=prev]")
    assert page.locator("article h3").all_inner_texts() == first
    page.goto(live_server.url + "/open-data/")
    page.click("#t-problems ~ details summary")
    assert page.locator("#t-problems ~ details table").is_visible()


def test_a_tip_is_sent_and_asked_after_without_javascript(
    browser: Any, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from disclosure.rules import complaint
    from tests.cast import prepare_house

    prepare_house()
    monkeypatch.setattr(complaint, "SOONEST", timedelta(0))  # this reader is a machine
    page = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    page.goto(live_server.url + "/complaints/")
    question = page.locator("label[for=answer]").inner_text()
    digits = "零一二三四五六七八九"
    left, right = re.findall(f"[{digits}]", question)[-2:] if "几" in question else ("", "")
    assert (
        not page.locator("#website").is_visible() or page.locator(".trap").bounding_box()["x"] < 0
    )

    page.fill("#id_unit", "某厂北门")
    page.fill("#id_content", "夜间有刺鼻气味")
    page.fill("#answer", str(digits.index(left) + digits.index(right)))
    page.click("form button")
    code = page.locator(".receipt").inner_text()
    page.goto(live_server.url + "/complaints/state/")
    page.fill("#code", code)
    page.click("form button")

    assert "已收到，等待研判" in page.locator("main").inner_text()


def test_the_keyboard_goes_from_top_to_bottom_and_its_place_is_seen(
    browser: Any, live_server: Any
) -> None:
    page = browser.new_context(viewport=DESK).new_page()
    page.goto(live_server.url + "/results/")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    places = []
    for _n in range(14):
        page.keyboard.press("Tab")
        places.append(
            page.evaluate(
                "(() => { const e = document.activeElement, b = e.getBoundingClientRect();"
                " return [Math.round(b.top + scrollY), getComputedStyle(e).outlineStyle, e.id] })()"
            )
        )

    tops = [top for top, _outline, _id in places]
    assert [i for _t, _o, i in places][:5] == ["q", "quarter", "category", "outcome", "sort"]
    assert all(later >= earlier - 60 for earlier, later in itertools.pairwise(tops))
    assert all(outline != "none" for _top, outline, _id in places)


def test_a_page_is_printed_without_what_only_a_screen_needs(browser: Any, live_server: Any) -> None:
    page = browser.new_context(viewport=DESK).new_page()
    page.goto(live_server.url + "/statistics/")

    page.emulate_media(media="print")

    assert not page.locator("header nav").is_visible()
    assert not page.locator("footer").is_visible()
    assert page.locator("table").first.is_visible()


def test_every_file_offered_can_be_fetched(page: Any, live_server: Any) -> None:
    page.goto(live_server.url + "/open-data/")

    links = page.locator(".files a").evaluate_all("all => all.map(a => a.href)")
    assert len(links) == 3 * len(TABLES)
    for link in links:
        assert page.request.get(link).ok, link


def test_the_style_sheets_of_the_public_site_ask_for_nothing_else() -> None:
    folder = Path(__file__).parents[2] / "static" / "css"

    for name in ("tokens.css", "public.css"):
        assert "url(" not in (folder / name).read_text()
