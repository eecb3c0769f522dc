"""Risk, special flags and the positive list of the demonstration bureau, by the real services."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from chanji_dualrandom.demo.dice import Dice
from registry.grading.services.positive_list import (
    enter_positive_list,
    leave_positive_list,
    sweep_positive_list,
)
from registry.grading.services.risk import assess_sources, decide_assessments
from registry.grading.services.risk_facts import record_fact
from registry.grading.services.special_flags import decide_flag, propose_special_flags
from registry.models import PollutionSource, RiskAssessment, SpecialFlag

LEFT_OPEN = 8


def grade_units(*, users: dict[str, Any], now: datetime) -> None:
    today = timezone.localdate(now)
    sources = list(PollutionSource.objects.in_pool().order_by("code"))
    dice = Dice("分级分类")
    for source in sources:
        _facts(dice, source, users["planner1"], today)
    assess_sources(today=today, actor=users["planner1"])
    _decide(users["director1"], now)
    propose_special_flags(today=today)
    _decide_flags(users["director1"], now)
    _positive_list(sources, users["planner1"], today)


def _facts(dice: Dice, source: PollutionSource, planner: Any, today: date) -> None:
    def fact(kind: str, days_ago: int, evidence: str, **more: Any) -> None:
        record_fact(
            source_id=source.pk,
            kind=kind,
            on=today - timedelta(days=days_ago),
            evidence=evidence,
            actor=planner,
            today=today,
            **more,
        )

    if dice.random() < 0.25:
        level = dice.choices(("excellent", "good", "fair", "poor"), (2, 5, 3, 1))[0]
        fact("management", dice.randrange(60, 240), "示范年度环境管理评价表", level=level)
    if dice.random() < 0.02:
        number = dice.randrange(3, 90)
        fact("penalty", dice.randrange(40, 300), f"昌高环示范罚〔{today.year}〕{number}号")
    if dice.random() < 0.012:
        fact("supervised_case", dice.randrange(60, 200), "示范挂牌督办通知")
    if source.online_monitored and dice.random() < 0.35:
        fact("online_alarm", 20, "示范在线监控月报", number=dice.randrange(1, 19))


def _decide(director: Any, now: datetime) -> None:
    """Most were decided, the highest few and the lowest few wait, one was not followed."""
    rows = RiskAssessment.objects.filter(state="proposed").order_by("-score", "pk")
    ids = list(rows.values_list("pk", flat=True))[LEFT_OPEN // 2 :]
    common = {"actor": director, "now": now}
    decide_assessments(
        assessment_ids=ids[:1], approve=False, reason="整改验收后再调整（示范）", **common
    )
    decide_assessments(
        assessment_ids=ids[1 : -LEFT_OPEN // 2],
        approve=True,
        reason="年度风险分级评定（示范）",
        **common,
    )


def _decide_flags(director: Any, now: datetime) -> None:
    rows = SpecialFlag.objects.filter(state="proposed", by_rule=True).order_by("pk")[:2]
    for flag, approve in zip(rows, (True, False), strict=False):
        decide_flag(
            flag_id=flag.pk,
            approve=approve,
            reason="事实清楚，同意列入（示范）" if approve else "处罚已撤销，不列入（示范）",
            actor=director,
            now=now,
        )


def _positive_list(sources: list[PollutionSource], planner: Any, today: date) -> None:
    sweep_positive_list(today=today)
    listed = [row for row in sources if row.positive_list]
    others = [row for row in sources if not row.positive_list and not row.is_key]
    enter_positive_list(
        source_id=others[3].pk,
        on=today,
        until=today + timedelta(days=20),
        reason="连续三年无违法记录，在线监控稳定达标（示范）",
        actor=planner,
        today=today,
    )
    leave_positive_list(
        source_id=listed[0].pk, reason="发现治污设施停运（示范）", actor=planner, today=today
    )
