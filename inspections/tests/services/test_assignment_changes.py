"""替换与回避: asked by the team, approved by another, named by the protocol alone."""

import pytest
from django.utils import timezone

from inspections.models import Assignment
from inspections.services import assignment_changes
from inspections.services.assignments import (
    MemberMustRecuse,
    NotOnTheTeam,
    accept_assignment,
    start_inspection,
)
from inspections.services.left_units import tell_teams_of_left_units
from registry.models import Credential, Deadline, Notification, PollutionSource
from registry.rules.two_officers import TeamLacksOfficers
from registry.rules.violations import NotAllowed
from registry.services.conflicts import declare_conflict
from sampling.models import Draw
from sampling.rules import protocol
from sampling.services.proofs import build_bundle
from sampling.services.replacements import ChangeNotPossible
from tests.scene import Scene


def ask(scene: Scene, assignment: Assignment, kind: str, inspector: str = "") -> int:
    return assignment_changes.propose(
        assignment_id=assignment.pk,
        kind=kind,
        inspector=inspector,
        ground="certificate" if kind == "recuse" else "closed",
        reason="执法证到期" if kind == "recuse" else "已关停",
        actor=scene.lead(assignment),
    ).pk


def approve(scene: Scene, change_id: int) -> None:
    assignment_changes.approve(change_id=change_id, actor=scene.users["director1"], now=scene.now)


def test_a_recused_officer_is_followed_by_the_next_of_the_protocol(scene: Scene) -> None:
    assignment = scene.assignments[0]
    lead = assignment.team.get(role="lead").inspector
    change_id = ask(scene, assignment, "recuse", lead.code)

    approve(scene, change_id)

    newcomer = assignment.team.get(role="lead", left_at=None).inspector
    bundle = build_bundle(Draw.objects.get())
    assert newcomer != lead
    assert newcomer.code in bundle["teams"][assignment.source.code]
    assert protocol.verify_bundle(bundle)
    assert lead.user not in [m.inspector.user for m in assignment.team.filter(left_at=None)]


def test_recusal_lets_an_inspection_start_that_an_expired_certificate_stopped(
    scene: Scene,
) -> None:
    assignment = scene.assignments[0]
    officer = assignment.team.get(role="assisting").inspector
    accept_assignment(assignment_id=assignment.pk, actor=scene.lead(assignment), now=scene.now)
    Credential.objects.filter(inspector=officer).update(
        valid_to="2026-01-01", valid_from="2020-01-01"
    )
    with pytest.raises(TeamLacksOfficers):
        start_inspection(assignment_id=assignment.pk, actor=scene.lead(assignment), now=scene.now)

    approve(scene, ask(scene, assignment, "recuse", officer.code))

    started = start_inspection(
        assignment_id=assignment.pk, actor=scene.lead(assignment), now=scene.now
    )
    assert started.state == "inspecting"


def test_a_replaced_unit_stays_visible_and_the_first_reserve_takes_over(scene: Scene) -> None:
    assignment = scene.assignments[0]
    before = Assignment.objects.count()

    approve(scene, ask(scene, assignment, "replace"))

    assignment.refresh_from_db()
    bundle = build_bundle(Draw.objects.get())
    successor = Assignment.objects.latest("pk")
    assert assignment.state == "replaced"
    assert Assignment.objects.count() == before + 1
    assert successor.source.code == bundle["reserves"][assignment.category][0]
    assert protocol.verify_bundle(bundle)
    clocks = Deadline.objects.filter(subject=f"assignment:{assignment.pk}")
    assert set(clocks.values_list("state", flat=True)) == {"cancelled"}


def test_only_the_team_asks_and_only_an_approver_decides(scene: Scene) -> None:
    assignment = scene.assignments[0]
    with pytest.raises(NotOnTheTeam):
        assignment_changes.propose(
            assignment_id=assignment.pk,
            kind="replace",
            ground="closed",
            reason="x",
            actor=scene.stranger(assignment),
        )
    change_id = ask(scene, assignment, "replace")

    with pytest.raises(NotAllowed):
        assignment_changes.approve(change_id=change_id, actor=scene.lead(assignment), now=scene.now)


def test_a_submitted_record_cannot_be_replaced_and_no_proposal_counts_twice(scene: Scene) -> None:
    version = scene.submitted()
    with pytest.raises(ChangeNotPossible, match="待审核"):
        ask(scene, version.assignment, "replace")
    other = scene.assignments[1]
    change_id = ask(scene, other, "replace")
    with pytest.raises(ChangeNotPossible, match="等待批准"):
        ask(scene, other, "replace")

    approve(scene, change_id)

    with pytest.raises(ChangeNotPossible, match="已处理"):
        approve(scene, change_id)


def test_the_party_may_ask_for_a_recusal_once(scene: Scene) -> None:
    assignment = scene.assignments[0]
    lead = assignment.team.get(role="lead").inspector
    first = assignment_changes.propose(
        assignment_id=assignment.pk, kind="recuse", inspector=lead.code, reason="企业申请回避",
        ground="party_request", actor=scene.lead(assignment),
    )  # fmt: skip
    approve(scene, first.pk)
    newcomer = assignment.team.get(role="lead", left_at=None).inspector

    again = {
        "assignment_id": assignment.pk, "kind": "recuse", "inspector": newcomer.code,
        "actor": newcomer.user,
    }  # fmt: skip
    with pytest.raises(ChangeNotPossible, match="以一次为限"):
        assignment_changes.propose(**again, reason="再次申请", ground="party_request")

    assert (
        assignment_changes.propose(**again, reason="近亲属任职", ground="conflict").ground
        == "conflict"
    )


def test_the_ground_fits_what_is_asked(scene: Scene) -> None:
    assignment = scene.assignments[0]

    with pytest.raises(ChangeNotPossible, match="情形与申请类型不符"):
        assignment_changes.propose(
            assignment_id=assignment.pk, kind="replace", reason="关停", ground="leave",
            actor=scene.lead(assignment),
        )  # fmt: skip


def test_a_conflict_declared_after_the_draw_stops_the_start_until_it_is_recused(
    scene: Scene,
) -> None:
    assignment = scene.assignments[0]
    officer = assignment.team.get(role="assisting").inspector
    accept_assignment(assignment_id=assignment.pk, actor=scene.lead(assignment), now=scene.now)
    today = timezone.localdate(scene.now)
    declare_conflict(
        inspector_id=officer.pk,
        source=assignment.source,
        kind="relative",
        detail="配偶任职",
        starts_on=today,
        actor=officer.user,
        today=today,
    )
    with pytest.raises(MemberMustRecuse, match=officer.name):
        start_inspection(assignment_id=assignment.pk, actor=scene.lead(assignment), now=scene.now)

    approve(scene, ask(scene, assignment, "recuse", officer.code))
    start_inspection(assignment_id=assignment.pk, actor=scene.lead(assignment), now=scene.now)

    assignment.refresh_from_db()
    assert assignment.state == "inspecting"


def test_the_team_of_a_unit_that_left_the_register_is_told_once(scene: Scene) -> None:
    assignment = scene.assignments[0]
    PollutionSource.objects.filter(pk=assignment.source_id).update(
        status="closed", status_date=timezone.localdate(scene.now), status_reason="关停"
    )

    for _twice in range(2):
        assert tell_teams_of_left_units() == 1

    told = Notification.objects.filter(text__contains="关停")
    team = set(assignment.team.values_list("inspector__user", flat=True))
    assert {row.user_id for row in told} == team
    assert told.count() == len(team)
    assert assignment.source.name not in told[0].text
