"""At the gate in a real browser: the team shows its code, the unit reads, rates and objects, the leader answers."""

import re
from typing import Any

import pytest

from inspections.models import RecordVersion, VisitNotice
from inspections.services.review import approve_record
from inspections.tests.services.test_check_requests import ask, decide
from tests.journeys.walk import Walk
from tests.scene import Scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 360, "height": 780}
TABLET = {"width": 1024, "height": 768}


@pytest.fixture
def walk(browser: Any, live_server: Any) -> Walk:
    return Walk(browser, live_server.url)


def test_the_unit_reads_rates_and_objects_and_gets_its_answer(walk: Walk, scene: Scene) -> None:
    assignment = scene.started()
    lead = scene.lead(assignment)
    page = walk.open(lead.username, f"/inspections/{assignment.public_id}/", TABLET)
    walk.shot(page, "assignment-tablet")
    page.click("text=亮证二维码")
    assert page.locator(".gate__code svg").count() == 1
    walk.shot(page, "gate-code")

    token = VisitNotice.objects.get().token
    page = walk.open("visitor", f"/gate/{token}/", PHONE)
    assert "真实有效" in page.inner_text("main")
    walk.shot(page, "gate-360")

    scene.fill(assignment)
    scene.sign_all(assignment)
    scene.submit(assignment)
    page.reload()
    page.click("text=评价或提出异议")
    page.click("button[name=take]")
    code = "".join(re.findall(r"\w{4}", page.inner_text(".code")))
    walk.shot(page, "gate-code-360")
    page.fill("[name=code]", code)
    for name in ("conduct", "lawful", "honest"):
        page.check(f"[name={name}][value='5']")
    page.fill("[name=objection]", "排放口照片拍的不是我单位")
    page.click("button[name=send]")
    assert "已收到" in page.inner_text("main")
    walk.shot(page, "gate-rated-360")

    page = walk.open("director1", "/inspections/ratings/")
    page.fill("[name=answer]", "经核实已更换照片")
    walk.shot(page, "ratings")
    page.click("main form button")
    page = walk.open("visitor", f"/gate/{token}/feedback/", PHONE)
    page.fill("[name=code]", code)
    page.click("button[name=look]")

    assert "经核实已更换照片" in page.inner_text("main")
    assert walk.complaints == []


SCROLLING = """[...document.querySelectorAll('.scroll')]
    .filter(box => box.scrollWidth > box.clientWidth + 1).length"""


def second_version(scene: Scene) -> RecordVersion:
    """One that has the last record of the same unit beside it."""
    first = scene.submitted()
    approve_record(version_id=first.pk, actor=scene.users["director2"], now=scene.now)
    row = ask(scene, source=first.assignment.source)
    assignment = decide(scene, row, actor=scene.users["director2"]).assignment
    assert assignment is not None
    scene.start(assignment)
    scene.fill(assignment, problem={"note": "标识缺失" * 30, "handling": "corrected_on_spot"})
    scene.sign_all(assignment)
    return scene.submit(assignment)


def test_the_desks_of_other_checks_and_review_fit_their_screens(walk: Walk, scene: Scene) -> None:
    version = second_version(scene)
    for size, name in ((PHONE, "360"), ({"width": 1280, "height": 900}, "1280")):
        for path, what in (
            ("/inspections/checks/new/", "check-new"),
            ("/inspections/checks/", "checks"),
            ("/inspections/review/", "reviews"),
            (f"/inspections/review/{version.pk}/", "review"),
        ):
            page = walk.open("director1", path, size)
            walk.shot(page, f"{what}-{name}")
            assert page.evaluate(SCROLLING) == 0, f"{what}-{name} scrolls sideways"
    assert walk.complaints == []
