"""One check per file; ``lacks`` runs them all."""

from .evidence import check_bytes, check_problems_are_shown, unproven_problems
from .facts import Lack, RecordFacts
from .must_checks import check_answers
from .result import check_items, check_narrative, check_outcome, check_special_outcome
from .signatures import check_expert, check_officers, check_party, check_recusal_confirmed
from .unit import check_unit
from .visit import (
    check_distance,
    check_identity_shown,
    check_place,
    check_recusal_told,
    check_repeat_explained,
    check_times,
)

CHECKS = (
    check_times,
    check_place,
    check_distance,
    check_repeat_explained,
    check_identity_shown,
    check_recusal_told,
    check_unit,
    check_items,
    check_answers,
    check_problems_are_shown,
    check_narrative,
    check_outcome,
    check_special_outcome,
    check_bytes,
    check_officers,
    check_expert,
    check_recusal_confirmed,
    check_party,
)


def lacks(record: RecordFacts) -> list[Lack]:
    """Everything that keeps the record from being submitted, in the order of the form."""
    return [lack for check in CHECKS for lack in check(record)]


__all__ = ["CHECKS", "Lack", "RecordFacts", "lacks", "unproven_problems"]
