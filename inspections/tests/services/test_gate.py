"""扫码入企: what the unit sees at its gate, and how it rates and objects once (domain rules §4.5)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from inspections.models import Assignment, GateScan, VisitNotice, VisitObjection, VisitRating
from inspections.services import gate
from inspections.services.assignments import NotOnTheTeam
from registry.models import AuditEvent, Deadline, LegalBasis
from registry.rules.violations import NotAllowed
from tests.scene import Scene

SCORES = {"conduct": 5, "lawful": 4, "honest": 5}


def notice_of(scene: Scene, assignment: Assignment) -> VisitNotice:
    return gate.show_notice(assignment=assignment, actor=scene.lead(assignment), now=scene.now)


def finished(scene: Scene) -> VisitNotice:
    version = scene.submitted()
    return notice_of(scene, version.assignment)


def page(notice: VisitNotice) -> str:
    answer = Client().get(f"/gate/{notice.token}/")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return str(answer.content.decode())


def rate(scene: Scene, notice: VisitNotice, code: str, **changes: Any) -> None:
    fields = {"comment": "", "objection": "", "now": scene.now, **SCORES}
    gate.give_feedback(notice_id=notice.pk, code=code, **{**fields, **changes})


def test_the_unit_sees_who_comes_on_what_basis_and_its_rights(scene: Scene) -> None:
    assignment = scene.started()
    notice = notice_of(scene, assignment)

    text = page(notice)

    lead = assignment.team.get(role="lead").inspector
    certificate = lead.credentials.get().number
    for word in (assignment.source.name, lead.name, certificate, "申请回避", "陈述和申辩"):
        assert word in text
    assert "已 0 次，年度上限 2 次" in text
    assert "本次计入" in text
    assert "《" in text
    assert assignment.source.phone not in text
    assert GateScan.objects.filter(notice=notice).count() == 1


def test_certificates_are_not_shown_any_more_once_the_record_is_in(scene: Scene) -> None:
    notice = finished(scene)

    text = page(notice)

    lead = notice.assignment.team.get(role="lead").inspector
    assert lead.credentials.get().number not in text
    assert lead.name in text
    assert "评价或提出异议" in text


def test_a_notice_exists_only_once_the_team_shows_it_and_nobody_finds_another(
    scene: Scene,
) -> None:
    assignment, client = scene.assignments[0], Client()
    assert not VisitNotice.objects.exists()
    with pytest.raises(NotOnTheTeam):
        gate.show_notice(assignment=assignment, actor=scene.stranger(assignment), now=scene.now)
    client.force_login(scene.stranger(assignment))
    assert client.get(f"/inspections/{assignment.public_id}/gate/").status_code == 404

    client.force_login(scene.lead(assignment))
    shown = client.get(f"/inspections/{assignment.public_id}/gate/")

    token = VisitNotice.objects.get().token
    assert len(token) >= 20
    assert f"/gate/{token}/" in shown.content.decode()
    assert Client().get(f"/gate/{token[:-1]}x/").status_code == 404


def test_scans_are_kept_for_good(scene: Scene) -> None:
    notice = notice_of(scene, scene.assignments[0])
    page(notice)

    with pytest.raises(DatabaseError), transaction.atomic():
        GateScan.objects.all().delete()


def test_the_code_is_shown_once_and_only_after_the_visit(scene: Scene) -> None:
    early = notice_of(scene, scene.assignments[1])
    with pytest.raises(gate.GateClosed):
        gate.take_code(notice_id=early.pk, now=scene.now)
    notice = finished(scene)
    url = f"/gate/{notice.token}/feedback/"

    first = Client().post(url, {"take": "1"}).content.decode()
    second = Client().post(url, {"take": "1"})

    found = re.search(r'class="code">(\w{4}) (\w{4})<', first)
    assert found is not None
    code = "".join(found.groups())
    notice.refresh_from_db()
    assert code not in notice.code_hash
    assert (second.status_code, code in second.content.decode()) == (422, False)
    assert "已被领取" in second.content.decode()


def test_a_rating_counts_once_and_leads_back_to_nobody(scene: Scene) -> None:
    notice = finished(scene)
    code = gate.take_code(notice_id=notice.pk, now=scene.now)
    before = AuditEvent.objects.count()

    rate(scene, notice, code.lower(), comment="态度好")

    row = VisitRating.objects.get()
    fields = {f.name for f in VisitRating._meta.get_fields()}
    assert not fields & {"notice", "assignment", "source", "at", "created_at"}
    assert (row.conduct, row.comment) == (5, "态度好")
    assert AuditEvent.objects.count() == before
    with pytest.raises(gate.CodeRefused, match="只能评价一次"):
        rate(scene, notice, code)
    assert VisitRating.objects.count() == 1


def test_a_code_is_guessed_five_times_at_most(scene: Scene) -> None:
    notice = finished(scene)
    code = gate.take_code(notice_id=notice.pk, now=scene.now)
    for _guess in range(5):
        with pytest.raises(gate.CodeRefused, match="不对"):
            rate(scene, notice, "ZZZZZZZZ")

    with pytest.raises(gate.CodeRefused, match="停用"):
        rate(scene, notice, code)


def test_nothing_is_taken_after_ninety_days(scene: Scene) -> None:
    notice = finished(scene)
    code = gate.take_code(notice_id=notice.pk, now=scene.now)

    with pytest.raises(gate.GateClosed):
        rate(scene, notice, code, now=scene.now + timedelta(days=91))


def test_an_objection_gets_its_answer_within_its_days_and_the_team_never_sees_it(
    scene: Scene,
) -> None:
    notice = finished(scene)
    code = gate.take_code(notice_id=notice.pk, now=scene.now)
    rate(scene, notice, code, objection="记录与事实不符")
    objection = VisitObjection.objects.get()
    assert Deadline.objects.get(kind="answer_objection").state == "open"
    lead, client = scene.lead(notice.assignment), Client()
    client.force_login(lead)
    assert client.get("/inspections/ratings/").status_code == 403
    team_page = client.get(f"/inspections/{notice.assignment.public_id}/").content.decode()
    assert "记录与事实不符" not in team_page
    with pytest.raises(NotAllowed):
        gate.answer_objection(objection_id=objection.pk, text="x", actor=lead, now=scene.now)

    client.force_login(scene.users["director1"])
    assert "记录与事实不符" in client.get("/inspections/ratings/").content.decode()
    client.post(f"/inspections/ratings/{objection.pk}/", {"answer": "已核实并更正"})

    assert Deadline.objects.get(kind="answer_objection").state == "met"
    url = f"/gate/{notice.token}/feedback/"
    assert "已核实并更正" in Client().post(url, {"look": "1", "code": code}).content.decode()


def test_fewer_than_three_ratings_of_a_quarter_stay_hidden(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.users["director1"])
    for n in range(3):
        text = client.get("/inspections/ratings/").content.decode()
        assert "意见甲" not in text
        VisitRating.objects.create(
            quarter="2026Q4", check_source="random", comment="意见甲" if n == 0 else "", **SCORES
        )

    assert "意见甲" in client.get("/inspections/ratings/").content.decode()


def test_a_check_that_was_called_off_is_told_so(scene: Scene) -> None:
    notice = notice_of(scene, scene.assignments[0])
    Assignment.objects.filter(pk=notice.assignment_id).update(state="replaced")

    text = page(notice)

    assert "已经取消" in text
    assert notice.assignment.source.name not in text


def test_the_page_of_the_unit_is_served_without_javascript(scene: Scene) -> None:
    notice = finished(scene)
    code = gate.take_code(notice_id=notice.pk, now=scene.now)
    url = f"/gate/{notice.token}/feedback/"

    refused = Client().post(url, {"send": "1", "code": "ZZZZZZZZ", **SCORES})
    assert refused.status_code == 422
    assert "评价码不对" in refused.content.decode()
    done = Client().post(url, {"send": "1", "code": code, **SCORES})

    assert "已收到" in done.content.decode()


def test_the_notice_names_only_what_is_in_force_on_the_day_of_the_visit(scene: Scene) -> None:
    assignment = scene.started()
    item = assignment.inspection_items.first()
    day = timezone.localdate(assignment.started_at)
    old = LegalBasis.objects.create(
        code="OLD-1", title="旧法", article="第一条",
        valid_from=day - timedelta(days=900), valid_to=day - timedelta(days=1),
    )  # fmt: skip
    new = LegalBasis.objects.create(
        code="NEW-1", title="新法", article="第二条", valid_from=day - timedelta(days=1)
    )
    item.bases.set([old, new])

    text = page(notice_of(scene, assignment))

    assert "《新法》第二条" in text
    assert "旧法" not in text
