"""One problem from its order to its closure: every step with its clock (domain rules §4.7)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from inspections.models import (
    Assignment,
    CorrectionOrder,
    PenaltyDecision,
    Problem,
    RecordVersion,
)
from inspections.services import orders, penalties, problems, rechecks
from inspections.services.problem_steps import clocks_of
from inspections.services.review import approve_record
from registry.grading.services.special_flags import propose_special_flags
from registry.models import CheckLedgerEntry, FollowedProblem, RiskFact, SpecialFlag
from registry.rules.violations import NotAllowed
from tests.scene import Scene

CASE = {"note": "未批先建", "handling": "penalty_case"}


def rectify(scene: Scene) -> dict[str, str]:
    day = timezone.localdate(scene.now) + timedelta(days=20)
    return {"note": "标识缺失", "handling": "rectification", "deadline": day.isoformat()}


def opened(scene: Scene, value: dict[str, str]) -> Problem:
    version = scene.submitted(problem=value)
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    return Problem.objects.get()


def who(scene: Scene, problem: Problem) -> dict[str, Any]:
    return {"actor": scene.lead(problem.assignment), "now": scene.now}


def issue(scene: Scene, problem: Problem) -> CorrectionOrder:
    return orders.issue_order(
        problem_id=problem.pk,
        violation="危险废物贮存间标识缺失",
        requirements="补齐标识",
        basis="《固体废物污染环境防治法》第七十七条",
        deadline=timezone.localdate(scene.now) + timedelta(days=10),
        **who(scene, problem),
    )


def serve(scene: Scene, order: CorrectionOrder) -> CorrectionOrder:
    return orders.serve_order(
        order_id=order.pk,
        served_on=timezone.localdate(scene.now),
        method="direct",
        receiver="张厂长",
        text="",
        **who(scene, order.problem),
    )


def inspect(
    scene: Scene, assignment: Assignment, *, problem: dict[str, str] | None = None
) -> RecordVersion:
    scene.start(assignment)
    scene.fill(assignment, problem=problem)
    scene.sign_all(assignment)
    version = scene.submit(assignment)
    approve_record(version_id=version.pk, actor=scene.users["director2"], now=scene.now)
    return version


def clocks(problem: Problem) -> dict[str, str]:
    return dict(clocks_of(problem).order_by("pk").values_list("kind", "state"))


def due(problem: Problem, kind: str) -> Any:
    return clocks_of(problem, kind).get(state="open").due_on


def test_the_order_is_served_then_looked_at_again_then_closed(scene: Scene) -> None:
    problem, today = opened(scene, rectify(scene)), timezone.localdate(scene.now)
    assert clocks(problem) == {"serve_order": "open", "rectify_problem": "open"}
    lead, director = scene.lead(problem.assignment), scene.users["director1"]
    with pytest.raises(problems.NotHandledYet, match="责令改正通知书"):
        problems.propose_close(problem_id=problem.pk, actor=lead, text="已改")

    order = serve(scene, issue(scene, problem))

    assert due(problem, "rectify_problem") == order.deadline
    assert due(problem, "recheck_problem") == today + timedelta(days=30)
    assert clocks_of(problem, "serve_order").get().state == "met"
    with pytest.raises(problems.NotHandledYet, match="复查合格"):
        problems.propose_close(problem_id=problem.pk, actor=lead, text="已改")

    again = rechecks.ask_for_recheck(problem_id=problem.pk, actor=lead, now=scene.now)
    assert (again.check_source, again.due_on) == ("recheck", today + timedelta(days=30))
    assert set(again.inspection_items) == set(problem.assignment.inspection_items)
    Assignment.objects.filter(pk=again.pk).update(dispatched_at=scene.now - timedelta(hours=9))
    again.refresh_from_db()
    inspect(scene, again)

    problem.refresh_from_db()
    assert (problem.state, problem.recheck_passed_on is None) == ("awaiting_close", False)
    problems.close_problem(problem_id=problem.pk, actor=director, now=scene.now)
    assert not clocks_of(problem).filter(state="open").exists()


def test_a_recheck_goes_out_by_itself_once_and_uses_up_no_visit(scene: Scene) -> None:
    problem = opened(scene, rectify(scene))
    order = serve(scene, issue(scene, problem))
    assert rechecks.open_due_rechecks(now=scene.now) == 0

    later = scene.now + (order.deadline - timezone.localdate(scene.now)) + timedelta(days=1)
    assert rechecks.open_due_rechecks(now=later) == 1
    assert rechecks.open_due_rechecks(now=later) == 0

    again = Assignment.objects.get(check_source="recheck")
    assert [m.inspector for m in again.team.all()] == [
        m.inspector for m in problem.assignment.team.all()
    ]
    Assignment.objects.filter(pk=again.pk).update(dispatched_at=scene.now - timedelta(hours=9))
    again.refresh_from_db()
    inspect(scene, again)
    year = timezone.localdate(scene.now).year
    assert CheckLedgerEntry.objects.visits_in_year(year).count() == 1


def test_what_is_still_there_goes_on_as_the_same_problem_with_harder_handling(
    scene: Scene,
) -> None:
    problem = opened(scene, rectify(scene))
    serve(scene, issue(scene, problem))
    again = rechecks.open_recheck(problem_id=problem.pk, now=scene.now - timedelta(hours=9))
    assert again is not None

    inspect(scene, again, problem=CASE)

    problem = Problem.objects.get()
    assert (problem.handling, problem.state) == ("penalty_case", "open")
    assert problem.rechecks.get().passed is False
    assert clocks_of(problem, "file_case").get().state == "open"
    assert not clocks_of(problem, "recheck_problem").filter(state="open").exists()


def test_an_order_is_issued_by_the_team_alone_and_served_once(scene: Scene) -> None:
    problem = opened(scene, rectify(scene))
    with pytest.raises(NotAllowed):
        orders.issue_order(
            problem_id=problem.pk,
            violation="x",
            requirements="x",
            basis="x",
            deadline=timezone.localdate(scene.now),
            actor=scene.users["director1"],
            now=scene.now,
        )
    order = issue(scene, problem)
    with pytest.raises(orders.BadOrder, match="尚未送达"):
        issue(scene, problem)
    serve(scene, order)
    with pytest.raises(orders.BadService, match="已登记送达"):
        serve(scene, order)


def test_a_penalty_runs_from_case_to_decision_to_service_and_feeds_the_risk(scene: Scene) -> None:
    problem, today = opened(scene, CASE), timezone.localdate(scene.now)
    assert due(problem, "file_case") == today + timedelta(days=15)
    with pytest.raises(penalties.BadPenalty, match="立案"):
        decide(scene, problem, "罚字1号")

    penalties.register_case(
        problem_id=problem.pk, number="立字1号", filed_on=today, **who(scene, problem)
    )
    assert due(problem, "decide_penalty") == today + timedelta(days=90)
    first = decide(scene, problem, "罚字1号")
    assert due(problem, "serve_penalty") == today + timedelta(days=7)
    assert RiskFact.objects.get(voided_at=None).evidence == "罚字1号"

    second = decide(scene, problem, "罚字2号")

    first.refresh_from_db()
    assert (first.state, first.ended_on, first.replaced_by) == ("changed", today, second)
    assert RiskFact.objects.get(voided_at=None).evidence == "罚字2号"
    with pytest.raises(problems.NotHandledYet, match="送达"):
        problems.propose_close(
            problem_id=problem.pk, actor=scene.lead(problem.assignment), text="已罚"
        )
    penalties.serve_decision(
        decision_id=second.pk,
        served_on=today,
        method="mail",
        receiver="收发室",
        text="",
        **who(scene, problem),
    )
    problems.propose_close(problem_id=problem.pk, actor=scene.lead(problem.assignment), text="已罚")


def decide(scene: Scene, problem: Problem, number: str) -> PenaltyDecision:
    return penalties.record_decision(
        problem_id=problem.pk,
        number=number,
        violation="未批先建",
        content="罚款",
        basis="《环境影响评价法》第三十一条",
        hearing="决定前已告知拟处罚内容，当事人未陈述申辩，未要求听证。",
        amount=Decimal("20000.00"),
        decided_on=timezone.localdate(scene.now),
        **who(scene, problem),
    )


def test_a_decision_is_revoked_by_an_approver_with_day_and_reason(scene: Scene) -> None:
    problem, today = opened(scene, CASE), timezone.localdate(scene.now)
    penalties.register_case(
        problem_id=problem.pk, number="立字1号", filed_on=today, **who(scene, problem)
    )
    row = decide(scene, problem, "罚字1号")
    with pytest.raises(NotAllowed):
        penalties.revoke_decision(
            decision_id=row.pk, on=today, reason="复议撤销", **who(scene, problem)
        )

    penalties.revoke_decision(
        decision_id=row.pk,
        on=today,
        reason="复议撤销",
        actor=scene.users["director1"],
        now=scene.now,
    )

    row.refresh_from_db()
    assert (row.state, row.ended_reason) == ("revoked", "复议撤销")
    assert not RiskFact.objects.filter(voided_at=None).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        PenaltyDecision.objects.filter(pk=row.pk).update(ended_reason="")


def test_files_of_a_correction_are_kept_once_and_typed_by_content(
    scene: Scene, evidence_root: Any
) -> None:
    problem = opened(scene, rectify(scene))
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
    for _again in range(2):
        orders.add_correction(
            problem_id=problem.pk,
            chunks=[pdf],
            name="整改报告.pdf",
            text="报告",
            **who(scene, problem),
        )
    assert problem.corrections.get().media_type == "application/pdf"

    with pytest.raises(orders.CorrectionRefused):
        orders.add_correction(
            problem_id=problem.pk,
            chunks=[b"<script>alert(1)</script>"],
            name="照片.jpg",
            text="x",
            **who(scene, problem),
        )


def existing_violations() -> list[str]:
    flags = SpecialFlag.objects.filter(reason="existing_violation").order_by("pk")
    return [flag.evidence for flag in flags]


def test_an_open_case_speaks_for_special_supervision_at_once(scene: Scene) -> None:
    opened(scene, CASE)
    today = timezone.localdate(scene.now)

    propose_special_flags(today=today)
    propose_special_flags(today=today)

    assert len(existing_violations()) == 1
    assert "立案、移送或逾期未改的问题" in existing_violations()[0]


def test_an_ordered_correction_counts_once_its_time_has_run_out_and_until_it_is_closed(
    scene: Scene,
) -> None:
    problem, today = opened(scene, rectify(scene)), timezone.localdate(scene.now)
    order = serve(scene, issue(scene, problem))
    propose_special_flags(today=order.deadline)
    assert existing_violations() == []

    again = rechecks.open_recheck(problem_id=problem.pk, now=scene.now - timedelta(hours=9))
    assert again is not None
    late = order.deadline + timedelta(days=1)
    with transaction.atomic():
        propose_special_flags(today=late)
        assert len(existing_violations()) == 1
        transaction.set_rollback(True)
    inspect(scene, again)
    problems.close_problem(problem_id=problem.pk, actor=scene.users["director1"], now=scene.now)
    propose_special_flags(today=late)

    assert existing_violations() == []
    assert FollowedProblem.objects.get().closed_on == today
