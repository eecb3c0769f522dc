"""Forms of the item lists and their legal bases."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.models import EvidenceFile, InspectionItemList
from registry.web.forms import day_field, reason_field


class ListImportForm(forms.Form):
    """Uploaded once; after the preview ``kept`` names the file by its hash."""

    title = forms.CharField(
        label=_("清单名称"), max_length=100, initial=_("昌吉州随机抽查执法事项清单")
    )
    effective_from = day_field(_("生效日期"), help_text=_("清单文件公布的施行日期"))
    note = forms.CharField(
        label=_("文号或说明"), max_length=500, required=False, help_text=_("发布机关和文号")
    )
    file = forms.FileField(
        label=_("清单文件"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def kept_file(self) -> EvidenceFile | None:
        sha256 = str(self["kept"].value() or "")
        return EvidenceFile.objects.filter(sha256=sha256).first() if sha256 else None

    def keep_file(self, file: EvidenceFile) -> None:
        self.data = self.data.copy()
        self.data[self.add_prefix("kept")] = file.sha256


class _ListChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.get_level_display()}　{obj}（{obj.effective_from} 起）"


class DeriveForm(forms.Form):
    basis = _ListChoice(label=_("依据的昌吉州清单"), queryset=InspectionItemList.objects.none())
    source = _ListChoice(
        label=_("以哪份清单为底稿"),
        queryset=InspectionItemList.objects.none(),
        help_text=_("以昌吉州清单为底稿，或在本局现行清单上修改"),
    )
    effective_from = day_field(_("生效日期"), help_text=_("生效前可以修改事项"))
    note = reason_field(_("制定说明"), limit=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = InspectionItemList.objects.filter(department=None)
        prefecture = own.filter(level="prefecture").order_by("-version")
        self.fields["basis"].queryset = prefecture  # type: ignore[attr-defined]
        self.fields["source"].queryset = own.order_by("-level", "-version")  # type: ignore[attr-defined]


class BasisForm(forms.Form):
    title = forms.CharField(label=_("法律法规"), max_length=120)
    article = forms.CharField(label=_("条款"), max_length=120, required=False)
    valid_from = day_field(_("施行日期"))
    valid_to = day_field(_("废止前最后一日"), required=False, help_text=_("现行有效的留空"))
    note = forms.CharField(
        label=_("核对来源"), max_length=300, help_text=_("在何处核对的原文，如国家法律法规数据库")
    )
