"""The demonstration year: earlier quarters finished, this one half-way."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from chanji_dualrandom.demo import records
from chanji_dualrandom.demo.follow_up import LASTS, close_problems
from disclosure.models import PublicationLink
from disclosure.services import publishing, withholding
from disclosure.services.statutory_report import issue_report
from inspections.models import Assignment
from inspections.services.dispatch import dispatch_wave
from inspections.services.review import approve_record, return_record
from registry.clocks.rules.workdays import WorkCalendar
from registry.models import Notification
from registry.rules.quarter import Quarter
from sampling.models import Draw, SamplingPlan, Wave
from sampling.services.draws import approve_plan, draw_plan
from sampling.services.freezing import freeze_plan
from sampling.services.plans import draft_plan
from sampling.services.proofs import reveal_plan

HANDLINGS = ("", "", "rectification", "", "corrected_on_spot", "", "", "penalty_case", "")
# What became of each dispatched assignment of the running quarter, in turn: its stage, how the
# problem found was handled (empty: none found), and whether that problem is closed by now.
STAGES = (
    ("published", "corrected_on_spot", True),
    ("dispatched", "", False),
    ("submitted", "rectification", False),
    ("published", "rectification", False),
    ("inspecting", "", False),
    ("returned", "", False),
    ("approved", "", False),
    ("accepted", "", False),
    ("published", "penalty_case", False),
    ("withheld", "", False),
    ("approved", "rectification", False),
)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def hold_draw(
    quarter: Quarter, *, users: dict[str, Any], calendar: WorkCalendar, today: date
) -> Draw:
    """Draft, freeze in the legal window, draw two days later, approve."""
    window = calendar.last_workdays(quarter.previous, 5)
    frozen = at(window[1], 10)
    plan = draft_plan(quarter=str(quarter), actor=users["planner1"])
    if today >= calendar.first_workday_from(quarter.months[2]):
        # Late in the quarter three monthly waves would all be out; weekly ones keep some sealed.
        SamplingPlan.objects.filter(pk=plan.pk).update(waves=12)
    freeze_plan(
        number=str(quarter),
        actor=users["planner1"],
        entropy_source=f"示范彩票第{quarter.year}{quarter.number:02d}8期",
        entropy_at=at(window[2], 21),
        now=frozen,
    )
    draw_plan(
        number=str(quarter),
        actor=users["planner1"],
        entropy=f"{quarter.number:02d} 07 11 19 24 30 + 08",
        witnesses=["示范街道办 何一", "企业代表 金二"],
        now=at(window[3], 10),
    )
    return approve_plan(number=str(quarter), actor=users["director1"], now=at(window[3], 15))


def inspect(assignment: Assignment, *, day: date, handling: str, photo: bool = False) -> Any:
    """Accept, start, fill, sign and submit in one day; returns the submitted version."""
    records.accept(assignment, now=at(day, 8, 30))
    records.start(assignment, now=at(day, 9))
    records.fill(assignment, begins=at(day, 9, 30), handling=handling, photo=photo)
    return records.sign_and_submit(assignment, now=at(day, 15))


def publish(
    assignment: Assignment, *, users: dict[str, Any], calendar: WorkCalendar, now: datetime
) -> None:
    link = publishing.open_publication(assignment_id=assignment.pk, calendar=calendar)
    publishing.publish_result(link_id=link.pk, actor=users["publisher1"], now=now)


def finished_quarter(quarter: Quarter, *, users: dict[str, Any], calendar: WorkCalendar) -> None:
    draw = hold_draw(quarter, users=users, calendar=calendar, today=quarter.start)
    for wave in draw.waves.all():
        made = dispatch_wave(number=str(quarter), actor=users["planner1"], now=at(wave.due_on, 9))
        for n, assignment in enumerate(made):
            day = calendar.add(wave.due_on, 1 + n % 9)
            version = inspect(assignment, day=day, handling=HANDLINGS[n % len(HANDLINGS)])
            done = at(calendar.add(day, 1), 10)
            approve_record(version_id=version.pk, actor=users["director1"], now=done)
            assignment.refresh_from_db()
            publish(assignment, users=users, calendar=calendar, now=done + timedelta(days=5))
            follow = done + timedelta(days=6)
            close_problems(assignment, users=users, begins=follow)
            for again in Assignment.objects.filter(
                rechecks__problem__assignment=assignment
            ).distinct():
                publish(again, users=users, calendar=calendar, now=follow + timedelta(days=1))
    reveal_plan(number=str(quarter), actor=users["director1"], now=at(quarter.end, 16))
    Notification.objects.filter(read_at=None).update(read_at=timezone.now())


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

    def play(self) -> None:
        today = timezone.localdate(self.now)
        draw = hold_draw(self.quarter, users=self.users, calendar=self.calendar, today=today)
        made: list[Assignment] = []
        for wave in self._due_waves(draw, today):
            moment = min(at(wave.due_on, 9), self.now - timedelta(days=1))
            made += dispatch_wave(
                number=str(self.quarter), actor=self.users["planner1"], now=moment
            )
        for n, assignment in enumerate(made):
            self._advance(assignment, *STAGES[n % len(STAGES)], photo=n < 4)

    def _due_waves(self, draw: Draw, today: date) -> list[Wave]:
        """Those that are due; the first one in any case, never the last."""
        waves = list(draw.waves.all())
        due = [wave for wave in waves[:-1] if wave.due_on <= today]
        return due or waves[:1]

    def _moment(self, assignment: Assignment, share: float) -> datetime:
        """A moment between dispatch and now."""
        return assignment.dispatched_at + (self.now - assignment.dispatched_at) * share

    def _advance(
        self, assignment: Assignment, stage: str, handling: str, closed: bool, *, photo: bool
    ) -> None:
        if stage == "dispatched":
            return
        records.accept(assignment, now=self._moment(assignment, 0.05))
        if stage == "accepted":
            return
        records.start(assignment, now=self._moment(assignment, 0.1))
        begins = self._moment(assignment, 0.12)
        if stage == "inspecting":
            return
        records.fill(assignment, begins=begins, handling=handling, photo=photo)
        version = records.sign_and_submit(
            assignment, now=max(begins + timedelta(hours=2), self._moment(assignment, 0.3))
        )
        if stage != "submitted":
            self._review(assignment, version, stage)
        if closed:
            close_problems(assignment, users=self.users, begins=self.now - LASTS)

    def _review(self, assignment: Assignment, version: Any, stage: str) -> None:
        done = max(version.submitted_at, self._moment(assignment, 0.5))
        if stage == "returned":
            return_record(
                version_id=version.pk,
                actor=self.users["director1"],
                comment="请补充第8项现场照片，并写明危险废物贮存数量。",
                now=done,
            )
            return
        approve_record(version_id=version.pk, actor=self.users["director1"], now=done)
        assignment.refresh_from_db()
        if stage == "published":
            publish(
                assignment,
                users=self.users,
                calendar=self.calendar,
                now=max(done, self._moment(assignment, 0.7)),
            )
        elif stage == "withheld":
            self._withhold(assignment)

    def _withhold(self, assignment: Assignment) -> None:
        """The first one is withheld; later ones wait like any other."""
        link = publishing.open_publication(assignment_id=assignment.pk, calendar=self.calendar)
        if PublicationLink.objects.filter(state="withheld").exists():
            return
        row = withholding.propose_withholding(
            link_id=link.pk,
            actor=self.users["publisher1"],
            ground="public_security",
            reason="检查内容涉及重点安保目标的应急布防，公开可能危及公共安全（示范）。",
        )
        withholding.decide_withholding(
            withholding_id=row.pk, actor=self.users["director1"], approve=True, now=self.now
        )
