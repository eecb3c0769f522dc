"""宣布作废: two approvers, a public reason, everything revealed, and only before a dispatch."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from registry.models import AuditEvent
from registry.permissions import SameIdentity
from registry.rules.violations import NotAllowed
from sampling import permissions
from sampling.models import Draw, DrawVoid, SamplingPlan
from sampling.rules import protocol
from sampling.rules.entropy_calendar import upcoming
from sampling.rules.plan_state import PlanMoveNotAllowed
from sampling.services import proofs
from sampling.services.voids import VoidNotPossible, decide_void, propose_void
from sampling.tests.conftest import QUARTER, moment, person
from sampling.tests.services.test_draws import approved, freeze, hold

REASON = "见证人中途离场"


@pytest.fixture
def first(db: None) -> User:
    return person("first", permissions.VOID_DRAW)


@pytest.fixture
def second(db: None) -> User:
    return person("second", permissions.VOID_DRAW)


def propose(actor: User, *, reason: str = REASON, day: int = 29) -> DrawVoid:
    return propose_void(number=QUARTER, actor=actor, reason=reason, now=moment(day))


def decide(actor: User, *, confirm: bool = True) -> DrawVoid:
    return decide_void(number=QUARTER, actor=actor, confirm=confirm, now=moment(29, 16))


def test_two_approvers_reveal_the_whole_draw_and_a_new_freeze_may_follow(
    plan: SamplingPlan, planner: User, first: User, second: User
) -> None:
    freeze(planner)
    drawn = hold(planner)

    propose(first)
    decide(second)

    draw = Draw.objects.get()
    assert (draw.state, draw.end_reason, draw.ended_by) == ("void", REASON, second)
    assert protocol.verify_bundle(draw.bundle)
    assert draw.bundle["draw"] == drawn.record
    assert SamplingPlan.objects.get().state == "draft"
    again = freeze(
        planner, now=moment(29, 17), entropy=upcoming(moment(29, 17) + timedelta(hours=48), 1)
    )
    assert again.commitment != draw.commitment
    assert set(AuditEvent.objects.values_list("action", flat=True)) >= {
        "draw.void_proposed",
        "draw.voided",
    }


def test_a_freeze_whose_entropy_never_came_is_revealed_as_far_as_it_goes(
    plan: SamplingPlan, planner: User, first: User, second: User
) -> None:
    freeze(planner)
    with pytest.raises(VoidNotPossible, match="撤回冻结"):
        propose(first, day=27)

    propose(first)
    decide(second)

    bundle = Draw.objects.get().bundle
    assert "抽取前作废" in protocol.verify_bundle(bundle).follows[-1].message
    assert "selected" not in bundle


def test_one_person_alone_voids_nothing(
    plan: SamplingPlan, planner: User, first: User, second: User
) -> None:
    freeze(planner)
    hold(planner)
    with pytest.raises(NotAllowed):
        propose(planner)
    with pytest.raises(VoidNotPossible, match="原因"):
        propose(first, reason=" ")
    propose(first)

    with pytest.raises(SameIdentity):
        decide(first)
    with pytest.raises(VoidNotPossible, match="已有人提出"):
        propose(second)

    assert Draw.objects.get().state == "drawn"
    assert Draw.objects.get().bundle is None


def test_a_rejected_proposal_reveals_nothing(
    plan: SamplingPlan, planner: User, first: User, second: User
) -> None:
    freeze(planner)
    hold(planner)
    propose(first)

    decide(second, confirm=False)

    assert Draw.objects.get().bundle is None
    assert SamplingPlan.objects.get().state == "drawn"
    with pytest.raises(VoidNotPossible, match="没有待确认"):
        decide(second)


def test_after_the_first_dispatch_it_is_too_late(
    plan: SamplingPlan, planner: User, director: User, first: User, second: User
) -> None:
    draw = approved(planner, director)
    propose(first)
    draw.waves.filter(number=1).update(dispatched_at=moment(30))

    with pytest.raises(VoidNotPossible, match="已有批次派发"):
        decide(second)
    decide(second, confirm=False)
    with pytest.raises(VoidNotPossible, match="已有批次派发"):
        propose(first)

    assert Draw.objects.get().bundle is None


def test_a_draft_or_revealed_plan_has_nothing_to_void(plan: SamplingPlan, first: User) -> None:
    with pytest.raises(PlanMoveNotAllowed):
        propose(first)


def test_the_database_refuses_a_decision_by_the_proposer(
    plan: SamplingPlan, planner: User, first: User
) -> None:
    freeze(planner)
    hold(planner)
    void = propose(first)

    with pytest.raises(IntegrityError), transaction.atomic():
        DrawVoid.objects.filter(pk=void.pk).update(
            state="confirmed", decided_by=first, decided_at=moment(29)
        )


def test_the_command_proposes_and_confirms(
    plan: SamplingPlan, planner: User, first: User, second: User
) -> None:
    freeze(planner)
    hold(planner)

    with pytest.raises(CommandError, match="--reason"):
        call_command("void_draw", QUARTER, "--user", "first")
    call_command("void_draw", QUARTER, "--user", "first", "--reason", REASON)
    with pytest.raises(CommandError, match="另一位"):
        call_command("void_draw", QUARTER, "--user", "first", "--confirm")
    call_command("void_draw", QUARTER, "--user", "second", "--confirm")

    assert Draw.objects.get().state == "void"
    with pytest.raises(proofs.NotYetComplete):
        proofs.published_bundle(QUARTER)
