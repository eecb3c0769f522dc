"""Public pages and the tablet's pages: no serious finding of axe, nothing wider than a phone."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from disclosure.models import PublicationLink
from disclosure.services.publishing import publish_result
from disclosure.services.sweep import catch_up
from inspections.services.review import approve_record
from tests import cast
from tests.scene import Scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(__file__).parent.parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
PHONE = {"width": 360, "height": 740}


def findings(page: Any) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(r => r.violations)")
    return [
        f"{page.url} {item['id']}: {item['nodes'][0]['html'][:120]}"
        for item in found
        if item["impact"] in ("serious", "critical")
    ]


def test_pages_are_accessible_and_fit_a_phone(browser: Any, live_server: Any, scene: Scene) -> None:
    version = scene.submitted(problem={"note": "缺标识", "handling": "corrected_on_spot"})
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    catch_up(now=scene.now)
    link = PublicationLink.objects.get()
    result = publish_result(link_id=link.pk, actor=scene.users["publisher1"], now=timezone.now())
    page = browser.new_context(viewport=PHONE).new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    problems = []

    for path in (
        "/", "/statistics/", "/problems/", "/guide/", "/complaints/", "/complaints/state/",
        "/positive-list/", "/items/", "/plans/", f"/plans/{scene.quarter}/", "/results/", "/verify/",
        f"/results/{result.public_id}/", f"/enterprises/{result.enterprise_key}/",
        "/accounts/login/",
    ):  # fmt: skip
        page.goto(live_server.url + path)
        problems += findings(page)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            problems.append(f"{path} is wider than a phone")
    page.fill("#id_username", "officer1")
    page.fill("#id_password", cast.PASSWORD)
    page.click("main button")
    started = scene.started(1)
    page.context.clear_cookies()
    lead = scene.lead(started).username
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("#id_username", lead)
    page.fill("#id_password", cast.PASSWORD)
    page.click("main button")
    page.set_viewport_size({"width": 768, "height": 1024})
    for path in ("", "record/", "sign/", "change/"):
        page.goto(f"{live_server.url}/inspections/{started.public_id}/{path}")
        problems += findings(page)

    assert problems == []
    assert all(url.startswith((live_server.url, "data:")) for url in requests)


def test_no_column_of_the_registers_is_cut_off_on_a_tablet(
    browser: Any, live_server: Any, scene: Scene
) -> None:
    page = browser.new_context(viewport={"width": 768, "height": 1024}).new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("#id_username", "planner1")
    page.fill("#id_password", cast.PASSWORD)
    page.click("main button")
    cut = "[...document.querySelectorAll('.scroll')].some(e => e.scrollWidth > e.clientWidth)"

    for path in ("sources/", "sources/?problem=no_place", "inspectors/"):
        page.goto(f"{live_server.url}/registry/{path}")
        for width in (390, 768, 1024):
            page.set_viewport_size({"width": width, "height": 1024})
            assert not page.evaluate(cut), f"{path} is cut off at {width}"
        page.set_viewport_size({"width": 768, "height": 1024})
        assert findings(page) == []
    page.goto(f"{live_server.url}/registry/sources/")
    page.check("[data-all]")
    assert page.locator("[name=chosen]:not(:checked)").count() == 0
