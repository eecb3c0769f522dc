"""Forms of the grading desks: risk, special flags, positive list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.choices import AssessmentState, ManagementLevel, RiskFactKind, RiskGrade
from registry.grading.rules.risk import THRESHOLDS, WEIGHTS
from registry.web.forms import day_field, reason_field
from registry.web.source_field import SourceField


class RiskFilter(forms.Form):
    """What of the address is not understood falls back to its default."""

    state = forms.ChoiceField(label=_("状态"), choices=AssessmentState.choices, required=False)
    grade = forms.ChoiceField(
        label=_("建议等级"), choices=[("", _("全部")), *RiskGrade.choices], required=False
    )
    q = forms.CharField(label=_("编号或名称"), max_length=100, required=False)

    def chosen(self) -> dict[str, str]:
        data = self.cleaned_data if self.is_valid() else {}
        return {
            "state": data.get("state") or AssessmentState.PROPOSED,
            "grade": data.get("grade", ""),
            "q": data.get("q", ""),
        }


class DecisionForm(forms.Form):
    reason = reason_field(_("理由"))


class RiskFactForm(forms.Form):
    source = SourceField()
    kind = forms.ChoiceField(label=_("事实"), choices=RiskFactKind.choices)
    on = day_field(_("日期"), help_text=_("处罚决定、挂牌、报警或评定的日期"))
    number = forms.IntegerField(label=_("次数"), initial=1, min_value=1, max_value=10_000)
    level = forms.ChoiceField(
        label=_("管理水平"),
        choices=[("", "——"), *ManagementLevel.choices],
        required=False,
        help_text=_("仅“日常环境管理水平”填写"),
    )
    evidence = forms.CharField(
        label=_("依据材料"), max_length=300, help_text=_("文号、案号或材料名称")
    )


class WeightsForm(forms.Form):
    """One field per number of rules/risk.py, then the day and the reason."""

    effective_from = day_field(_("生效日期"))
    reason = reason_field(_("修改原因"), required=False, help_text=_("保存时必填"))

    def __init__(self, *args: Any, values: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for spec in (*WEIGHTS, *THRESHOLDS):
            self.fields[spec.key] = forms.IntegerField(
                label=spec.label,
                min_value=spec.minimum,
                max_value=spec.maximum,
                initial=values.get(spec.key, spec.default),
            )

    def rows(self) -> list[Any]:
        return [self[spec.key] for spec in (*WEIGHTS, *THRESHOLDS)]

    def weights(self) -> dict[str, int]:
        return {spec.key: self.cleaned_data[spec.key] for spec in WEIGHTS}

    def thresholds(self) -> dict[str, int]:
        return {spec.key: self.cleaned_data[spec.key] for spec in THRESHOLDS}


class EnterForm(forms.Form):
    source = SourceField()
    on = day_field(_("列入日期"))
    until = day_field(_("有效期止（含当日）"))
    reason = reason_field(_("列入原因（将公开显示）"))


class LeaveForm(forms.Form):
    source = SourceField()
    reason = reason_field(_("移出原因（将公开显示）"))
