"""Where a sampling plan can go from where it is (draw-protocol: freeze, draw, reveal)."""

from enum import StrEnum

from registry.rules.violations import RuleViolation


class PlanState(StrEnum):
    DRAFT = "draft"
    FROZEN = "frozen"
    DRAWN = "drawn"
    APPROVED = "approved"
    REVEALED = "revealed"


class PlanMove(StrEnum):
    FREEZE = "freeze"
    WITHDRAW = "withdraw"
    DRAW = "draw"
    APPROVE = "approve"
    REVEAL = "reveal"
    VOID = "void"
    ADOPT = "adopt"


# Withdrawing is for the time before the entropy can be known; after it only a void, which two
# approvers sign and which reveals the whole draw, leads back to a draft. Of an approved plan it is
# possible until the first dispatch: afterwards it would reveal who is inspected next.
MOVES: dict[PlanState, dict[PlanMove, PlanState]] = {
    # A draw made elsewhere is adopted as a whole: there is nothing to freeze or draw here.
    PlanState.DRAFT: {PlanMove.FREEZE: PlanState.FROZEN, PlanMove.ADOPT: PlanState.APPROVED},
    PlanState.FROZEN: {
        PlanMove.DRAW: PlanState.DRAWN,
        PlanMove.WITHDRAW: PlanState.DRAFT,
        PlanMove.VOID: PlanState.DRAFT,
    },
    PlanState.DRAWN: {PlanMove.APPROVE: PlanState.APPROVED, PlanMove.VOID: PlanState.DRAFT},
    PlanState.APPROVED: {
        PlanMove.REVEAL: PlanState.REVEALED,
        PlanMove.VOID: PlanState.DRAFT,
    },
    PlanState.REVEALED: {},
}

STATE_LABELS = {
    PlanState.DRAFT: "编制中",
    PlanState.FROZEN: "已冻结待抽取",
    PlanState.DRAWN: "已抽取待批准",
    PlanState.APPROVED: "已批准执行中",
    PlanState.REVEALED: "已公开复核",
}
MOVE_LABELS = {
    PlanMove.FREEZE: "冻结",
    PlanMove.WITHDRAW: "撤回冻结",
    PlanMove.DRAW: "抽取",
    PlanMove.APPROVE: "批准",
    PlanMove.REVEAL: "公开复核材料",
    PlanMove.VOID: "宣布作废",
    PlanMove.ADOPT: "批准外部抽取",
}


class PlanMoveNotAllowed(RuleViolation):
    """The plan is not in a state from which this step leads anywhere."""

    code = "plan_move_not_allowed"
    basis = "实施方案 二（四）"


def check_move(state: PlanState, move: PlanMove) -> PlanState:
    """The state the move leads to; raises PlanMoveNotAllowed, naming what is possible."""
    allowed = MOVES[state]
    if move not in allowed:
        possible = "、".join(MOVE_LABELS[other] for other in allowed) or "无"
        raise PlanMoveNotAllowed(
            f"抽查计划“{STATE_LABELS[state]}”，不能{MOVE_LABELS[move]}；当前可以：{possible}。"
        )
    return allowed[move]
