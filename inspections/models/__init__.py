from .assignments import Assignment, AssignmentView, TeamMember
from .clues import Clue, TargetedCheck
from .evidence import Evidence
from .problems import Problem, ProblemEvent
from .records import RecordSection, RecordVersion, Review, SyncOperation

__all__ = [
    "Assignment",
    "AssignmentView",
    "Clue",
    "Evidence",
    "Problem",
    "ProblemEvent",
    "RecordSection",
    "RecordVersion",
    "Review",
    "SyncOperation",
    "TargetedCheck",
    "TeamMember",
]
