"""From dispatch to approval: the record is complete, provable and immutable."""

import json
import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from inspections.models import AssignmentView, Problem, RecordVersion, SyncOperation
from inspections.rules import sync as sync_rules
from inspections.rules.assignment_state import AssignmentMoveNotAllowed
from inspections.rules.problem_state import ProblemMoveNotAllowed
from inspections.services import problems
from inspections.services.assignments import NotOnTheTeam, accept_assignment, start_inspection
from inspections.services.dispatch import NothingToDispatch, dispatch_wave
from inspections.services.evidence import path_of, store_evidence
from inspections.services.media import EvidenceRefused
from inspections.services.records import (
    ContentChanged,
    RecordIncomplete,
    current_content,
    record_lacks,
    submit_record,
)
from inspections.services.review import (
    ReviewCommentMissing,
    VersionNotCurrent,
    approve_record,
    return_record,
)
from inspections.services.signing import sign
from registry.models import CheckLedgerEntry, Credential, Deadline, Notification
from registry.permissions import SameIdentity
from registry.rules.two_officers import TeamLacksOfficers
from tests.scene import Scene

RECTIFY = {"note": "标识缺失", "handling": "rectification", "deadline": "2030-01-01"}


def test_a_wave_becomes_assignments_with_teams_and_clocks(scene: Scene) -> None:
    for assignment in scene.assignments:
        assert assignment.team.filter(inspector__role="officer").count() == 2
        kinds = Deadline.objects.filter(subject=f"assignment:{assignment.pk}")
        assert set(kinds.values_list("kind", flat=True)) == {
            "accept_assignment",
            "finish_inspection",
        }


def test_every_wave_is_dispatched_once_then_there_is_nothing_left(scene: Scene) -> None:
    for _ in range(2):
        assert dispatch_wave(number=scene.quarter, actor=None, now=scene.now)

    with pytest.raises(NothingToDispatch):
        dispatch_wave(number=scene.quarter, actor=None, now=scene.now)


def test_only_the_team_accepts(scene: Scene) -> None:
    assignment = scene.assignments[0]

    with pytest.raises(NotOnTheTeam):
        accept_assignment(
            assignment_id=assignment.pk, actor=scene.stranger(assignment), now=scene.now
        )


def test_accepting_twice_is_refused_with_the_state(scene: Scene) -> None:
    assignment = scene.started()

    with pytest.raises(AssignmentMoveNotAllowed, match="检查中"):
        accept_assignment(assignment_id=assignment.pk, actor=scene.lead(assignment), now=scene.now)


def test_an_expired_certificate_stops_the_inspection_at_the_gate(scene: Scene) -> None:
    assignment = scene.assignments[0]
    lead = scene.lead(assignment)
    accept_assignment(assignment_id=assignment.pk, actor=lead, now=scene.now)
    yesterday = timezone.localdate(scene.now) - timedelta(days=1)
    Credential.objects.filter(inspector__user=lead).update(valid_to=yesterday)

    with pytest.raises(TeamLacksOfficers, match="到期"):
        start_inspection(assignment_id=assignment.pk, actor=lead, now=scene.now)


def test_a_write_on_an_old_revision_is_a_conflict_and_overwrites_nothing(scene: Scene) -> None:
    assignment = scene.started()
    scene.write(assignment, "narrative", {"text": "甲"})

    answer = scene.write(assignment, "narrative", {"text": "乙"}, base=0)

    assert (answer.status, answer.rev, answer.value) == ("conflict", 1, {"text": "甲"})
    assert scene.write(assignment, "narrative", {"text": "甲"}, base=0).status == "applied"


def test_a_replayed_operation_answers_already(scene: Scene) -> None:
    assignment = scene.started()
    op = uuid.uuid4()
    first = scene.write(assignment, "narrative", {"text": "甲"}, op=op)
    scene.write(assignment, "narrative", {"text": "乙"})

    again = scene.write(assignment, "narrative", {"text": "甲"}, op=op, base=0)

    assert (first.status, again.status, again.rev) == ("applied", "already", 1)
    assert assignment.sections.get(section="narrative").value == {"text": "乙"}


def test_a_stranger_and_an_unknown_section_are_refused_and_kept(scene: Scene) -> None:
    assignment = scene.started()

    refused = scene.write(assignment, "narrative", {"text": "x"}, actor=scene.stranger(assignment))
    unknown = scene.write(assignment, "must_check:11", {"answer": "problem"})

    assert (refused.status, unknown.status) == ("refused", "refused")
    assert SyncOperation.objects.filter(status="refused").count() == 2
    assert not assignment.sections.exclude(section="assignment").exists()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_replay_in_any_order_leaves_each_section_as_it_was(
    scene: Scene, data: st.DataObject
) -> None:
    assignment = scene.assignments[0]
    if assignment.state == "dispatched":
        scene.started()
    operations = [
        (f"must_check:{n}", {"answer": "no_problem", "note": str(k)}, uuid.uuid4())
        for n in (1, 2)
        for k in range(3)
    ]
    bases = {}
    for section, value, op in operations:
        stored = assignment.sections.filter(section=section).first()
        bases[op] = stored.rev if stored else 0
        scene.write(assignment, section, value, op=op)
    before = dict(assignment.sections.values_list("section", "rev"))

    replay = data.draw(st.lists(st.sampled_from(operations), max_size=12))
    answers = {
        scene.write(assignment, section, value, op=op, base=bases[op]).status
        for section, value, op in replay
    }

    assert answers <= {"already"}
    assert dict(assignment.sections.values_list("section", "rev")) == before


