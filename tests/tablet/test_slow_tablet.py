"""A tablet whose disk and processor are slow: what a person typed stays as he typed it."""

from datetime import timedelta
from typing import Any

import pytest

from inspections.models import Assignment
from tests.scene import Scene

from .browser import Tablet
from .network import Network
from .test_offline import local

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Every write waits before it reaches the disk, as on a worn-out flash memory.
SLOW_DISK = """() => { const fast = Tablet.store.edit;
Tablet.store.edit = async (...all) => {
  await new Promise((done) => setTimeout(done, 400));
  return fast(...all); }; }"""


@pytest.fixture
def assignment(scene: Scene) -> Assignment:
    return scene.started()


@pytest.fixture
def form(scene: Scene, assignment: Assignment, network: Network, tablet: Tablet) -> Any:
    """The record form without a network."""
    tablet.sign_in(scene.lead(assignment).username)
    tablet.ready_for_the_field(assignment.public_id)
    network.mode = "down"
    tablet.open(f"/inspections/{assignment.public_id}/record/")
    tablet.wait("document.body.classList.contains('is-offline-ready')")
    return tablet.page


def test_what_is_typed_while_the_disk_is_still_writing_is_kept(
    scene: Scene, assignment: Assignment, form: Any, tablet: Tablet
) -> None:
    form.evaluate(SLOW_DISK)
    start, end = (local(scene.now - timedelta(hours=h)) for h in (4, 2))

    # The first write comes back to the form while the second is still under way.
    for box, text in (("start", start), ("end", end), ("recorder", "赵一鸣")):
        form.fill(f"#id_visit__{box}", text)
        form.wait_for_timeout(120)
    for box in ("identity_shown", "recusal_told"):
        form.check(f"#id_visit__{box}")
        form.wait_for_timeout(120)
    form.check('input[name="must_check_8__answer"][value="problem"]')
    form.wait_for_timeout(120)
    form.fill("#id_must_check_8__note", "危险废物贮存间标识缺失")
    form.wait_for_timeout(120)
    form.select_option("#id_must_check_8__handling", "corrected_on_spot")
    form.wait_for_timeout(1000)

    kept = form.evaluate(f"Tablet.store.values('{assignment.public_id}')")
    visit, check = kept["visit"], kept["must_check:8"]
    assert [visit[key][:16] for key in ("start", "end")] == [start, end]
    assert (visit["recorder"], visit["identity_shown"], visit["recusal_told"]) == (
        "赵一鸣",
        True,
        True,
    )
    assert (check["note"], check["handling"]) == ("危险废物贮存间标识缺失", "corrected_on_spot")
    assert form.input_value("#id_visit__end") == end


def test_a_colleagues_edit_that_arrives_under_the_cursor_is_not_overwritten(
    scene: Scene, assignment: Assignment, form: Any, tablet: Tablet, network: Network
) -> None:
    network.mode = "up"
    form.fill("#id_narrative__text", "甲的记录")
    tablet.hand_in(scene.lead(assignment).username)
    form.evaluate("document.getElementById('id_narrative__text').value += '，还在写'")
    form.dispatch_event("#id_narrative__text", "input")  # typed, and not on the disk yet
    other = assignment.team.get(role="assisting").inspector.user
    scene.write(assignment, "narrative", {"text": "乙的记录"}, actor=other)
    form.evaluate(
        """async () => { const reply = await (await fetch(Tablet.config.sync)).json();
        await Tablet.pulled(reply); }"""
    )
    form.dispatch_event("#id_narrative__text", "change")

    box = form.locator('.conflict[data-of="narrative"]')
    box.wait_for()
    assert "乙的记录" in box.inner_text()
    assert "还在写" in box.inner_text()
    assert assignment.sections.get(section="narrative").value["text"] == "乙的记录"


# As if the very first creation of the tablet's database took longer than anybody waits.
SLOW_CREATION = """(() => { const real = window.setTimeout;
let waits = 0; // for the names on the disk, then for the database
window.setTimeout = (work, delay, ...rest) => {
  const late = delay === 4000 && ++waits === 2 && !sessionStorage.getItem("slow");
  if (late) sessionStorage.setItem("slow", "once");
  return real(work, late ? 0 : delay, ...rest);
}; })();"""


def test_what_a_slow_tablet_holds_is_found_again_after_a_crash_that_took_its_notes(
    scene: Scene, assignment: Assignment, network: Network, tablet: Tablet
) -> None:
    tablet.page.add_init_script(SLOW_CREATION)
    tablet.sign_in(scene.lead(assignment).username)
    tablet.wait("true")
    tablet.ready_for_the_field(assignment.public_id)
    network.mode = "down"
    tablet.open(f"/inspections/{assignment.public_id}/record/")
    tablet.wait("document.body.classList.contains('is-offline-ready')")
    names = tablet.page.evaluate(
        "async () => (await indexedDB.databases()).map((held) => held.name)"
    )
    assert any(name.count("-") > 1 for name in names), names  # it had to take another name
    tablet.page.fill("#id_narrative__text", "大风，厂区无人")
    tablet.page.dispatch_event("#id_narrative__text", "change")
    tablet.wait("Tablet.waiting().then((w) => w.ops === 1)")

    # What a page notes outside its database reaches the disk seconds later: a crash takes it.
    tablet.restart()
    tablet.page.add_init_script("localStorage.clear()")
    tablet.open(f"/inspections/{assignment.public_id}/record/")
    tablet.wait("document.body.classList.contains('is-offline-ready')")

    assert tablet.page.input_value("#id_narrative__text") == "大风，厂区无人"
    tablet.wait("Tablet.waiting().then((w) => w.ops === 1)")
