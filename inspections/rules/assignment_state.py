"""Where an assignment can go from where it is (domain rules §4)."""

from registry.rules.violations import RuleViolation

MOVES: dict[str, frozenset[str]] = {
    "dispatched": frozenset({"accepted", "replaced", "cancelled"}),
    "accepted": frozenset({"inspecting", "replaced", "cancelled"}),
    "inspecting": frozenset({"submitted", "replaced", "cancelled"}),
    "submitted": frozenset({"approved", "returned", "cancelled"}),
    "returned": frozenset({"submitted", "cancelled"}),
    "approved": frozenset(),
    "replaced": frozenset(),
    # An urgent check whose approval was refused afterwards; what was recorded stays.
    "cancelled": frozenset(),
}
FINAL = frozenset(state for state, ahead in MOVES.items() if not ahead)
LABELS = {
    "dispatched": "待接收",
    "accepted": "已接收",
    "inspecting": "检查中",
    "submitted": "待审核",
    "returned": "已退回",
    "approved": "已完成",
    "replaced": "已替换",
    "cancelled": "已取消",
}
EDITABLE = frozenset({"inspecting", "returned"})
# The first entry accepts and starts: a tablet that was opened before it lost the network fills
# the record without asking anybody.
FILLABLE = EDITABLE | {"dispatched", "accepted"}


class AssignmentMoveNotAllowed(RuleViolation):
    code = "assignment_move_not_allowed"
    basis = "实施方案 二（四）"


def check_move(old: str, new: str) -> None:
    """Raise AssignmentMoveNotAllowed unless the table has the step."""
    if new not in MOVES[old]:
        raise AssignmentMoveNotAllowed(
            f"任务目前是“{LABELS[old]}”，不能变为“{LABELS[new]}”，请刷新页面查看最新状态。"
        )
