"""风险分级: proposals are computed, explained, and decided by a person."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from registry.grading.rules.risk import DEFAULT_THRESHOLDS, DEFAULT_WEIGHTS
from registry.grading.services import risk
from registry.grading.services.clues_and_problems import note_verified_clue
from registry.grading.services.risk_facts import BadRiskFact, record_fact, void_fact
from registry.grading.services.risk_weights import WeightsNotInOrder, set_weights, weights_on
from registry.models import AuditEvent, PollutionSource, RiskAssessment, RiskFact, RiskWeights
from registry.permissions import CONFIRM_RISK, MANAGE_RISK
from registry.rules.texts import TextNotUsable
from registry.rules.violations import NotAllowed
from registry.services.check_ledger import record_check

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(person: Any) -> Any:
    return person("planner", MANAGE_RISK)


@pytest.fixture
def director(person: Any) -> Any:
    return person("director", CONFIRM_RISK)


def penalise(source: PollutionSource, planner: Any, on: date, today: date) -> RiskFact:
    return record_fact(
        source_id=source.pk,
        kind="penalty",
        on=on,
        evidence="昌高环罚〔2026〕1号",
        actor=planner,
        today=today,
    )


def confirm(rows: list[RiskAssessment], director: Any, reason: str = "属实", **more: Any) -> int:
    return risk.decide_assessments(
        assessment_ids=[row.pk for row in rows],
        actor=director,
        now=timezone.now(),
        **{"approve": True, "reason": reason, **more},
    )


def test_a_penalty_and_bad_credit_propose_high_but_change_nothing(
    unit: Any, planner: Any, day: date
) -> None:
    source = unit(credit_grade="bad", risk_grade="low")
    penalise(source, planner, date(2026, 3, 1), day)

    run = risk.assess_sources(today=day)

    row = RiskAssessment.objects.get()
    assert (run.proposed, row.state, row.old_grade, row.proposed_grade) == (
        1, "proposed", "low", "high",
    )  # fmt: skip
    assert row.score == sum(line["points"] for line in row.contributions) == 45
    source.refresh_from_db()
    assert source.risk_grade == "low"


def test_facts_of_every_kind_count_within_their_window(unit: Any, planner: Any, day: date) -> None:
    source = unit()
    penalise(source, planner, date(2023, 5, 13), day)  # three years ago to the day: outside
    penalise(source, planner, date(2023, 5, 14), day)
    for number, on in enumerate([date(2025, 5, 13), date(2025, 6, 1), date(2026, 5, 1)]):
        note_verified_clue(
            source=source, kind="complaint", verified_on=on, reference=f"XS-{number}"
        )
    for number, (on, outcome) in enumerate([(date(2025, 1, 1), "2"), (date(2026, 1, 1), "1")]):
        record_check(
            source=source, checked_on=on, check_source="daily", method="on_site",
            plan_number="", reference=f"CJ-{number}", outcome=outcome,
        )  # fmt: skip

    risk.assess_sources(today=day)

    lines = {line["factor"]: line for line in RiskAssessment.objects.get().contributions}
    assert lines["行政处罚"]["fact"] == "近3年1次，最近 2023-05-14"
    assert lines["查实的投诉举报等线索"]["fact"] == "近1年2条，最近 2026-05-01"
    assert lines["检查发现问题"]["fact"] == "近3年1次，最近 2025-01-01"
    assert lines["距上次检查"]["fact"] == "上次检查 2026-01-01"


def test_the_same_facts_are_never_written_twice(unit: Any, planner: Any, day: date) -> None:
    penalise(unit(credit_grade="bad", risk_grade="low"), planner, date(2026, 3, 1), day)
    unit(risk_grade="low", code="PS9")

    risk.assess_sources(today=day)
    second = risk.assess_sources(today=day + timedelta(days=1))

    assert (second.proposed, second.agrees, second.same) == (0, 0, 2)
    assert RiskAssessment.objects.count() == 2


def test_new_facts_replace_a_proposal_nobody_decided(unit: Any, planner: Any, day: date) -> None:
    source = unit(credit_grade="bad")
    risk.assess_sources(today=day)
    penalise(source, planner, date(2026, 3, 1), day)

    risk.assess_sources(today=day)

    states = RiskAssessment.objects.order_by("pk").values_list("state", "proposed_grade")
    assert list(states) == [("superseded", "medium"), ("proposed", "high")]


def test_a_person_confirms_many_at_once_and_the_trail_says_why(
    unit: Any, director: Any, day: date
) -> None:
    for _n in range(3):
        unit(credit_grade="bad")
    risk.assess_sources(today=day)

    assert confirm(list(RiskAssessment.objects.all()), director, "年度评定") == 3

    assert set(PollutionSource.objects.values_list("risk_grade", flat=True)) == {"medium"}
    events = AuditEvent.objects.filter(action="source.risk_grade_changed")
    assert events.count() == 3
    assert events[0].changes["risk_grade"] == ["", "medium"]
    assert events[0].reason == "年度评定"
    assert risk.assess_sources(today=day).same == 3


def test_a_rejected_proposal_is_not_made_again_until_a_fact_changes(
    unit: Any, planner: Any, director: Any, day: date
) -> None:
    source = unit(credit_grade="bad", risk_grade="low")
    risk.assess_sources(today=day)
    confirm(list(RiskAssessment.objects.all()), director, "信用修复中", approve=False)

    assert risk.assess_sources(today=day).same == 1
    penalise(source, planner, date(2026, 5, 1), day)

    assert risk.assess_sources(today=day).proposed == 1
    source.refresh_from_db()
    assert source.risk_grade == "low"


def test_a_decision_needs_a_reason_and_the_permission(
    unit: Any, planner: Any, director: Any, day: date
) -> None:
    unit(credit_grade="bad")
    risk.assess_sources(today=day)
    rows = list(RiskAssessment.objects.all())

    with pytest.raises(TextNotUsable, match="请填写理由"):
        confirm(rows, director, " ")
    with pytest.raises(NotAllowed):
        confirm(rows, planner)
    with pytest.raises(risk.AssessmentDecided, match="勾选"):
        confirm([], director)


def test_who_decides_second_is_told_and_changes_nothing(
    unit: Any, director: Any, day: date
) -> None:
    unit(credit_grade="bad")
    other = unit(credit_grade="bad")
    risk.assess_sources(today=day)
    first, second = RiskAssessment.objects.order_by("pk")
    confirm([first], director)

    with pytest.raises(risk.AssessmentDecided, match="有 1 项已办理"):
        confirm([first, second], director)

    other.refresh_from_db()
    assert other.risk_grade == ""


def test_a_grade_that_moved_meanwhile_is_not_overwritten(
    unit: Any, director: Any, day: date
) -> None:
    source = unit(credit_grade="bad")
    risk.assess_sources(today=day)
    PollutionSource.objects.filter(pk=source.pk).update(risk_grade="high")

    with pytest.raises(risk.GradeMoved, match="重新测算"):
        confirm(list(RiskAssessment.objects.all()), director)


def test_units_that_left_the_register_are_not_graded(unit: Any, day: date) -> None:
    unit(status="closed", status_date=day, status_reason="关停")

    assert risk.assess_sources(today=day) == risk.Run()


def test_a_thousand_units_take_a_handful_of_queries(
    unit: Any, day: date, django_assert_max_num_queries: Any
) -> None:
    PollutionSource.objects.bulk_create(
        PollutionSource(
            code=f"B{n}", name=f"单位{n}", no_code_reason="individual", regulatory_type="general"
        )
        for n in range(1000)
    )

    with django_assert_max_num_queries(30):
        assert risk.assess_sources(today=day).proposed == 1000


def test_a_new_version_of_the_weights_takes_effect_on_its_day_and_the_old_one_stays(
    unit: Any, planner: Any, day: date
) -> None:
    unit(credit_grade="bad", risk_grade="medium")
    risk.assess_sources(today=day)
    draft = {**DEFAULT_WEIGHTS, "credit_bad": 50}
    preview = risk.preview_weights(weights=draft, thresholds=DEFAULT_THRESHOLDS, today=day)

    row = set_weights(
        weights=draft, thresholds=DEFAULT_THRESHOLDS, effective_from=day + timedelta(days=5),
        reason="信用修复办法施行", actor=planner, today=day,
    )  # fmt: skip

    assert (preview.changed, dict(preview.changes)) == (1, {("medium", "high"): 1})
    assert weights_on(day).version == 1
    assert weights_on(day + timedelta(days=5)) == row
    assert risk.assess_sources(today=day).same == 1
    assert risk.assess_sources(today=day + timedelta(days=5)).proposed == 1
    event = AuditEvent.objects.get(action="risk_weights.changed")
    assert event.changes == {"credit_bad": [20, 50]}
    with pytest.raises(DatabaseError), transaction.atomic():
        RiskWeights.objects.filter(version=1).update(reason="x")


def test_weights_neither_begin_in_the_past_nor_without_a_reason(planner: Any, day: date) -> None:
    common = {
        "weights": DEFAULT_WEIGHTS, "thresholds": DEFAULT_THRESHOLDS, "actor": planner, "today": day,
    }  # fmt: skip

    with pytest.raises(WeightsNotInOrder, match="不能早于今天"):
        set_weights(effective_from=day - timedelta(days=1), reason="x", **common)
    with pytest.raises(TextNotUsable, match="修改原因"):
        set_weights(effective_from=day, reason="", **common)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "fine"}, "种类"),
        ({"on": date(2026, 5, 14)}, "不能晚于今天"),
        ({"kind": "management"}, "优、良、一般或差"),
        ({"level": "good"}, "只有"),
        ({"number": 0}, "1 至"),
        ({"number": 10**9}, "1 至"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_with_a_mend(
    unit: Any, planner: Any, day: date, fields: dict[str, Any], message: str
) -> None:
    common = {"kind": "penalty", "on": day, "evidence": "决定书", "actor": planner, "today": day}

    with pytest.raises(BadRiskFact, match=message):
        record_fact(source_id=unit().pk, **{**common, **fields})


def test_a_voided_fact_stays_with_its_reason_and_counts_no_more(
    unit: Any, planner: Any, day: date
) -> None:
    source = unit(risk_grade="low")
    row = penalise(source, planner, date(2026, 3, 1), day)
    void_fact(fact_id=row.pk, reason="行政复议撤销", actor=planner, now=timezone.now())

    risk.assess_sources(today=day)

    assert RiskAssessment.objects.get().score == 10  # never inspected, nothing else
    assert RiskFact.objects.get().void_reason == "行政复议撤销"
    with pytest.raises(BadRiskFact, match="已作废"):
        void_fact(fact_id=row.pk, reason="x", actor=planner, now=timezone.now())


def test_the_database_knows_one_open_proposal_per_unit(unit: Any, day: date) -> None:
    unit(credit_grade="bad")
    risk.assess_sources(today=day)
    row = RiskAssessment.objects.get()
    row.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
