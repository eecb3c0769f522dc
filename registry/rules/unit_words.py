"""Words of the register that rules speak of; registry/choices.py adds what the bureau calls them."""

from enum import StrEnum


class SourceKind(StrEnum):
    DISCHARGER = "discharger"
    CONSTRUCTION = "construction"


class RiskGrade(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class SpecialReason(StrEnum):
    """Why a unit is under special supervision (实施方案 二（一）)."""

    SERIOUS_VIOLATION = "serious_violation"
    EXISTING_VIOLATION = "existing_violation"
    HIGH_RISK = "high_risk"
    MANY_COMPLAINTS = "many_complaints"
    LOW_CREDIT = "low_credit"
    SPECIAL_MANAGEMENT = "special_management"
    UNSTABLE_COMPLIANCE = "unstable_compliance"
