"""Forms of the clue desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inspections.choices import ClueState
from registry.choices import ClueKind
from registry.web.forms import day_field, reason_field
from registry.web.source_field import SourceField
from sampling.forms import CarriedFileForm


class ClueFilter(forms.Form):
    """What of the address is not understood falls back to its default."""

    state = forms.ChoiceField(
        label=_("状态"), choices=[("", _("未办结")), *ClueState.choices], required=False
    )
    kind = forms.ChoiceField(
        label=_("类型"), choices=[("", _("全部")), *ClueKind.choices], required=False
    )
    late = forms.BooleanField(label=_("只看研判逾期"), required=False)
    q = forms.CharField(label=_("编号、单位或内容"), max_length=100, required=False)

    def chosen(self) -> dict[str, Any]:
        data = self.cleaned_data if self.is_valid() else {}
        return {
            "state": data.get("state", ""),
            "kind": data.get("kind", ""),
            "late": data.get("late", False),
            "q": data.get("q", ""),
        }


class ClueForm(forms.Form):
    kind = forms.ChoiceField(label=_("线索类型"), choices=ClueKind.choices)
    received_on = day_field(_("接收日期"))
    source = SourceField(required=False, label=_("名录中的单位"))
    unit_text = forms.CharField(
        label=_("所述单位"),
        max_length=200,
        required=False,
        help_text=_("不在名录或尚不能确定时填写"),
    )
    origin = forms.CharField(
        label=_("来源"), max_length=200, required=False, help_text=_("来电平台、交办文号或设备")
    )
    content = forms.CharField(
        label=_("线索内容"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("不要写举报人的姓名和联系方式"),
    )
    reporter = forms.CharField(
        label=_("举报人信息"),
        max_length=300,
        required=False,
        help_text=_("姓名、联系方式；加密保存，仅线索办理人员可查看，每次查看留痕"),
    )
    urgent = forms.BooleanField(label=_("紧急"), required=False)


class JudgeForm(forms.Form):
    verified = forms.TypedChoiceField(
        label=_("研判结论"),
        choices=[("yes", _("查实")), ("no", _("不属实"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    judgement = reason_field(_("研判意见"), limit=500)
    source = SourceField(required=False, label=_("对应的名录单位"))
    remote_possible = forms.BooleanField(
        label=_("可以非现场核查（在线数据、视频、台账、无人机）"), required=False, initial=True
    )
    no_remote_reason = forms.CharField(
        label=_("不能非现场核查的原因"),
        max_length=300,
        required=False,
        help_text=_("查实而又不能非现场核查时必填"),
    )


class RemoteForm(forms.Form):
    means = forms.CharField(
        label=_("核查方式"), max_length=200, help_text=_("如：调阅在线监控数据、视频回看")
    )
    finding = reason_field(_("核查情况"), limit=500)


class CloseForm(forms.Form):
    reason = reason_field(_("办结理由"), limit=500)


class ClueImportForm(CarriedFileForm):
    purpose = "clues"
    missing = _("请选择线索文件。")

    file = forms.FileField(
        label=_("线索文件（.xlsx、.xls、.csv）"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )
