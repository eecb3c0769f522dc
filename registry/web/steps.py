"""Confirmed steps: do it and say so, or say why not."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest

from registry.rules.violations import RuleViolation
from registry.web.refusals import refuse

Made = TypeVar("Made")


def step_taken(
    request: HttpRequest, form: BaseForm, act: Callable[[], Made], done: str | Callable[[Made], str]
) -> bool:
    """Whether what a valid ``form`` asks for was done; a refusal stands in the form.

    ``done`` is what the person is told, or makes it of what ``act`` returned.
    """
    if not form.is_valid():
        return False
    try:
        made = act()
    except RuleViolation as refusal:
        refuse(form, refusal)
        return False
    messages.success(request, done(made) if callable(done) else done)
    return True


def button_worked(
    request: HttpRequest,
    act: Callable[[], Made],
    done: str | Callable[[Made], str],
    about: str = "",
) -> bool:
    """The same for a button without a form to come back to: a refusal is told on the next page.

    ``about`` names the one of many rows it was.
    """
    try:
        made = act()
    except RuleViolation as refusal:
        messages.error(request, f"{about}：{refusal.message}" if about else refusal.message)
        return False
    messages.success(request, done(made) if callable(done) else done)
    return True
