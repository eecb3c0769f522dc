"""检查台账: inspections write, disclosure marks, sampling reads."""

from collections.abc import Sequence
from datetime import date

from registry.models import CheckLedgerEntry, PollutionSource


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
