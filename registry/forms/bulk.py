"""What a change to many units asks: first which change and to what, then why."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.choices import CreditGrade, PermitClass, SpecialReason
from registry.web.forms import reason_field

ACTIONS: tuple[tuple[str, Any], ...] = (
    ("grid", _("改所属网格")),
    ("credit", _("改信用等级")),
    ("permit", _("改许可管理类别")),
    ("special", _("提议特殊监管")),
    ("risk", _("送风险测算")),
)
EMPTY: list[tuple[str, Any]] = [("", _("（空）"))]
KEYS = re.compile(r"[0-9]{1,18}(,[0-9]{1,18})*")


class GridForm(forms.Form):
    value = forms.CharField(
        label=_("新的网格"),
        max_length=100,
        required=False,
        help_text=_("留空表示不属于任何网格"),
        widget=forms.TextInput(attrs={"list": "grids", "autocomplete": "off"}),
    )


class CreditForm(forms.Form):
    value = forms.ChoiceField(
        label=_("新的信用等级"), choices=[*EMPTY, *CreditGrade.choices], required=False
    )


class PermitForm(forms.Form):
    value = forms.ChoiceField(
        label=_("新的许可管理类别"), choices=[*EMPTY, *PermitClass.choices], required=False
    )


class FlagForm(forms.Form):
    special_reason = forms.ChoiceField(label=_("特殊监管原因"), choices=SpecialReason.choices)
    evidence = reason_field(_("依据材料"), limit=1000)


FORMS: dict[str, type[forms.Form]] = {
    "grid": GridForm,
    "credit": CreditForm,
    "permit": PermitForm,
    "special": FlagForm,
    "risk": forms.Form,
}


def keys_in(text: str) -> list[int]:
    """The keys in "3,5,8"; anything else is none at all."""
    return [int(key) for key in text.split(",")] if KEYS.fullmatch(text) else []
