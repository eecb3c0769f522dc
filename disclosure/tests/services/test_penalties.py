"""处罚决定: out within seven working days, down as soon as it no longer stands."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from disclosure.models import PenaltyLink, PublicPenalty
from disclosure.services import penalties as publication
from disclosure.services.publishing import AlreadyDecided
from disclosure.services.sweep import catch_up, publication_sweep
from inspections.models import PenaltyDecision, Problem
from inspections.services import penalties
from inspections.services.review import approve_record
from registry.clocks.selectors import work_calendar
from registry.models import Deadline, PollutionSource
from tests.scene import Scene


@pytest.fixture
def case(scene: Scene) -> Problem:
    version = scene.submitted(problem={"note": "未批先建", "handling": "penalty_case"})
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    problem = Problem.objects.get()
    penalties.register_case(
        problem_id=problem.pk,
        number="昌高环立〔2027〕1号",
        filed_on=timezone.localdate(scene.now),
        **who(scene, problem),
    )
    return problem


def who(scene: Scene, problem: Problem) -> dict[str, Any]:
    return {"actor": scene.lead(problem.assignment), "now": scene.now}


def decide(scene: Scene, problem: Problem, number: str = "昌高环罚〔2027〕1号") -> PenaltyDecision:
    return penalties.record_decision(
        problem_id=problem.pk,
        number=number,
        violation="建设项目未依法报批环评文件即开工建设",
        content="罚款人民币贰万元整",
        basis="《环境影响评价法》第三十一条",
        hearing="决定前已告知拟处罚内容，当事人未陈述申辩，未要求听证。",
        amount=Decimal(20000),
        decided_on=timezone.localdate(scene.now),
        **who(scene, problem),
    )


@pytest.fixture
def link(scene: Scene, case: Problem) -> PenaltyLink:
    decide(scene, case)
    catch_up(now=scene.now)
    return PenaltyLink.objects.get()


def public_page() -> str:
    return Client().get("/penalties/").content.decode()


def test_the_clock_is_seven_working_days_from_the_decision(scene: Scene, link: PenaltyLink) -> None:
    today = timezone.localdate(scene.now)

    assert link.due_on == work_calendar().add(today, 7)
    assert Deadline.objects.get(kind="publish_penalty").due_on == link.due_on
    assert link.decision.number not in public_page()


def test_a_person_publishes_once_and_the_page_shows_it(scene: Scene, link: PenaltyLink) -> None:
    publication.publish_penalty(link_id=link.pk, actor=scene.users["publisher1"], now=scene.now)
    with pytest.raises(AlreadyDecided):
        publication.publish_penalty(link_id=link.pk, actor=scene.users["publisher1"], now=scene.now)

    page = public_page()
    for text in (link.decision.number, "罚款人民币贰万元整", "第三十一条", "20,000.00"):
        assert text in page
    assert Deadline.objects.get(kind="publish_penalty").state == "met"


def test_nobody_needs_to_press_for_it_to_be_in_time(scene: Scene, link: PenaltyLink) -> None:
    publication_sweep(now=scene.now)
    assert not PublicPenalty.objects.exists()

    day = work_calendar().subtract(link.due_on, 2)
    later = scene.now + timedelta(days=(day - timezone.localdate(scene.now)).days)
    publication_sweep(now=later)
    publication_sweep(now=later)

    assert PublicPenalty.objects.get().published_on <= link.due_on


def test_the_clock_never_publishes_a_confidential_unit(scene: Scene, link: PenaltyLink) -> None:
    source = link.decision.problem.assignment.source
    PollutionSource.objects.filter(pk=source.pk).update(confidential=True)

    publication_sweep(now=scene.now + timedelta(days=60))

    assert not PublicPenalty.objects.exists()


def test_a_revoked_decision_says_only_that(scene: Scene, link: PenaltyLink) -> None:
    publication.publish_penalty(link_id=link.pk, actor=scene.users["publisher1"], now=scene.now)
    penalties.revoke_decision(
        decision_id=link.decision_id,
        on=timezone.localdate(scene.now),
        reason="复议撤销",
        actor=scene.users["director1"],
        now=scene.now,
    )

    publication_sweep(now=scene.now)

    page = public_page()
    assert "复议撤销" in page
    assert link.decision.number in page
    assert "罚款人民币贰万元整" not in page


def test_a_changed_decision_makes_room_for_the_new_one(
    scene: Scene, case: Problem, link: PenaltyLink
) -> None:
    publication.publish_penalty(link_id=link.pk, actor=scene.users["publisher1"], now=scene.now)

    decide(scene, case, "昌高环罚〔2027〕2号")
    publication_sweep(now=scene.now)

    states = PenaltyLink.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["withdrawn", "waiting"]


def test_what_ended_before_it_was_out_never_comes_out(scene: Scene, link: PenaltyLink) -> None:
    penalties.revoke_decision(
        decision_id=link.decision_id,
        on=timezone.localdate(scene.now),
        reason="撤销",
        actor=scene.users["director1"],
        now=scene.now,
    )

    publication_sweep(now=scene.now + timedelta(days=60))

    assert not PublicPenalty.objects.exists()
    assert not Deadline.objects.filter(kind="publish_penalty", state="open").exists()


def test_the_desk_shows_what_will_be_public_and_publishes_it(
    scene: Scene, link: PenaltyLink
) -> None:
    client = Client()
    client.force_login(scene.users["publisher1"])

    assert link.decision.number in client.get("/disclosure/").content.decode()
    assert "贰万元" in client.get(f"/disclosure/penalties/{link.pk}/").content.decode()
    assert client.post(f"/disclosure/penalties/{link.pk}/").status_code == 302

    assert PublicPenalty.objects.get().number == link.decision.number
