import pytest

from sampling.choices import PlanState as StoredPlanState
from sampling.rules.plan_state import (
    MOVE_LABELS,
    MOVES,
    STATE_LABELS,
    PlanMove,
    PlanMoveNotAllowed,
    PlanState,
    check_move,
)

ALLOWED = {
    ("draft", "freeze"): "frozen",
    ("frozen", "draw"): "drawn",
    ("frozen", "withdraw"): "draft",
    ("frozen", "void"): "draft",
    ("drawn", "approve"): "approved",
    ("drawn", "void"): "draft",
    ("approved", "reveal"): "revealed",
    ("approved", "void"): "draft",
    ("draft", "adopt"): "approved",
}


@pytest.mark.parametrize("move", PlanMove)
@pytest.mark.parametrize("state", PlanState)
def test_only_the_listed_moves_are_allowed(state: PlanState, move: PlanMove):
    if (state, move) in ALLOWED:
        assert check_move(state, move) == ALLOWED[state, move]
    else:
        with pytest.raises(PlanMoveNotAllowed, match=f"不能{MOVE_LABELS[move]}"):
            check_move(state, move)


def test_a_drawn_plan_cannot_be_withdrawn_and_says_what_is_possible():
    with pytest.raises(PlanMoveNotAllowed, match="当前可以：批准、宣布作废"):
        check_move(PlanState.DRAWN, PlanMove.WITHDRAW)


def test_every_stored_state_has_its_moves_and_label():
    assert set(StoredPlanState.values) == set(MOVES) == set(STATE_LABELS)
