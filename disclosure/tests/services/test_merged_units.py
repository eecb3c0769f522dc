"""What is published about a record that was merged speaks of the unit that stands for it now."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from disclosure.models import PenaltyLink, PublicationLink, PublicPenalty, PublicResult
from disclosure.services import penalties as publication
from disclosure.services.integrity import disclosure_faults
from disclosure.services.public_names import correct_names, flag_outdated_names, outdated_units
from disclosure.services.publishing import publish_result
from disclosure.services.sweep import catch_up, publication_sweep
from inspections.models import Problem
from inspections.services import penalties
from inspections.services.review import approve_record
from registry.models import PollutionSource, SourceMerge
from registry.services.evidence_files import Proof
from registry.services.source_merges import merge_sources, undo_merge
from tests.scene import Scene


@pytest.fixture
def survivor(scene: Scene) -> PollutionSource:
    found = PollutionSource.objects.filter(assignments=None).order_by("code").first()
    assert found is not None
    return found


@pytest.fixture
def result(scene: Scene) -> PublicationLink:
    """An approved record with a penalty that was decided; neither is published yet."""
    version = scene.submitted(problem={"note": "未批先建", "handling": "penalty_case"})
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    problem, today = Problem.objects.get(), timezone.localdate(scene.now)
    who: dict[str, Any] = {"actor": scene.lead(problem.assignment), "now": scene.now}
    penalties.register_case(
        problem_id=problem.pk, number="昌高环立〔2027〕1号", filed_on=today, **who
    )
    penalties.record_decision(
        problem_id=problem.pk, number="昌高环罚〔2027〕1号", violation="未批先建", content="罚款",
        basis="《条例》第一条", hearing="已告知", amount=Decimal(1), decided_on=today, **who,
    )  # fmt: skip
    catch_up(now=scene.now)
    return PublicationLink.objects.get()


def merge(scene: Scene, link: PublicationLink, survivor: PollutionSource) -> SourceMerge:
    today = timezone.localdate(scene.now)
    return merge_sources(
        survivor_id=survivor.pk, merged_id=link.assignment.source_id, on=today, reason="更名重复",
        actor=scene.users["planner1"], today=today, proof=Proof(note="营业执照"),
    )  # fmt: skip


def publish_both(scene: Scene, link: PublicationLink) -> None:
    publisher = scene.users["publisher1"]
    publish_result(link_id=link.pk, actor=publisher, now=scene.now)
    publication.publish_penalty(
        link_id=PenaltyLink.objects.get().pk, actor=publisher, now=scene.now
    )


def test_result_and_penalty_stand_in_the_history_of_the_survivor(
    scene: Scene, result: PublicationLink, survivor: PollutionSource
) -> None:
    merge(scene, result, survivor)

    publish_both(scene, result)

    page = Client().get(f"/enterprises/{survivor.uscc}/").content.decode()
    assert survivor.name in page
    assert "昌高环罚〔2027〕1号" in page
    copy = PublicResult.objects.get()
    assert copy.enterprise_key == PublicPenalty.objects.get().enterprise_key == survivor.uscc
    # Under this code it was drawn, and stands in the proof.
    assert copy.register_code == result.assignment.source.code
    assert not list(disclosure_faults())


def test_what_was_published_before_the_merge_is_proposed_for_correction_and_the_undo_takes_it_back(
    scene: Scene, result: PublicationLink, survivor: PollutionSource
) -> None:
    publish_both(scene, result)
    before = scene.now - timedelta(minutes=1)

    row = merge(scene, result, survivor)

    flag_outdated_names(since=before)
    assert [unit["source"] for unit in outdated_units()] == [survivor]
    undo_merge(
        merge_id=row.pk, reason="实为两家", actor=scene.users["planner1"], now=scene.now,
        today=timezone.localdate(scene.now),
    )  # fmt: skip
    flag_outdated_names(since=before)
    assert outdated_units() == []


def test_the_correction_reaches_the_penalty_too(
    scene: Scene, result: PublicationLink, survivor: PollutionSource
) -> None:
    publish_both(scene, result)
    merge(scene, result, survivor)
    flag_outdated_names()

    corrected = correct_names(
        source_id=survivor.pk, actor=scene.users["publisher1"], note="两条记录为同一单位",
        now=scene.now,
    )  # fmt: skip

    assert corrected == 1
    assert PublicPenalty.objects.get().uscc == survivor.uscc
    assert outdated_units() == []


def test_a_new_name_of_the_survivor_is_seen_in_what_the_other_record_published(
    scene: Scene, result: PublicationLink, survivor: PollutionSource
) -> None:
    merge(scene, result, survivor)
    publish_both(scene, result)
    survivor.refresh_from_db()
    survivor.name = "昌吉更名环保有限公司"
    survivor.save()

    flag_outdated_names(since=survivor.updated_at - timedelta(seconds=1))

    assert [unit["name"] for unit in outdated_units()] == ["昌吉更名环保有限公司"]


def test_the_clock_publishes_nothing_of_a_unit_that_turned_out_to_be_confidential(
    scene: Scene, result: PublicationLink, survivor: PollutionSource
) -> None:
    merge(scene, result, survivor)
    PollutionSource.objects.filter(pk=survivor.pk).update(confidential=True)

    publication_sweep(now=scene.now + timedelta(days=60))

    assert not PublicResult.objects.exists()
    assert not PublicPenalty.objects.exists()
