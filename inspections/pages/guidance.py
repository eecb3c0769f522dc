"""What stands beside the fields of the record: points by industry, phrases, last time's answers."""

from typing import Any

from inspections.forms.record import fixed_sections
from inspections.models import Assignment, FindingPhrase, IndustryPoint


def with_guidance(rows: list[dict[str, Any]], assignment: Assignment) -> list[dict[str, Any]]:
    """The must-checks with the points for the unit's industry and the usual phrases."""
    code = assignment.source.industry_code
    points: dict[int, list[str]] = {}
    for point in IndustryPoint.objects.filter(active=True):
        if code and code.startswith(point.industry_code):
            points.setdefault(point.number, []).append(point.text)
    phrases: dict[int, list[str]] = {}
    for phrase in FindingPhrase.objects.filter(active=True):
        phrases.setdefault(phrase.number, []).append(phrase.text)
    return [
        {
            **row,
            "industry_points": points.get(row["number"], []),
            "phrases": phrases.get(row["number"], []),
        }
        for row in rows
    ]


def with_last(blocks: list[dict[str, Any]], last: dict[str, Any]) -> list[dict[str, Any]]:
    """The form's sections with what was verified there last time, to compare with."""
    labels = {section.name: section.fields for section in fixed_sections()}
    shown = []
    for block in blocks:
        value = last.get(block["name"]) or {}
        rows = [
            (str(field.label), str(value[key]))
            for key, field in labels[block["name"]].items()
            if value.get(key)
        ]
        shown.append({**block, "last": rows, "last_on": last.get("on", "")})
    return shown
