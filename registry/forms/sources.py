"""Forms of one unit's changes. Each is shown twice: to fill in, then with what follows from it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.choices import KeyClass, PermitClass, RegulatoryType, SourceStatus
from registry.models import EvidenceFile
from registry.rules.coordinates import are_crossed
from registry.services.evidence_files import Proof, store_evidence_file
from registry.web.forms import day_field, reason_field
from registry.web.source_field import SourceField

ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp,application/pdf,image/*"


class ProvedForm(forms.Form):
    """A change with its day, reason and proof. The file is kept when it first arrives, so that the
    preview need not ask for it again: ``kept`` then names it."""

    on = day_field(_("日期"))
    reason = reason_field(_("原因"))
    file = forms.FileField(
        label=_("佐证文件（照片或 PDF）"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
        help_text=_("如关停通知、搬迁证明、名录文件的扫描件"),
    )
    evidence_note = forms.CharField(
        label=_("文号或材料名称"),
        max_length=200,
        required=False,
        help_text=_("没有文件时必填"),
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order: tuple[str, ...] = ()

    def proof(self, *, actor: Any) -> Proof:
        """The uploaded file, or the one this person uploaded for the preview."""
        upload = self.cleaned_data.get("file")
        note = self.cleaned_data.get("evidence_note", "")
        if upload:
            file = store_evidence_file(chunks=upload.chunks(), name=upload.name, actor=actor)
            return Proof(file, note)
        sha256 = self.cleaned_data.get("kept", "")
        file = EvidenceFile.objects.filter(sha256=sha256).first() if sha256 else None
        return Proof(file, note)

    def keep_file(self, proof: Proof) -> None:
        """Show the kept file in the next round instead of asking for it again."""
        if proof.file is not None:
            self.data = self.data.copy()
            self.data[self.add_prefix("kept")] = proof.file.sha256


class StatusForm(ProvedForm):
    new_status = forms.ChoiceField(label=_("新的状态"))

    field_order = ("new_status", "on", "reason", "file", "evidence_note", "kept")

    def __init__(self, *args: Any, old: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {SourceStatus.NORMAL.value: _("恢复正常")}
        others = [
            (value, labels.get(value, label))
            for value, label in SourceStatus.choices
            if value != old
        ]
        # None is chosen for the person: 搬迁 by oversight would take a unit out of the draw.
        self.fields["new_status"].choices = [("", _("请选择")), *others]  # type: ignore[attr-defined]


class TypeForm(ProvedForm):
    regulatory_type = forms.ChoiceField(
        label=_("监管类型"), choices=RegulatoryType.choices, widget=forms.RadioSelect
    )
    key_classes = forms.MultipleChoiceField(
        label=_("重点类别"),
        choices=KeyClass.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("列为重点的至少一类"),
    )
    list_year = forms.IntegerField(
        label=_("名录年度"), required=False, min_value=2000, max_value=2100
    )

    field_order = (
        "regulatory_type",
        "key_classes",
        "list_year",
        "on",
        "reason",
        "file",
        "evidence_note",
        "kept",
    )


class CommissionForm(TypeForm):
    permit_number = forms.CharField(label=_("排污许可证编号"), max_length=40, required=False)
    permit_class = forms.ChoiceField(
        label=_("许可管理类别"), choices=[("", "——"), *PermitClass.choices], required=False
    )
    permit_until = day_field(_("许可证有效期止"), required=False)

    field_order = ("permit_number", "permit_class", "permit_until", *TypeForm.field_order)


class SiteForm(forms.Form):
    site = forms.CharField(label=_("厂区/点位"), max_length=100)
    address = forms.CharField(label=_("地址"), max_length=300)
    longitude = forms.DecimalField(
        label=_("经度"), required=False, min_value=-180, max_value=180, max_digits=9,
        decimal_places=6,
    )  # fmt: skip
    latitude = forms.DecimalField(
        label=_("纬度"), required=False, min_value=-90, max_value=90, max_digits=8,
        decimal_places=6,
    )  # fmt: skip
    contact = forms.CharField(label=_("环保联系人"), max_length=100, required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=50, required=False)
    permit_number = forms.CharField(label=_("排污许可证编号"), max_length=40, required=False)
    permit_class = forms.ChoiceField(
        label=_("许可管理类别"), choices=[("", "——"), *PermitClass.choices], required=False
    )
    permit_until = day_field(_("许可证有效期止"), required=False)
    grid = forms.CharField(label=_("所属网格"), max_length=100, required=False)
    reason = reason_field(_("新增原因"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        longitude, latitude = data.get("longitude"), data.get("latitude")
        if longitude is not None and latitude is not None and are_crossed(longitude, latitude):
            self.add_error(
                "longitude", _("经度与纬度像是填反了：本州经度约 85～92，纬度约 43～46。")
            )
        return data


class MergeForm(ProvedForm):
    """``other`` is the record that ends; the unit whose page this is stays."""

    other = SourceField(label=_("并入的记录"))

    field_order = ("other", "on", "reason", "file", "evidence_note", "kept")
