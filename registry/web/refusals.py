"""How a form says what a rule refuses."""

from django.forms import BaseForm

from registry.rules.violations import RuleViolation


def refuse(form: BaseForm, refusal: RuleViolation) -> None:
    """Beside the fields it concerns, else above the form."""
    named = {name: text for name, text in refusal.fields.items() if name in form.fields}
    for name, text in named.items():
        form.add_error(name, text)
    if not named:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