def test_an_incomplete_record_names_each_lack(scene: Scene) -> None:
    assignment = scene.started()

    with pytest.raises(RecordIncomplete) as refusal:
        submit_record(assignment_id=assignment.pk, actor=scene.lead(assignment), now=scene.now)

    text = " ".join(lack.message for lack in refusal.value.lacks)
    for word in ("开始和结束时间", "检查地点", "检查结果", "两名执法人员"):
        assert word in text
    assert RecordVersion.objects.count() == 0


def test_an_edit_after_the_signatures_voids_them(scene: Scene) -> None:
    assignment = scene.started()
    scene.fill(assignment)
    scene.sign_all(assignment)
    scene.write(assignment, "narrative", {"text": "签名后改动"})

    with pytest.raises(RecordIncomplete) as refusal:
        submit_record(assignment_id=assignment.pk, actor=scene.lead(assignment), now=scene.now)

    assert any("重新签名" in lack.message for lack in refusal.value.lacks)


def test_a_signature_binds_what_the_signer_saw(scene: Scene) -> None:
    assignment = scene.started()
    scene.fill(assignment)

    with pytest.raises(ContentChanged):
        sign(
            assignment_id=assignment.pk,
            actor=scene.lead(assignment),
            signer="party",
            name="李安",
            strokes=[],
            seen_digest="0" * 64,
            now=scene.now,
        )


def test_a_submitted_record_cannot_be_changed_in_the_database(scene: Scene) -> None:
    version = scene.submitted()

    with pytest.raises(DatabaseError), transaction.atomic():
        RecordVersion.objects.filter(pk=version.pk).update(outcome="7")
    with pytest.raises(DatabaseError), transaction.atomic():
        RecordVersion.objects.filter(pk=version.pk)._raw_delete("default")
    assert scene.write(version.assignment, "narrative", {"text": "晚了"}).status == "refused"


def test_the_digest_is_that_of_the_signed_content(scene: Scene) -> None:
    version = scene.submitted()

    assert sync_rules.digest(version.content) == version.digest
    assert {s["digest"] for s in version.signatures} == {version.digest}
    assert version.checklist["must_checks"][0]["bases"]


def test_who_inspected_does_not_review(scene: Scene) -> None:
    version = scene.submitted()
    director = scene.users["director1"]
    member = version.assignment.team.get(role="lead").inspector
    member.user = director
    member.save()

    with pytest.raises(SameIdentity):
        approve_record(version_id=version.pk, actor=director, now=scene.now)


def test_a_return_needs_a_reason_and_leads_to_a_second_version(scene: Scene) -> None:
    version = scene.submitted()
    director = scene.users["director1"]
    with pytest.raises(ReviewCommentMissing):
        return_record(version_id=version.pk, actor=director, comment=" ", now=scene.now)

    assignment = return_record(
        version_id=version.pk, actor=director, comment="请补充照片", now=scene.now
    )
    scene.write(assignment, "narrative", {"text": "已补充"})
    scene.sign_all(assignment)
    second = submit_record(assignment_id=assignment.pk, actor=scene.lead(assignment), now=scene.now)

    assert (second.number, second.correction_reason) == (2, "请补充照片")
    assert Notification.objects.filter(text__contains="请补充照片").exists()
    with pytest.raises(VersionNotCurrent):
        approve_record(version_id=version.pk, actor=director, now=scene.now)


def test_approval_writes_the_ledger_and_opens_the_problem(scene: Scene) -> None:
    version = scene.submitted(problem=RECTIFY)

    approve_record(version_id=version.pk, actor=scene.users["director1"], now=scene.now)

    entry = CheckLedgerEntry.objects.get()
    assert (entry.plan_number, entry.outcome) == (scene.quarter, "2")
    problem = Problem.objects.get()
    assert (problem.handling, problem.state) == ("rectification", "open")
    kinds = Deadline.objects.filter(subject=f"problem:{problem.pk}").values_list("kind", flat=True)
    assert set(kinds) == {"serve_order", "rectify_problem"}


