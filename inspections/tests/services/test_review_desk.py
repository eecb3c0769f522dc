"""The review desk: hints, the last record beside this one, reasons by section (domain rules §4.6)."""

from typing import Any

import pytest
from django.test import Client

from inspections.models import Assignment, Evidence, RecordVersion
from inspections.services import records
from inspections.services.plausibility import record_hints
from inspections.services.review import ProblemNotShown, approve_record
from inspections.tests.services.test_check_requests import ask, decide
from tests.scene import Scene

TEXT = "企业正常生产，治理设施运行正常，危险废物贮存间标识齐全、台账完整。"


def submitted(scene: Scene, assignment: Assignment, text: str = TEXT) -> RecordVersion:
    scene.start(assignment)
    scene.fill(assignment)
    scene.write(assignment, "narrative", {"text": text})
    scene.sign_all(assignment)
    return scene.submit(assignment)


def codes(version: RecordVersion) -> list[str]:
    return [hint.code for hint in record_hints(version)]


def desk(scene: Scene) -> Client:
    client = Client()
    client.force_login(scene.users["director1"])
    return client


def test_a_text_copied_from_another_unit_is_pointed_out_but_not_an_own_older_version(
    scene: Scene,
) -> None:
    first = submitted(scene, scene.assignments[0])
    assert "reused_text" not in codes(first)

    second = submitted(scene, scene.assignments[1])

    assert codes(second).count("reused_text") == 1
    page = desk(scene).get(f"/inspections/review/{second.pk}/").content.decode()
    assert first.assignment.number in page
    assert "审核提示" in page
    queue = desk(scene).get("/inspections/review/").content.decode()
    assert "与 " + first.assignment.number + " 的记录相同" in queue


def test_ten_answers_written_in_one_moment_and_nothing_found_are_pointed_out(scene: Scene) -> None:
    assert "all_clear_at_once" in codes(submitted(scene, scene.assignments[0]))


def test_a_photo_of_another_assignment_is_pointed_out(scene: Scene) -> None:
    sha = "ab" * 32
    other = scene.assignments[1]
    Evidence.objects.create(
        assignment=other, sha256=sha, media_type="image/jpeg", size=1, uploaded_by=scene.lead(other)
    )
    assignment = scene.started()
    scene.fill(assignment)
    scene.write(assignment, f"evidence:{sha}", {"note": "排放口"})
    scene.sign_all(assignment)
    Evidence.objects.create(
        assignment=assignment,
        sha256=sha,
        media_type="image/jpeg",
        size=1,
        uploaded_by=scene.lead(assignment),
    )

    assert "reused_photo" in codes(scene.submit(assignment))


def test_the_place_is_measured_against_the_register(scene: Scene) -> None:
    assignment = scene.started()
    source = assignment.source
    source.longitude, source.latitude = "87.300000", "44.000000"
    source.save()
    scene.fill(assignment)
    visit: dict[str, Any] = dict(assignment.sections.get(section="visit").value)
    visit |= {"longitude": "87.3", "latitude": "44.1", "distance_reason": "在污水厂取样"}
    scene.write(assignment, "visit", visit)
    scene.sign_all(assignment)

    hint = next(h for h in record_hints(scene.submit(assignment)) if h.code == "far_away")

    assert "11.1 公里" in hint.text
    assert "在污水厂取样" in hint.text


def test_the_last_record_of_the_unit_stands_beside_this_one(scene: Scene) -> None:
    first = submitted(scene, scene.assignments[0], text="上次的现场情况，与本次不同。")
    approve_record(version_id=first.pk, actor=scene.users["director2"], now=scene.now)
    made = decide(scene, ask(scene, source=first.assignment.source)).assignment
    assert made is not None
    second = submitted(scene, made)

    page = desk(scene).get(f"/inspections/review/{second.pk}/").content.decode()

    assert "上次的现场情况" in page
    assert 'class="differs"' in page


def test_a_record_is_returned_with_a_reason_for_each_part_and_the_team_reads_it(
    scene: Scene,
) -> None:
    version = submitted(scene, scene.assignments[0])
    url = f"/inspections/review/{version.pk}/"

    desk(scene).post(
        url,
        {"decision": "return", "comment": "", "field__visit": "地点写明车间", "field__party": " "},
    )

    review = RecordVersion.objects.get(pk=version.pk).review
    assert (review.decision, review.field_comments) == ("returned", {"visit": "地点写明车间"})
    client = Client()
    client.force_login(scene.lead(version.assignment))
    page = client.get(f"/inspections/{version.assignment.public_id}/").content.decode()
    assert "地点写明车间" in page
    assert "检查信息" in page


def test_without_any_reason_nothing_is_returned(scene: Scene) -> None:
    version = submitted(scene, scene.assignments[0])

    answer = desk(scene).post(
        f"/inspections/review/{version.pk}/", {"decision": "return", "comment": ""}
    )

    assert answer.status_code == 422
    assert "须写明原因" in answer.content.decode()
    assert not hasattr(RecordVersion.objects.get(pk=version.pk), "review")


def test_who_inspected_is_told_that_he_cannot_review(scene: Scene) -> None:
    version = submitted(scene, scene.assignments[0])
    director = scene.users["director1"]
    member = version.assignment.team.get(role="lead").inspector
    member.user = director
    member.save()

    assert "您参加了检查，不能审核" in desk(scene).get("/inspections/review/").content.decode()
    answer = desk(scene).post(
        f"/inspections/review/{version.pk}/", {"decision": "approve", "comment": ""}
    )
    assert "不能审核自己的检查记录" in answer.content.decode()


FOUND = {"note": "标识缺失", "handling": "corrected_on_spot", "evidence": []}


def with_an_unproven_problem(scene: Scene) -> Assignment:
    assignment = scene.started()
    scene.fill(assignment, problem=FOUND)
    (photo,) = assignment.sections.filter(section__startswith="evidence:")
    gone = {**photo.value, "withdrawn": True, "reason": "拍错"}
    scene.write(assignment, photo.section, gone)
    scene.sign_all(assignment)
    return assignment


def test_a_problem_without_evidence_is_not_submitted_and_its_must_check_is_named(
    scene: Scene,
) -> None:
    assignment = with_an_unproven_problem(scene)

    answer = scene.write(assignment, "submit", {"digest": records.current_content(assignment)[1]})

    assert answer.status == "refused"
    assert "至少一份证据" in answer.errors["must_check:8"]
    assert list(answer.errors) == ["must_check:8"]


def test_a_record_of_before_that_rule_is_returned_not_approved(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment = with_an_unproven_problem(scene)
    monkeypatch.setattr(records.record_checks, "lacks", lambda facts: [])
    version = scene.submit(assignment)

    with pytest.raises(ProblemNotShown, match="第 8 项"):
        approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)

    assignment.refresh_from_db()
    assert assignment.state == "submitted"
    answer = desk(scene).post(
        f"/inspections/review/{version.pk}/", {"decision": "approve", "comment": ""}
    )
    assert (answer.status_code, "请退回检查组补充" in answer.content.decode()) == (422, True)
