"""A clue from its entry to a targeted check or the files, by the real services."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from inspections.models import Assignment, CheckRequest, Clue
from inspections.rules.clue_state import ClueMoveNotAllowed, OnSiteReasonMissing, RemoteCheckFirst
from inspections.services import clues
from inspections.services.check_requests import (
    BadCheckRequest,
    CheckRequestDecided,
    decide_check_request,
    propose_clue_check,
)
from inspections.services.dispatch_outside_draw import BadTeam
from inspections.services.import_clues import CLUE_COLUMNS, ClueImportRefused, import_clues
from registry.clocks.selectors import work_calendar
from registry.clocks.services.deadlines import sweep_deadlines
from registry.grading.services.risk import assess_sources
from registry.grading.services.special_flags import propose_special_flags
from registry.importing.services.importing import import_file
from registry.importing.services.spreadsheets import write_sheet
from registry.models import (
    AuditEvent,
    ConflictOfInterest,
    Deadline,
    InspectionItem,
    Inspector,
    Notification,
    PollutionSource,
    VerifiedClue,
)
from registry.permissions import SameIdentity
from registry.rules.texts import TextNotUsable
from registry.rules.two_officers import TeamLacksOfficers
from registry.rules.violations import NotAllowed
from tests import cast

pytestmark = pytest.mark.django_db
REPORTER = "李举报 13912345678"


class Desk:
    """Accounts, five officers, one unit."""

    def __init__(self, folder: Path) -> None:
        cast.prepare_house()
        self.users = cast.staff_accounts()
        self.planner, self.director = self.users["planner1"], self.users["director1"]
        self.now = timezone.now().replace(microsecond=0)
        self.today = timezone.localdate(self.now)
        path = cast.inspectors_file(folder / "i.xlsx", self.today)
        import_file(register="inspectors", path=path, filename="i.xlsx", today=self.today)
        self.officers = cast.give_officers_accounts()
        self.calendar = work_calendar()
        self.source = PollutionSource.objects.create(
            code="PS00001", name="示范甲有限公司", no_code_reason="individual",
            regulatory_type="general",
        )  # fmt: skip

    def clue(self, **more: Any) -> Clue:
        fields = {
            "kind": "complaint", "received_on": self.today, "content": "夜间有刺鼻气味",
            "source": self.source, "reporter": REPORTER,
        }  # fmt: skip
        return clues.record_clue_row(
            actor=self.planner, now=self.now, calendar=self.calendar, **{**fields, **more}
        )

    def judge(self, clue: Clue, verified: bool = True, **more: Any) -> Clue:
        fields = {"judgement": "与在线数据吻合", "actor": self.planner, "now": self.now}
        return clues.judge_clue(clue_id=clue.pk, verified=verified, **{**fields, **more})

    def look(self, clue: Clue) -> Clue:
        return clues.record_remote_check(
            clue_id=clue.pk, means="调阅在线监控数据", finding="22时后氮氧化物三次超标",
            actor=self.planner, now=self.now,
        )  # fmt: skip

    def request(self, clue: Clue, **more: Any) -> CheckRequest:
        people = list(Inspector.objects.order_by("code")[:2])
        fields: dict[str, Any] = {
            "reason_kind": "remote_suspects", "reason": "须现场核实治污设施运行",
            "items": list(InspectionItem.objects.filter(item_list__level="bureau")[:2]),
            "lead": people[0], "members": people[1:],
            "due_on": self.today + timedelta(days=10), "actor": self.planner, "now": self.now,
        }  # fmt: skip
        return propose_clue_check(clue_id=clue.pk, **{**fields, **more})

    def decide(self, check: CheckRequest, approve: bool = True, **more: Any) -> CheckRequest:
        fields = {"reason": "同意", "actor": self.director, "now": self.now}
        return decide_check_request(
            request_id=check.pk, approve=approve, calendar=self.calendar, **{**fields, **more}
        )

    def checked(self) -> Clue:
        clue = self.clue()
        self.judge(clue)
        return self.look(clue)


@pytest.fixture
def desk(db: None, tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_clue_is_judged_in_working_days_and_the_desk_is_reminded(desk: Desk) -> None:
    received = date(2026, 3, 6)  # a Friday
    clue = desk.clue(received_on=received)

    deadline = Deadline.objects.get(kind="judge_clue")
    assert clue.number == "XS-2026-00001"
    assert (deadline.due_on, deadline.state) == (date(2026, 3, 13), "open")
    sweep_deadlines(today=date(2026, 3, 16), calendar=desk.calendar)
    alarms = Notification.objects.filter(level="alarm")
    assert set(alarms.values_list("user__username", flat=True)) >= {"planner1", "director1"}
    assert "示范甲" not in alarms[0].text

    desk.judge(clue)

    deadline.refresh_from_db()
    assert deadline.state == "met"


def test_the_reporter_is_unreadable_in_the_database_and_every_look_is_kept(desk: Desk) -> None:
    clue = desk.clue()

    assert "举报" not in clue.reporter_box
    assert "139" not in clue.reporter_box
    with pytest.raises(NotAllowed):
        clues.read_reporter(clue_id=clue.pk, actor=desk.director)
    assert clues.read_reporter(clue_id=clue.pk, actor=desk.planner) == REPORTER
    assert AuditEvent.objects.get(action="clue.reporter_read").actor == desk.planner
    trail = "".join(f"{e.changes}{e.reason}{e.object_label}" for e in AuditEvent.objects.all())
    assert "13912345678" not in trail


def test_a_reporter_copied_to_another_clue_does_not_open(desk: Desk) -> None:
    first, second = desk.clue(), desk.clue(reporter="乙")
    Clue.objects.filter(pk=second.pk).update(reporter_box=first.reporter_box)

    with pytest.raises(clues.ReporterUnreadable):
        clues.read_reporter(clue_id=second.pk, actor=desk.planner)


def test_a_verified_clue_feeds_risk_and_the_special_flag(desk: Desk) -> None:
    for _n in range(3):
        desk.judge(desk.clue())
    desk.judge(desk.clue(), verified=False, judgement="经查无此事")

    assess_sources(today=desk.today)
    propose_special_flags(today=desk.today)

    assert VerifiedClue.objects.count() == 3
    lines = {line["factor"]: line for line in desk.source.assessments.get().contributions}
    assert lines["查实的投诉举报等线索"]["points"] == 15
    assert desk.source.special_flags.get().reason == "many_complaints"


def test_an_unfounded_clue_can_only_be_closed_with_a_reason(desk: Desk) -> None:
    clue = desk.judge(desk.clue(), verified=False)

    with pytest.raises(ClueMoveNotAllowed):
        desk.look(clue)
    with pytest.raises(TextNotUsable, match="办结理由"):
        clues.close_clue(clue_id=clue.pk, reason="", actor=desk.planner, now=desk.now)
    clues.close_clue(clue_id=clue.pk, reason="已答复举报人", actor=desk.planner, now=desk.now)

    clue.refresh_from_db()
    assert (clue.state, clue.close_reason, clue.closed_by) == (
        "closed",
        "已答复举报人",
        desk.planner,
    )


def test_what_can_be_seen_from_afar_is_not_visited_first(desk: Desk) -> None:
    clue = desk.judge(desk.clue())

    with pytest.raises(RemoteCheckFirst):
        desk.request(clue)
    desk.look(clue)
    with pytest.raises(OnSiteReasonMissing):
        desk.request(clue, reason=" ")

    assert desk.request(clue).cap_exemption == "remote_to_onsite"


def test_where_nothing_can_be_seen_from_afar_the_judge_says_why(desk: Desk) -> None:
    with pytest.raises(TextNotUsable, match="不能非现场核查的原因"):
        desk.judge(desk.clue(), remote_possible=False)
    clue = desk.judge(desk.clue(), remote_possible=False, no_remote_reason="未装在线监控")

    assert desk.request(clue, reason_kind="no_remote").cap_exemption == "clue_check"


def test_another_person_approves_and_the_assignment_is_dispatched(desk: Desk) -> None:
    check = desk.request(desk.checked())

    desk.decide(check)

    assignment = Assignment.objects.get()
    assert assignment.number == f"DX-{desk.today.year}-00001"
    assert (assignment.check_source, assignment.plan) == ("complaint", None)
    assert [m.role for m in assignment.team.order_by("position")] == ["lead", "assisting"]
    assert assignment.inspection_items.count() == 2
    kinds = Deadline.objects.filter(subject=f"assignment:{assignment.pk}", state="open")
    assert set(kinds.values_list("kind", flat=True)) == {"accept_assignment", "finish_inspection"}
    lead = check.lead.user
    assert Notification.objects.filter(user=lead, text__contains=assignment.number).exists()
    assert REPORTER not in str(Notification.objects.values_list("text", flat=True))
    clue = check.clue
    clue.refresh_from_db()
    assert clue.state == "targeted"
    with pytest.raises(clues.BadClue, match="尚未完成"):
        clues.close_clue(clue_id=clue.pk, reason="x", actor=desk.planner, now=desk.now)
    with pytest.raises(CheckRequestDecided):
        desk.decide(check)


def test_the_proposer_does_not_approve_and_the_database_agrees(desk: Desk) -> None:
    check = desk.request(desk.checked(), actor=desk.director)

    with pytest.raises(SameIdentity):
        desk.decide(check)
    with pytest.raises(NotAllowed):
        desk.decide(check, actor=desk.planner)
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckRequest.objects.filter(pk=check.pk).update(
            decided_by=desk.director, state="rejected", decision_reason="x"
        )
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"reason_kind": ""},
        {"cap_exemption": ""},
        {"check_source": "joint", "departments": "城管"},
        {"clue": None},
    ],
)
def test_the_database_promises_what_a_request_after_a_clue_says(
    desk: Desk, changes: dict[str, Any]
) -> None:
    check = desk.request(desk.checked())

    with pytest.raises(IntegrityError), transaction.atomic():
        CheckRequest.objects.filter(pk=check.pk).update(**changes)


def test_the_database_knows_one_standing_request_of_a_clue(desk: Desk) -> None:
    check = desk.request(desk.checked())
    check.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        check.save(force_insert=True)


def test_an_urgent_clue_waits_for_its_approval_whatever_is_written(desk: Desk) -> None:
    check = desk.request(desk.checked(), urgent=True)
    assert (check.urgent, check.assignment) == (True, None)
    sent = desk.request(desk.checked())
    assignment = desk.decide(sent).assignment
    CheckRequest.objects.filter(pk=sent.pk).delete()

    with pytest.raises(IntegrityError), transaction.atomic():
        CheckRequest.objects.filter(pk=check.pk).update(assignment=assignment)


def test_a_refused_request_goes_back_and_can_be_made_again(desk: Desk) -> None:
    clue = desk.checked()
    check = desk.request(clue)

    with pytest.raises(TextNotUsable, match="批准意见"):
        desk.decide(check, approve=False, reason="")
    desk.decide(check, approve=False, reason="请补充在线数据截图")

    clue.refresh_from_db()
    assert clue.state == "remote_checked"
    assert desk.decide(desk.request(clue)).assignment is not None


def test_a_team_needs_two_officers_and_nobody_with_a_conflict(desk: Desk) -> None:
    clue = desk.checked()
    people = list(Inspector.objects.order_by("code"))

    with pytest.raises(TeamLacksOfficers):
        desk.request(clue, members=[])
    with pytest.raises(TeamLacksOfficers):
        desk.request(clue, members=[people[0]])
    ConflictOfInterest.objects.create(
        inspector=people[1], source=desk.source, kind="relative", starts_on=desk.today
    )
    with pytest.raises(BadTeam, match="应当回避"):
        desk.request(clue)
    people[0].user = None
    people[0].save()
    with pytest.raises(BadTeam, match="登录账号"):
        desk.request(clue, members=[people[2]])
    clue.refresh_from_db()
    assert clue.state == "remote_checked"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"items": []}, "检查事项"),
        ({"due_on": date(2020, 1, 1)}, "三个月"),
        ({"due_on": date(2099, 1, 1)}, "三个月"),
    ],
)
def test_a_request_that_cannot_be_carried_out_is_refused(
    desk: Desk, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadCheckRequest, match=message):
        desk.request(desk.checked(), **fields)


def test_a_clue_about_an_unknown_unit_is_kept_and_named_when_judged(desk: Desk) -> None:
    clue = desk.clue(source=None, unit_text="路口的烧烤店")
    assert clue.unit_name == "路口的烧烤店"
    desk.judge(clue, source=desk.source)

    assert VerifiedClue.objects.get().source == desk.source
    unknown = desk.look(desk.judge(desk.clue(source=None, unit_text="无名作坊")))
    with pytest.raises(BadCheckRequest, match="尚未对应"):
        desk.request(unknown)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"received_on": date(2999, 1, 1)}, "不能晚于今天"),
        ({"received_on": date(1999, 1, 1)}, "核对年份"),
        ({"kind": "rumour"}, "线索类型"),
        ({"content": "话" * 2001}, "最多2000"),
        ({"source": None}, "所述的单位"),
    ],
)
def test_a_clue_that_cannot_be_is_refused(desk: Desk, fields: dict[str, Any], message: str) -> None:
    with pytest.raises((clues.BadClue, TextNotUsable), match=message):
        desk.clue(**fields)
    assert not Clue.objects.exists()


def sheet(folder: Path, *rows: dict[str, Any]) -> Path:
    path = folder / "clues.xlsx"
    write_sheet(
        path, CLUE_COLUMNS, [[r.get(c.title) for c in CLUE_COLUMNS] for r in rows], title="线索"
    )
    return path


ROW = {
    "线索类型": "转办交办",
    "接收日期": "2026-03-06",
    "线索内容": "扬尘",
    "单位名称": "示范甲有限公司",
}


def load(desk: Desk, path: Path, **more: Any) -> Any:
    return import_clues(
        path=path,
        filename=path.name,
        actor=desk.planner,
        now=desk.now,
        calendar=desk.calendar,
        **more,
    )


def test_a_file_of_clues_is_imported_once(desk: Desk, tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        {**ROW, "举报人": REPORTER, "紧急": "是"},
        {**ROW, "线索类型": "在线监控", "本局编号": "PS00001", "单位名称": ""},
        {**ROW, "单位名称": "名录外的店"},
        ROW | {"线索内容": "扬尘 "},
    )

    assert load(desk, path, dry_run=True).new == 3
    assert not Clue.objects.exists()
    first = load(desk, path)
    again = load(desk, path)

    assert (first.new, first.same, first.unmatched) == (3, 1, 1)
    assert (again.new, again.same) == (0, 4)
    clue = Clue.objects.get(kind="assigned", urgent=True)
    assert (clue.source, clues.read_reporter(clue_id=clue.pk, actor=desk.planner)) == (
        desk.source, REPORTER,
    )  # fmt: skip
    assert Deadline.objects.filter(kind="judge_clue").count() == 3


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"接收日期": "2999-01-01"}, "晚于今天"),
        ({"本局编号": "PS77777"}, "没有 PS77777"),
        ({"单位名称": ""}, "没有写明单位"),
        ({"线索类型": "传闻"}, "不在可选值中"),
    ],
)
def test_one_bad_row_keeps_all_out_and_says_how_to_mend_it(
    desk: Desk, tmp_path: Path, row: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClueImportRefused) as refusal:
        load(desk, sheet(tmp_path, ROW, {**ROW, **row, "线索内容": "另一条"}))

    assert message in str(refusal.value.result.errors[0])
    assert not Clue.objects.exists()
