from .assignments import Assignment, AssignmentView, TeamMember
from .clues import Clue, TargetedCheck
from .evidence import Evidence, EvidenceReceipt
from .papers import PaperPrint, PrintedPaper
from .problems import Problem, ProblemEvent
from .records import RecordSection, RecordVersion, Review, SyncOperation

__all__ = [
    "Assignment",
    "AssignmentView",
    "Clue",
    "Evidence",
    "EvidenceReceipt",
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
