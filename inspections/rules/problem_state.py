"""Where a problem can go: open → a proposal to close → closed by another person, or back."""

from registry.rules.violations import RuleViolation

MOVES: dict[str, frozenset[str]] = {
    "open": frozenset({"awaiting_close"}),
    "awaiting_close": frozenset({"closed", "open"}),
    "closed": frozenset(),
}
LABELS = {"open": "整改中", "awaiting_close": "待销号", "closed": "已销号"}


class ProblemMoveNotAllowed(RuleViolation):
    code = "problem_move_not_allowed"
    basis = "实施方案 三（二）"


def check_move(old: str, new: str) -> None:
    """Raise ProblemMoveNotAllowed unless the table has the step."""
    if new not in MOVES[old]:
        raise ProblemMoveNotAllowed(f"问题目前是“{LABELS[old]}”，不能变为“{LABELS[new]}”。")
