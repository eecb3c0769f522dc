"""When the system proposes 特殊监管; a person decides (实施方案 二（一）, domain rules §1)."""

from dataclasses import dataclass

from registry.rules.unit_words import RiskGrade, SpecialReason


@dataclass(frozen=True)
class Thresholds:
    """Practice of published plans; the bureau may edit them. Counts are at least 1."""

    penalties: int = 1
    supervised_cases: int = 1
    complaints: int = 3
    credit_grades: frozenset[str] = frozenset({"warning", "bad"})
    risk_grades: frozenset[str] = frozenset({RiskGrade.HIGH})


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


def is_gone(
    reason: str,
    facts: Facts,
    *,
    by_rule: bool,
    ran_a_year: bool,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> bool:
    """Whether the reason of a running flag no longer holds, so that its end is proposed.

    A grade nobody has entered says nothing. What was flagged on counts that a person knew of and
    the registers do not (``by_rule`` False) is left alone for a year, the span the counts look
    back over. Open problems that were flagged by rule are gone once all are closed; those a person
    flagged may be others than the registers know, and the two reasons that are a person's judgement
    never end by rule.
    """
    if reason in proposed_reasons(facts, thresholds):
        return False
    if reason == SpecialReason.HIGH_RISK:
        return facts.risk_grade != ""
    if reason == SpecialReason.LOW_CREDIT:
        return facts.credit_grade != ""
    if reason == SpecialReason.EXISTING_VIOLATION:
        return by_rule
    if reason in (SpecialReason.SERIOUS_VIOLATION, SpecialReason.MANY_COMPLAINTS):
        return by_rule or ran_a_year
    return False
