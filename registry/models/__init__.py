from .bureau import BureauSetting
from .calendar import CalendarDay, HolidayNotice
from .changes import SourceMerge, SourceTypeChange
from .checklists import (
    InspectionItem,
    InspectionItemList,
    ItemBasis,
    LegalBasis,
    MustCheck,
    MustCheckBasis,
    MustCheckSet,
    PartnerDepartment,
)
from .deadlines import CalendarFeed, Deadline, DeadlineReminder, Heartbeat, Notification
from .evidence import EvidenceFile
from .exemptions import CapExemption
from .imports import ColumnMapping, ImportedFile, ImportRow
from .inspectors import ConflictOfInterest, Credential, Inspector, Leave
from .lists import SavedFilter
from .mail import OutgoingMail
from .map import MapBoundary
from .positive_list import PositiveListChange
from .risk import (
    FollowedProblem,
    RiskAssessment,
    RiskFact,
    RiskWeights,
    VerifiedClue,
)
from .sources import (
    CheckLedgerEntry,
    PollutionSource,
    SourceStatusChange,
    SpecialFlag,
    SpecialFlagEnding,
)
from .trail import AuditEvent

__all__ = [
    "AuditEvent",
    "BureauSetting",
    "CalendarDay",
    "CalendarFeed",
    "CapExemption",
    "CheckLedgerEntry",
    "ColumnMapping",
    "ConflictOfInterest",
    "Credential",
    "Deadline",
    "DeadlineReminder",
    "EvidenceFile",
    "FollowedProblem",
    "Heartbeat",
    "HolidayNotice",
    "ImportRow",
    "ImportedFile",
    "InspectionItem",
    "InspectionItemList",
    "Inspector",
    "ItemBasis",
    "Leave",
    "LegalBasis",
    "MapBoundary",
    "MustCheck",
    "MustCheckBasis",
    "MustCheckSet",
    "Notification",
    "OutgoingMail",
    "PartnerDepartment",
    "PollutionSource",
    "PositiveListChange",
    "RiskAssessment",
    "RiskFact",
    "RiskWeights",
    "SavedFilter",
    "SourceMerge",
    "SourceStatusChange",
    "SourceTypeChange",
    "SpecialFlag",
    "SpecialFlagEnding",
    "VerifiedClue",
]
