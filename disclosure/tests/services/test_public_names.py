"""公示名称: what was published under another name is proposed for correction, never changed in silence."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from disclosure.models import (
    PenaltyLink,
    PublicationLink,
    PublicNotice,
    PublicPenalty,
    PublicPositiveListChange,
    PublicProblem,
)
from disclosure.services import corrections, publishing
from disclosure.services.public_names import correct_names, flag_outdated_names, outdated_units
from disclosure.services.sweep import catch_up
from inspections.models import PenaltyDecision, Problem
from inspections.services.problems import close_problem
from inspections.services.review import approve_record
from registry.models import AuditEvent, PollutionSource
from registry.rules.violations import NotAllowed
from tests.scene import Scene

pytestmark = pytest.mark.django_db
OWNER, SHOP = "王小二", "昌吉王小二汽车修理店"


@pytest.fixture
def published(scene: Scene) -> PublicationLink:
    """A result whose one problem is closed and published."""
    version = scene.submitted(problem={"note": "缺标识", "handling": "corrected_on_spot"})
    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)
    close_problem(
        problem_id=Problem.objects.get().pk, actor=scene.users["director2"], now=scene.now
    )
    catch_up(now=scene.now)
    link = PublicationLink.objects.get()
    change_unit(link, name=SHOP, legal_representative=OWNER)
    publishing.publish_result(link_id=link.pk, actor=scene.users["publisher1"], now=scene.now)
    catch_up(now=timezone.now())
    link.refresh_from_db()
    return link


def change_unit(link: PublicationLink, **values: str) -> PollutionSource:
    source = link.assignment.source
    for name, value in values.items():
        setattr(source, name, value)
    source.save()
    return source


def correct(scene: Scene, link: PublicationLink) -> int:
    return correct_names(
        source_id=link.assignment.source_id,
        actor=scene.users["publisher1"],
        note="名称登记有误",
        now=scene.now,
    )


def public_text(*addresses: str) -> str:
    return "".join(
        b"".join(Client().get(address)).decode()  # type: ignore[arg-type]
        for address in addresses
    )


def test_a_unit_that_keeps_its_name_is_not_proposed(published: PublicationLink) -> None:
    assert flag_outdated_names() == 0
    assert outdated_units() == []


def test_a_renamed_unit_is_proposed_and_the_public_page_waits_for_a_person(
    scene: Scene, published: PublicationLink
) -> None:
    source = change_unit(published, name="昌吉更名环保有限公司")

    assert flag_outdated_names(since=scene.now) == 1

    [row] = outdated_units()
    assert (row["source"], row["name"], row["number"]) == (source, "昌吉更名环保有限公司", 1)
    result = published.result
    assert result is not None
    assert SHOP in public_text(f"/results/{result.public_id}/")


def test_the_proposal_goes_when_the_register_says_the_old_name_again(
    published: PublicationLink,
) -> None:
    change_unit(published, name="昌吉更名环保有限公司")
    flag_outdated_names()
    change_unit(published, name=SHOP)

    assert flag_outdated_names() == 1

    assert outdated_units() == []


def test_the_new_name_reaches_closed_problems_penalties_and_the_positive_list(
    scene: Scene, published: PublicationLink
) -> None:
    source, result = published.assignment.source, published.result
    assert result is not None
    decision = PenaltyDecision.objects.create(
        problem=Problem.objects.get(), number="昌高环罚〔2026〕1号", violation="x", content="x",
        basis="x", decided_on=date(2026, 1, 5), recorded_by=scene.users["director1"],
        recorded_at=scene.now,
    )  # fmt: skip
    penalty = PublicPenalty.objects.create(
        number="昌高环罚〔2026〕1号", enterprise_name=SHOP, enterprise_key=result.enterprise_key,
        authority="本局", violation="x", content="x", basis="x", amount=Decimal(0),
        decided_on=date(2026, 1, 5), due_on=date(2026, 1, 14), published_on=date(2026, 1, 6),
    )  # fmt: skip
    PenaltyLink.objects.create(
        decision=decision, penalty=penalty, state="published", due_on=date(2026, 1, 14)
    )
    PublicPositiveListChange.objects.create(
        reference="ZM000001", enterprise_name=SHOP, register_code=source.code, kind="entered",
        on=date(2026, 1, 1), reason="x", authority="本局", published_at=scene.now,
    )  # fmt: skip
    assert PublicProblem.objects.get().closed_on is not None
    change_unit(published, name="昌吉更名环保有限公司")
    flag_outdated_names()

    assert correct(scene, published) == 1

    for model in (PublicProblem, PublicPenalty, PublicPositiveListChange):
        assert model.objects.get().enterprise_name == "昌吉更名环保有限公司"
    assert outdated_units() == []
    page = public_text(f"/results/{result.public_id}/", "/notices/")
    for text in ("名称登记有误", SHOP, "昌吉更名环保有限公司"):
        assert page.count(text) >= 2


def test_a_unit_marked_as_individual_later_is_masked_and_the_notice_does_not_tell_its_name(
    scene: Scene, published: PublicationLink
) -> None:
    change_unit(published, uscc="", no_code_reason="individual")
    flag_outdated_names()
    result = published.result
    assert result is not None

    correct(scene, published)

    result.refresh_from_db()
    assert result.enterprise_name == "昌吉王**汽车修理店"
    shown = public_text(
        f"/results/{result.public_id}/", "/notices/", "/problems/", "/notices/feed.atom",
        "/open-data/notices.json", "/open-data/problems.csv",
    )  # fmt: skip
    assert OWNER not in shown
    assert "（含个人姓名，不再显示）" in shown
    event = AuditEvent.objects.get(action="result.corrected")
    assert SHOP in str(event.changes)  # staff can still see what was changed


def test_correcting_names_needs_the_publisher_and_something_to_correct(
    scene: Scene, published: PublicationLink
) -> None:
    with pytest.raises(corrections.NothingToCorrect):
        correct(scene, published)
    officer = scene.lead(published.assignment)
    with pytest.raises(NotAllowed):
        correct_names(
            source_id=published.assignment.source_id,
            actor=officer,
            note="x",
            now=scene.now,
        )
    assert not PublicNotice.objects.exists()


def test_the_desk_shows_the_proposal_and_its_form_corrects(
    scene: Scene, published: PublicationLink
) -> None:
    source = change_unit(published, name="昌吉更名环保有限公司")
    flag_outdated_names()
    client = Client()
    client.force_login(scene.users["publisher1"])
    address = f"/disclosure/names/{source.pk}/"

    assert address in client.get("/disclosure/").content.decode()
    assert SHOP in client.get(address).content.decode()
    assert client.post(address, {"note": ""}).status_code == 422
    assert client.post(address, {"note": "单位更名"}).status_code == 302

    assert address not in client.get("/disclosure/").content.decode()
    assert client.post(address, {"note": "单位更名"}).status_code == 422
    assert client.get("/disclosure/names/999999/").status_code == 404
