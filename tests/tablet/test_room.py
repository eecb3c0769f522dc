"""A device that is full says so before anything is lost; the browser is asked to keep what is there."""

from collections.abc import Callable
from typing import Any

import pytest

from inspections.models import Assignment
from tests.scene import Scene

from .browser import Tablet
from .network import Network
from .test_offline import take
from .test_trouble import bar, record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def assignment(scene: Scene) -> Assignment:
    return scene.started()


@pytest.fixture
def form(scene: Scene, assignment: Assignment, tablet: Tablet) -> Any:
    """The record form on a tablet that has been made ready."""
    tablet.page.add_init_script(
        "const persist = navigator.storage.persist.bind(navigator.storage);"
        "navigator.storage.persist = () => { window.askedToPersist = true; return persist(); };"
    )
    tablet.sign_in(scene.lead(assignment).username)
    tablet.ready_for_the_field(assignment.public_id)
    record(tablet, assignment)
    return tablet.page


def with_room_left(tablet: Tablet, assignment: Assignment, more: int) -> None:
    """As if the device had only so much left beside what is stored already.

    The browser remembers for half a minute how much there was: only a new one asks again.
    """
    session = tablet.context.new_cdp_session(tablet.page)
    usage = session.send("Storage.getUsageAndQuota", {"origin": tablet.base})["usage"]
    tablet.restart()
    session = tablet.context.new_cdp_session(tablet.page)
    quota = {"origin": tablet.base, "quotaSize": usage + more}
    session.send("Storage.overrideQuotaForOrigin", quota)
    record(tablet, assignment)


def test_persistent_storage_is_asked_for(tablet: Tablet, form: Any) -> None:
    tablet.wait("window.askedToPersist === true")
    tablet.wait("/受保护|可能清理/.test(document.getElementById('tablet-bar').textContent)")


def test_a_full_device_says_so_before_anything_is_lost(
    scene: Scene,
    assignment: Assignment,
    network: Network,
    tablet: Tablet,
    form: Any,
    photos: Callable[[int], list[str]],
) -> None:
    first, second = photos(2)
    tablet.wait("Tablet.store.db.getKey('meta', 'reserve').then(Boolean)")
    network.mode = "down"
    with_room_left(tablet, assignment, 100_000)

    take(tablet, "must_check:8", [first])  # into what was kept back for this day
    alarm = tablet.page.locator("#tablet-alarm:not([hidden])")
    alarm.wait_for()
    assert "存储将满" in alarm.inner_text()
    assert "存储将满" in bar(tablet)

    with_room_left(tablet, assignment, 100_000)
    tablet.page.set_input_files('[data-pick="must_check:8"] input', second)
    tablet.wait("document.getElementById('tablet-alarm').textContent.includes('存储已满')")
    assert tablet.page.locator('[data-photos="must_check:8"] > li').count() == 1
    network.mode = "up"
    tablet.hand_in(scene.lead(assignment).username)  # what was stored before goes its way
    assert assignment.evidence.count() == 1


def test_where_the_browser_tells_what_is_left_a_photo_that_may_not_fit_is_not_taken(
    tablet: Tablet, form: Any, photos: Callable[[int], list[str]]
) -> None:
    tablet.page.evaluate(
        "() => { navigator.storage.estimate = async () => ({ usage: 990e6, quota: 1000e6 }); }"
    )

    tablet.page.set_input_files('[data-pick="must_check:8"] input', photos(1))
    tablet.wait("document.getElementById('tablet-alarm').textContent.includes('存储已满')")

    assert tablet.page.locator('[data-photos="must_check:8"] > li').count() == 0


def test_an_edit_that_does_not_fit_stays_on_the_page_and_is_not_called_saved(
    tablet: Tablet, form: Any
) -> None:
    tablet.page.evaluate(
        "() => { IDBObjectStore.prototype.add = () => {"
        " throw new DOMException('full', 'QuotaExceededError'); }; }"
    )

    tablet.page.fill("#id_narrative__text", "放不下的内容")
    tablet.wait("document.getElementById('tablet-alarm').textContent.includes('没有保存')")

    assert tablet.page.input_value("#id_narrative__text") == "放不下的内容"
    assert "已存本机" not in tablet.page.inner_text('[data-section="narrative"] h2')
