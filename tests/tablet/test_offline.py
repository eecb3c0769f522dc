"""Days without a network, a killed browser, and then exactly one record on the server."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from inspections.models import Assignment, RecordVersion, SyncOperation
from inspections.services.evidence import path_of
from inspections.services.integrity import inspection_faults
from tests.scene import Scene

from .browser import Tablet
from .network import Network

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def local(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def fill(tablet: Tablet, scene: Scene, assignment: Assignment) -> None:
    page = tablet.page
    page.fill("#id_visit__start", local(scene.now - timedelta(hours=4)))
    page.fill("#id_visit__end", local(scene.now - timedelta(hours=2)))
    page.fill("#id_visit__recorder", "赵一鸣")
    for key in ("visit__identity_shown", "visit__recusal_told", "party__rights_told"):
        page.check(f"#id_{key}")
    page.fill("#id_unit__address", "示范大道1号")
    page.fill("#id_production__state", "正常生产")
    for number in range(1, 11):
        answer = "problem" if number == 8 else "no_problem"
        page.check(f'input[name="must_check_{number}__answer"][value="{answer}"]')
    page.fill("#id_must_check_8__note", "危险废物贮存间标识缺失")
    page.select_option("#id_must_check_8__handling", "corrected_on_spot")
    page.fill("#id_narrative__text", "现场检查时企业正常生产。")
    page.select_option("#id_result__outcome", "2")
    page.fill("#id_party__opinion", "属实")


def take(tablet: Tablet, target: str, files: list[str]) -> None:
    before = tablet.page.locator(f'[data-photos="{target}"] > li').count()
    tablet.choose(f'[data-pick="{target}"] input', files)
    tablet.wait(
        f"document.querySelectorAll('[data-photos=\"{target}\"] > li').length === "
        f"{before + len(files)}"
    )


def officers(assignment: Assignment) -> list[str]:
    team = assignment.team.filter(inspector__role="officer")
    return [f"officer-{member.inspector.code}" for member in team]


def sign_all(tablet: Tablet, assignment: Assignment) -> None:
    for signer in officers(assignment):
        tablet.sign(signer)
    tablet.sign("recusal", "李安")
    tablet.sign("party", "李安")


def hashes(tablet: Tablet) -> list[str]:
    """Of the photos as they were captured."""
    return sorted(tablet.page.evaluate("Tablet.store.files().then((all) => all.map((f) => f.sha))"))


def a_whole_visit(
    tablet: Tablet, scene: Scene, assignment: Assignment, files: list[str]
) -> list[str]:
    """Everything from the first field to the submission, as it is kept on the tablet."""
    here = f"/inspections/{assignment.public_id}/"
    tablet.open(f"{here}record/")
    tablet.wait("document.body.classList.contains('is-offline-ready')")
    fill(tablet, scene, assignment)
    for number in range(0, len(files), 5):
        take(tablet, "must_check:8", files[number : number + 5])
    tablet.page.click("text=保存并去签名")
    tablet.page.wait_for_url(f"**{here}sign/")
    sign_all(tablet, assignment)
    tablet.page.click("#submit-record")
    tablet.wait("document.querySelector('#submission').textContent.includes('已存本机')")
    return hashes(tablet)


def the_server_holds_it_once(assignment: Assignment, captured: list[str]) -> None:
    version = RecordVersion.objects.get(assignment=assignment)
    stored = sorted(assignment.evidence.values_list("sha256", flat=True))
    assert stored == captured
    for sha in stored:
        content = path_of(sha).read_bytes()
        assert hashlib.sha256(content).hexdigest() == sha
        assert not Image.open(path_of(sha)).getexif()
    assert version.content.count('"must_check":"must_check:8"') == len(captured)
    assert not list(inspection_faults())


def test_a_record_made_without_a_network_arrives_exactly_once(
    scene: Scene, network: Network, tablet: Tablet, photos: Callable[[int], list[str]]
) -> None:
    assignment = scene.started()
    here = f"/inspections/{assignment.public_id}/"
    tablet.sign_in(scene.lead(assignment).username)
    tablet.ready_for_the_field(assignment.public_id)
    network.mode = "down"

    captured = a_whole_visit(tablet, scene, assignment, photos(20))
    assert "离线" in tablet.page.text_content("#tablet-bar")
    assert not SyncOperation.objects.exclude(section="assignment").exists()

    tablet.restart()
    tablet.open(f"{here}record/")
    tablet.wait("document.querySelectorAll('[data-photos=\"must_check:8\"] > li').length === 20")
    assert tablet.page.input_value("#id_must_check_8__note") == "危险废物贮存间标识缺失"
    assert hashes(tablet) == captured
    assert len(captured) == 20

    network.mode = "up"
    tablet.hand_in(scene.lead(assignment).username)

    the_server_holds_it_once(assignment, captured)
    assert tablet.complaints == []


def test_starting_without_a_network_opens_the_record_instead(
    scene: Scene, network: Network, tablet: Tablet
) -> None:
    """The server accepts and starts with the first entry; the button need not wait for a network."""
    assignment = scene.assignments[0]
    tablet.sign_in(scene.lead(assignment).username)
    tablet.ready_for_the_field(assignment.public_id)
    network.mode = "down"
    tablet.page.evaluate("Tablet.run()")
    tablet.wait("['offline', 'server'].includes(Tablet.network())")

    tablet.page.click("main form[data-without-network] button")

    tablet.page.wait_for_url(f"**/inspections/{assignment.public_id}/record/")
    tablet.wait("document.querySelector('#id_narrative__text') !== null")
