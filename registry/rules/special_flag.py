"""When the system proposes 特殊监管; a person decides (实施方案 二（一）, domain rules §1)."""

from dataclasses import dataclass
from enum import StrEnum


class SpecialReason(StrEnum):
    SERIOUS_VIOLATION = "serious_violation"
    EXISTING_VIOLATION = "existing_violation"
    HIGH_RISK = "high_risk"
    MANY_COMPLAINTS = "many_complaints"
    LOW_CREDIT = "low_credit"
    SPECIAL_MANAGEMENT = "special_management"
    UNSTABLE_COMPLIANCE = "unstable_compliance"


@dataclass(frozen=True)
class Thresholds:
    """Practice of published plans; the bureau may edit them. Counts are at least 1."""

    penalties: int = 1
    supervised_cases: int = 1
    complaints: int = 3
    credit_grades: frozenset[str] = frozenset({"warning", "bad"})
    risk_grades: frozenset[str] = frozenset({"high"})


@dataclass(frozen=True)
class Facts:
    """What is known of one unit; counts refer to last year."""

    penalties_last_year: int = 0
    supervised_cases_last_year: int = 0
    verified_complaints_last_year: int = 0
    open_problems: int = 0
    credit_grade: str = ""
    risk_grade: str = ""


DEFAULT_THRESHOLDS = Thresholds()


def proposed_reasons(
    facts: Facts, thresholds: Thresholds = DEFAULT_THRESHOLDS
) -> tuple[SpecialReason, ...]:
    """The reasons the facts speak for, in the order of the plan's text.

    SPECIAL_MANAGEMENT and UNSTABLE_COMPLIANCE are a person's judgement and never proposed.
    """
    found = {
        SpecialReason.SERIOUS_VIOLATION: facts.penalties_last_year >= thresholds.penalties
        or facts.supervised_cases_last_year >= thresholds.supervised_cases,
        SpecialReason.EXISTING_VIOLATION: facts.open_problems > 0,
        SpecialReason.HIGH_RISK: facts.risk_grade in thresholds.risk_grades,
        SpecialReason.MANY_COMPLAINTS: facts.verified_complaints_last_year >= thresholds.complaints,
        SpecialReason.LOW_CREDIT: facts.credit_grade in thresholds.credit_grades,
    }
    return tuple(reason for reason, holds in found.items() if holds)
