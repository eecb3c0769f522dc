"""检查台账: inspections write, disclosure marks, sampling reads."""

from collections.abc import Sequence
from datetime import date

from registry.models import (
    CheckLedgerEntry,
    ClueLedgerEntry,
    PollutionSource,
    ProblemLedgerEntry,
)


def record_check(
    *,
    source: PollutionSource,
    checked_on: date,
    check_source: str,
    method: str,
    plan_number: str,
    reference: str,
    outcome: str,
    counts_toward_ratio: bool = False,
    items: Sequence[str] = (),
    officers: Sequence[str] = (),
    cap_exemption: str = "",
) -> CheckLedgerEntry:
    """One line per finished check; the reference makes a second call harmless."""
    entry, _created = CheckLedgerEntry.objects.get_or_create(
        reference=reference,
        defaults={
            "source": source,
            "checked_on": checked_on,
            "check_source": check_source,
            "method": method,
            "plan_number": plan_number,
            "counts_toward_ratio": counts_toward_ratio,
            "outcome": outcome,
            "items": list(items),
            "officers": list(officers),
            "cap_exemption": cap_exemption,
        },
    )
    return entry


def mark_disclosure(*, reference: str, mark: str) -> None:
    """The result was published, or withheld for good; a later withdrawal changes neither."""
    CheckLedgerEntry.objects.filter(reference=reference).update(disclosure=mark)


def record_clue(
    *, source: PollutionSource, kind: str, verified_on: date, reference: str
) -> ClueLedgerEntry:
    """One line per verified clue; the reference makes a second call harmless."""
    entry, _created = ClueLedgerEntry.objects.get_or_create(
        reference=reference,
        defaults={"source": source.standing, "kind": kind, "verified_on": verified_on},
    )
    return entry


def keep_problem(
    *, source: PollutionSource, reference: str, opened_on: date, counts_from: date
) -> ProblemLedgerEntry:
    """The problem is followed; called again when its time to correct or its handling changes."""
    entry, _created = ProblemLedgerEntry.objects.update_or_create(
        reference=reference,
        defaults={"source": source, "opened_on": opened_on, "counts_from": counts_from},
    )
    return entry


def end_problem(*, reference: str, on: date) -> None:
    """It was closed; a problem that was never kept is none."""
    ProblemLedgerEntry.objects.filter(reference=reference, closed_on=None).update(closed_on=on)
