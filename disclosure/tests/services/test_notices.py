"""更正、撤回、恢复、不予公开: each leaves a public trace, and the trail agrees with it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from disclosure.models import PublicationLink, PublicNotice, PublicResult
from disclosure.services import corrections, publishing, withholding
from disclosure.services.integrity import disclosure_faults
from disclosure.services.sweep import catch_up
from inspections.services.review import approve_record
from registry.models import AuditEvent, CheckLedgerEntry, PollutionSource
from registry.rules.violations import NotAllowed
from tests.scene import Scene


@pytest.fixture
def link(scene: Scene) -> PublicationLink:
    version = scene.submitted(problem={"note": "缺标识", "handling": "corrected_on_spot"})
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    catch_up(now=scene.now)
    return PublicationLink.objects.get()


@pytest.fixture
def published(scene: Scene, link: PublicationLink) -> PublicationLink:
    publishing.publish_result(link_id=link.pk, actor=scene.users["publisher1"], now=scene.now)
    link.refresh_from_db()
    return link


def rename(link: PublicationLink, name: str) -> None:
    PollutionSource.objects.filter(pk=link.assignment.source_id).update(name=name)
    link.assignment.source.refresh_from_db()


def correct(scene: Scene, link: PublicationLink, note: str = "名称登记有误") -> PublicResult:
    return corrections.correct_result(
        link_id=link.pk, actor=scene.users["publisher1"], note=note, now=scene.now
    )


def withdraw(scene: Scene, link: PublicationLink) -> PublicResult:
    return publishing.withdraw_result(
        link_id=link.pk, actor=scene.users["director1"], note="记录有误", now=scene.now
    )


def public_page(address: str) -> str:
    return Client().get(address).content.decode()


def test_a_correction_keeps_the_address_and_shows_old_and_new(
    scene: Scene, published: PublicationLink
) -> None:
    before = published.result
    assert before is not None
    rename(published, "昌吉更名环保有限公司")

    result = correct(scene, published)

    assert (result.public_id, result.published_on) == (before.public_id, before.published_on)
    assert result.enterprise_name == "昌吉更名环保有限公司"
    page = public_page(f"/results/{result.public_id}/")
    for text in ("更正", "名称登记有误", before.enterprise_name, "昌吉更名环保有限公司"):
        assert text in page


def test_a_correction_writes_only_what_the_record_holds(
    scene: Scene, published: PublicationLink
) -> None:
    with pytest.raises(corrections.NothingToCorrect):
        correct(scene, published)
    rename(published, "昌吉更名环保有限公司")
    with pytest.raises(publishing.NoteMissing):
        correct(scene, published, note=" ")

    assert PublicNotice.objects.count() == 0


def test_what_is_not_published_cannot_be_corrected_or_restored(
    scene: Scene, link: PublicationLink
) -> None:
    with pytest.raises(corrections.NotPublished):
        correct(scene, link)
    with pytest.raises(corrections.NotPublished):
        corrections.restore_result(
            link_id=link.pk, actor=scene.users["director1"], note="误撤回", now=scene.now
        )


def test_a_withdrawal_taken_back_leaves_both_notices(
    scene: Scene, published: PublicationLink
) -> None:
    result = withdraw(scene, published)

    corrections.restore_result(
        link_id=published.pk, actor=scene.users["director1"], note="经复核记录无误", now=scene.now
    )

    kinds = PublicNotice.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["withdrawn", "restored"]
    page = public_page(f"/results/{result.public_id}/")
    assert "记录有误" in page
    assert "经复核记录无误" in page
    assert "检查结果" in page


def test_a_withheld_result_is_told_without_its_name_or_number(
    scene: Scene, link: PublicationLink
) -> None:
    row = withholding.propose_withholding(
        link_id=link.pk, actor=scene.users["publisher1"], ground="confidential", reason="涉密"
    )
    withholding.decide_withholding(
        withholding_id=row.pk, actor=scene.users["director1"], approve=True, now=scene.now
    )

    page = public_page("/notices/")
    assert "不予公开" in page
    assert link.assignment.number not in page
    assert link.assignment.source.name not in page


def withhold(scene: Scene, link: PublicationLink) -> None:
    row = withholding.propose_withholding(
        link_id=link.pk, actor=scene.users["publisher1"], ground="confidential", reason="涉密"
    )
    withholding.decide_withholding(
        withholding_id=row.pk, actor=scene.users["director1"], approve=True, now=scene.now
    )


def test_a_withholding_that_ended_is_published_at_once_with_its_note_and_is_not_late(
    scene: Scene, link: PublicationLink
) -> None:
    withhold(scene, link)
    later = scene.now + timedelta(days=90)

    result = withholding.lift_withholding(
        link_id=link.pk, actor=scene.users["director2"], note="已解密", now=later
    )

    link.refresh_from_db()
    assert (link.state, link.result) == ("published", result)
    assert result.published_on == timezone.localdate(later) == result.due_on
    page = public_page(f"/results/{result.public_id}/")
    assert "解除不予公开" in page
    assert "已解密" in page
    grounds = PublicNotice.objects.order_by("pk").values_list("kind", "ground")
    assert list(grounds) == [("withheld", "confidential"), ("lifted", "confidential")]
    entry = CheckLedgerEntry.objects.get(reference=link.assignment.number)
    assert entry.disclosure == "published"
    assert list(disclosure_faults()) == []


def test_only_a_leader_ends_a_withholding_and_only_one_that_stands_with_a_note(
    scene: Scene, link: PublicationLink
) -> None:
    director = scene.users["director1"]
    with pytest.raises(publishing.AlreadyDecided):
        withholding.lift_withholding(link_id=link.pk, actor=director, note="已解密", now=scene.now)
    withhold(scene, link)

    with pytest.raises(NotAllowed):
        withholding.lift_withholding(
            link_id=link.pk, actor=scene.users["publisher1"], note="已解密", now=scene.now
        )
    with pytest.raises(publishing.NoteMissing):
        withholding.lift_withholding(link_id=link.pk, actor=director, note=" ", now=scene.now)
    assert PublicResult.objects.count() == 0


def test_the_desk_finds_what_was_decided_long_ago_by_number_and_by_unit(
    scene: Scene, published: PublicationLink
) -> None:
    client = Client()
    client.force_login(scene.users["publisher1"])
    number, name = published.assignment.number, published.assignment.source.name

    for wanted in (number, number.lower()[:9], name[2:5]):
        assert f"/disclosure/{published.pk}/correct/" in desk(client, wanted)
    missing = desk(client, "没有这家")
    assert f"/disclosure/{published.pk}/correct/" not in missing
    assert "没有找到“没有这家”" in missing


def desk(client: Client, wanted: str) -> str:
    return client.get("/disclosure/", {"q": wanted}).content.decode()


def test_every_notice_has_its_line_in_the_trail_and_the_other_way_round(
    scene: Scene, published: PublicationLink
) -> None:
    rename(published, "昌吉更名环保有限公司")
    correct(scene, published)
    withdraw(scene, published)

    assert list(disclosure_faults()) == []
    for notice in PublicNotice.objects.all():
        event = AuditEvent.objects.get(action=f"result.{notice.kind}")
        assert event.object_label.endswith(notice.reference)
        assert event.reason == notice.note
    PublicNotice.objects.create(
        kind="corrected", at=scene.now, result=published.result, note="无人知道的更正"
    )
    assert [fault.part for fault in disclosure_faults()] == ["notice"]


def test_a_notice_cannot_be_rewritten(scene: Scene, published: PublicationLink) -> None:
    withdraw(scene, published)

    with pytest.raises(DatabaseError), transaction.atomic():
        PublicNotice.objects.update(note="改")
    with pytest.raises(DatabaseError), transaction.atomic():
        PublicNotice.objects.all().delete()


def test_a_planner_may_neither_correct_nor_restore(
    scene: Scene, published: PublicationLink
) -> None:
    for act in (corrections.correct_result, corrections.restore_result):
        with pytest.raises(NotAllowed):
            act(link_id=published.pk, actor=scene.users["planner1"], note="x", now=scene.now)
