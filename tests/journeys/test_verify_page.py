"""A citizen rechecks draws in the browser: nothing is uploaded, each tampering is named."""

import json
import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from disclosure.models import PublicPlan, PublicProof, PublicResult
from disclosure.public.verify_views import PART_NAMES
from disclosure.tests.public import altered
from sampling.choices import ChangeReason
from sampling.rules.protocol import (
    FIXED,
    FIXED_UNKNOWN,
    FOLLOWS,
    UNDRAWN,
    ProtocolError,
    announcement_digest,
    verify_bundle,
)
from sampling.tests.rules import vector
from sampling.tests.rules.alterations import ONLY_THE_LOG
from sampling.tests.rules.strategies import bundles

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Check = Callable[..., list[str]]
LOTS = """async ([module, pairs]) => {
    const { Lots } = await import(module);
    return pairs.map(([beginning, ending]) => new Lots(beginning).hex(ending));
}"""
# The part that is refused, or "", of each [bundle, kept] as texts.
PARTS = """async ([module, files]) => {
    const { compareWithKept, parseJson, verify } = await import(module);
    return files.map(([bundle, kept]) => {
        try {
            const found = verify(parseJson("bundle", bundle), () => {}, () => {});
            if (kept) compareWithKept(found.bundle.announcement, parseJson("kept", kept));
            return "";
        } catch (error) {
            return error.part ?? String(error.stack);
        }
    });
}"""
REASONS = """async (module) => {
    const { REASONS } = await import(module);
    return Object.values(REASONS).flatMap(Object.entries);
}"""
VERDICT = "#verify-verdict:not([hidden]) .verdict"


@pytest.fixture
def published(transactional_db: None) -> str:
    """The worked example as a published quarter."""
    known, at = vector.announcement(), timezone.now()
    PublicPlan.objects.create(
        plan_number=known["plan"],
        state="revealed",
        commitment=known["commitment"],
        announcement=known,
        announcement_digest=announcement_digest(known),
        record=vector.record(),
        frozen_at=at,
        published_at=at,
        officers_count=5,
        quotas=[
            {"category": category, "quota": quota, "label": category}
            for category, quota in known["quotas"].items()
        ],
    )
    PublicProof.objects.create(
        plan_number=known["plan"],
        commitment=known["commitment"],
        bundle=vector.TEXT,
        sha256="0" * 64,
        published_at=at,
    )
    return str(known["plan"])


@pytest.fixture
def page(browser: Any, live_server: Any, published: str) -> Any:
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(f"{live_server.url}/verify/")
    return page


@pytest.fixture
def check(page: Any) -> Check:
    """Opens these JSON texts or values as files of the visitor's own; gives the three answers."""

    def run(bundle: Any, kept: Any = None) -> list[str]:
        for name, value in (("#bundle", bundle), ("#announcement", kept)):
            text = value if isinstance(value, str) else json.dumps(value)
            file = {"name": "x.json", "mimeType": "application/json", "buffer": text.encode()}
            page.set_input_files(name, [] if value is None else [file])
        page.click("#verify-form button")
        page.wait_for_selector(VERDICT)
        return list(page.locator(VERDICT).all_inner_texts())

    return run


@pytest.fixture
def parts_of(page: Any, live_server: Any) -> Callable[[Iterable[tuple[Any, Any]]], list[str]]:
    """The part the browser refuses of each bundle with what was kept of it."""

    def run(files: Iterable[tuple[Any, Any]]) -> list[str]:
        texts = [[v if isinstance(v, str) else v and json.dumps(v) for v in pair] for pair in files]
        return list(page.evaluate(PARTS, [f"{live_server.url}/static/js/chanji_draw.js", texts]))

    return run


def refusal(bundle: Any, kept: Any = None) -> str:
    try:
        verify_bundle(json.loads(json.dumps(bundle)), kept)
    except ProtocolError as error:
        return error.part
    return ""


