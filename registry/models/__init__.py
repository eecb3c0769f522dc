from .bureau import BureauSetting
from .calendar import CalendarDay, HolidayNotice
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
from .deadlines import Deadline, DeadlineReminder, Heartbeat, Notification
from .exemptions import CapExemption
from .inspectors import ConflictOfInterest, Credential, Inspector, Leave
from .sources import (
    CheckLedgerEntry,
    ImportedFile,
    PollutionSource,
    SourceStatusChange,
    SpecialFlag,
)
from .trail import AuditEvent

__all__ = [
    "AuditEvent",
    "BureauSetting",
    "CalendarDay",
    "CapExemption",
    "CheckLedgerEntry",
    "ConflictOfInterest",
    "Credential",
    "Deadline",
    "DeadlineReminder",
    "Heartbeat",
    "HolidayNotice",
    "ImportedFile",
    "InspectionItem",
    "InspectionItemList",
    "Inspector",
    "ItemBasis",
    "Leave",
    "LegalBasis",
    "MustCheck",
    "MustCheckBasis",
    "MustCheckSet",
    "Notification",
    "PartnerDepartment",
    "PollutionSource",
    "SourceStatusChange",
    "SpecialFlag",
]
