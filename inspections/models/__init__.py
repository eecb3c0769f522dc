from .assignments import Assignment, AssignmentView, TeamMember
from .check_requests import CheckRequest
from .clues import Clue
from .evidence import Evidence, EvidenceReceipt
from .gate import GateScan, VisitNotice, VisitObjection, VisitRating
from .guidance import FindingPhrase, IndustryPoint
from .joint_visits import JointVisit
from .orders import CorrectionEvidence, CorrectionOrder, PenaltyDecision, Recheck
from .papers import PaperPrint, PrintedPaper
from .problems import Problem, ProblemEvent
from .records import RecordSection, RecordVersion, Review, SyncOperation

__all__ = [
    "Assignment",
    "AssignmentView",
    "CheckRequest",
    "Clue",
    "CorrectionEvidence",
    "CorrectionOrder",
    "Evidence",
    "EvidenceReceipt",
    "FindingPhrase",
    "GateScan",
    "IndustryPoint",
    "JointVisit",
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
    "TeamMember",
    "VisitNotice",
    "VisitObjection",
    "VisitRating",
]
