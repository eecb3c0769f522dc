"""What the forms of all desks share."""

from typing import Any

from django import forms

from registry.rules.violations import RuleViolation


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A date picker; browsers want the day in ISO form, whatever the language."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget, **kwargs)


def reason_field(label: Any, *, limit: int = 300, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=limit, widget=forms.Textarea(attrs={"rows": 2}), **kwargs
    )


class HouseForm(forms.Form):
    def add_refusal(self, refusal: RuleViolation) -> None:
        """Beside the fields it concerns, else above the form."""
        named = {name: text for name, text in refusal.fields.items() if name in self.fields}
        for name, text in named.items():
            self.add_error(name, text)
        if not named:
            self.add_error(refusal.field if refusal.field in self.fields else None, refusal.message)
