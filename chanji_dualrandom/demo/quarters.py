"""The demonstration year: earlier quarters finished, this one half-way."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from chanji_dualrandom.demo.chance import (
    NOTICE_HOURS,
    WITNESSES,
    invented_value,
    lottery_after,
)
from chanji_dualrandom.demo.dice import Diary, Dice, at
from chanji_dualrandom.demo.follow_up import FollowUp
from chanji_dualrandom.demo.records import Check
from disclosure.services import withholding
from disclosure.services.publishing import open_publication
from disclosure.services.statutory_report import issue_report
from inspections.models import Assignment
from inspections.services.dispatch import dispatch_wave
from inspections.services.review import approve_record, return_record
from registry.clocks.rules.workdays import WorkCalendar
from registry.models import Notification
from registry.rules.quarter import Quarter
from sampling.models import Draw, SamplingPlan, Wave
from sampling.rules.witnesses import WitnessEntry
from sampling.services.draws import approve_plan, draw_plan
from sampling.services.freezing import freeze_plan
from sampling.services.plans import draft_plan, edit_plan
from sampling.services.proofs import reveal_plan

# What the bureau chose above the floors: percent of key and of special units, by quarter.
RATIOS = {1: (25, 50), 2: (35, 70), 3: (30, 60), 4: (25, 60)}
# Before a quarter's end everything it found out must be reviewed and public.
LAST_VISIT = 9
# What became of those dispatched last in the running quarter, oldest first: stage, how the problem
# found was handled (empty: none found), and whether it is followed up. All before them are through.
STAGES = (
    ("published", "corrected_on_spot", True),
    ("published", "rectification", False),
    ("published", "penalty_case", False),
    ("withheld", "", False),
    ("approved", "rectification", False),
    ("approved", "", False),
    ("returned", "", False),
    ("submitted", "rectification", False),
    ("inspecting", "", False),
    ("accepted", "", False),
    ("dispatched", "", False),
)


def hold_draw(
    quarter: Quarter, *, users: dict[str, Any], calendar: WorkCalendar, today: date
) -> Draw:
    """Draft, freeze in the legal window, draw the morning after the lottery, approve."""
    window = calendar.last_workdays(quarter.previous, 5)
    frozen = at(window[0], 10)
    plan = draft_plan(quarter=str(quarter), actor=users["planner1"])
    _choose_ratios(plan, quarter, actor=users["planner1"])
    if today >= calendar.first_workday_from(quarter.months[1]):
        # Monthly waves would all be out late in the quarter; weekly ones keep some sealed, and send
        # out some lately.
        SamplingPlan.objects.filter(pk=plan.pk).update(waves=12)
    source = lottery_after(frozen + timedelta(hours=NOTICE_HOURS))
    freeze_plan(number=str(quarter), actor=users["planner1"], entropy=[source], now=frozen)
    return hold_and_approve(str(quarter), source, drawer=users["planner1"], users=users)


def hold_and_approve(
    number: str, source: Mapping[str, str], *, drawer: Any, users: dict[str, Any]
) -> Draw:
    """The morning after the lottery, before two witnesses."""
    value = invented_value(source)
    morning = timezone.localtime(datetime.fromisoformat(source["at"]) + timedelta(days=1))
    draw_plan(
        number=number,
        actor=drawer,
        value=value,
        witnesses=[WitnessEntry(represents, name, value) for represents, name in WITNESSES],
        now=morning.replace(hour=10, minute=0, second=0),
    )
    return approve_plan(
        number=number, actor=users["director1"], now=morning.replace(hour=15, minute=0, second=0)
    )


def _choose_ratios(plan: SamplingPlan, quarter: Quarter, *, actor: Any) -> None:
    key, special = RATIOS[quarter.number]
    edit_plan(
        plan_id=plan.pk,
        actor=actor,
        waves=plan.waves,
        note="",
        items=list(plan.items.all()),
        key_ratio=key,
        special_ratio=special,
    )


class FinishedQuarter:
    def __init__(
        self, quarter: Quarter, *, users: dict[str, Any], calendar: WorkCalendar, now: datetime
    ) -> None:
        self.quarter, self.users, self.calendar = quarter, users, calendar
        self.dice = Dice(str(quarter))
        self.diary = Diary(self.dice, calendar)
        self.follow_up = FollowUp(users, self.diary, now)
        self.last_visit = calendar.subtract(quarter.next.start, LAST_VISIT)
        self.closes = at(calendar.subtract(quarter.next.start, 1), 16)

    def play(self) -> None:
        draw = hold_draw(
            self.quarter, users=self.users, calendar=self.calendar, today=self.quarter.start
        )
        visits = [visit for wave in draw.waves.all() for visit in self._dispatch(wave)]
        dealt = self.dice.handlings(len(visits))
        for (begins, check), handling in zip(sorted(visits, key=_first), dealt, strict=True):
            self._inspect(check, begins, handling)
        reveal_plan(number=str(self.quarter), actor=self.users["director1"], now=self.closes)
        Notification.objects.filter(read_at=None).update(read_at=timezone.now())

    def _dispatch(self, wave: Wave) -> list[tuple[datetime, Check]]:
        """Each check of the wave with the beginning of its visit."""
        made = dispatch_wave(
            number=str(self.quarter), actor=self.users["planner1"], now=at(wave.due_on, 9)
        )
        first = self.calendar.add(wave.due_on, 1)
        last = min(self.calendar.add(wave.due_on, 20), self.last_visit)
        checks = [Check(assignment, self.users) for assignment in made]
        return [(self.diary.visit_between(first, last, c.officers), c) for c in checks]

    def _inspect(self, check: Check, begins: datetime, handling: str) -> None:
        sent = check.assignment.dispatched_at
        check.accept(now=min(self.diary.later(sent, 0, 2), begins - timedelta(minutes=30)))
        check.start(now=begins - timedelta(minutes=5))
        visit = self.dice.visit(begins, handling, online=check.assignment.source.online_monitored)
        check.fill(visit)
        version = check.sign_and_submit(now=visit.ends + timedelta(minutes=20))
        reviewed = self.diary.later(version.submitted_at, 1, 3)
        approve_record(version_id=version.pk, actor=self.users["director1"], now=reviewed)
        shown = min(self.diary.later(reviewed, 1, 8), self.closes)
        self.follow_up.publish(check, now=shown)
        self.follow_up.play(check, after=reviewed)


def _first(visit: tuple[datetime, Check]) -> tuple[datetime, str]:
    begins, check = visit
    return begins, check.assignment.number


def report(
    quarter: Quarter, *, users: dict[str, Any], calendar: WorkCalendar, now: datetime
) -> None:
    """The statutory report, on the fifth working day after the quarter."""
    moment = at(calendar.add(quarter.end, 5), 10)
    if moment <= now:
        day = timezone.localdate(moment)
        issue_report(quarter=quarter, actor=users["publisher1"], note="", now=moment, today=day)


class RunningQuarter:
    def __init__(
        self, quarter: Quarter, *, users: dict[str, Any], calendar: WorkCalendar, now: datetime
    ) -> None:
        self.quarter, self.users, self.calendar, self.now = quarter, users, calendar, now
        self.dice = Dice(str(quarter))
        self.diary = Diary(self.dice, calendar)
        self.follow_up = FollowUp(users, self.diary, now)

    def play(self) -> None:
        today = timezone.localdate(self.now)
        draw = hold_draw(self.quarter, users=self.users, calendar=self.calendar, today=today)
        made: list[Assignment] = []
        for wave in self._due_waves(draw, today):
            moment = min(at(wave.due_on, 9), self.now - timedelta(days=1))
            made += dispatch_wave(
                number=str(self.quarter), actor=self.users["planner1"], now=moment
            )
        older = max(0, len(made) - len(STAGES))
        through = [("published", handling, True) for handling in self.dice.handlings(older)]
        for n, (assignment, stage) in enumerate(zip(made, [*through, *STAGES], strict=False)):
            self._advance(Check(assignment, self.users), *stage, photo=n < 4)

    def _due_waves(self, draw: Draw, today: date) -> list[Wave]:
        """Those that are due; the first one in any case, never the last."""
        waves = list(draw.waves.all())
        due = [wave for wave in waves[:-1] if wave.due_on <= today]
        return due or waves[:1]

    def _moment(self, check: Check, least: float, most: float, after: datetime) -> datetime:
        """In office hours if it can be, at a share of the time between dispatch and now."""
        sent = check.assignment.dispatched_at
        share = self.dice.uniform(least, most)
        return self.diary.before(max(after, sent + (self.now - sent) * share), after)

    def _advance(
        self, check: Check, stage: str, handling: str, followed: bool, *, photo: bool
    ) -> None:
        if stage == "dispatched":
            return
        accepted = self._moment(check, 0.03, 0.06, check.assignment.dispatched_at)
        check.accept(now=accepted)
        if stage == "accepted":
            return
        started = self._moment(check, 0.08, 0.35, accepted)
        check.start(now=started)
        if stage == "inspecting":
            return
        online = check.assignment.source.online_monitored
        visit = self.dice.visit(
            started + timedelta(minutes=5), handling, online=online, photo=photo
        )
        check.fill(visit)
        version = check.sign_and_submit(now=visit.ends + timedelta(minutes=20))
        if stage == "submitted":
            return
        done = self._moment(check, 0.4, 0.55, version.submitted_at)
        if stage == "returned":
            self._return(version, done)
            return
        approve_record(version_id=version.pk, actor=self.users["director1"], now=done)
        if stage == "published":
            self.follow_up.publish(check, now=self._moment(check, 0.6, 0.8, done))
        elif stage == "withheld":
            self._withhold(check.assignment)
        if followed:
            self.follow_up.play(check, after=done)

    def _return(self, version: Any, now: datetime) -> None:
        return_record(
            version_id=version.pk,
            actor=self.users["director1"],
            comment="请补充第8项现场照片，并写明危险废物贮存数量。",
            now=now,
        )

    def _withhold(self, assignment: Assignment) -> None:
        link = open_publication(assignment_id=assignment.pk, calendar=self.calendar)
        row = withholding.propose_withholding(
            link_id=link.pk,
            actor=self.users["publisher1"],
            ground="public_security",
            reason="检查内容涉及重点安保目标的应急布防，公开可能危及公共安全（示范）。",
        )
        withholding.decide_withholding(
            withholding_id=row.pk, actor=self.users["director1"], approve=True, now=self.now
        )
