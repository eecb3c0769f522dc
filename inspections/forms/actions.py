"""Small forms of the inspection desks."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sampling.choices import ChangeReason

MAX_STROKES = 200_000


class EvidenceForm(forms.Form):
    file = forms.FileField(label=_("照片、视频或文件"))
    section = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)
    taken_at = forms.DateTimeField(label=_("拍摄时间"), required=False)
    place = forms.CharField(label=_("拍摄地点（经纬度或位置）"), max_length=100, required=False)


class SignatureForm(forms.Form):
    signer = forms.CharField(widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("签名人姓名"), max_length=50)
    strokes = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_strokes(self) -> list[Any]:
        """Lines of points as the pad recorded them; empty without JavaScript."""
        text = self.cleaned_data["strokes"]
        if not text:
            return []
        if len(text) > MAX_STROKES:
            raise forms.ValidationError(_("签名笔迹过多，请清除后重签。"))
        try:
            strokes = json.loads(text)
        except ValueError as error:
            raise forms.ValidationError(_("签名数据无法识别，请清除后重签。")) from error
        if not isinstance(strokes, list):
            raise forms.ValidationError(_("签名数据无法识别，请清除后重签。"))
        return strokes


class ReviewForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("结论"),
        choices=[("approve", _("通过")), ("return", _("退回"))],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("意见"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("退回时必填，说明需要修改之处"),
    )


class ChangeForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("申请"),
        choices=[
            ("recuse", _("成员回避（利害关系、当事人申请、请假、执法证到期、离岗）")),
            ("replace", _("替换单位（关停、搬迁、豁免、并入、重复登记）")),
        ],
        widget=forms.RadioSelect,
    )
    ground = forms.ChoiceField(label=_("情形"), choices=ChangeReason.choices)
    inspector = forms.ChoiceField(label=_("需要回避的成员"), required=False)
    reason = forms.CharField(
        label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inspector"].choices = [("", "——"), *members]  # type: ignore[attr-defined]