def name_of(part: str) -> str:
    """What the page calls a part such as announcement.entropy.0.at."""
    number = re.search(r"\.(\d+)", part)
    name = str(PART_NAMES[re.sub(r"\.\d+", ".*", part)])
    return name.replace("{}", str(int(number[1]) + 1)) if number else name


def test_published_draw_is_recomputed_and_one_unit_looked_up(page: Any, published: str):
    sent: list[Any] = []
    page.on("request", lambda request: sent.append(request))

    page.click("#verify-form button")
    page.wait_for_selector("#look-up:not([hidden])")
    page.fill("#unit", "PS00005")
    page.click("#look-up button")
    page.wait_for_selector("#look-up-answer .smallest")

    follows, fixed, values = page.locator(VERDICT).all_inner_texts()
    assert published in follows
    assert FOLLOWS in follows
    assert FIXED_UNKNOWN in fixed  # no announcement is fetched now and called an earlier one
    assert "03 07 11 19 24 30+08" in values
    assert "由在场见证人确认" in values
    assert page.locator("#verify-verdict a").get_attribute("href") == "https://www.cwl.gov.cn/"
    assert page.locator("#verify-steps .step--ok").count() == 10
    assert vector.bundle()["seed"] in page.inner_text("#verify-steps")
    answer = page.inner_text("#look-up-answer")
    assert "抽中" in answer
    assert "PS00008" in answer  # by whom it was replaced
    assert "关停或注销" in answer
    assert {request.method for request in sent} == {"GET"}  # nothing is uploaded
    assert not any(request.url.endswith("announcement.json") for request in sent)


def test_only_a_kept_announcement_says_what_was_fixed_before(check: Check, page: Any):
    known, kept = vector.bundle(), vector.announcement()

    assert FIXED in check(known, kept)[1]
    other = check(known, kept | {"reveal_by": "2027-05-01"})
    page.set_input_files("#announcement", [])
    page.fill("#pasted", json.dumps(kept))
    page.click("#verify-form button")
    page.wait_for_selector(VERDICT)
    pasted = page.locator(VERDICT).all_inner_texts()

    assert FOLLOWS in other[0]  # the draw follows from its inputs all the same
    assert f"不一致：{PART_NAMES['kept.reveal_by']}" in other[1]
    assert FIXED in pasted[1]


def test_a_published_unit_is_found_by_its_name_and_its_credit_code(
    page: Any, published: str, live_server: Any
):
    today = timezone.localdate()
    PublicResult.objects.create(
        enterprise_name="昌吉示范环保科技有限公司", uscc="91652300MA9000001X",
        enterprise_key="91652300MA9000001X", register_code="PS00020", category="一般排污单位",
        items="现场检查", checked_on=today, authority="本局", outcome="1",
        outcome_text="未发现问题", published_on=today, due_on=today, completed_on=today,
        quarter=published, plan_number=published, assignment_number=f"{published}-001",
    )  # fmt: skip
    page.click("#verify-form button")
    page.wait_for_selector("#look-up:not([hidden])")

    for wanted in ("示范环保", "91652300MA9000001X"):
        page.fill("#unit", wanted)
        page.click("#look-up button")
        page.click("#look-up-answer button")
        page.wait_for_selector("#look-up-answer .smallest")
        assert "PS00020：一般类" in page.inner_text("#look-up-answer")
    page.fill("#unit", "没有这家")
    page.click("#look-up button")
    page.wait_for_selector("#look-up-answer:has-text('只能按名录编号查')")


def test_a_unit_left_out_of_the_pool_is_told_with_its_reason(page: Any, published: str):
    page.click("#verify-form button")
    page.wait_for_selector("#look-up:not([hidden])")
    page.fill("#unit", "PS00044")
    page.click("#look-up button")

    page.wait_for_selector("#look-up-answer:has-text('列入正面清单')")


def test_link_from_a_result_checks_and_finds_the_unit_by_itself(
    page: Any, live_server: Any, published: str
):
    page.goto(f"{live_server.url}/verify/?plan={published}&unit=PS00018")

    page.wait_for_selector("#look-up-answer .smallest")

    assert "备选第" in page.inner_text("#look-up-answer")


