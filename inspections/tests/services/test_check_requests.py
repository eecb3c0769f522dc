"""Checks outside the draw: own source, approved before or in time after, counted or exempted (domain rules §4)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from inspections.models import Assignment, CheckRequest
from inspections.rules.assignment_state import AssignmentMoveNotAllowed
from inspections.selectors import review_queue
from inspections.services import check_requests, joint_visits
from inspections.services.assignments import accept_assignment
from inspections.services.dispatch_outside_draw import BadTeam
from inspections.services.papers.checking import verdict
from inspections.services.papers.printing import record_paper
from inspections.services.records import RecordIncomplete
from inspections.services.repeat_visits import give_repeat_reason, needs_reason, warnings_for
from inspections.services.review import UrgentNotDecided, approve_record, return_record
from registry.choices import ListLevel
from registry.clocks.selectors import work_calendar
from registry.item_lists.selectors import item_list_in_force
from registry.models import CheckLedgerEntry, Deadline, Inspector, Notification, PollutionSource
from registry.permissions import SameIdentity
from registry.rules.texts import TextNotUsable
from registry.rules.violations import NotAllowed
from registry.services.check_ledger import record_check
from sampling.services.waves import wave_units
from tests.scene import Scene


def people() -> list[Inspector]:
    return list(Inspector.objects.filter(role="officer").order_by("code")[:2])


def unit() -> PollutionSource:
    found = PollutionSource.objects.filter(assignments=None).order_by("code").first()
    assert found is not None
    return found


def ask(scene: Scene, **changes: Any) -> CheckRequest:
    lead, other = people()
    item_list = item_list_in_force(ListLevel.BUREAU, timezone.localdate(scene.now))
    assert item_list is not None
    fields: dict[str, Any] = {
        "source": unit(),
        "check_source": "patrol",
        "reason": "沿河巡查",
        "items": list(item_list.items.all()[:2]),
        "lead": lead,
        "members": [other],
        "due_on": timezone.localdate(scene.now) + timedelta(days=10),
        "actor": scene.users["planner1"],
        "now": scene.now - timedelta(hours=9),
        "calendar": work_calendar(),
    }
    return check_requests.propose_check(**{**fields, **changes})


def decide(
    scene: Scene, row: CheckRequest, *, approve: bool = True, **changes: Any
) -> CheckRequest:
    fields: dict[str, Any] = {
        "reason": "同意",
        "actor": scene.users["director1"],
        "now": scene.now - timedelta(hours=9),
        "calendar": work_calendar(),
    }
    return check_requests.decide_check_request(
        request_id=row.pk, approve=approve, **{**fields, **changes}
    )


def visited(source: PollutionSource, *days: date, outcome: str = "1") -> None:
    for n, day in enumerate(days):
        record_check(
            source=source,
            checked_on=day,
            check_source="daily",
            method="on_site",
            plan_number="",
            reference=f"RC-{source.pk}-{n}",
            outcome=outcome,
            officers=[person.code for person in people()],
        )


def finish(scene: Scene, assignment: Assignment) -> CheckLedgerEntry:
    scene.start(assignment)
    scene.fill(assignment)
    scene.sign_all(assignment)
    version = scene.submit(assignment)
    approve_record(version_id=version.pk, actor=scene.users["director2"], now=scene.now)
    return CheckLedgerEntry.objects.get(reference=assignment.number)


def test_an_approved_check_goes_out_with_its_source_and_items_and_counts(scene: Scene) -> None:
    row = ask(scene)
    assert row.assignment is None
    with pytest.raises(SameIdentity):
        decide(scene, ask(scene, actor=scene.users["director1"]))

    assignment = decide(scene, row).assignment

    assert assignment is not None
    assert (assignment.check_source, assignment.number[:3]) == ("patrol", "ZX-")
    assert set(assignment.inspection_items) == set(row.items.all())
    entry = finish(scene, assignment)
    assert (entry.check_source, entry.cap_exemption, entry.counts_toward_ratio) == (
        "patrol",
        "",
        False,
    )


def test_an_exempted_check_uses_up_no_visit(scene: Scene) -> None:
    row = decide(scene, ask(scene, cap_exemption="enterprise_request"))
    assert row.assignment is not None

    assert finish(scene, row.assignment).cap_exemption == "enterprise_request"


def test_an_urgent_check_goes_first_and_its_approval_is_due(scene: Scene) -> None:
    row = ask(scene, urgent=True, cap_exemption="urgent", actor=people()[0].user)

    assert row.assignment is not None
    clock = Deadline.objects.get(kind="approve_urgent")
    assert clock.due_on == work_calendar().add(
        timezone.localdate(scene.now - timedelta(hours=9)), 2
    )

    decide(scene, row)

    clock.refresh_from_db()
    assert clock.state == "met"
    assert Assignment.objects.filter(check_source="patrol").count() == 1


@pytest.mark.parametrize("stage", ["dispatched", "inspecting", "submitted", "returned"])
def test_what_went_first_and_was_refused_ends_as_cancelled_and_keeps_its_record(
    scene: Scene, stage: str
) -> None:
    row = ask(scene, urgent=True, cap_exemption="urgent")
    assignment = row.assignment
    assert assignment is not None
    come_to(scene, assignment, stage)
    kept = dict(assignment.sections.values_list("section", "value"))
    with pytest.raises(TextNotUsable):
        decide(scene, row, approve=False, reason=" ")

    row = decide(scene, row, approve=False, reason="并不紧急")

    assignment.refresh_from_db()
    assert (row.state, assignment.state) == ("rejected", "cancelled")
    assert dict(assignment.sections.values_list("section", "value")) == kept
    assert not CheckLedgerEntry.objects.filter(reference=assignment.number).exists()
    assert not Deadline.objects.filter(state="open", label__contains=assignment.number).exists()
    lead = scene.lead(assignment)
    client = Client()
    client.force_login(lead)
    page = client.get(f"/inspections/{assignment.public_id}/").content.decode()
    assert "并不紧急" in page
    assert "已取消" in page
    assert Notification.objects.filter(user=lead, text__contains="任务已取消").exists()
    late = scene.write(assignment, "narrative", {"text": "仍在平板上"})
    assert (late.status, late.kept) == ("refused", "late")


def come_to(scene: Scene, assignment: Assignment, stage: str) -> None:
    if stage == "dispatched":
        return
    scene.start(assignment)
    scene.fill(assignment)
    if stage == "inspecting":
        return
    scene.sign_all(assignment)
    version = scene.submit(assignment)
    if stage == "returned":
        return_record(
            version_id=version.pk, actor=scene.users["director2"], comment="补充", now=scene.now
        )


def test_the_record_of_an_urgent_check_waits_for_its_approval(scene: Scene) -> None:
    row = ask(scene, urgent=True)
    assert row.assignment is not None
    come_to(scene, row.assignment, "submitted")
    version = row.assignment.versions.get()
    paper = record_paper(version, site="https://hbj.example.cn")
    with pytest.raises(UrgentNotDecided, match="补办审批"):
        approve_record(version_id=version.pk, actor=scene.users["director2"], now=scene.now)

    decide(scene, row, approve=False, reason="并不紧急")

    assert not review_queue().filter(pk=version.pk).exists()
    told = verdict(paper)
    assert (told.holds, "未获批准" in told.text) == (False, True)
    with pytest.raises(AssignmentMoveNotAllowed):
        approve_record(version_id=version.pk, actor=scene.users["director2"], now=scene.now)


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"check_source": "random"}, "检查来源"),
        ({"check_source": "complaint"}, "检查来源"),
        ({"check_source": "construction"}, "建设项目"),
        ({"check_source": "permit_follow_up"}, "排污许可证"),
        ({"check_source": "joint"}, "联合部门"),
        ({"items": []}, "检查事项"),
        ({"urgent": True, "cap_exemption": "credit_d"}, "紧急"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(
    scene: Scene, changes: dict[str, Any], match: str
) -> None:
    with pytest.raises(check_requests.BadCheckRequest, match=match):
        ask(scene, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"reason_kind": "evidence"},
        {"check_source": "complaint"},
        {"check_source": "joint"},
        {"reason": ""},
        {"state": "approved"},
        {"state": "rejected"},
    ],
)
def test_the_database_promises_what_a_request_without_a_clue_may_say(
    scene: Scene, changes: dict[str, Any]
) -> None:
    row = ask(scene)

    with pytest.raises(IntegrityError), transaction.atomic():
        CheckRequest.objects.filter(pk=row.pk).update(**changes)


def test_the_database_lets_only_an_urgent_check_go_out_before_its_approval(scene: Scene) -> None:
    urgent, waiting = ask(scene, urgent=True), ask(scene)
    assert (urgent.state, urgent.assignment is not None) == ("proposed", True)
    sent = scene.assignments[0]

    with pytest.raises(IntegrityError), transaction.atomic():
        CheckRequest.objects.filter(pk=waiting.pk).update(assignment=sent)


def test_two_officers_go_and_only_those_entitled_ask_or_decide(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        ask(scene, actor=scene.users["publisher1"])
    with pytest.raises(NotAllowed):
        decide(scene, ask(scene), actor=scene.users["planner1"])
    lead, other = people()
    lead.user = None
    lead.save()
    with pytest.raises(BadTeam, match="登录账号"):
        ask(scene, lead=lead, members=[other])


def test_the_same_officers_for_the_third_time_say_why(scene: Scene) -> None:
    today, source = timezone.localdate(scene.now), unit()
    new_year = date(today.year, 1, 1)  # this year whatever day the test runs
    visited(source, new_year, new_year)
    with pytest.raises(TextNotUsable, match="再次检查"):
        ask(scene, source=source)

    row = decide(scene, ask(scene, source=source, repeat_reason="许可证变更后核查"))

    assert row.assignment is not None
    assert row.assignment.repeat_reason == "许可证变更后核查"


def visited_twice(scene: Scene) -> Assignment:
    """The team of this assignment was there twice this year and found nothing."""
    assignment = scene.assignments[0]
    day = timezone.localdate(scene.now)
    codes = [m.inspector.code for m in assignment.team.all()]
    for n in range(2):
        record_check(
            source=assignment.source,
            checked_on=date(day.year, 1, 1),
            check_source="daily",
            method="on_site",
            plan_number="",
            reference=f"E-{n}",
            outcome="1",
            officers=codes,
        )
    return assignment


def test_a_team_is_asked_for_the_reason_before_it_goes(scene: Scene) -> None:
    assignment, day = visited_twice(scene), timezone.localdate(scene.now)
    assert needs_reason(assignment, day=day)
    client, lead = Client(), scene.lead(assignment)
    client.force_login(lead)
    home = f"/inspections/{assignment.public_id}/"
    assert "本年第 3 次到该单位检查" in client.get(home).content.decode()
    accept_assignment(assignment_id=assignment.pk, actor=lead, now=scene.now)

    refused = client.post(f"{home}start/", follow=True).content.decode()
    assignment.refresh_from_db()
    assert (assignment.state, "请先填写再次检查的理由" in refused) == ("accepted", True)
    client.post(f"{home}repeat/", {"reason": "随机抽中"})
    client.post(f"{home}start/")

    assignment.refresh_from_db()
    assert assignment.state == "inspecting"
    assert not needs_reason(assignment, day=day)


def test_what_a_tablet_entered_first_is_taken_and_the_reason_asked_for_at_its_end(
    scene: Scene,
) -> None:
    assignment = visited_twice(scene)
    lead = scene.lead(assignment)
    answer = scene.write(assignment, "narrative", {"text": "离线填写"})
    assert answer.status == "applied"
    client = Client()
    client.force_login(lead)
    page = client.get(f"/inspections/{assignment.public_id}/record/").content.decode()
    assert 'id="repeat-reason"' in page
    scene.fill(assignment)
    scene.sign_all(assignment)

    with pytest.raises(RecordIncomplete) as refusal:
        scene.submit(assignment)
    assert [lack.section for lack in refusal.value.lacks] == ["visit"]
    give_repeat_reason(assignment_id=assignment.pk, reason="随机抽中", actor=lead, now=scene.now)

    assert scene.submit(assignment).number == 1


def test_warnings_see_what_began_and_what_ended_but_no_sealed_unit(scene: Scene) -> None:
    started = scene.started()
    day = timezone.localdate(started.started_at)
    assert warnings_for(started.source, day=day, team=[])[0].startswith("当日")
    sealed = [u.source_id for w in _sealed(scene) for u in wave_units(w)]
    assert sealed

    for source in PollutionSource.objects.filter(pk__in=sealed):
        assert warnings_for(source, day=day, team=people()) == []


def _sealed(scene: Scene) -> Any:
    wave = scene.assignments[0].wave
    assert wave is not None
    return wave.draw.waves.filter(dispatched_at=None)


def test_what_waits_at_one_unit_is_merged_into_one_visit_and_everybody_is_told(
    scene: Scene,
) -> None:
    waiting = scene.assignments[0]
    made = decide(scene, ask(scene, source=waiting.source)).assignment
    assert made is not None
    today = timezone.localdate(scene.now)

    visit = joint_visits.merge_visits(
        source_id=waiting.source_id, on=today, actor=scene.users["director1"], now=scene.now
    )

    assert set(visit.assignments.all()) == {waiting, made}
    assert Notification.objects.filter(text__contains="综合查一次").count() >= 2
    scene.start(made)
    waiting.refresh_from_db()
    assert warnings_for(waiting.source, day=today, team=[], but=waiting) == []
    with pytest.raises(joint_visits.NothingToMerge):
        joint_visits.merge_visits(
            source_id=waiting.source_id, on=today, actor=scene.users["director1"], now=scene.now
        )


def test_the_desk_warns_before_it_stores(scene: Scene) -> None:
    source, (lead, other) = unit(), people()
    visited(source, timezone.localdate())
    item_list = item_list_in_force(ListLevel.BUREAU, timezone.localdate())
    assert item_list is not None
    client = Client()
    client.force_login(scene.users["planner1"])
    form = {
        "source": source.code,
        "check_source": "patrol",
        "reason": "巡查",
        "items": [item_list.items.all()[0].pk],
        "lead": lead.pk,
        "members": [other.pk],
        "due_on": (timezone.localdate() + timedelta(days=5)).isoformat(),
    }

    warned = client.post("/inspections/checks/new/", form)
    assert "当日将是对该单位的第 2 次上门" in warned.content.decode()
    assert not CheckRequest.objects.exists()
    client.post("/inspections/checks/new/", {**form, "confirmed": "1"})

    assert CheckRequest.objects.get().reason == "巡查"
    client.force_login(scene.users["director1"])
    page = client.get("/inspections/checks/").content.decode()
    assert "巡查" in page
    assert "第 2 次上门" in page
