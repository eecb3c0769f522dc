"""Forms of the checks outside the draw: asked for after a clue, or of other origin; decided, merged."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.choices import OTHER_SOURCES, OnSiteReason
from registry.choices import CapExemptionKind, InspectorRole
from registry.models import InspectionItem, Inspector
from registry.web.forms import day_field, reason_field
from registry.web.source_field import SourceField


class WorkForm(forms.Form):
    """What is looked at, by whom and until when."""

    items = forms.ModelMultipleChoiceField(
        label=_("检查事项"),
        queryset=InspectionItem.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    lead = forms.ModelChoiceField(label=_("主办"), queryset=Inspector.objects.none())
    members = forms.ModelMultipleChoiceField(
        label=_("其他成员"),
        queryset=Inspector.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("执法人员连同主办不少于两人"),
    )
    due_on = day_field(_("完成期限"))

    def __init__(self, *args: Any, item_list: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Inspector.objects.on_post().order_by("code")
        if item_list is not None:
            self.fields["items"].queryset = item_list.items.order_by("position")  # type: ignore[attr-defined]
        self.fields["lead"].queryset = people.filter(role=InspectorRole.OFFICER)  # type: ignore[attr-defined]
        self.fields["members"].queryset = people  # type: ignore[attr-defined]


class ClueCheckForm(WorkForm):
    field_order = ("reason_kind", "reason", "items", "lead", "members", "due_on", "urgent")

    reason_kind = forms.ChoiceField(label=_("转现场理由类别"), choices=OnSiteReason.choices)
    reason = reason_field(_("转现场的具体理由"))
    urgent = forms.BooleanField(label=_("紧急"), required=False)


class CheckRequestForm(WorkForm):
    field_order = (
        "source",
        "check_source",
        "reason",
        "departments",
        "items",
        "lead",
        "members",
        "due_on",
    )

    source = SourceField()
    check_source = forms.ChoiceField(
        label=_("检查来源"), choices=[(s.value, s.label) for s in OTHER_SOURCES]
    )
    reason = reason_field(_("检查事由"))
    departments = forms.CharField(
        label=_("联合部门"), max_length=200, required=False, help_text=_("联合检查时必填")
    )
    cap_exemption = forms.ChoiceField(
        label=_("年度检查频次"),
        choices=[
            ("", _("计入该单位年度检查频次")),
            *[
                (kind.value, _("不计入：%(label)s") % {"label": kind.label})
                for kind in CapExemptionKind
            ],
        ],
        required=False,
    )
    repeat_reason = forms.CharField(
        label=_("同一执法人员再次检查的理由"),
        max_length=300,
        required=False,
        help_text=_("同一执法人员本年多次检查该单位均未发现问题时必填"),
    )
    urgent = forms.BooleanField(label=_("情况紧急：先检查，后补办审批"), required=False)


class DecisionForm(forms.Form):
    reason = reason_field(_("批准意见"), required=False, help_text=_("不批准时必填"))


class MergeForm(forms.Form):
    on = day_field(_("上门日期"))


class RepeatReasonForm(forms.Form):
    reason = reason_field(_("再次检查的理由"))
