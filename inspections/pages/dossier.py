"""What an inspector reads before the visit, and what a tablet takes along (tablet-sync §2)."""

import hashlib
import json
import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from inspections.choices import AssignmentState, ProblemState
from inspections.models import Assignment, Clue, Problem
from inspections.rules.assignment_state import FILLABLE
from inspections.rules.sync import ASSIGNMENT
from inspections.selectors import assignments_for, last_versions
from inspections.services.assignment_facts import assignment_facts
from registry.choices import Pollutant
from registry.item_lists.selectors import checklist_on
from registry.models import CheckLedgerEntry, SpecialFlag
from registry.querysets import about
from registry.selectors import bureau_setting

CLOSED_KEPT = timedelta(days=60)  # a finished assignment stays on the tablet's list that long
MAX_STAMPS = 150
CLOSED = (AssignmentState.APPROVED, AssignmentState.REPLACED, AssignmentState.CANCELLED)


def _pollutant(kind: str) -> str:
    return str(dict(Pollutant.choices).get(kind, kind))


def dossier(assignment: Assignment, *, today: date) -> dict[str, Any]:
    """Plain values: the unit, its permit, what was found before, how often it was visited."""
    unit = assignment.source
    special = SpecialFlag.objects.in_force(today).filter(source=assignment.unit)
    return {
        "number": assignment.number,
        "reason": assignment.reason or (str(assignment.plan) if assignment.plan else ""),
        "check_source": str(assignment.get_check_source_display()),
        "name": unit.display_name,
        "uscc": unit.uscc or str(unit.get_no_code_reason_display()),
        "address": unit.address,
        "distance_limit": bureau_setting("place_distance_metres"),
        "longitude": str(unit.longitude or ""),
        "latitude": str(unit.latitude or ""),
        "legal_representative": unit.legal_representative,
        "contact": unit.contact,
        "phone": unit.phone,
        "industry": unit.industry_name,
        "permit": unit.permit_number,
        "permit_class": str(unit.get_permit_class_display()),
        "permit_until": unit.permit_until.isoformat() if unit.permit_until else "",
        "permit_over": bool(unit.permit_until and unit.permit_until < today),
        "pollutants": [_pollutant(kind) for kind in unit.pollutants],
        "type": str(unit.get_regulatory_type_display()),
        "special": [str(flag.get_reason_display()) for flag in special],
        "online_monitored": unit.online_monitored,
        "positive_list": _positive(assignment, today),
        "credit": str(unit.get_credit_grade_display()),
        "risk": str(unit.get_risk_grade_display()),
        "note": unit.note,
        "visits": CheckLedgerEntry.objects.visits_in_year(today.year)
        .of_unit(assignment.unit)
        .count(),
        "cap": bureau_setting("yearly_cap"),
        "earlier": _earlier(assignment),
        "problems": _problems(assignment),
        "clues": _clues(assignment),
    }


def _positive(assignment: Assignment, today: date) -> str:
    unit = assignment.source
    if not unit.positive_list or (unit.positive_until and unit.positive_until < today):
        return ""
    return f"至 {unit.positive_until}" if unit.positive_until else "在列"


def _earlier(assignment: Assignment) -> list[dict[str, str]]:
    rows = []
    for version in last_versions(assignment):
        content = {row["section"]: row["value"] for row in json.loads(version.content)}
        found = [
            f"{number}：{value.get('note', '')}"
            for number in range(1, 11)
            if (value := content.get(f"must_check:{number}") or {}).get("answer") == "problem"
        ]
        rows.append(
            {
                "on": timezone.localdate(version.inspected_from).isoformat(),
                "outcome": str(version.get_outcome_display()),
                "found": "；".join(found),
            }
        )
    return rows


def _problems(assignment: Assignment) -> list[dict[str, str]]:
    rows = Problem.objects.filter(about(assignment.unit, "assignment__source"))
    rows = rows.exclude(state=ProblemState.CLOSED).order_by("pk")[:10]
    return [
        {
            "text": row.description,
            "handling": str(row.get_handling_display()),
            "state": str(row.get_state_display()),
            "deadline": row.deadline.isoformat() if row.deadline else "",
        }
        for row in rows
    ]


