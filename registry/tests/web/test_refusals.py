"""A refusal stands where the person has to mend something."""

from typing import Any

import pytest
from django import forms

from registry.rules.violations import RuleViolation
from registry.web.refusals import refuse

ABOVE = "__all__"


class UnitForm(forms.Form):
    name = forms.CharField()
    on = forms.CharField()


@pytest.mark.parametrize(
    ("told", "errors"),
    [
        pytest.param({}, {ABOVE: ["不行。"]}, id="names no field"),
        pytest.param({"field": "on"}, {"on": ["不行。"]}, id="names a field"),
        pytest.param({"field": "elsewhere"}, {ABOVE: ["不行。"]}, id="names another form's field"),
        pytest.param(
            {"fields": {"name": "太长。", "on": "太早。"}},
            {"name": ["太长。"], "on": ["太早。"]},
            id="concerns several fields",
        ),
        pytest.param(
            {"fields": {"name": "太长。", "elsewhere": "太早。"}},
            {"name": ["太长。"]},
            id="concerns a field of this form among others",
        ),
        pytest.param(
            {"field": "on", "fields": {"elsewhere": "太早。"}},
            {"on": ["不行。"]},
            id="concerns only others' fields",
        ),
    ],
)
def test_a_refusal_stands_beside_its_field_or_above_the_form(
    told: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    form = UnitForm({"name": "甲", "on": "2027-01-01"})

    refuse(form, RuleViolation("不行。", **told))

    assert form.errors == errors
