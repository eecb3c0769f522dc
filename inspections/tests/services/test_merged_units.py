"""Two records of one unit, merged while checks of both are under way: one enterprise is visited."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from inspections.models import Assignment, Problem
from inspections.pages.dossier import dossier
from inspections.selectors import mergeable_visits
from inspections.services import gate, joint_visits, penalties
from inspections.services.assignment_facts import assignment_facts
from inspections.services.repeat_visits import warnings_for
from inspections.services.review import approve_record
from registry.models import PollutionSource, RiskFact, SourceMerge, SpecialFlag
from registry.services.check_ledger import record_check
from registry.services.evidence_files import Proof
from registry.services.source_merges import merge_sources, undo_merge
from tests.scene import Scene


@pytest.fixture
def survivor(scene: Scene) -> PollutionSource:
    found = PollutionSource.objects.filter(assignments=None).order_by("code").first()
    assert found is not None
    return found


def merge(scene: Scene, assignment: Assignment, survivor: PollutionSource) -> SourceMerge:
    """The unit the team was sent to is found to be another record's; read afresh, as a page does."""
    today = timezone.localdate(scene.now)
    row = merge_sources(
        survivor_id=survivor.pk, merged_id=assignment.source_id, on=today, reason="更名重复",
        actor=scene.users["planner1"], today=today, proof=Proof(note="营业执照"),
    )  # fmt: skip
    assignment.refresh_from_db()
    return row


def visited(source: PollutionSource, day: date, reference: str, **fields: Any) -> None:
    record_check(
        **{
            "source": source, "checked_on": day, "check_source": "daily", "method": "on_site",
            "plan_number": "", "reference": reference, "outcome": "1", "officers": [], **fields,
        }
    )  # fmt: skip


def test_a_visit_to_either_record_was_a_visit_to_the_unit(
    scene: Scene, survivor: PollutionSource
) -> None:
    assignment = scene.started()
    day = timezone.localdate(assignment.started_at)  # the day before, early in the morning
    visited(survivor, day, "E-1")
    assert not warnings_for(survivor, day=day + timedelta(days=40), team=[])

    merge(scene, assignment, survivor)

    survivor.refresh_from_db()
    for record in (survivor, assignment.source):
        assert "第 3 次" in warnings_for(record, day=day, team=[])[0]


def test_the_same_officer_is_asked_why_although_the_records_were_two(
    scene: Scene, survivor: PollutionSource
) -> None:
    assignment, today = scene.assignments[0], timezone.localdate(scene.now)
    lead = assignment.team.get(role="lead").inspector
    for number, source in enumerate((survivor, assignment.source)):
        visited(source, date(today.year, 1, 1), f"E-{number}", officers=[lead.code])

    merge(scene, assignment, survivor)

    said = warnings_for(assignment.source, day=today, team=[lead], but=assignment)
    assert any("本年第 3 次" in text for text in said)


def test_the_notice_at_the_gate_counts_the_visits_to_both_and_names_the_unit_as_it_is_now(
    scene: Scene, survivor: PollutionSource
) -> None:
    assignment, today = scene.started(), timezone.localdate(scene.now)
    notice = gate.show_notice(assignment=assignment, actor=scene.lead(assignment), now=scene.now)
    visited(survivor, today, "E-1")
    visited(assignment.source, today, "E-2")

    merge(scene, assignment, survivor)

    page = Client().get(f"/gate/{notice.token}/").content.decode()
    assert "已 2 次，年度上限 2 次" in page
    assert survivor.name in page
    assert dossier(assignment, today=today)["visits"] == 2


def test_a_flag_that_went_to_the_survivor_still_makes_the_check_a_special_one(
    scene: Scene, survivor: PollutionSource
) -> None:
    assignment, today = scene.assignments[0], timezone.localdate(scene.now)
    SpecialFlag.objects.create(
        source=assignment.source, reason="high_risk", evidence="台账", state="approved",
        starts_on=today,
    )  # fmt: skip

    merge(scene, assignment, survivor)

    assert assignment_facts(assignment, day=today)["special"] is True
    assert dossier(assignment, today=today)["special"]


def test_checks_of_both_records_are_proposed_for_one_visit_until_the_merge_is_undone(
    scene: Scene, survivor: PollutionSource
) -> None:
    assignment, other = scene.assignments[0], scene.assignments[1]
    assert mergeable_visits() == []
    Assignment.objects.filter(pk=other.pk).update(source=survivor)

    row = merge(scene, assignment, survivor)

    [found] = mergeable_visits()
    assert found["source"] == survivor
    undo_merge(
        merge_id=row.pk, reason="实为两家", actor=scene.users["planner1"], now=scene.now,
        today=timezone.localdate(scene.now),
    )  # fmt: skip
    assert mergeable_visits() == []
    merge(scene, assignment, survivor)
    visit = joint_visits.merge_visits(
        source_id=survivor.pk, on=timezone.localdate(scene.now),
        actor=scene.users["director1"], now=scene.now,
    )  # fmt: skip
    assert set(visit.assignments.all()) == {assignment, other}


def test_a_penalty_decided_after_the_merge_is_a_fact_about_the_survivor(
    scene: Scene, survivor: PollutionSource
) -> None:
    version = scene.submitted(problem={"note": "未批先建", "handling": "penalty_case"})
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    problem, today = Problem.objects.get(), timezone.localdate(scene.now)
    merge(scene, problem.assignment, survivor)
    who: dict[str, Any] = {"actor": scene.lead(problem.assignment), "now": scene.now}
    penalties.register_case(
        problem_id=problem.pk, number="昌高环立〔2027〕1号", filed_on=today, **who
    )

    decision = penalties.record_decision(
        problem_id=problem.pk, number="昌高环罚〔2027〕1号", violation="未批先建", content="罚款",
        basis="《条例》第一条", hearing="已告知", amount=Decimal(1), decided_on=today, **who,
    )  # fmt: skip

    assert RiskFact.objects.get(evidence=decision.number).source == survivor
