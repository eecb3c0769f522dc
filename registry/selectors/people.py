"""One inspector's page: what he may do today, and his year without comparing him to anybody."""

from datetime import date
from typing import Any

from registry.choices import InspectorRole
from registry.models import CheckLedgerEntry, Inspector
from registry.rules.certificates import expiry_warning
from registry.rules.two_officers import MemberFacts, why_not_counted


def standing_today(person: Inspector, day: date) -> dict[str, Any]:
    """Whether he counts toward the two officers, why not, and how his certificates stand."""
    certificates = list(person.credentials.order_by("-valid_to"))
    valid = next((row for row in certificates if row.valid_from <= day <= row.valid_to), None)
    best = valid or (certificates[0] if certificates else None)
    facts = MemberFacts(
        name=person.name,
        role=person.role,
        valid_from=best.valid_from if best else None,
        valid_to=best.valid_to if best else None,
        on_leave=person.status != "on_post" or person.leaves.on(day).exists(),
    )
    newest = certificates[0].valid_to if certificates else None
    return {
        "counts": why_not_counted(facts, day) is None,
        "why_not": why_not_counted(facts, day),
        "officer": person.role == InspectorRole.OFFICER,
        "certificates": [
            {"row": row, "left": (row.valid_to - day).days, "newest": row.valid_to == newest}
            for row in certificates
        ],
        "warning": expiry_warning(newest, day) if newest else None,
    }


def checks_of(person: Inspector, year: int) -> int:
    """Finished checks of the year the person took part in. Shown on the person's own page only:
    no list compares people (严禁下达检查指标, domain rules §7)."""
    rows = CheckLedgerEntry.objects.filter(checked_on__year=year).values_list("officers", flat=True)
    return sum(1 for officers in rows.iterator() if person.code in officers)
