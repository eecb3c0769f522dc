"""Forms of the steps of a problem."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.choices import ServiceMethod


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class OrderForm(forms.Form):
    violation = forms.CharField(label=_("违法事实"), max_length=2000, widget=_area())
    requirements = forms.CharField(label=_("改正要求"), max_length=2000, widget=_area())
    basis = forms.CharField(label=_("依据（法律名称和条款）"), max_length=300, widget=_area(2))
    deadline = _day(_("改正期限"))


class ServiceForm(forms.Form):
    served_on = _day(_("送达日期"))
    method = forms.ChoiceField(label=_("送达方式"), choices=ServiceMethod.choices)
    receiver = forms.CharField(label=_("受送达人（签收人）"), max_length=100)
    text = forms.CharField(
        label=_("送达说明"),
        max_length=300,
        required=False,
        help_text=_("留置送达、委托送达时必填：拒收事由、见证人或代收人"),
    )


class CorrectionForm(forms.Form):
    file = forms.FileField(label=_("照片、PDF 或视频"))
    note = forms.CharField(label=_("说明"), max_length=200)


class CaseForm(forms.Form):
    number = forms.CharField(label=_("案号"), max_length=100)
    filed_on = _day(_("立案日期"))


class DecisionForm(forms.Form):
    number = forms.CharField(label=_("处罚决定书文号"), max_length=60)
    violation = forms.CharField(label=_("违法事实"), max_length=2000, widget=_area())
    content = forms.CharField(label=_("处罚内容"), max_length=500, widget=_area(2))
    basis = forms.CharField(label=_("处罚依据"), max_length=500, widget=_area(2))
    hearing = forms.CharField(
        label=_("事先告知和陈述申辩情况"),
        max_length=1000,
        widget=_area(2),
        help_text=_("何时告知拟作出的处罚，当事人是否陈述、申辩或要求听证，是否采纳；写入决定书"),
    )
    amount = forms.DecimalField(
        label=_("罚款金额（元）"), min_value=0, max_digits=12, decimal_places=2, initial=0
    )
    decided_on = _day(_("决定日期"))


class RevokeForm(forms.Form):
    on = _day(_("撤销日期"))
    reason = forms.CharField(label=_("撤销原因"), max_length=300, widget=_area(2))


class TextForm(forms.Form):
    text = forms.CharField(label=_("情况说明"), max_length=1000, widget=_area(), required=False)


class EmptyForm(forms.Form):
    """A step that is one press of a button."""
