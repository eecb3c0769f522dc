"""A new version of the app while work waits on the tablet."""

from typing import Any

import pytest

from inspections.models import Assignment
from inspections.views import sync
from inspections.views import tablet as tablet_views
from tests.scene import Scene

from .browser import Tablet
from .network import Network
from .test_trouble import bar, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VERSION = (
    """caches.match(location.pathname).then((page) => page?.headers.get('X-Chanji-Version'))"""
)


@pytest.fixture
def assignment(scene: Scene) -> Assignment:
    return scene.started()


def active(tablet: Tablet, version: str) -> None:
    """Until the worker of this version has taken over."""
    tablet.wait(
        "navigator.serviceWorker.getRegistration().then(async (r) => !r.waiting && !r.installing"
        f" && (await caches.keys()).includes('assets-{version}'))"
    )


def release(monkeypatch: Any, version: str) -> None:
    monkeypatch.setattr(tablet_views, "_built_version", lambda: version)


def test_a_new_version_waits_for_the_outbox_and_says_so(
    scene: Scene, assignment: Assignment, network: Network, tablet: Tablet, monkeypatch: Any
) -> None:
    release(monkeypatch, "a" * 12)
    tablet.sign_in(scene.lead(assignment).username)
    tablet.ready_for_the_field(assignment.public_id)
    active(tablet, "a" * 12)
    network.only = lambda method, path: path.startswith("/inspections/sync")
    network.mode = "broken"
    record(tablet, assignment)
    tablet.page.fill("#id_narrative__text", "升级前写下的")
    tablet.wait("Tablet.waiting().then((w) => w.ops === 1)")

    release(monkeypatch, "b" * 12)
    tablet.page.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    tablet.wait("navigator.serviceWorker.getRegistration().then((r) => Boolean(r.waiting))")
    tablet.page.evaluate("Tablet.run()")
    tablet.wait("document.getElementById('tablet-bar').textContent.includes('新版本已下载')")
    tablet.restart()
    record(tablet, assignment)
    assert tablet.page.input_value("#id_narrative__text") == "升级前写下的"
    assert tablet.page.evaluate("Tablet.waiting().then((w) => w.ops)") == 1

    network.mode = "up"
    tablet.hand_in(scene.lead(assignment).username)
    active(tablet, "b" * 12)
    assert assignment.sections.get(section="narrative").value["text"] == "升级前写下的"
    record(tablet, assignment)
    tablet.wait(f"{VERSION}.then((version) => version === '{'b' * 12}')")
    network.only = lambda method, path: True
    network.mode = "down"
    record(tablet, assignment)
    assert tablet.page.input_value("#id_narrative__text") == "升级前写下的"


def test_nothing_typed_or_drawn_is_interrupted_by_a_new_version(
    scene: Scene, assignment: Assignment, tablet: Tablet, monkeypatch: Any
) -> None:
    release(monkeypatch, "a" * 12)
    tablet.sign_in(scene.lead(assignment).username)
    tablet.ready_for_the_field(assignment.public_id)
    active(tablet, "a" * 12)
    tablet.open(f"/inspections/{assignment.public_id}/sign/")
    card = tablet.page.locator('[data-signer="party"][data-live] canvas')
    card.click(position={"x": 40, "y": 60})
    release(monkeypatch, "b" * 12)

    tablet.page.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    tablet.wait("navigator.serviceWorker.getRegistration().then((r) => Boolean(r.waiting))")
    tablet.wait("document.getElementById('tablet-bar').textContent.includes('新版本已下载')")
    tablet.page.locator('[data-signer="party"][data-live] button', has_text="清除").click()
    tablet.page.evaluate("Tablet.run()")

    active(tablet, "b" * 12)
    tablet.wait("document.getElementById('tablet-bar').textContent.includes('应用已更新')")


def test_a_version_the_server_no_longer_takes_gives_way_with_work_waiting(
    scene: Scene, assignment: Assignment, tablet: Tablet, monkeypatch: Any
) -> None:
    release(monkeypatch, "a" * 12)
    tablet.sign_in(scene.lead(assignment).username)
    tablet.ready_for_the_field(assignment.public_id)
    active(tablet, "a" * 12)
    record(tablet, assignment)
    monkeypatch.setattr(sync, "ACCEPTED_VERSIONS", {9: None})
    tablet.page.fill("#id_narrative__text", "旧版应用的内容")
    tablet.wait("Tablet.network() === 'upgrade'")
    assert "需要更新" in bar(tablet)
    release(monkeypatch, "b" * 12)
    monkeypatch.setattr(sync, "ACCEPTED_VERSIONS", {1: None, 9: None})

    tablet.page.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    active(tablet, "b" * 12)
    tablet.all_sent()

    assert assignment.sections.get(section="narrative").value["text"] == "旧版应用的内容"


def test_the_code_for_the_gate_is_shown_without_a_network(
    scene: Scene, assignment: Assignment, network: Network, tablet: Tablet
) -> None:
    tablet.sign_in(scene.lead(assignment).username)
    tablet.ready_for_the_field(assignment.public_id)
    network.mode = "down"
    tablet.restart()

    tablet.open(f"/inspections/{assignment.public_id}/")
    tablet.page.click("text=亮证二维码")
    tablet.page.locator(".gate__code svg").wait_for()

    assignment.refresh_from_db()
    assert assignment.notice.token in tablet.page.inner_text(".gate")
