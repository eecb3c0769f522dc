"""One list of the record's fields, which form, PDF and Word are held to."""

import pytest

from inspections.forms.record import fixed_sections
from inspections.rules.record_fields import FORM, RECORD_FIELDS, RecordField, fields_of
from inspections.rules.sync import is_section

WRITTEN = [f for f in RECORD_FIELDS if f.origin == FORM and f.section != "items"]


@pytest.mark.parametrize("field", WRITTEN, ids=lambda f: f"{f.section}.{f.key}")
def test_every_field_an_inspector_writes_stands_on_the_form(field: RecordField) -> None:
    sections = [s for s in fixed_sections() if s.name.partition(":")[0] == field.section]

    assert sections
    assert all(field.key in section.fields for section in sections)


def test_no_field_stands_on_the_form_that_the_list_does_not_know() -> None:
    known = {(f.section, f.key) for f in RECORD_FIELDS}
    on_form = {(s.name.partition(":")[0], key) for s in fixed_sections() for key in s.fields}

    assert on_form <= known


def test_each_field_is_listed_once() -> None:
    keys = [(field.section, field.key) for field in RECORD_FIELDS]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("section", ["visit", "must_check:3", "signature:party", "assignment"])
def test_sections_of_the_list_are_those_of_the_protocol(section: str) -> None:
    assert fields_of(section)
    assert is_section(section)
