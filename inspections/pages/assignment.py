"""What an assignment's pages offer, by its state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspections.choices import AssignmentState
from inspections.models import Assignment
from inspections.rules.assignment_state import FILLABLE, FINAL, MOVES
from inspections.selectors import grouped

WITHOUT_VISIT = frozenset({AssignmentState.REPLACED, AssignmentState.CANCELLED})


@dataclass(frozen=True)
class Offers:
    """For its team. A record may be filled before the visit has begun, but not unaccepted."""

    gate: bool
    accept: bool
    start: bool
    fill: bool
    change: bool


def offers(row: Assignment) -> Offers:
    ahead = MOVES[row.state]
    accept = AssignmentState.ACCEPTED in ahead
    return Offers(
        gate=row.state not in WITHOUT_VISIT,
        accept=accept,
        start=AssignmentState.INSPECTING in ahead,
        fill=row.state in FILLABLE and not accept,
        change=row.wave_id is not None and AssignmentState.REPLACED in ahead,
    )


def task_groups(rows: Iterable[Assignment], *, today: date) -> list[dict[str, Any]]:
    """The groups of the list of tasks; each row is (assignment, whether it is late)."""
    return [
        {
            **group,
            "rows": [(row, row.due_on < today and row.state not in FINAL) for row in group["rows"]],
        }
        for group in grouped(rows, today=today)
    ]
