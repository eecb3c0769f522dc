"""A tablet whose disk and processor are slow: what a person typed stays as he typed it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from inspections.models import Assignment
from tests.scene import Scene

from .browser import Tablet
from .network import Network
from .test_offline import hashes, local, take

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
  if (!late) return real(work, delay, ...rest);
  sessionStorage.setItem("slow", "once");
  return work(...rest);
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


NAMES = "async () => (await indexedDB.databases()).map((held) => held.name)"
WAITING = "Tablet.waiting().then((w) => `${w.ops} ${w.files}`)"


def open_again(tablet: Tablet, assignment: Assignment) -> None:
    tablet.open(f"/inspections/{assignment.public_id}/record/")
    tablet.wait("document.body.classList.contains('is-offline-ready')")


def write(tablet: Tablet, text: str) -> None:
    tablet.page.fill("#id_narrative__text", text)
    tablet.page.dispatch_event("#id_narrative__text", "change")
    tablet.wait(
        "Tablet.store.db.getAll('sections').then((rows) => "
        f"rows.some((row) => Tablet.store.shown(row)?.text === '{text}'))"
    )


def into_another_database(tablet: Tablet, assignment: Assignment) -> str:
    """The device takes so long to open what it has that the next name takes its place."""
    tablet.page.evaluate(
        "localStorage.setItem(`chanji-${Tablet.config.account}-creating`, Tablet.store.db.name)"
    )
    before = set(tablet.page.evaluate(NAMES))
    tablet.page.add_init_script(SLOW_CREATION)
    tablet.open(f"/inspections/{assignment.public_id}/record/")
    tablet.wait("true")
    [name] = set(tablet.page.evaluate(NAMES)) - before
    assert tablet.page.evaluate("Tablet.store.db.name") == name
    return str(name)


def test_an_older_database_that_holds_something_unsent_is_used_until_the_server_has_it(
    scene: Scene,
    assignment: Assignment,
    form: Any,
    tablet: Tablet,
    network: Network,
    photos: Callable[[int], list[str]],
) -> None:
    write(tablet, "大风，厂区无人")
    form.check('input[name="must_check_8__answer"][value="problem"]')
    form.fill("#id_must_check_8__note", "危险废物贮存间标识缺失")
    form.dispatch_event("#id_must_check_8__note", "change")
    take(tablet, "must_check:8", photos(2))
    taken, before = hashes(tablet), form.evaluate(WAITING)

    newer = into_another_database(tablet, assignment)
    open_again(tablet, assignment)

    assert form.input_value("#id_narrative__text") == "大风，厂区无人"
    assert (form.evaluate(WAITING), hashes(tablet)) == (before, taken)
    network.mode = "up"
    tablet.hand_in(scene.lead(assignment).username)
    values = {row.section: row.value for row in assignment.sections.all()}
    assert values["narrative"]["text"] == "大风，厂区无人"
    assert values["must_check:8"]["note"] == "危险废物贮存间标识缺失"
    assert sorted(assignment.evidence.values_list("sha256", flat=True)) == taken
    open_again(tablet, assignment)
    assert form.evaluate("[Tablet.store.db.name, Tablet.store.elsewhere]") == [newer, 0]
    tablet.wait("document.getElementById('id_narrative__text').value === '大风，厂区无人'")


def test_what_was_written_in_two_databases_meets_at_the_server(
    scene: Scene, assignment: Assignment, form: Any, tablet: Tablet, network: Network
) -> None:
    write(tablet, "旧库里的话")
    network.only = lambda method, path: method == "POST"  # the news arrive, nothing is handed in
    newer = into_another_database(tablet, assignment)
    tablet.page.evaluate("Tablet.run()")
    tablet.wait("document.body.classList.contains('is-offline-ready')")
    network.only = lambda method, path: True
    write(tablet, "新库里的话")

    open_again(tablet, assignment)
    assert form.input_value("#id_narrative__text") == "旧库里的话"
    assert "本机另存有 1 项" in form.inner_text("#tablet-bar")
    write(tablet, "旧库里改过的话")
    network.mode = "up"
    tablet.hand_in(scene.lead(assignment).username)
    assert assignment.sections.get(section="narrative").value["text"] == "旧库里改过的话"
    open_again(tablet, assignment)
    assert form.evaluate("Tablet.store.db.name") == newer
    tablet.hand_in(scene.lead(assignment).username)

    box = form.locator('.conflict[data-of="narrative"]')
    box.wait_for()
    assert "旧库里改过的话" in box.inner_text()
    assert "新库里的话" in box.inner_text()
