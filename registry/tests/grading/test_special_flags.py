"""特殊监管 is proposed from facts, named in the evidence; a person decides, with a reason."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from registry.grading.services.clues_and_problems import note_verified_clue
from registry.grading.services.risk_facts import record_fact, void_fact
from registry.grading.services.special_flags import (
    EndingAlreadyDecided,
    FlagAlreadyDecided,
    Run,
    decide_ending,
    decide_flag,
    propose_special_flags,
)
from registry.models import AuditEvent, PollutionSource, RiskFact, SpecialFlag, SpecialFlagEnding
from registry.permissions import APPROVE_SPECIAL_FLAG, MANAGE_RISK, MANAGE_SETTINGS, SameIdentity
from registry.rules.texts import TextNotUsable
from registry.services.bureau_settings import change_setting

pytestmark = pytest.mark.django_db


@pytest.fixture
def planner(person: Any) -> Any:
    return person("planner", MANAGE_RISK)


@pytest.fixture
def director(person: Any) -> Any:
    return person("director", APPROVE_SPECIAL_FLAG)


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def fact(source: PollutionSource, planner: Any, kind: str, on: date) -> RiskFact:
    return record_fact(
        source_id=source.pk, kind=kind, on=on, evidence="决定书", actor=planner, today=on
    )


def clues(source: PollutionSource, *days: date) -> None:
    for number, on in enumerate(days):
        note_verified_clue(
            source=source, kind="complaint", verified_on=on, reference=f"XS-{source.pk}-{number}"
        )


def decide(
    flag: SpecialFlag, director: Any, day: date, *, approve: bool, why: str = "属实"
) -> None:
    decide_flag(flag_id=flag.pk, approve=approve, reason=why, actor=director, now=noon(day))


def test_each_threshold_proposes_its_reason_and_the_evidence_names_the_facts(
    unit: Any, planner: Any, day: date
) -> None:
    fact(unit(), planner, "penalty", date(2026, 3, 1))
    fact(unit(), planner, "supervised_case", date(2025, 6, 1))
    clues(unit(), date(2025, 6, 1), date(2025, 7, 1), date(2026, 5, 1))
    clues(unit(), date(2025, 5, 13), date(2025, 7, 1), date(2026, 5, 1))  # the first a year ago
    unit(credit_grade="warning")
    unit(risk_grade="high")
    unit(risk_grade="medium", credit_grade="good")

    run = propose_special_flags(today=day)

    rows = SpecialFlag.objects.order_by("source__code").values_list(
        "source__code", "reason", "state", "evidence"
    )
    assert list(rows) == [
        ("PS00001", "serious_violation", "proposed", "近1年行政处罚1次，最近 2026-03-01；近1年挂牌督办无"),
        ("PS00002", "serious_violation", "proposed", "近1年行政处罚无；近1年挂牌督办1件，最近 2025-06-01"),
        ("PS00003", "many_complaints", "proposed", "近1年查实线索3条，最近 2026-05-01"),
        ("PS00005", "low_credit", "proposed", "信用等级：警示"),
        ("PS00006", "high_risk", "proposed", "风险等级：高"),
    ]  # fmt: skip
    assert run == Run(begin=5)
    assert not SpecialFlag.objects.in_force(day).exists()


def test_nothing_is_proposed_twice_while_one_is_open(unit: Any, planner: Any, day: date) -> None:
    source = unit(credit_grade="bad")
    propose_special_flags(today=day)
    SpecialFlag.objects.create(
        source=source, reason="high_risk", state="approved", starts_on=day, evidence="随名录导入"
    )
    PollutionSource.objects.update(risk_grade="high")

    assert propose_special_flags(today=day + timedelta(days=1)) == Run()


def test_the_bureau_chooses_the_lines(unit: Any, person: Any, planner: Any, day: date) -> None:
    admin = person("admin", MANAGE_SETTINGS)
    for key, value in (
        ("special_penalties", 2), ("special_credit", "bad"), ("special_high_risk", False),
        ("special_complaints", 1),
    ):  # fmt: skip
        change_setting(key=key, value=value, actor=admin)
    source = unit(credit_grade="warning", risk_grade="high")
    fact(source, planner, "penalty", day)
    clues(source, day)

    propose_special_flags(today=day)

    assert [flag.reason for flag in SpecialFlag.objects.all()] == ["many_complaints"]


def test_a_proposal_is_decided_once_with_a_reason(unit: Any, director: Any, day: date) -> None:
    unit(credit_grade="bad")
    propose_special_flags(today=day)
    flag = SpecialFlag.objects.get()

    with pytest.raises(TextNotUsable, match="请填写决定理由"):
        decide(flag, director, day, approve=True, why=" ")
    decide(flag, director, day, approve=True, why="评价结果已公布")
    with pytest.raises(FlagAlreadyDecided):
        decide(flag, director, day, approve=False)

    flag.refresh_from_db()
    assert (flag.state, flag.approved_by, flag.decision_reason) == (
        "approved", director, "评价结果已公布",
    )  # fmt: skip
    assert AuditEvent.objects.get(action="special_flag.approved").reason == "评价结果已公布"
    assert SpecialFlag.objects.in_force(day).exists()


def test_what_was_rejected_comes_back_only_on_newer_facts(
    unit: Any, planner: Any, director: Any, day: date
) -> None:
    source = unit()
    fact(source, planner, "penalty", date(2026, 3, 1))
    propose_special_flags(today=day)
    decide(SpecialFlag.objects.get(), director, day, approve=False, why="已听证撤销中")

    assert propose_special_flags(today=day + timedelta(days=30)) == Run()
    fact(source, planner, "penalty", day + timedelta(days=31))

    assert propose_special_flags(today=day + timedelta(days=32)).begin == 1


def test_a_rejected_credit_proposal_stays_quiet_until_the_grade_changes(
    unit: Any, director: Any, day: date
) -> None:
    unit(credit_grade="warning")
    propose_special_flags(today=day)
    decide(SpecialFlag.objects.get(), director, day, approve=False)

    assert propose_special_flags(today=day + timedelta(days=1)) == Run()
    PollutionSource.objects.update(credit_grade="bad")

    assert propose_special_flags(today=day + timedelta(days=2)).begin == 1


def test_the_end_is_proposed_when_the_reason_is_gone_and_a_person_ends_it(
    unit: Any, director: Any, day: date
) -> None:
    unit(credit_grade="bad")
    propose_special_flags(today=day)
    decide(SpecialFlag.objects.get(), director, day, approve=True)
    PollutionSource.objects.update(credit_grade="good")
    later = day + timedelta(days=90)

    assert propose_special_flags(today=later) == Run(end=1)
    assert propose_special_flags(today=later) == Run()
    ending = SpecialFlagEnding.objects.get()
    assert ending.grounds == "信用等级：良好，已不到提议界线"
    assert SpecialFlag.objects.in_force(later).exists()
    decide_ending(
        ending_id=ending.pk, approve=True, reason="信用已修复", actor=director, now=noon(later)
    )

    flag = SpecialFlag.objects.get()
    assert (flag.ends_on, flag.end_reason) == (later, "信用已修复")
    assert not SpecialFlag.objects.in_force(later).exists()
    with pytest.raises(EndingAlreadyDecided):
        decide_ending(
            ending_id=ending.pk, approve=True, reason="x", actor=director, now=noon(later)
        )


def test_an_end_that_was_refused_is_not_proposed_again_on_the_same_ground(
    unit: Any, director: Any, day: date
) -> None:
    unit(credit_grade="bad")
    propose_special_flags(today=day)
    decide(SpecialFlag.objects.get(), director, day, approve=True)
    PollutionSource.objects.update(credit_grade="good")
    propose_special_flags(today=day)
    decide_ending(
        ending_id=SpecialFlagEnding.objects.get().pk, approve=False, reason="再观察一个季度",
        actor=director, now=noon(day),
    )  # fmt: skip

    assert propose_special_flags(today=day + timedelta(days=1)) == Run()
    assert SpecialFlag.objects.get().ends_on is None


def test_a_proposed_end_is_withdrawn_when_the_reason_is_back(
    unit: Any, director: Any, day: date
) -> None:
    unit(credit_grade="bad")
    propose_special_flags(today=day)
    decide(SpecialFlag.objects.get(), director, day, approve=True)
    PollutionSource.objects.update(credit_grade="good")
    propose_special_flags(today=day)
    PollutionSource.objects.update(credit_grade="bad")

    assert propose_special_flags(today=day) == Run(withdrawn=1)
    assert SpecialFlagEnding.objects.get().state == "withdrawn"


@pytest.mark.parametrize(
    ("reason", "started", "gone"),
    [
        ("serious_violation", date(2025, 5, 14), False),
        ("serious_violation", date(2025, 5, 13), True),
        ("many_complaints", date(2025, 1, 1), True),
        ("special_management", date(2020, 1, 1), False),
        ("unstable_compliance", date(2020, 1, 1), False),
        ("high_risk", date(2020, 1, 1), False),  # no grade entered: nothing is known
        ("low_credit", date(2020, 1, 1), False),
    ],
)
def test_what_a_person_knew_is_left_alone_for_a_year(
    unit: Any, day: date, reason: str, started: date, gone: bool
) -> None:
    SpecialFlag.objects.create(
        source=unit(), reason=reason, state="approved", starts_on=started, evidence="随名录导入"
    )

    assert propose_special_flags(today=day).end == int(gone)


def test_a_voided_penalty_takes_its_reason_away(
    unit: Any, planner: Any, director: Any, day: date
) -> None:
    row = fact(unit(), planner, "penalty", day)
    propose_special_flags(today=day)
    decide(SpecialFlag.objects.get(), director, day, approve=True)
    void_fact(fact_id=row.pk, reason="复议撤销", actor=planner, now=noon(day))

    assert propose_special_flags(today=day).end == 1


def test_who_proposed_the_flag_does_not_end_it(unit: Any, person: Any, day: date) -> None:
    both, other = person("both", APPROVE_SPECIAL_FLAG), person("other", APPROVE_SPECIAL_FLAG)
    flag = SpecialFlag.objects.create(
        source=unit(credit_grade="good"), reason="low_credit", state="approved",
        starts_on=day, evidence="x", proposed_by=both, approved_by=other,
    )  # fmt: skip
    propose_special_flags(today=day)

    with pytest.raises(SameIdentity):
        decide_ending(
            ending_id=flag.endings.get().pk, approve=True, reason="x", actor=both, now=noon(day)
        )
