"""Problems follow their result into the public, to their close-out, and out of it again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from disclosure.models import PublicationLink, PublicProblem
from disclosure.services.publishing import publish_result, withdraw_result
from disclosure.services.sweep import catch_up
from inspections.models import Problem
from inspections.services.problems import close_problem
from inspections.services.review import approve_record
from tests.scene import Scene

pytestmark = pytest.mark.django_db
NOTE = "贮存间标识缺失，见张三电话13900001111"


@pytest.fixture
def link(scene: Scene) -> PublicationLink:
    deadline = (timezone.localdate(scene.now) + timedelta(days=20)).isoformat()
    version = scene.submitted(
        problem={"note": NOTE, "handling": "rectification", "deadline": deadline}
    )
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    catch_up(now=scene.now)
    return PublicationLink.objects.get()


def publish(scene: Scene, link: PublicationLink) -> None:
    publish_result(link_id=link.pk, actor=scene.users["publisher1"], now=timezone.now())
    catch_up(now=timezone.now())


def test_a_problem_is_public_with_its_result_and_not_before(
    scene: Scene, link: PublicationLink
) -> None:
    assert not PublicProblem.objects.exists()

    publish(scene, link)

    row = PublicProblem.objects.get()
    assert (row.handling_text, row.closed_on) == ("限期整改", None)
    assert row.matter == "固体（危险）废物"
    assert row.assignment_number == link.assignment.number


def test_the_officers_own_words_are_on_no_public_page(scene: Scene, link: PublicationLink) -> None:
    publish(scene, link)
    result = PublicationLink.objects.get().result
    assert result is not None

    for path in (
        "/problems/",
        f"/results/{result.public_id}/",
        f"/enterprises/{result.enterprise_key}/",
    ):
        text = Client().get(path).content.decode()
        assert "限期整改" in text
        assert "张三" not in text
        assert "标识缺失" not in text


def test_its_close_out_shows_at_the_next_sweep(scene: Scene) -> None:
    version = scene.submitted(problem={"note": NOTE, "handling": "corrected_on_spot"})
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    catch_up(now=scene.now)
    publish(scene, PublicationLink.objects.get())
    problem = Problem.objects.get()
    close_problem(problem_id=problem.pk, actor=scene.users["director2"], now=timezone.now())

    catch_up(now=timezone.now())
    catch_up(now=timezone.now())

    assert PublicProblem.objects.get().closed_on == timezone.localdate()
    assert "已销号" in Client().get("/problems/?state=closed").content.decode()
    assert "已销号</span>" not in Client().get("/problems/?state=open").content.decode()


def test_a_withdrawn_result_takes_its_problem_back_but_not_out_of_the_count(
    scene: Scene, link: PublicationLink
) -> None:
    publish(scene, link)
    withdraw_result(
        link_id=link.pk, actor=scene.users["director1"], note="企业名称有误", now=timezone.now()
    )

    catch_up(now=timezone.now())

    assert PublicProblem.objects.get().withdrawn
    text = Client().get("/problems/").content.decode()
    assert "结果已撤回" in text
    assert "固体（危险）废物" not in text
