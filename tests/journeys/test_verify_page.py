"""A citizen rechecks draws in the browser: nothing is uploaded, each tampering is named."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from disclosure.models import PublicPlan, PublicProof
from disclosure.public.views import PART_NAMES
from sampling.tests.rules import vector
from sampling.tests.rules.alterations import ALTERED
from sampling.tests.rules.strategies import bundles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Check = Callable[..., str]
LOTS = """async ([module, pairs]) => {
    const { Lots, hexOf } = await import(module);
    const bytes = (text) => new TextEncoder().encode(text);
    return pairs.map(([beginning, ending]) => hexOf(new Lots(beginning).of(bytes(ending))));
}"""
VERDICT = "#verify-verdict:not([hidden])"


@pytest.fixture
def published(transactional_db: None) -> str:
    """The worked example as a published quarter."""
    known, at = vector.bundle(), timezone.now()
    PublicPlan.objects.create(
        plan_number=known["plan"],
        state="revealed",
        commitment=known["commitment"],
        pool_digest=known["pool_digest"],
        entropy_source=known["entropy"]["source"],
        entropy_at=at,
        frozen_at=at,
        published_at=at,
        officers_count=4,
        quotas=[
            {"category": category, "quota": quota, "label": category}
            for category, quota in vector.announcement()["quotas"].items()
        ],
    )
    PublicProof.objects.create(
        plan_number=known["plan"],
        commitment=known["commitment"],
        bundle=vector.TEXT,
        sha256="0" * 64,
        published_at=at,
    )
    return known["plan"]


@pytest.fixture
def page(browser: Any, live_server: Any, published: str) -> Any:
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(f"{live_server.url}/verify/")
    return page


@pytest.fixture
def check(page: Any) -> Check:
    """Opens these JSON texts or values as files of the visitor's own; gives the verdict."""

    def run(bundle: Any, announcement: Any = None) -> str:
        for name, value in (("#bundle", bundle), ("#announcement", announcement)):
            text = value if isinstance(value, str) else json.dumps(value)
            file = {"name": "x.json", "mimeType": "application/json", "buffer": text.encode()}
            page.set_input_files(name, [] if value is None else [file])
        page.click("#verify-form button")
        return str(page.inner_text(VERDICT))

    return run


def said_of(part: str, verdict: str) -> bool:
    """The part is among those the verdict names, as in “不一致：随机数。…”."""
    named = verdict.removeprefix("不一致：").split("。")[0].split("或")
    return verdict.startswith("不一致：") and str(PART_NAMES[part]) in named


def test_published_draw_is_recomputed_and_one_unit_looked_up(page: Any, published: str):
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))

    page.click("#verify-form button")
    page.wait_for_selector("#look-up:not([hidden])")
    page.fill("#unit", "PS00017")
    page.click("#look-up button")
    page.wait_for_selector("#look-up-answer .smallest")

    assert page.inner_text(VERDICT).startswith(f"全部一致：{published}")
    assert page.locator("#verify-steps .step--ok").count() == 10
    assert vector.bundle()["seed"] in page.inner_text("#verify-steps")
    answer = page.inner_text("#look-up-answer")
    assert "抽中" in answer
    assert "PS00015" in answer  # by whom it was replaced
    assert set(sent) == {"GET"}  # nothing is uploaded


def test_link_from_a_result_checks_and_finds_the_unit_by_itself(
    page: Any, live_server: Any, published: str
):
    page.goto(f"{live_server.url}/verify/?plan={published}&unit=PS00018")

    page.wait_for_selector("#look-up-answer .smallest")

    assert "备选第" in page.inner_text("#look-up-answer")


def test_lots_are_the_hashes_that_python_computes(page: Any, live_server: Any):
    """Every length around the ends of SHA-256's blocks of 64 bytes, in beginning and ending."""
    lengths = [0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 128, 200]
    pairs = [("源" * (m // 3) + "b" * (m % 3), "尾" + "e" * n) for m in lengths for n in lengths]

    lots = page.evaluate(LOTS, [f"{live_server.url}/static/js/lots.js", pairs])

    assert lots == [sha256((a + b).encode()).hexdigest() for a, b in pairs]


def test_each_single_alteration_is_refused_naming_the_part(check: Check):
    assert check(vector.bundle()).startswith("全部一致")

    for part, tamper in ALTERED:
        altered = vector.bundle()
        tamper(altered)
        assert said_of(part, check(altered)), part


def test_unreadable_files_and_other_announcements_are_refused_in_words(check: Check):
    twice = vector.TEXT.replace('"plan"', '"plan": "2027Q1", "plan"', 1)

    assert "不是完整的 JSON" in check("{")
    assert "重复的字段" in check(twice)
    assert said_of("bundle", check("null"))
    for key in vector.announcement():
        other = {**vector.announcement(), key: "another"}
        assert said_of(key.replace("_source", ".source"), check(vector.bundle(), other)), key
    assert said_of("announcement", check(vector.bundle(), {}))
    assert check(vector.bundle(), vector.announcement()).startswith("全部一致")


def test_every_true_bundle_is_accepted(check: Check):
    @given(st.lists(bundles(), min_size=8, max_size=8))
    @settings(
        deadline=None,
        max_examples=3,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def hold(some: list[dict[str, Any]]) -> None:
        for bundle in some:
            assert check(bundle).startswith("全部一致"), json.dumps(bundle)

    hold()
