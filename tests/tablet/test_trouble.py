"""What goes wrong in the field: sessions end, servers fail, replies get lost, two people write."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session

from inspections.models import Assignment, RecordVersion, SyncOperation
from tests.scene import Scene

from .browser import Tablet
from .network import Network
from .test_offline import a_whole_visit, fill, the_server_holds_it_once

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def assignment(scene: Scene) -> Assignment:
    return scene.started()


def record(tablet: Tablet, assignment: Assignment) -> None:
    tablet.open(f"/inspections/{assignment.public_id}/record/")
    tablet.wait("document.body.classList.contains('is-offline-ready')")


def bar(tablet: Tablet) -> str:
    return str(tablet.page.inner_text("#tablet-bar"))


def test_a_session_that_ended_meanwhile_costs_nothing(
    scene: Scene,
    assignment: Assignment,
    network: Network,
    tablet: Tablet,
    photos: Callable[[int], list[str]],
) -> None:
    lead = scene.lead(assignment)
    tablet.sign_in(lead.username)
    tablet.ready_for_the_field(assignment.public_id)
    network.mode = "down"
    captured = a_whole_visit(tablet, scene, assignment, photos(20))
    tablet.restart()
    record(tablet, assignment)
    Session.objects.all().delete()

    network.mode = "up"
    tablet.page.evaluate("Tablet.run()")
    tablet.wait("Tablet.network() === 'signin'")
    tablet.wait("document.querySelector('#tablet-bar').textContent.includes('需要重新登录')")
    assert not assignment.sections.filter(section="narrative").exists()
    tablet.page.click("#tablet-bar a")
    tablet.page.fill("#id_username", lead.username)
    tablet.page.fill("#id_password", "correct horse battery")
    tablet.page.click("main button")
    tablet.page.wait_for_url("**/record/")
    tablet.all_sent()

    the_server_holds_it_once(assignment, captured)


def test_another_account_on_the_same_tablet_opens_nothing_of_it(
    scene: Scene,
    assignment: Assignment,
    network: Network,
    tablet: Tablet,
    photos: Callable[[int], list[str]],
) -> None:
    owner, other = scene.lead(assignment), scene.stranger(assignment)
    tablet.sign_in(owner.username)
    tablet.ready_for_the_field(assignment.public_id)
    network.mode = "down"
    captured = a_whole_visit(tablet, scene, assignment, photos(20))
    tablet.restart()
    # Nothing of it reaches the server yet.
    network.only = lambda method, path: path.startswith(
        ("/inspections/sync", "/inspections/evidence")
    )
    tablet.sign_in(owner.username)

    tablet.page.once("dialog", lambda dialog: dialog.accept())
    tablet.page.click("form[data-sign-out] button")
    tablet.page.wait_for_url(lambda url: "/inspections/" not in url)
    tablet.sign_in(other.username)
    response = tablet.page.goto(f"{tablet.base}/inspections/{assignment.public_id}/record/")

    assert response.status == 404
    assert "现场检查时企业正常生产" not in tablet.page.content()
    tablet.open("/inspections/")
    tablet.wait("Tablet.waiting().then((w) => w.ops === 0)")
    assert tablet.page.evaluate(f"Tablet.store.assignment('{assignment.public_id}')") is None
    network.only = lambda method, path: True
    tablet.open("/inspections/")
    network.mode = "down"
    tablet.page.goto(f"{tablet.base}/inspections/{assignment.public_id}/record/")
    assert "没有网络" in tablet.page.inner_text("body")

    network.mode = "up"
    tablet.open("/inspections/")
    tablet.page.click("form[data-sign-out] button")
    tablet.page.wait_for_url(lambda url: "/inspections/" not in url)
    tablet.sign_in(owner.username)
    tablet.all_sent()
    the_server_holds_it_once(assignment, captured)
    written = SyncOperation.objects.exclude(section="assignment")
    assert set(written.values_list("user", flat=True)) == {owner.pk}


def test_signing_out_with_unsent_work_warns_first(
    scene: Scene, assignment: Assignment, network: Network, tablet: Tablet
) -> None:
    tablet.sign_in(scene.lead(assignment).username)
    tablet.ready_for_the_field(assignment.public_id)
    network.mode = "down"
    record(tablet, assignment)
    tablet.page.fill("#id_narrative__text", "未上传")
    tablet.wait("Tablet.waiting().then((w) => w.ops === 1)")
    asked: list[str] = []
    tablet.page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))

    with tablet.page.expect_event("dialog"):
        tablet.page.click("form[data-sign-out] button")
    tablet.wait("Tablet.waiting().then((w) => w.ops === 1)")

    assert "还有 1 项没有上传" in asked[0]
    assert tablet.page.url.endswith("/record/")


def test_two_tablets_on_one_record_are_shown_side_by_side_and_a_person_decides(
    scene: Scene,
    assignment: Assignment,
    network: Network,
    tablets: Callable[..., Tablet],
    photos: Callable[[int], list[str]],
) -> None:
    first, second = tablets("one"), tablets("two")
    lead, assisting = (assignment.team.get(role=r).inspector.user for r in ("lead", "assisting"))
    for tablet, user in ((first, lead), (second, assisting)):
        tablet.sign_in(user.username)
        tablet.ready_for_the_field(assignment.public_id)
    network.mode = "down"
    record(first, assignment)
    first.page.fill("#id_narrative__text", "甲平板的记录")
    first.wait("Tablet.waiting().then((w) => w.ops === 1)")
    captured = a_whole_visit(second, scene, assignment, photos(20))
    second.restart()
    record(second, assignment)

    network.mode = "up"
    first.page.evaluate("Tablet.run()")
    first.all_sent()
    second.hand_in(assisting.username)
    record(second, assignment)
    box = second.page.locator('.conflict[data-of="narrative"]')
    box.wait_for()
    assert assignment.sections.get(section="narrative").value["text"] == "甲平板的记录"
    assert not RecordVersion.objects.exists()
    text = box.inner_text()
    for expected in ("甲平板的记录", "现场检查时企业正常生产", lead.get_full_name()):
        assert expected in text
    assert "有冲突" in second.page.inner_text('[data-section="narrative"] h2')
    box.locator("button", has_text="用我的").click()
    second.wait("Tablet.waiting().then((w) => w.ops === 0 && w.conflicts === 0)")

    # What was signed is what the server holds now: the signatures stand.
    second.open(f"/inspections/{assignment.public_id}/sign/")
    signed = assignment.sections.filter(section__startswith="signature:").count()
    second.wait(f"document.querySelectorAll('#signers .tag--ok').length === {signed}")
    second.page.click("#submit-record")
    second.wait("document.querySelector('#submission').textContent.includes('等待审核')")
    the_server_holds_it_once(assignment, captured)
    stored = assignment.sections.get(section="narrative")
    assert (stored.value["text"], stored.rev) == ("现场检查时企业正常生产。", 2)
    first.page.evaluate("Tablet.run()")
    first.wait("document.querySelector('#id_narrative__text').value.includes('企业正常生产')")


@pytest.mark.parametrize("mode", ["broken", "lossy", "torn", "cut"])
def test_a_server_that_fails_or_whose_replies_get_lost_stores_everything_once(
    scene: Scene,
    assignment: Assignment,
    network: Network,
    tablet: Tablet,
    photos: Callable[[int], list[str]],
    mode: str,
) -> None:
    tablet.sign_in(scene.lead(assignment).username)
    tablet.ready_for_the_field(assignment.public_id)
    network.mode = mode
    network.only = lambda method, path: method in ("POST", "PUT")
    captured = a_whole_visit(tablet, scene, assignment, photos(20))
    for _ in range(3):
        tablet.page.evaluate("Tablet.run()")
    tablet.wait("Tablet.network() !== 'online'")
    tablet.page.evaluate("Tablet.run()")
    tablet.restart()
    tablet.open(f"/inspections/{assignment.public_id}/sign/")
    tablet.wait("true")

    network.mode = "up"
    tablet.hand_in(scene.lead(assignment).username)

    the_server_holds_it_once(assignment, captured)
    assert len(captured) == 20
    assert RecordVersion.objects.count() == 1


def test_the_tablet_keeps_its_queue_until_the_server_takes_its_version(
    scene: Scene, assignment: Assignment, network: Network, tablet: Tablet, monkeypatch: Any
) -> None:
    from inspections.views import sync

    tablet.sign_in(scene.lead(assignment).username)
    tablet.ready_for_the_field(assignment.public_id)
    record(tablet, assignment)
    monkeypatch.setattr(sync, "ACCEPTED_VERSIONS", {9: None})
    tablet.page.fill("#id_narrative__text", "旧版应用的内容")
    tablet.wait("Tablet.network() === 'upgrade'")
    assert "应用版本" in bar(tablet)
    assert tablet.page.evaluate("Tablet.waiting().then((w) => w.ops)") == 1

    monkeypatch.setattr(sync, "ACCEPTED_VERSIONS", {1: None, 9: None})
    tablet.page.evaluate("Tablet.run()")
    tablet.all_sent()

    assert assignment.sections.get(section="narrative").value["text"] == "旧版应用的内容"


def test_what_was_signed_on_another_tablet_is_told_before_it_is_edited_and_in_words(
    scene: Scene, assignment: Assignment, tablets: Callable[..., Tablet]
) -> None:
    first, second = tablets("one"), tablets("two")
    lead, assisting = (assignment.team.get(role=r).inspector.user for r in ("lead", "assisting"))
    for tablet, user in ((first, lead), (second, assisting)):
        tablet.sign_in(user.username)
        tablet.ready_for_the_field(assignment.public_id)
    record(first, assignment)
    fill(first, scene, assignment)
    first.page.click("text=保存并去签名")
    first.page.wait_for_url("**/sign/")
    first.sign("party", "李安")
    first.all_sent()

    second.page.evaluate("Tablet.run()")
    record(second, assignment)
    note = second.page.locator("#record-signed:not([hidden])")
    note.wait_for()
    assert "已在另一台设备上签名" in note.inner_text()
    assert "已有签名失效" not in note.inner_text()
    second.page.click("#record-unlock")
    second.page.fill("#id_narrative__text", "另一台平板上的修改")
    second.wait("Tablet.waiting().then((w) => w.ops === 0 && w.refused > 0)")
    second.open(f"/inspections/{assignment.public_id}/sign/")
    second.wait("document.querySelector('[data-signer=\"party\"] canvas') !== null")
    second.sign("party", "李安")
    second.all_sent()
    differs = second.page.locator('[data-signer="party"] .notice-red', has_text="与服务器记录不同")
    differs.wait_for()

    assert "现场情况" in differs.inner_text()
    assert "narrative" not in differs.inner_text()
    assert assignment.sections.get(section="narrative").value["text"] != "另一台平板上的修改"


def test_editing_after_a_signature_warns_and_voids_it(
    scene: Scene, assignment: Assignment, tablet: Tablet
) -> None:
    tablet.sign_in(scene.lead(assignment).username)
    tablet.ready_for_the_field(assignment.public_id)
    record(tablet, assignment)
    fill(tablet, scene, assignment)
    tablet.page.click("text=保存并去签名")
    tablet.page.wait_for_url("**/sign/")
    tablet.sign("party", "李安")
    record(tablet, assignment)
    tablet.page.locator("#record-signed:not([hidden])").wait_for()
    assert tablet.page.is_disabled("#id_narrative__text")

    tablet.page.click("#record-unlock")
    tablet.page.fill("#id_narrative__text", "签名之后的修改")
    tablet.all_sent()
    tablet.open(f"/inspections/{assignment.public_id}/sign/")
    tablet.page.locator('[data-signer="party"] .tag--red').wait_for()

    assert "已失效" in tablet.page.inner_text('[data-signer="party"]')
    assert assignment.sections.get(section="signature:party").value["name"] == "李安"
