from .assignments import Assignment, AssignmentView, TeamMember
from .evidence import Evidence
from .problems import Problem, ProblemEvent
from .records import RecordSection, RecordVersion, Review, SyncOperation

__all__ = [
    "Assignment",
    "AssignmentView",
    "Evidence",
    "Problem",
    "ProblemEvent",
    "RecordSection",
    "RecordVersion",
    "Review",
    "SyncOperation",
    "TeamMember",
]
