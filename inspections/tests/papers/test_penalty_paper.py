"""《行政处罚决定书》 printed: what 行政处罚法 第五十九条 asks for stands on both copies, in PDF and Word."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from inspections.models import Assignment, PenaltyDecision
from inspections.services import penalties
from inspections.services.integrity import inspection_faults
from inspections.services.papers.penalties import penalty_paper
from inspections.services.papers.printing import check_path, print_paper, render
from inspections.services.review import approve_record
from inspections.tests.papers.test_record_paper import flat, pdf_text, word_text
from tests.scene import Scene

SITE = "https://hbj.example.cn"
CASE = {"note": "自动监控设备未联网", "handling": "penalty_case"}


def record_case(scene: Scene, assignment: Assignment) -> PenaltyDecision:
    """Inspected, approved, filed and decided."""
    scene.start(assignment)
    scene.fill(assignment, problem=CASE)
    scene.sign_all(assignment)
    version = scene.submit(assignment)
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    problem, today = version.problems.get(), timezone.localdate(scene.now)
    who = {"actor": scene.lead(problem.assignment), "now": scene.now}
    penalties.register_case(
        problem_id=problem.pk, number="昌高环立〔2027〕7号", filed_on=today, **who
    )
    return penalties.record_decision(
        problem_id=problem.pk,
        number="昌高环罚〔2027〕9号",
        violation="自动监控设备连续三日未联网",
        content="责令改正\n罚款人民币贰万零伍佰元",
        basis="《排污许可管理条例》第三十六条",
        hearing="我局已于作出决定前告知你单位，你单位未陈述申辩。",
        amount=Decimal("20500.00"),
        decided_on=today,
        **who,
    )


@pytest.fixture
def decision(scene: Scene) -> PenaltyDecision:
    return record_case(scene, scene.assignments[0])


def day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def test_both_copies_say_what_the_law_asks_a_decision_to_say(decision: PenaltyDecision) -> None:
    paper = penalty_paper(decision, site=SITE)
    unit = decision.problem.assignment.source

    for copy, label in (("archive", "第一联"), ("party", "第二联")):
        for text in (
            pdf_text(render(paper, copy=copy, form="pdf")),
            word_text(render(paper, copy=copy, form="docx")),
        ):
            for said in (
                "行政处罚决定书", label, "昌高环罚〔2027〕9号", "昌高环立〔2027〕7号",
                unit.display_name, unit.uscc, day(decision.decided_on),
                "自动监控设备连续三日未联网", "现场证据1份", "你单位未陈述申辩",
                "依据《排污许可管理条例》第三十六条", "责令改正", "贰万零伍佰元整", "¥20,500.00",
                "十五日内", "百分之三加处罚款", "六十日内依法申请行政复议", "六个月内", "强制执行",
                paper.digest,
            ):  # fmt: skip
                assert flat(said) in text, said


def test_a_decision_without_a_fine_asks_for_no_payment(decision: PenaltyDecision) -> None:
    PenaltyDecision.objects.filter(pk=decision.pk).update(amount=0, content="警告")
    decision.refresh_from_db()

    text = pdf_text(render(penalty_paper(decision, site=SITE), copy="party", form="pdf"))

    assert "警告" in text
    assert "罚款金额" not in text
    assert "十五日内" not in text


def test_the_print_says_on_its_page_that_the_decision_no_longer_holds(
    decision: PenaltyDecision, scene: Scene
) -> None:
    paper, now = penalty_paper(decision, site=SITE), scene.now
    print_paper(paper, copy="party", form="pdf", actor=scene.users["director1"], now=now)
    address = check_path(paper.digest, 1)
    assert "现行有效" in Client().get(address).content.decode()

    penalties.revoke_decision(
        decision_id=decision.pk,
        on=timezone.localdate(now),
        reason="复议撤销",
        actor=scene.users["director1"],
        now=now,
    )

    page = Client().get(address).content.decode()
    assert "撤销，不再有效" in page
    for word in (decision.number, "复议", decision.problem.assignment.source.name):
        assert word not in page
    assert penalty_paper(decision, site="https://other.example").pk == paper.pk
    assert not list(inspection_faults())


def test_the_file_is_for_those_who_follow_the_problem(
    decision: PenaltyDecision, scene: Scene
) -> None:
    problem, client = decision.problem, Client()
    url = f"/inspections/problems/{problem.pk}/papers/penalty/{decision.pk}/party.pdf"
    client.force_login(scene.stranger(problem.assignment))
    assert client.get(url).status_code == 404

    client.force_login(scene.lead(problem.assignment))
    answer = client.get(url)

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert client.get(url.replace(f"/{decision.pk}/", "/0/")).status_code == 404
    assert client.post(url).status_code == 405
