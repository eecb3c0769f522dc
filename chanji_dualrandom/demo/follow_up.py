"""What the demonstration bureau did about the problems it found: order, recheck, penalty, closure."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from chanji_dualrandom.demo import records
from disclosure.services.penalties import open_penalty, publish_penalty
from inspections.models import Assignment, Problem
from inspections.services import orders, penalties, problems, rechecks
from inspections.services.review import approve_record
from registry.clocks.selectors import work_calendar

# From the service of an order to the approval of the recheck: what the story below needs.
LASTS = timedelta(hours=6)


def close_problems(assignment: Assignment, *, users: dict[str, Any], begins: datetime) -> None:
    """Follow each problem of the check to its closure; takes six hours of the story."""
    for problem in Problem.objects.filter(assignment=assignment).exclude(state="closed"):
        lead = records.lead_of(assignment)
        if problem.handling == "rectification":
            _rectify(problem, lead=lead, users=users, begins=begins)
        elif problem.handling == "penalty_case":
            _punish(problem, lead=lead, users=users, now=begins)
        elif problem.handling == "referral":
            _refer(problem, lead=lead, users=users, now=begins)
        problem.refresh_from_db()
        if problem.state == "open":
            problems.propose_close(
                problem_id=problem.pk, actor=lead, text="已按要求办理，现场复核属实。"
            )
        problems.close_problem(problem_id=problem.pk, actor=users["director1"], now=begins + LASTS)


def serve_order(problem: Problem, *, lead: Any, now: datetime) -> None:
    today = timezone.localdate(now)
    order = orders.issue_order(
        problem_id=problem.pk,
        violation=problem.description,
        requirements="立即停止违法行为，按规范完成整改并报送整改情况。",
        basis="《排污许可管理条例》第三十四条",
        deadline=max(problem.deadline or today, today),
        actor=lead,
        now=now,
    )
    orders.serve_order(
        order_id=order.pk,
        served_on=today,
        method="direct",
        receiver=problem.assignment.source.contact or "单位负责人",
        text="",
        actor=lead,
        now=now,
    )


def _rectify(problem: Problem, *, lead: Any, users: dict[str, Any], begins: datetime) -> None:
    serve_order(problem, lead=lead, now=begins)
    again = rechecks.ask_for_recheck(
        problem_id=problem.pk, actor=lead, now=begins + timedelta(minutes=30)
    )
    records.accept(again, now=begins + timedelta(minutes=40))
    again.refresh_from_db()
    records.start(again, now=begins + timedelta(minutes=50))
    again.refresh_from_db()
    records.fill(again, begins=begins + timedelta(hours=1))
    version = records.sign_and_submit(again, now=begins + timedelta(hours=4))
    approve_record(version_id=version.pk, actor=users["director2"], now=begins + timedelta(hours=5))


def _punish(problem: Problem, *, lead: Any, users: dict[str, Any], now: datetime) -> None:
    today, year = timezone.localdate(now), now.year
    common = {"actor": lead, "now": now}
    penalties.register_case(
        problem_id=problem.pk,
        number=f"昌高环示范立字〔{year}〕第{problem.pk}号",
        filed_on=today,
        **common,
    )
    decision = penalties.record_decision(
        problem_id=problem.pk,
        number=f"昌高环示范罚字〔{year}〕第{problem.pk}号",
        violation=problem.description,
        content="罚款人民币贰万元",
        basis="《排污许可管理条例》第三十六条",
        hearing="我局已事先告知拟作出的处罚和你单位的权利，你单位未陈述申辩，未要求听证。",
        amount=Decimal(20_000),
        decided_on=today,
        **common,
    )
    penalties.serve_decision(
        decision_id=decision.pk,
        served_on=today,
        method="direct",
        receiver=problem.assignment.source.contact or "单位负责人",
        text="",
        **common,
    )
    link = open_penalty(decision, calendar=work_calendar())
    publish_penalty(link_id=link.pk, actor=users["publisher1"], now=now + timedelta(hours=3))


def _refer(problem: Problem, *, lead: Any, users: dict[str, Any], now: datetime) -> None:
    problems.approve_transfer(problem_id=problem.pk, actor=users["director2"], now=now)
    problems.record_handover(
        problem_id=problem.pk,
        actor=lead,
        receipt=f"示范区公安分局接收，回执第{problem.pk}号",
        now=now,
    )
