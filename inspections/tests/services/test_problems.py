"""Problems on their way to 销号, with the clocks that run meanwhile."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from inspections.models import Assignment, Problem
from inspections.rules.record_checks import lacks
from inspections.services import problems
from inspections.services.penalties import register_case
from inspections.services.records import record_facts, submit_record
from inspections.services.review import approve_record, return_record
from registry.models import Deadline
from registry.rules.violations import NotAllowed
from tests.scene import Scene

CASE = {"note": "未批先建", "handling": "penalty_case"}
REFERRAL = {"note": "篡改监测数据", "handling": "referral"}


def opened(scene: Scene, value: dict[str, str]) -> tuple[Problem, Assignment]:
    version = scene.submitted(problem=value)
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    return Problem.objects.get(), version.assignment


def clock(problem: Problem, kind: str) -> Deadline | None:
    return Deadline.objects.filter(kind=kind, subject=f"problem:{problem.pk}").first()


def test_a_problem_noted_at_a_unit_that_obstructs_must_be_complete(scene: Scene) -> None:
    assignment = scene.started()
    scene.fill(assignment)
    scene.write(assignment, "result", {"outcome": "6"})
    scene.write(
        assignment,
        "must_check:1",
        {"answer": "problem", "note": "", "handling": "rectification", "deadline": ""},
    )

    found = [lack.message for lack in lacks(record_facts(assignment, now=scene.now))]

    assert any("须写明问题情况" in message for message in found)
    assert any("须填写整改期限" in message for message in found)


def test_the_database_refuses_a_problem_without_a_way_of_handling(scene: Scene) -> None:
    problem, _assignment = opened(scene, CASE)

    with pytest.raises(IntegrityError), transaction.atomic():
        Problem.objects.filter(pk=problem.pk).update(handling="")


def test_a_penalty_case_is_not_closed_without_its_number(scene: Scene) -> None:
    problem, assignment = opened(scene, CASE)
    common = {"problem_id": problem.pk, "actor": scene.lead(assignment)}
    today = timezone.localdate(scene.now)
    with pytest.raises(problems.NotHandledYet, match="案号"):
        problems.propose_close(text="已处罚", **common)
    with pytest.raises(problems.NotHandledYet, match="60个字"):
        register_case(number="号" * 61, filed_on=today, now=scene.now, **common)

    register_case(number="昌高环立字〔2026〕1号", filed_on=today, now=scene.now, **common)

    with pytest.raises(problems.NotHandledYet, match="处罚决定"):
        problems.propose_close(text="已处罚", **common)


def test_a_referral_is_approved_then_handed_over_within_a_day(scene: Scene) -> None:
    problem, assignment = opened(scene, REFERRAL)
    lead, director = scene.lead(assignment), scene.users["director2"]
    approval = clock(problem, "transfer_approval")
    assert approval is not None
    with pytest.raises(NotAllowed):
        problems.approve_transfer(problem_id=problem.pk, actor=lead, now=scene.now)
    with pytest.raises(problems.NotHandledYet, match="须先由局领导批准"):
        problems.record_handover(
            problem_id=problem.pk, actor=lead, receipt="公安分局", now=scene.now
        )

    problems.approve_transfer(problem_id=problem.pk, actor=director, now=scene.now)

    handover = clock(problem, "transfer_handover")
    assert handover is not None
    assert (handover.due_on - timezone.localdate(scene.now)).days == 1
    approval.refresh_from_db()
    assert approval.state == "met"
    with pytest.raises(problems.NotHandledYet, match="登记移交"):
        problems.propose_close(problem_id=problem.pk, actor=lead, text="已移送")
    problems.record_handover(
        problem_id=problem.pk, actor=lead, receipt="公安分局 第1号", now=scene.now
    )
    handover.refresh_from_db()
    assert handover.state == "met"
    problems.propose_close(problem_id=problem.pk, actor=lead, text="已移送")


def test_a_returned_record_runs_against_the_assignments_clock_again(scene: Scene) -> None:
    version = scene.submitted()
    clock_of = Deadline.objects.filter(
        kind="finish_inspection", subject=f"assignment:{version.assignment_id}"
    )
    assert clock_of.get().state == "met"

    return_record(
        version_id=version.pk, actor=scene.users["director1"], comment="补充", now=scene.now
    )

    assert clock_of.get().state == "open"
    submit_record(
        assignment_id=version.assignment_id, actor=scene.lead(version.assignment), now=scene.now
    )
    assert clock_of.get().state == "met"
