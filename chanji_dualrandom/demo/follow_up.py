"""What the demonstration bureau did about the problems it found: order, recheck, penalty, closure.

Nothing happens after ``now``: what was found lately is still under way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from chanji_dualrandom.demo.dice import Diary
from chanji_dualrandom.demo.records import Check, Visit
from disclosure.services.penalties import open_penalty, publish_penalty
from disclosure.services.publishing import open_publication, publish_result
from inspections.models import Problem
from inspections.services import orders, penalties, problems, rechecks
from inspections.services.review import approve_record

FINES = (
    (20_000, "贰万元"),
    (20_000, "贰万元"),
    (32_000, "叁万贰仟元"),
    (50_000, "伍万元"),
    (86_000, "捌万陆仟元"),
)


class NotYet(Exception):
    """The next step lies ahead of us."""


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


@dataclass(frozen=True)
class FollowUp:
    users: dict[str, Any]
    diary: Diary
    now: datetime

    def play(self, check: Check, *, after: datetime) -> None:
        """Follow each problem of the check as far as ``now``."""
        steps: dict[str, Callable[..., datetime]] = {
            "rectification": self._rectify,
            "penalty_case": self._punish,
        }
        for problem in Problem.objects.filter(assignment=check.assignment).exclude(state="closed"):
            try:
                done = steps.get(problem.handling, self._corrected)(problem, check, after)
                self._close(problem, check, done)
            except NotYet:
                continue

    def publish(self, check: Check, *, now: datetime) -> None:
        link = open_publication(assignment_id=check.assignment.pk, calendar=self.diary.calendar)
        publish_result(link_id=link.pk, actor=self.users["publisher1"], now=now)

    def _when(self, moment: datetime, least: int, most: int) -> datetime:
        later = self.diary.later(moment, least, most)
        if later > self.now:
            raise NotYet
        return later

    def _close(self, problem: Problem, check: Check, done: datetime) -> None:
        moment = self._when(done, 0, 3)
        problem.refresh_from_db()
        if problem.state == "open":
            text = "已按要求办理，现场复核属实。"
            problems.propose_close(problem_id=problem.pk, actor=check.lead, text=text)
        problems.close_problem(problem_id=problem.pk, actor=self.users["director1"], now=moment)

    def _corrected(self, problem: Problem, check: Check, after: datetime) -> datetime:
        return after

    def _rectify(self, problem: Problem, check: Check, after: datetime) -> datetime:
        """The unit asks to be seen again before its time has run out."""
        served = self._when(after, 1, 3)
        serve_order(problem, lead=check.lead, now=served)
        asked = self._when(served, 3, 9)
        row = rechecks.ask_for_recheck(problem_id=problem.pk, actor=check.lead, now=asked)
        again = Check(row, self.users)
        again.accept(now=self._when(asked, 0, 1))
        begins = self._when(asked + timedelta(days=1), 1, 3)
        visit = Visit(begins, timedelta(minutes=self.diary.dice.randrange(30, 80, 5)))
        reviewed = self._when(visit.ends, 1, 2)
        again.start(now=begins - timedelta(minutes=5))
        again.fill(visit)
        version = again.sign_and_submit(now=visit.ends + timedelta(minutes=15))
        approve_record(version_id=version.pk, actor=self.users["director2"], now=reviewed)
        self.publish(again, now=min(self.now, self.diary.later(reviewed, 1, 4)))
        return reviewed

    def _punish(self, problem: Problem, check: Check, after: datetime) -> datetime:
        common = {"problem_id": problem.pk, "actor": check.lead}
        filed = self._when(after, 1, 5)
        title, number = f"〔{filed.year}〕第{problem.pk}号", problem.pk
        penalties.register_case(
            number=f"昌高环示范立字{title}", filed_on=timezone.localdate(filed), now=filed, **common
        )
        decided = self._when(filed, 7, 16)
        amount, words = FINES[number % len(FINES)]
        decision = penalties.record_decision(
            number=f"昌高环示范罚字{title}",
            violation=problem.description,
            content=f"罚款人民币{words}",
            basis="《排污许可管理条例》第三十六条",
            hearing="我局已事先告知拟作出的处罚和你单位的权利，你单位未陈述申辩，未要求听证。",
            amount=Decimal(amount),
            decided_on=timezone.localdate(decided),
            now=decided,
            **common,
        )
        served = self._when(decided, 1, 3)
        penalties.serve_decision(
            decision_id=decision.pk,
            served_on=timezone.localdate(served),
            method="direct",
            receiver=problem.assignment.source.contact or "单位负责人",
            text="",
            actor=check.lead,
            now=served,
        )
        link = open_penalty(decision, calendar=self.diary.calendar)
        shown = self._when(served, 1, 3)
        publish_penalty(link_id=link.pk, actor=self.users["publisher1"], now=shown)
        return shown