def _clues(assignment: Assignment) -> list[dict[str, str]]:
    """What was reported about the unit; never who reported it."""
    rows = Clue.objects.filter(about(assignment.unit)).order_by("-received_on", "-pk")[:5]
    return [
        {
            "on": row.received_on.isoformat(),
            "kind": str(row.get_kind_display()),
            "text": row.content,
            "state": str(row.get_state_display()),
        }
        for row in rows
    ]


def checklist(assignment: Assignment, *, today: date) -> dict[str, Any]:
    """Must-checks with points and bases in force, and the items to be checked."""
    return {
        "version": assignment.must_check_set.version,
        "must_checks": checklist_on(assignment.must_check_set, today),
        "items": [
            {"code": item.code, "name": item.name, "method": item.method}
            for item in assignment.inspection_items
        ],
    }


def last_verified(assignment: Assignment) -> dict[str, Any]:
    """The unit as the last approved record had it, to compare with; empty for a first visit."""
    last = last_versions(assignment).first()
    if last is None:
        return {}
    content = {row["section"]: row["value"] for row in json.loads(last.content)}
    return {
        "on": timezone.localdate(last.inspected_from).isoformat(),
        "unit": content.get("unit", {}),
        "production": content.get("production", {}),
    }


def sections(assignment: Assignment, *, today: date) -> dict[str, Any]:
    """Every section with its revision; before the start the facts the server will write then."""
    rows = assignment.sections.filter(set_aside=False).order_by("section")
    found = {row.section: {"rev": row.rev, "value": row.value} for row in rows}
    if ASSIGNMENT not in found and assignment.state in FILLABLE:
        facts = assignment_facts(assignment, day=today)
        found[ASSIGNMENT] = {"rev": 0, "value": facts}
    return found


def payload(assignment: Assignment, *, today: date) -> dict[str, Any]:
    return {
        "assignment": str(assignment.public_id),
        "officers": _officers(assignment),
        "state": assignment.state,
        "state_label": str(assignment.get_state_display()),
        "due": assignment.due_on.isoformat(),
        "dispatched": timezone.localtime(assignment.dispatched_at).isoformat(timespec="seconds"),
        "dossier": dossier(assignment, today=today),
        "checklist": checklist(assignment, today=today),
        "last": last_verified(assignment),
        "sections": sections(assignment, today=today),
        "evidence": list(assignment.evidence.values_list("sha256", flat=True)),
    }


def _officers(assignment: Assignment) -> list[dict[str, str]]:
    rows = assignment.team.officers().order_by("position")
    return [
        {"code": row.inspector.code, "name": row.inspector.name, "role": row.get_role_display()}
        for row in rows.select_related("inspector")
    ]


def on_tablet(user: Any, *, today: date) -> Iterable[Assignment]:
    """The inspector's own: everything open, and what was finished lately."""
    rows = assignments_for(user).on_team(user)
    since = today - CLOSED_KEPT
    rows = rows.exclude(state__in=CLOSED, due_on__lt=since)
    return rows.order_by("due_on", "number")


def changed_since(cursor: str, user: Any, *, today: date) -> tuple[str, list[Any], list[str]]:
    """(new cursor, assignments as (row, payload) that changed, ids that are his no longer).

    The cursor holds a stamp of what each assignment looked like. Row numbers or clock times
    would not do: transactions become visible in another order than they began.
    """
    seen = dict(part.split(".", 1) for part in cursor.split("~") if "." in part)
    stamps, changed = {}, []
    for row in on_tablet(user, today=today):
        shown = payload(row, today=today)
        key = _key(row.public_id)
        stamps[key] = _stamp(shown)
        if seen.get(key) != stamps[key]:
            changed.append((row, shown))
    # Whoever was on a team may be told that he is not any more; nobody else learns of it.
    known = Assignment.objects.filter(team__inspector__user=user).distinct()
    ids = {
        _key(public_id): str(public_id) for public_id in known.values_list("public_id", flat=True)
    }
    gone = [ids[key] for key in seen if key in ids and key not in stamps]
    # As long as every proxy lets through; what does not fit is simply sent again.
    pairs = [f"{key}.{stamp}" for key, stamp in stamps.items()][:MAX_STAMPS]
    return "~".join(pairs), changed, gone


def _key(public_id: uuid.UUID) -> str:
    return public_id.hex[:12]


def _stamp(shown: dict[str, Any]) -> str:
    text = json.dumps(shown, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]
