from .assignments import Assignment, AssignmentView, TeamMember
from .clues import Clue, TargetedCheck
from .evidence import Evidence, EvidenceReceipt
from .gate import GateScan, VisitNotice, VisitObjection, VisitRating
from .guidance import FindingPhrase, IndustryPoint
from .orders import CorrectionEvidence, CorrectionOrder, PenaltyDecision, Recheck
from .other_checks import JointVisit, OtherCheck
from .papers import PaperPrint, PrintedPaper
from .problems import Problem, ProblemEvent
from .records import RecordSection, RecordVersion, Review, SyncOperation

__all__ = [
    "Assignment",
    "AssignmentView",
    "Clue",
    "CorrectionEvidence",
    "CorrectionOrder",
    "Evidence",
    "EvidenceReceipt",
    "FindingPhrase",
    "GateScan",
    "IndustryPoint",
    "JointVisit",
    "OtherCheck",
    "PaperPrint",
    "PenaltyDecision",
    "PrintedPaper",
    "Problem",
    "ProblemEvent",
    "Recheck",
    "RecordSection",
    "RecordVersion",
    "Review",
    "SyncOperation",
    "TargetedCheck",
    "TeamMember",
    "VisitNotice",
    "VisitObjection",
    "VisitRating",
]
