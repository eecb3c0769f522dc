from .assignments import Assignment, AssignmentView, TeamMember
from .clues import Clue, TargetedCheck
from .evidence import Evidence
from .papers import PaperPrint, PrintedPaper
from .problems import Problem, ProblemEvent
from .records import RecordSection, RecordVersion, Review, SyncOperation

__all__ = [
    "Assignment",
    "AssignmentView",
    "Clue",
    "Evidence",
    "PaperPrint",
    "PrintedPaper",
    "Problem",
    "ProblemEvent",
    "RecordSection",
    "RecordVersion",
    "Review",
    "SyncOperation",
    "TargetedCheck",
    "TeamMember",
]