def test_a_plan_void_before_its_draw_is_checked_too(check: Check, page: Any):
    answers = check(vector.undrawn(), vector.announcement())
    page.fill("#unit", "PS00018")
    page.click("#look-up button")
    page.wait_for_selector("#look-up-answer:has-text('抽取前作废')")

    assert len(answers) == 2
    assert UNDRAWN in answers[0]
    assert FIXED in answers[1]


def test_lots_are_the_hashes_that_python_computes(page: Any, live_server: Any):
    """Every length around the ends of SHA-256's blocks of 64 bytes, in beginning and ending."""
    lengths = [0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 128, 200]
    pairs = [("源" * (m // 3) + "b" * (m % 3), "e" * n) for m in lengths for n in lengths]

    lots = page.evaluate(LOTS, [f"{live_server.url}/static/js/lots.js", pairs])

    assert lots == [sha256((a + b).encode()).hexdigest() for a, b in pairs]


def test_each_single_change_is_refused_by_the_same_name(parts_of: Any):
    cases = [*altered.changed(), *altered.reshaped(), *altered.mistyped(), *altered.by_hand()]
    cases += [(what, bundle) for what, _, bundle in (*altered.forged(), *altered.recorded())]

    found = parts_of((bundle, None) for _, bundle in cases)

    for (what, bundle), part in zip(cases, found, strict=True):
        assert part == refusal(bundle) != "", what
        for one in part.split("/"):
            assert name_of(one)  # every part has a Chinese name


def test_what_stands_in_no_hash_is_accepted_here_too(parts_of: Any):
    bundles = [altered.edited(path, altered.put(value)) for path, value in ONLY_THE_LOG]

    assert parts_of((bundle, None) for bundle in bundles) == [""] * len(bundles)


def test_each_other_announcement_is_refused_by_its_field(parts_of: Any):
    known = vector.bundle()
    others = [({}, "kept"), ([], "kept"), (known["announcement"] | {"remark": ""}, "kept")]
    for path, value in altered.places(known["announcement"]):
        if (changed := altered.other(value)) is not None:
            place = ("announcement", *path)
            kept = altered.edited(place, altered.put(changed))["announcement"]
            others.append((kept, f"kept.{path[0]}"))

    found = parts_of((known, json.dumps(kept)) for kept, _ in others)

    assert found == [part for _, part in others]


def test_unreadable_files_are_refused_in_words(check: Check, parts_of: Any):
    twice = vector.TEXT.replace('"nonce"', '"nonce": "", "nonce"', 1)

    assert "不是完整的 JSON" in check("{")[0]
    assert "重复的字段" in check(twice)[0]
    assert str(PART_NAMES["bundle"]) in check("null")[0]
    assert "不一致：您留存的公告" in check(vector.bundle(), "{")[1]
    assert (
        "公告的第1个随机源的期号"
        in check(altered.resealed(entropy=[altered.SSQ | {"id": "2026157"}]))[0]
    )
    for number in ("40.0", "4e1", "9007199254740993"):
        assert parts_of([(vector.TEXT.replace('"outcomes": 40', f'"outcomes": {number}'), None)])[
            0
        ] in ("bundle", "draw.outcomes")


def test_the_reasons_of_changes_are_called_as_the_staff_call_them(page: Any, live_server: Any):
    told = page.evaluate(REASONS, f"{live_server.url}/static/js/draw_teams.js")

    assert {code: name for code, name in told} == {
        value: str(label) for value, label in ChangeReason.choices
    }


def test_every_true_bundle_is_accepted(parts_of: Any):
    @given(st.lists(bundles(), min_size=40, max_size=40))
    @settings(
        deadline=None,
        max_examples=3,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def hold(some: list[dict[str, Any]]) -> None:
        found = parts_of((bundle, bundle["announcement"]) for bundle in some)
        for bundle, part in zip(some, found, strict=True):
            assert part == "", json.dumps(bundle)

    hold()
