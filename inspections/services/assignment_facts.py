"""What the record says about the assignment itself: written by the system, signed by everybody."""

import uuid
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from inspections.models import Assignment, RecordSection, SyncOperation
from inspections.rules.sync import ASSIGNMENT
from registry.models import SpecialFlag


def assignment_facts(assignment: Assignment, *, day: date) -> dict[str, Any]:
    """Number, source and reason of the check, the unit's type, the team with certificates.

    Source: 《污染源现场检查记录表》, domain rules §5.
    """
    unit = assignment.source
    # A merge hands the flags in force to the record that survives.
    special = SpecialFlag.objects.in_force(day).filter(source=unit.standing).exists()
    return {
        "number": assignment.number,
        "check_source": str(assignment.get_check_source_display()),
        "reason": assignment.reason or (str(assignment.plan) if assignment.plan else ""),
        "register_code": unit.code,
        "regulatory_type": str(unit.get_regulatory_type_display()),
        "special": special,
        "team": [_member(member, day) for member in _team(assignment)],
    }


def _team(assignment: Assignment) -> Any:
    rows = assignment.team.present().select_related("inspector")
    return rows.prefetch_related("inspector__credentials").order_by("position")


def _member(member: Any, day: date) -> dict[str, str]:
    valid = [
        certificate
        for certificate in member.inspector.credentials.all()
        if certificate.valid_from <= day <= certificate.valid_to
    ]
    return {
        "code": member.inspector.code,
        "name": member.inspector.name,
        "role": str(member.get_role_display()),
        "certificate": max(valid, key=lambda row: row.valid_to).number if valid else "",
    }


@transaction.atomic
def write_facts(*, assignment: Assignment, actor: Any, now: datetime) -> None:
    """Bring the section up to date; the caller holds the assignment's lock.

    A change voids the signatures, as any change of the content does.
    """
    value = assignment_facts(assignment, day=timezone.localdate(now))
    current = RecordSection.objects.filter(assignment=assignment, section=ASSIGNMENT).first()
    if current is not None and current.value == value:
        return
    rev = current.rev + 1 if current else 1
    RecordSection.objects.update_or_create(
        assignment=assignment,
        section=ASSIGNMENT,
        defaults={"rev": rev, "value": value, "updated_by": actor, "updated_at": now},
    )
    SyncOperation.objects.create(
        op=uuid.uuid4(),
        assignment=assignment,
        section=ASSIGNMENT,
        base=rev - 1,
        value=value,
        status="applied",
        rev=rev,
        user=actor,
    )
