"""The seven official result codes of a check, and what they say (domain rules §5)."""

from enum import StrEnum


class Outcome(StrEnum):
    NOTHING_FOUND = "1"
    CORRECTION_ORDERED = "2"
    PENDING_HANDLING = "3"
    NO_SUCH_ACTIVITY = "4"
    UNREACHABLE = "5"
    OBSTRUCTED = "6"
    CLOSED_OR_MOVED = "7"


# The must-checks found a problem.
PROBLEM_FOUND = frozenset({Outcome.CORRECTION_ORDERED, Outcome.PENDING_HANDLING})
# The unit was there and could be inspected.
INSPECTED = PROBLEM_FOUND | {Outcome.NOTHING_FOUND}
# Something was wrong: who obstructs a check severely has a problem, although nobody could look for one.
AT_FAULT = PROBLEM_FOUND | {Outcome.OBSTRUCTED}
