"""The grading desks in the browser's words: what is sent, what is answered, what has changed."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from registry.grading.rules.risk import DEFAULT_THRESHOLDS, DEFAULT_WEIGHTS
from registry.grading.services.risk import assess_sources
from registry.grading.services.special_flags import propose_special_flags
from registry.models import (
    PollutionSource,
    PositiveListChange,
    RiskAssessment,
    RiskFact,
    RiskWeights,
    SpecialFlag,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def staff(world_staffed: dict[str, User]) -> dict[str, User]:
    return world_staffed


@pytest.fixture
def units(staff: dict[str, User]) -> list[PollutionSource]:
    return [
        PollutionSource.objects.create(
            code=f"PS{n:05d}", name=f"示范{n}号有限公司", no_code_reason="individual",
            regulatory_type="general", credit_grade="bad", risk_grade="low",
        )
        for n in range(1, 4)
    ]  # fmt: skip


@pytest.fixture
def as_user(staff: dict[str, User]) -> Any:
    def client(username: str) -> Client:
        found = Client(raise_request_exception=False)
        found.force_login(staff[username])
        return found

    return client


def grades() -> list[str]:
    return list(PollutionSource.objects.order_by("code").values_list("risk_grade", flat=True))


def test_a_leader_confirms_what_was_ticked(as_user: Any, units: list[PollutionSource]) -> None:
    assess_sources(today=TODAY)
    row = RiskAssessment.objects.get(source=units[0])
    leader = as_user("director1")
    page = leader.get(f"/registry/risk/{row.pk}/").content.decode()
    assert "30 分" not in page
    assert "合计" in page
    assert "不良" in page

    leader.post("/registry/risk/decide/", {"chosen": [row.pk], "reason": "属实", "approve": ""})

    assert grades() == ["medium", "low", "low"]


def test_a_leader_decides_on_all_that_fit_the_filter(
    as_user: Any, units: list[PollutionSource]
) -> None:
    assess_sources(today=TODAY)

    answer = as_user("director1").post(
        "/registry/risk/decide/",
        {"everything": "on", "q": "示范2号", "grade": "", "reason": "属实", "approve": ""},
        follow=True,
    )

    assert "已确认 1 项" in answer.content.decode()
    assert grades() == ["low", "medium", "low"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"reason": "属实", "approve": ""}, "请先勾选"),
        ({"chosen": ["x", "9" * 40, "-1", "٣"], "reason": "属实", "approve": ""}, "请先勾选"),
        ({"chosen": ["123456"], "reason": "属实", "approve": ""}, "已办理"),
        ({"everything": "on", "reason": "", "approve": ""}, "请填写理由"),
        ({"everything": "on", "reason": "因" * 301, "approve": ""}, "最多300个字"),
        ({"everything": "on", "reason": "a\0b", "approve": ""}, "不可见字符"),
    ],
)
def test_a_decision_that_cannot_be_is_explained_and_changes_nothing(
    as_user: Any, units: list[PollutionSource], form: dict[str, Any], words: str
) -> None:
    assess_sources(today=TODAY)

    answer = as_user("director1").post("/registry/risk/decide/", form, follow=True)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert grades() == ["low", "low", "low"]


def test_a_refused_decision_keeps_what_was_ticked_and_the_filter(
    as_user: Any, units: list[PollutionSource]
) -> None:
    assess_sources(today=TODAY)
    chosen = RiskAssessment.objects.order_by("pk").first()
    assert chosen is not None
    form = {"chosen": chosen.pk, "reason": "因" * 301, "approve": "", "q": chosen.source.name}

    page = as_user("director1").post("/registry/risk/decide/", form).content.decode()

    assert f'value="{chosen.pk}" checked' in page
    assert "因" * 301 in page
    assert page.count("逐项说明") == 1


def test_a_refused_proposal_is_named_among_many(as_user: Any, units: list[PollutionSource]) -> None:
    flag = SpecialFlag.objects.create(
        source=units[1], reason="high_risk", evidence="x", state="proposed", starts_on=TODAY
    )

    page = as_user("director1").post(
        f"/registry/special-flags/{flag.pk}/", {"reason": "", "approve": ""}, follow=True
    )

    assert f"{flag}：请填写" in page.content.decode()


def test_who_keeps_the_facts_does_not_confirm_the_grades(
    as_user: Any, units: list[PollutionSource]
) -> None:
    assess_sources(today=TODAY)
    form = {"everything": "on", "reason": "x", "approve": ""}

    assert as_user("planner1").post("/registry/risk/decide/", form).status_code == 403
    assert as_user("director1").post("/registry/risk/assess/").status_code == 403
    assert as_user("director1").post("/registry/risk/weights/", weights_form()).status_code == 403
    assert grades() == ["low", "low", "low"]


def test_the_list_is_filtered_and_nonsense_shows_what_waits(
    as_user: Any, units: list[PollutionSource]
) -> None:
    assess_sources(today=TODAY)
    leader = as_user("director1")

    def shown(query: str) -> int:
        return leader.get(f"/registry/risk/?{query}").content.decode().count("逐项说明")

    assert shown("q=示范1号") == 1
    assert shown("state=confirmed") == 0
    assert shown("grade=high") == 0
    assert shown("state=nonsense&grade=3") == 3


def test_the_planner_computes_at_once(as_user: Any, units: list[PollutionSource]) -> None:
    answer = as_user("planner1").post("/registry/risk/assess/", follow=True)

    assert "新建议 3" in answer.content.decode()


def weights_form(**changes: Any) -> dict[str, Any]:
    return {
        **DEFAULT_WEIGHTS, **DEFAULT_THRESHOLDS, "effective_from": TODAY.isoformat(),
        "reason": "信用办法修订", "save": "", **changes,
    }  # fmt: skip


def test_new_weights_are_tried_before_they_are_saved(
    as_user: Any, units: list[PollutionSource]
) -> None:
    planner = as_user("planner1")
    form = weights_form(credit_bad=90, reason="")
    del form["save"]

    tried = planner.post("/registry/risk/weights/", {**form, "preview": ""}).content.decode()

    assert "3 家单位中，等级与现行权重的测算不同的有 3 家" in tried
    assert "中 → 高" in tried
    assert not RiskWeights.objects.filter(version=2).exists()
    assert planner.post("/registry/risk/weights/", weights_form(credit_bad=90)).status_code == 302
    assert RiskWeights.objects.get(version=2).weights["credit_bad"] == 90
    assert grades() == ["low", "low", "low"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"penalty": 1000}, "100"),
        ({"penalty": "abc"}, "整数"),
        ({"penalty": "9" * 5000}, ""),
        ({"high_from": 5, "medium_from": 5}, "应大于"),
        ({"reason": " "}, "请填写修改原因"),
        ({"effective_from": "2020-01-01"}, "不能早于今天"),
        ({"effective_from": "昨天"}, ""),
    ],
)
def test_weights_that_cannot_be_are_refused_beside_their_field(
    as_user: Any, units: list[PollutionSource], changes: dict[str, Any], words: str
) -> None:
    answer = as_user("planner1").post("/registry/risk/weights/", weights_form(**changes))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not RiskWeights.objects.filter(version=2).exists()


def fact_form(**changes: Any) -> dict[str, Any]:
    return {
        "source": "PS00001", "kind": "penalty", "on": TODAY.isoformat(), "number": 1, "level": "",
        "evidence": "决定书1号", **changes,
    }  # fmt: skip


def test_the_grade_lists_the_facts_of_a_merged_record_it_counts(
    as_user: Any, units: list[PollutionSource]
) -> None:
    as_user("planner1").post("/registry/risk/facts/", fact_form(source=units[1].code))
    PollutionSource.objects.filter(pk=units[1].pk).update(
        merged_into=units[0], status="deregistered", status_date=TODAY, status_reason="并入"
    )
    assess_sources(today=TODAY)
    row = RiskAssessment.objects.get(source=units[0], state="proposed")

    page = as_user("director1").get(f"/registry/risk/{row.pk}/").content.decode()

    assert "决定书1号" in page


def test_a_fact_is_recorded_and_voided(as_user: Any, units: list[PollutionSource]) -> None:
    planner = as_user("planner1")

    planner.post("/registry/risk/facts/", fact_form(source="示范1号有限公司"))
    row = RiskFact.objects.get()
    planner.post(f"/registry/risk/facts/{row.pk}/void/", {"reason": "复议撤销"})

    row.refresh_from_db()
    assert (row.source, row.void_reason) == (units[0], "复议撤销")
    assert planner.post("/registry/risk/facts/999/void/", {"reason": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"source": "没有这家"}, "名录中没有"),
        ({"on": (TODAY + timedelta(days=1)).isoformat()}, "不能晚于今天"),
        ({"kind": "management"}, "优、良、一般或差"),
        ({"evidence": ""}, ""),
        ({"number": 10**12}, ""),
    ],
)
def test_a_fact_that_cannot_be_is_refused(
    as_user: Any, units: list[PollutionSource], changes: dict[str, Any], words: str
) -> None:
    answer = as_user("planner1").post("/registry/risk/facts/", fact_form(**changes))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not RiskFact.objects.exists()


def test_a_flag_is_approved_with_a_reason_and_its_end_too(
    as_user: Any, units: list[PollutionSource]
) -> None:
    assert (
        "提议列入 3"
        in as_user("planner1")
        .post("/registry/special-flags/propose/", follow=True)
        .content.decode()
    )
    flag = SpecialFlag.objects.get(source=units[0])
    leader, url = as_user("director1"), f"/registry/special-flags/{flag.pk}/"

    assert "请填写决定理由" in leader.post(url, {"approve": ""}, follow=True).content.decode()
    leader.post(url, {"approve": "", "reason": "评价结果公布"})
    PollutionSource.objects.update(credit_grade="good")
    propose_special_flags(today=TODAY)
    ending = flag.endings.get()
    assert (
        "信用等级：良好，已不到提议界线" in leader.get("/registry/special-flags/").content.decode()
    )
    leader.post(
        f"/registry/special-flags/endings/{ending.pk}/", {"approve": "", "reason": "已修复"}
    )

    flag.refresh_from_db()
    assert (flag.state, flag.decision_reason, flag.ends_on) == ("approved", "评价结果公布", TODAY)
    assert leader.post("/registry/special-flags/99999/", {"reason": "x"}).status_code == 404
    assert leader.post("/registry/special-flags/endings/99999/", {"reason": "x"}).status_code == 404


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "enter-source": "PS00001", "enter-on": TODAY.isoformat(),
        "enter-until": (TODAY + timedelta(days=90)).isoformat(), "enter-reason": "三年无违法",
        "enter": "", **changes,
    }  # fmt: skip


def test_the_positive_list_is_kept_in_the_browser(
    as_user: Any, units: list[PollutionSource]
) -> None:
    planner = as_user("planner1")

    assert planner.post("/registry/positive-list/", entry()).status_code == 302
    again = planner.post("/registry/positive-list/", entry())
    assert again.status_code == 422
    assert "已在正面清单" in again.content.decode()
    planner.post(
        "/registry/positive-list/",
        {"leave-source": "PS00001", "leave-reason": "发现违法", "leave": ""},
    )

    kinds = PositiveListChange.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["entered", "left"]
    assert as_user("publisher1").post("/registry/positive-list/", entry()).status_code == 403


def test_the_admin_shows_the_positive_list_but_does_not_change_it(
    as_user: Any, units: list[PollutionSource]
) -> None:
    page = as_user("planner1").get(f"/admin/registry/pollutionsource/{units[0].pk}/change/")

    assert page.status_code == 200
    assert 'name="positive_list"' not in page.content.decode()
