"""Forms of one inspector: certificates, leave, presence, conflicts of interest."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.choices import ConflictKind, InspectorStatus
from registry.web.forms import day_field, reason_field
from registry.web.source_field import SourceField


class CertificateForm(forms.Form):
    number = forms.CharField(
        label=_("执法证号"),
        max_length=40,
        help_text=_("证号不变、延长有效期的填原证号，与原有效期相连的起始日不变"),
    )
    valid_from = day_field(_("有效期起"))
    valid_to = day_field(_("有效期止"))
    reason = forms.CharField(label=_("原因"), max_length=300, initial=_("换发新证"))


class LeaveForm(forms.Form):
    starts_on = day_field(_("开始日期"))
    ends_on = day_field(_("结束日期（含当日）"))
    reason = forms.CharField(label=_("事由"), max_length=200)


class PostForm(forms.Form):
    status = forms.ChoiceField(label=_("改为"), choices=InspectorStatus.choices)
    reason = reason_field(_("原因"))

    def __init__(self, *args: Any, old: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [  # type: ignore[attr-defined]
            (value, label) for value, label in InspectorStatus.choices if value != old
        ]


class ConflictForm(forms.Form):
    source = SourceField(label=_("单位"))
    kind = forms.ChoiceField(label=_("关系"), choices=ConflictKind.choices)
    detail = reason_field(_("说明"), help_text=_("如：配偶任该公司财务主管；持有该公司股权"))
    starts_on = day_field(_("起始日期"))
    ends_on = day_field(_("终止日期"), required=False, help_text=_("未定的留空"))
