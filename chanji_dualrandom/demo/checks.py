"""Checks outside the draw and feedback from the gate, for the demonstration bureau."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from chanji_dualrandom.demo.follow_up import serve_order
from chanji_dualrandom.demo.records import Check
from inspections.models import Assignment, Problem
from inspections.services import check_requests, gate
from registry.choices import ListLevel
from registry.clocks.rules.workdays import WorkCalendar
from registry.item_lists.selectors import item_list_in_force
from registry.models import Inspector, PollutionSource

# Check source, reason, urgent, decided: True approved, None still waiting.
REQUESTS = (
    ("patrol", "冬季大气污染防治巡查（示范）", False, True),
    ("permit_follow_up", "排污许可证变更后核查（示范）", False, None),
    ("daily", "雨后排口水色异常，须立即查看（示范）", True, None),
)
FEEDBACK = (
    (5, 5, 5, "检查规范，讲解清楚（示范）", ""),
    (4, 5, 5, "", ""),
    (3, 4, 5, "希望提前说明需要准备的台账（示范）", "检查记录中排放口编号有误，请核实（示范）"),
)


def ask_for_checks(*, users: dict[str, Any], calendar: WorkCalendar, now: datetime) -> None:
    today = timezone.localdate(now)
    item_list = item_list_in_force(ListLevel.BUREAU, today)
    people = list(Inspector.objects.filter(role="officer").order_by("code")[2:4])
    units = PollutionSource.objects.in_pool().exclude(permit_number="").order_by("code")[40:43]
    for source, (kind, reason, urgent, decided) in zip(units, REQUESTS, strict=True):
        row = check_requests.propose_check(
            source=source,
            check_source=kind,
            reason=reason,
            items=list(item_list.items.all()[:2]) if item_list else [],
            lead=people[0],
            members=people[1:],
            due_on=today + timedelta(days=10),
            urgent=urgent,
            cap_exemption="urgent" if urgent else "",
            repeat_reason="示范",
            actor=users["planner1"],
            now=now,
            calendar=calendar,
        )
        if decided:
            check_requests.decide_check_request(
                request_id=row.pk,
                approve=True,
                reason="同意",
                actor=users["director1"],
                now=now,
                calendar=calendar,
            )


def give_feedback(*, users: dict[str, Any], now: datetime) -> None:
    """Three units rate their visit; the last objects."""
    inspected = Assignment.objects.filter(
        state__in=["submitted", "approved"], submitted_at__gt=now - gate.OPEN_FOR
    )
    for assignment, row in zip(inspected.order_by("-submitted_at"), FEEDBACK, strict=False):
        notice = gate.show_notice(
            assignment=assignment, actor=Check(assignment, users).lead, now=now
        )
        conduct, lawful, honest, comment, objection = row
        gate.give_feedback(
            notice_id=notice.pk,
            code=gate.take_code(notice_id=notice.pk, now=now),
            conduct=conduct,
            lawful=lawful,
            honest=honest,
            comment=comment,
            objection=objection,
            now=now,
        )


def serve_orders(*, users: dict[str, Any], now: datetime) -> None:
    """One open correction is ordered; the others still wait for their order."""
    problem = Problem.objects.filter(handling="rectification", state="open", orders=None).first()
    if problem is not None:
        serve_order(problem, lead=Check(problem.assignment, users).lead, now=now)


def play_checks(*, users: dict[str, Any], calendar: WorkCalendar, now: datetime) -> None:
    ask_for_checks(users=users, calendar=calendar, now=now)
    give_feedback(users=users, now=now)
    serve_orders(users=users, now=now)
