"""Forms of the register desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.rules.bureau_settings import SPECS


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("名录文件（.xlsx、.xls、.csv）"),
        help_text=_("不超过 20 MB。先核对、后确认；确认之前什么也不写入。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )


class UndoForm(forms.Form):
    reason = forms.CharField(label=_("撤销原因"), max_length=300)


class SettingsForm(forms.Form):
    """One field per 本局设定, judged by the same rule as everywhere."""

    def __init__(self, *args: Any, values: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for spec in SPECS.values():
            self.fields[spec.key] = _field(spec)
            self.initial[spec.key] = values[spec.key]


def _field(spec: Any) -> forms.Field:
    help_text = "；".join(part for part in (spec.help, spec.basis) if part)
    if spec.kind == "bool":
        return forms.BooleanField(label=spec.label, required=False, help_text=help_text)
    if spec.kind == "choice":
        return forms.ChoiceField(label=spec.label, choices=spec.choices, help_text=help_text)
    if spec.kind == "int":
        return forms.IntegerField(label=spec.label, help_text=help_text)
    return forms.CharField(label=spec.label, max_length=100, help_text=help_text)
