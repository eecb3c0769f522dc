"""The record form: its fields in sections, and back again as section values.

Made from the one table of rules/record_form.py.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from inspections.choices import Handling, MustCheckAnswer, OutcomeCode
from inspections.models import Assignment
from inspections.rules import record_form
from registry.choices import CheckMethod

DATETIME_FORMAT = "%Y-%m-%dT%H:%M"


CHOICES: dict[tuple[str, ...], Any] = {
    record_form.ANSWERS: MustCheckAnswer.choices,
    record_form.HANDLINGS: Handling.choices,
    record_form.OUTCOMES: [(code, f"{code} {label}") for code, label in OutcomeCode.choices],
}


class Tick(forms.BooleanField):
    """Its label stands behind the box."""

    is_tick = True


def _form_field(field: record_form.Field) -> forms.Field:
    """The Django field of one line of the table; nothing is required while it is filled in."""
    common: dict[str, Any] = {"label": field.label, "required": False}
    if field.kind == "moment":
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=DATETIME_FORMAT)
        return forms.DateTimeField(widget=widget, **common)
    if field.kind == "day":
        return forms.DateField(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **common
        )
    if field.kind == "tick":
        return Tick(**common)
    if field.kind == "number":
        return forms.IntegerField(min_value=0, max_value=9999, **common)
    if field.kind == "choice":
        return _choice(field, common)
    text = forms.Textarea(attrs={"rows": field.rows}) if field.rows else forms.TextInput()
    return forms.CharField(max_length=field.limit, widget=text, **common)


def _choice(field: record_form.Field, common: dict[str, Any]) -> forms.Field:
    choices = list(CHOICES[field.choices])
    if field.key == "answer":
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    return forms.ChoiceField(choices=[("", "——"), *choices], **common)


@dataclass(frozen=True)
class Section:
    """``fields``: key inside the section's value → form field."""

    name: str
    title: Any
    fields: Mapping[str, forms.Field]


def fixed_sections() -> list[Section]:
    return [
        Section(
            section.name,
            "" if section.name.startswith("must_check:") else section.title,
            {field.key: _form_field(field) for field in section.fields},
        )
        for section in record_form.SECTIONS
    ]


def field_name(section: str, key: str) -> str:
    return f"{section.replace(':', '_')}__{key}"


class RecordForm(forms.Form):
    """Every section of the record on one page; saves what is there, complete or not."""

    def __init__(
        self,
        data: Any = None,
        *,
        assignment: Assignment,
        stored: Mapping[str, tuple[int, Any]],
    ) -> None:
        self.sections = fixed_sections()
        self.assignment = assignment
        self.stored = stored
        super().__init__(data, initial=self._initial())
        for section in self.sections:
            for key, field in section.fields.items():
                self.fields[field_name(section.name, key)] = field
            self._add_rev(section.name)
        items = assignment.inspection_items
        self.items = list(items)
        for item in self.items:
            self.fields[field_name("items", item.code)] = forms.ChoiceField(
                label=f"{item.code} {item.name}",
                choices=CheckMethod.choices,
                required=False,
                initial=item.method,
            )
        self._add_rev("items")

    def _add_rev(self, section: str) -> None:
        rev = self.stored.get(section, (0, None))[0]
        self.fields[field_name(section, "rev")] = forms.IntegerField(
            widget=forms.HiddenInput, required=False, min_value=0, initial=rev
        )

    def _initial(self) -> dict[str, Any]:
        source = self.assignment.source
        initial: dict[str, Any] = {
            field_name("unit", "name"): source.display_name,
            field_name("unit", "uscc"): source.uscc,
            field_name("unit", "address"): source.address,
            field_name("unit", "legal_representative"): source.legal_representative,
            field_name("unit", "contact"): source.contact,
            field_name("unit", "phone"): source.phone,
            field_name("unit", "industry"): source.industry_name,
            field_name("unit", "permit"): source.permit_number,
            field_name("visit", "place"): source.address,
        }
        for name, (_rev, value) in self.stored.items():
            values = value.get("methods", {}) if name == "items" else value
            for key, item in values.items():
                initial[field_name(name, key)] = _shown(item)
        return initial

    def values(self) -> dict[str, tuple[int, Any]]:
        """``{section: (base revision, value)}`` from the cleaned form."""
        data = self.cleaned_data
        found = {}
        for section in self.sections:
            value = {key: _plain(data.get(field_name(section.name, key))) for key in section.fields}
            earlier = self.stored.get(section.name, (0, {}))[1] or {}
            # Keys the page does not show (evidence of a must-check) stay as they are.
            value = {**{k: v for k, v in earlier.items() if k not in value}, **value}
            found[section.name] = (data.get(field_name(section.name, "rev")) or 0, value)
        methods = {
            item.code: data[field_name("items", item.code)]
            for item in self.items
            if data.get(field_name("items", item.code))
        }
        found["items"] = (data.get(field_name("items", "rev")) or 0, {"methods": methods})
        return found

    def bound_section(self, name: str) -> list[Any]:
        section = next(s for s in self.sections if s.name == name)
        return [self[field_name(name, key)] for key in section.fields]

    def layout(self) -> list[dict[str, Any]]:
        """Sections in the order of the paper form; items and the ten must-checks, which are no
        fixed sections, stand before the narrative."""
        return [
            {
                "name": s.name,
                "title": s.title,
                "fields": self.bound_section(s.name),
                "behind_checks": s.name == "narrative",
                "takes_place": s.name == "visit",
            }
            for s in self.sections
            if not s.name.startswith("must_check:")
        ]

    def must_checks(self, checklist: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows = []
        for check in checklist:
            section = f"must_check:{check['number']}"
            fields = {
                key: self[field_name(section, key)]
                for key in ("answer", "note", "handling", "deadline")
            }
            value = self.stored.get(section, (0, {}))[1] or {}
            rows.append(
                {**check, "section": section, **fields, "evidence": value.get("evidence", [])}
            )
        return rows

    def item_fields(self) -> list[Any]:
        return [self[field_name("items", item.code)] for item in self.items]

    def hidden_revs(self) -> list[Any]:
        return [field for field in self.hidden_fields() if field.name.endswith("__rev")]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _shown(value: Any) -> Any:
    """A stored moment as the datetime-local input wants it."""
    if isinstance(value, str) and len(value) > 16 and value[4:5] == "-" and "T" in value:
        try:
            moment = timezone.localtime(datetime.fromisoformat(value))
        except ValueError:
            return value
        return moment.strftime(DATETIME_FORMAT + (":%S" if moment.second else ""))
    return value


def new_op() -> uuid.UUID:
    return uuid.uuid4()
