"""Every page a stranger can open, found from the access table so that a new one cannot be forgotten,
on a bureau with a finished and a running quarter: accessible, narrow, light, alone, printable, and
whole without JavaScript."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from chanji_dualrandom.access import ACCESS, PUBLIC
from chanji_dualrandom.demo.guide import write_guide
from chanji_dualrandom.demo.people import make_accounts, make_inspectors
from chanji_dualrandom.demo.quarters import FinishedQuarter
from chanji_dualrandom.demo.units import make_sources
from disclosure.models import (
    GuidePage,
    PublicationLink,
    PublicExternalDraw,
    PublicFairness,
    PublicPenalty,
    PublicPlan,
    PublicPositiveListChange,
    PublicProof,
    PublicResult,
)
from disclosure.services.publishing import withdraw_result
from disclosure.services.statutory_report import issue_report
from disclosure.services.sweep import publication_sweep
from registry.clocks.selectors import work_calendar
from registry.rules.quarter import Quarter
from tests.access.record_addresses import record_arguments
from tests.cast import prepare_house
from tests.journeys.test_accessibility import findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Pixels: a small phone, a desk, the same desk at 200 %, and a sheet of A4 between its margins.
PHONE, DESK, ZOOMED, PAPER = 360, 1280, 640, 680
FIRST_LOAD = 150 * 1024


def _address(name: str, *args: Any, query: str = "", **kwargs: Any) -> str:
    return reverse(name, args=args, kwargs=kwargs) + query


def _results() -> list[str]:
    queries = ("", "?q=有限&sort=checked", "?outcome=6", "?q=没有这家", "?last=1")
    return [_address("public:results", query=query) for query in queries]


def _plans() -> list[str]:
    plans = set(PublicPlan.objects.values_list("plan_number", flat=True))
    plans |= set(PublicExternalDraw.objects.values_list("plan_number", flat=True))
    return [_address("public:plan", number) for number in sorted(plans)]


def _fair() -> list[str]:
    proofs = PublicProof.objects.filter(void=False)
    return [_address("public:fairness", row.plan_number) for row in proofs]


def _fair_years() -> list[str]:
    years = PublicFairness.objects.values_list("year", flat=True).distinct()
    return [_address("public:fairness_year", year) for year in years]


def _one_result_of_each_sort() -> list[str]:
    rows = [
        PublicResult.objects.filter(withdrawn_at=None).latest("pk"),
        PublicResult.objects.exclude(withdrawn_at=None).latest("pk"),
        PublicResult.objects.filter(outcome="3").latest("pk"),
    ]
    return [_address("public:result", row.public_id) for row in rows]


def _enterprises() -> list[str]:
    keys = {PublicPenalty.objects.latest("pk").enterprise_key,
            PublicResult.objects.latest("pk").enterprise_key}  # fmt: skip
    return [_address("public:enterprise", key) for key in sorted(keys)]


def _verify() -> list[str]:
    void = PublicProof.objects.get(void=True)
    queries = ("", f"?plan={void.plan_number}", f"?commitment={void.commitment}")
    return [_address("public:verify", query=query) for query in queries]


def _check(name: str) -> Callable[[], list[str]]:
    return lambda: [_address(name, **record_arguments()[name])]


PAGES: dict[str, Callable[[], list[str]]] = {
    "public:results": _results,
    "public:plan": _plans,
    "public:fairness": _fair,
    "public:fairness_year": _fair_years,
    "public:result": _one_result_of_each_sort,
    "public:enterprise": _enterprises,
    "public:verify": _verify,
    "public:problems": lambda: [_address("public:problems", query=q) for q in ("", "?state=closed")],
    "public:guide_page": lambda: [_address("public:guide_page", GuidePage.objects.latest("pk").slug)],
    "complaints:state": lambda: [_address("complaints:state", query=q) for q in ("", "?code=x")],
    **{name: _check(name) for name in ("check:gate", "check:feedback", "check:paper")},
    **{
        name: lambda name=name: [_address(name)]  # type: ignore[misc]
        for name in (
            "complaints:form", "public:home", "public:statistics", "public:guide",
            "public:open_data", "public:api_docs", "public:items", "public:plans",
            "public:positive_list", "public:notices", "public:penalties", "public:statutory",
        )
    },
}  # fmt: skip
WITH_FORMS = {"complaints:form", "complaints:state", "check:feedback"}  # have a cookie
WITH_SCRIPT = {"public:verify", "complaints:form"}  # recompute, and a new question each time
# Their figures stand side by side on a phone; other wide tables may be moved in their box.
WHOLE_ON_A_PHONE = {"public:plan", "public:fairness", "public:fairness_year", "public:statutory"}
MOVED = (
    "[...document.querySelectorAll('.scroll')].some(box => box.scrollWidth > box.clientWidth + 1)"
)
BLOCKING = "[...document.scripts].some(s => s.src && !s.async && !s.defer && s.type !== 'module')"
# Files, feeds, programs and answers for programs; the tablet's page for when there is no net; and the
# door of the staff, which brings their style sheets (tests/journeys/test_accessibility.py sees it).
NOT_PAGES = {
    "login",
    "healthz", "service_worker", "registry:machinery", "registry:feed", "inspections:manifest",
    "inspections:offline", "public:material", "public:results_feed", "public:notices_feed",
    "public:feed", "public:dictionary", "public:table", "public:robots", "public:sitemap",
    "public:sitemap_pages", "public:sitemap_results", "public:announcement", "public:proof",
    "public:announcement_of", "public:record_of", "public:proof_of", "public:results_csv", "public:results_json",
    "public:verifier", "public:protocol", "public:fairness_units",
}  # fmt: skip


@pytest.fixture
def filled(db: None, evidence_root: Path) -> None:
    """A finished quarter through the services, and a row of everything else that is ever public."""
    prepare_house()
    now, users, calendar = timezone.now(), make_accounts(), work_calendar()
    last = Quarter.of(timezone.localdate(now)).previous
    make_inspectors(users, year=last.year)
    make_sources(
        today=timezone.localdate(now), planner=users["planner1"], director=users["director1"]
    )
    FinishedQuarter(last, users=users, calendar=calendar, now=now).play()
    write_guide(users=users, now=now)
    publication_sweep(now=now)
    _fill_the_rest(last, users, now)


def _fill_the_rest(last: Quarter, users: dict[str, Any], now: Any) -> None:
    issue_report(
        quarter=last, actor=users["publisher1"], note="", now=now, today=timezone.localdate(now)
    )
    link = PublicationLink.objects.filter(state="published").latest("pk")
    withdraw_result(link_id=link.pk, actor=users["director1"], note="记录有误", now=now)
    unit = link.assignment.source
    PublicPositiveListChange.objects.create(
        reference="ZM900001", enterprise_name=unit.display_name, uscc=unit.uscc, kind="entered",
        register_code=unit.code, on=last.start, reason="守法记录良好", authority="本局",
        published_at=now,
    )  # fmt: skip
    PublicExternalDraw.objects.create(
        plan_number=f"{last}-W1", title="部门联合抽查", platform="自治区监管平台", drawn_on=last.start,
        file_sha256="0" * 64, counts=[{"label": "重点排污单位", "count": 3}], approved_at=now,
        published_at=now,
    )  # fmt: skip
    _declare_void(now)


def _declare_void(now: Any) -> None:
    """The same plan was drawn once before, and that draw was declared void."""
    plan, proof = PublicPlan.objects.latest("pk"), PublicProof.objects.latest("pk")
    plan.pk, plan.commitment, plan.state = None, "f" * 64, "void"
    plan.ended_at, plan.ended_reason = now, "见证人中途离场"
    plan.save()
    proof.pk, proof.commitment, proof.void = None, "f" * 64, True
    proof.save()


def test_no_public_address_is_forgotten() -> None:
    public = {name for name, needed in ACCESS.items() if needed == PUBLIC}

    assert {name for name in public if not name.startswith("api:")} == {*PAGES} | NOT_PAGES


class Look:
    """One page in a fresh browser, and everything that is wrong with it."""

    def __init__(self, browser: Any, origin: str, name: str, address: str) -> None:
        self.browser, self.origin, self.name, self.address = browser, origin, name, address
        self.faults: list[str] = []

    def all(self) -> list[str]:
        context = self.browser.new_context(viewport={"width": PHONE, "height": 740})
        page = context.new_page()
        self.loads(page)
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 800})
            self.faults += findings(page)
            self.fits(page, width, f"at {width} px")
        page.set_viewport_size({"width": ZOOMED, "height": 450})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        self.fits(page, ZOOMED, "at 200 %")
        page.evaluate("document.documentElement.style.fontSize = ''")
        self.prints(page)
        if context.cookies() and self.name not in WITH_FORMS:
            self.fault("sets a cookie")
        text = self.text(page)
        context.close()
        if self.name not in WITH_SCRIPT:
            self.needs_no_script(text)
        return self.faults

    def fault(self, what: str) -> None:
        self.faults.append(f"{self.address} {what}")

    def loads(self, page: Any) -> None:
        sizes: dict[str, int] = {}
        page.on("response", lambda answer: sizes.update({answer.url: len(answer.body())}))
        answer = page.goto(self.origin + self.address, wait_until="networkidle")
        if answer.status != 200:
            self.fault(f"answers {answer.status}")
        if any(not url.startswith((self.origin, "data:")) for url in sizes):
            self.fault("asks another host")
        # What /verify/ is asked to check comes on top: it grows with the register.
        own = sum(size for url, size in sizes.items() if not url.endswith("/proof.json"))
        if own > FIRST_LOAD:
            self.fault(f"loads {own} bytes")
        if page.locator("h1").count() != 1:
            self.fault("has not one h1")
        if page.evaluate(BLOCKING):
            self.fault("has a script that blocks")

    def fits(self, page: Any, width: int, where: str) -> None:
        if page.evaluate("document.documentElement.scrollWidth") > width:
            self.fault(f"is wider than the screen {where}")
        if width == PHONE and self.name in WHOLE_ON_A_PHONE and page.evaluate(MOVED):
            self.fault(f"has a table that is wider than the screen {where}")

    def prints(self, page: Any) -> None:
        page.set_viewport_size({"width": PAPER, "height": 1000})
        page.emulate_media(media="print")
        if page.locator("nav:visible").count():
            self.fault("prints its navigation")
        if not page.locator("h1").is_visible():
            self.fault("prints no heading")
        self.fits(page, PAPER, "on paper")
        page.emulate_media(media="screen")

    def text(self, page: Any) -> str:
        return " ".join(page.locator("main").inner_text().split())

    def needs_no_script(self, text: str) -> None:
        context = self.browser.new_context(
            viewport={"width": PAPER, "height": 1000}, java_script_enabled=False
        )
        page = context.new_page()
        page.goto(self.origin + self.address)
        if self.text(page) != text:
            self.fault("says something else without JavaScript")
        context.close()


@pytest.mark.usefixtures("filled")
def test_every_public_page_can_be_used_by_everybody(browser: Any, live_server: Any) -> None:
    faults = [
        fault
        for name, addresses in PAGES.items()
        for address in addresses()
        for fault in Look(browser, live_server.url, name, address).all()
    ]

    assert faults == []
