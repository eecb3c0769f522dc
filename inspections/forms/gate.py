"""Forms for the unit that was inspected."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

SCORES = [(5, _("5 很好")), (4, _("4 较好")), (3, _("3 一般")), (2, _("2 较差")), (1, _("1 很差"))]


def _score(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=SCORES, coerce=int, widget=forms.RadioSelect)


class FeedbackForm(forms.Form):
    code = forms.CharField(label=_("评价码"), max_length=20)
    conduct = _score(_("文明规范"))
    lawful = _score(_("依法履职"))
    honest = _score(_("廉洁自律"))
    comment = forms.CharField(
        label=_("意见和建议（不记名）"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    objection = forms.CharField(
        label=_("对本次检查的异议、陈述申辩（记名，本局将答复）"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("答复"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
