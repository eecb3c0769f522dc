"""What the forms of all desks share."""

from typing import Any

from django import forms


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A date picker; browsers want the day in ISO form, whatever the language."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **kwargs)


def reason_field(label: Any, *, limit: int = 300, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": 2}), **kwargs
    )