def test_a_problem_is_closed_by_another_person_and_its_clocks_stop(scene: Scene) -> None:
    version = scene.submitted(problem={"note": "标识缺失", "handling": "corrected_on_spot"})
    director = scene.users["director1"]
    approve_record(version_id=version.pk, actor=director, now=scene.now)
    problem = Problem.objects.get()
    problems.refuse_close(problem_id=problem.pk, actor=director, reason="照片不清")
    with pytest.raises(ProblemMoveNotAllowed):
        problems.close_problem(problem_id=problem.pk, actor=director, now=scene.now)
    problems.propose_close(
        problem_id=problem.pk, actor=scene.lead(version.assignment), text="已补照片"
    )
    problems.close_problem(problem_id=problem.pk, actor=director, now=scene.now)

    problem.refresh_from_db()
    assert problem.state == "closed"
    assert problem.events.count() == 5
    assert not Deadline.objects.filter(subject=f"problem:{problem.pk}", state="open").exists()


def photo() -> bytes:
    target = BytesIO()
    Image.new("RGB", (40, 30), (10, 120, 90)).save(target, "JPEG")
    return target.getvalue()


def test_evidence_is_named_by_its_hash_and_kept_once(scene: Scene) -> None:
    assignment = scene.started()
    lead = scene.lead(assignment)

    first = store_evidence(assignment=assignment, actor=lead, chunks=[photo()], name="../a.jpg")
    again = store_evidence(assignment=assignment, actor=lead, chunks=[photo()], name="b.jpg")

    assert first.pk == again.pk
    assert first.original_name == "a.jpg"
    assert path_of(first.sha256).read_bytes() == photo()


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><script>alert(1)</script></html>", b"MZ" + b"\0" * 200, photo()[:60]],
    ids=["empty", "script", "program", "truncated"],
)
def test_what_is_not_evidence_is_refused_and_leaves_nothing(scene: Scene, content: bytes) -> None:
    assignment = scene.started()

    with pytest.raises(EvidenceRefused):
        store_evidence(
            assignment=assignment,
            actor=scene.lead(assignment),
            chunks=[content],
            name="photo.jpg",
        )

    assert not assignment.evidence.exists()


def test_every_look_at_an_assignment_is_kept(scene: Scene, client) -> None:  # type: ignore[no-untyped-def]
    assignment = scene.assignments[0]
    client.force_login(scene.lead(assignment))

    client.get(f"/inspections/{assignment.public_id}/")

    assert AssignmentView.objects.get().user == scene.lead(assignment)


def test_what_is_signed_names_the_assignment_its_type_and_the_team(scene: Scene) -> None:
    version = scene.submitted()

    content = {row["section"]: row["value"] for row in json.loads(version.content)}
    facts = content["assignment"]

    assert facts["number"] == version.assignment.number
    assert facts["check_source"]
    assert facts["regulatory_type"]
    assert [member["role"] for member in facts["team"]][:2] == ["主办", "协办"]
    assert all(member["certificate"] for member in facts["team"][:2])


def test_nobody_writes_the_section_of_the_system(scene: Scene) -> None:
    assignment = scene.started()

    answer = scene.write(assignment, "assignment", {"number": "X", "team": []})

    assert answer.status == "refused"
    assert assignment.sections.get(section="assignment").value["number"] == assignment.number


def test_an_expert_who_took_part_signs(scene: Scene) -> None:
    assignment = scene.started()
    scene.fill(assignment)
    opinion = {"text": "正常", "expert": "丁专家", "expert_opinion": "建议加强维护"}
    scene.write(assignment, "narrative", opinion)
    scene.sign_all(assignment)
    with pytest.raises(RecordIncomplete) as refusal:
        submit_record(assignment_id=assignment.pk, actor=scene.lead(assignment), now=scene.now)
    assert [lack.message for lack in refusal.value.lacks] == [
        "有专家参加的，须由专家对咨询意见签名。"
    ]

    sign(
        assignment_id=assignment.pk,
        actor=scene.lead(assignment),
        signer="expert",
        name="丁专家",
        strokes=[],
        seen_digest=current_content(assignment)[1],
        now=scene.now,
    )

    submit_record(assignment_id=assignment.pk, actor=scene.lead(assignment), now=scene.now)


def test_the_party_confirms_of_its_own_that_it_was_told_of_recusal(scene: Scene) -> None:
    assignment = scene.started()
    scene.fill(assignment)
    scene.sign_all(assignment)
    assignment.sections.filter(section="signature:recusal").delete()
    with pytest.raises(RecordIncomplete) as refusal:
        scene.submit(assignment)
    assert [lack.message for lack in refusal.value.lacks] == [
        "告知回避须由被检查单位单独签名确认。"
    ]

    refused = {"opinion": "", "rights_told": True, "refused": True, "refusal_reason": "不认可"}
    scene.write(assignment, "party", refused)

    lacks = record_lacks(assignment, now=scene.now)
    assert not [lack for lack in lacks if "回避" in lack.message]
