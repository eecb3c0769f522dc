"""Forms of the plan desk; figures are judged by the same rules as everywhere."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.choices import ListLevel, RegulatoryType
from registry.item_lists.selectors import item_list_in_force, partner_items_in_force
from registry.models import InspectionItem, InspectionItemList, PartnerDepartment
from registry.rules.cells import split_list
from registry.rules.legal_floors import KEY_PERCENT, SPECIAL_PERCENT
from registry.rules.quarter import Quarter
from registry.web.stepup import StepUpForm
from sampling.choices import PlanKind
from sampling.models import SamplingPlan
from sampling.rules.entropy_calendar import drand_round
from sampling.rules.protocol import write_moment
from sampling.rules.source_text import label_of, read_source, write_source
from sampling.rules.witnesses import WitnessEntry
from sampling.services.carried_file import CarriedFile, FileNotCarried, opened, received, sealed
from sampling.services.plans import JointTerms


class DraftForm(forms.Form):
    quarter = forms.ChoiceField(label=_("季度"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = Quarter.of(timezone.localdate())
        options = [now, now.next, now.next.next]
        taken = set(
            SamplingPlan.objects.filter(number__in=map(str, options)).values_list(
                "number", flat=True
            )
        )
        field = self.fields["quarter"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (narrowing for mypy)
        field.choices = [(str(q), q.label) for q in options if str(q) not in taken]
        field.initial = str(now.next)


class BesideForm(forms.Form):
    """A plan beside the quarter's own."""

    beside_quarter = forms.ChoiceField(label=_("季度"))
    kind = forms.ChoiceField(
        label=_("类型"),
        choices=[
            (PlanKind.MONTHLY, _("按月分批抽查（代替季度计划）")),
            (PlanKind.SUPPLEMENTARY, _("补充抽查（冻结后新入库的单位）")),
            (PlanKind.CONSTRUCTION, _("建设项目抽查")),
            (PlanKind.JOINT, _("部门联合抽查")),
            (PlanKind.LOOKBACK, _("回头看抽查（本年已检查的重点单位）")),
        ],
    )
    month = forms.TypedChoiceField(
        label=_("批次月份"),
        choices=[(1, _("季度第1个月")), (2, _("季度第2个月")), (3, _("季度第3个月"))],
        coerce=int,
        help_text=_("仅按月分批时使用"),
    )
    share = forms.IntegerField(
        label=_("抽查比例（%）"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("建设项目、联合、回头看使用；留空则按本局设定"),
    )
    department = forms.ModelChoiceField(
        label=_("联合部门"),
        required=False,
        queryset=PartnerDepartment.objects.filter(active=True),
        help_text=_("仅部门联合抽查使用；部门、其清单和人员先在后台录入"),
    )
    partners_per_team = forms.IntegerField(
        label=_("每组联合部门人数"), required=False, min_value=1, max_value=5, initial=1
    )
    types = forms.MultipleChoiceField(
        label=_("联合抽查范围：监管类型"),
        required=False,
        choices=RegulatoryType.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选则不限"),
    )
    industries = forms.CharField(
        label=_("联合抽查范围：行业代码开头"),
        required=False,
        max_length=200,
        help_text=_("GB/T 4754，多个用、分隔，如 26、C15；留空则不限"),
    )
    grids = forms.CharField(
        label=_("联合抽查范围：网格"),
        required=False,
        max_length=200,
        help_text=_("多个用、分隔；留空则不限"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = Quarter.of(timezone.localdate())
        field = self.fields["beside_quarter"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (narrowing for mypy)
        field.choices = [(str(q), q.label) for q in (now, now.next)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == PlanKind.JOINT and not data.get("department"):
            self.add_error("department", _("请选择联合部门；没有可选的，请先在后台录入。"))
        return data

    def joint(self) -> JointTerms | None:
        data = self.cleaned_data
        if data["kind"] != PlanKind.JOINT:
            return None
        scope = {
            "types": data["types"],
            "industries": split_list(data["industries"]),
            "grids": split_list(data["grids"]),
        }
        return JointTerms(
            department=data["department"],
            partners_per_team=data["partners_per_team"] or 1,
            scope={name: values for name, values in scope.items() if values},
        )


class CarriedFileForm(forms.Form):
    """A form with a `file` that it carries from the preview to the confirmation, sealed in `kept`."""

    purpose: str
    missing: Any  # what is said where no file was chosen
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def carried(self, user: Any) -> CarriedFile:
        """The uploaded file, from now on carried, or the one that is; whatever else is wrong with the
        form, nobody has to choose it twice. Raises FileNotCarried."""
        if self.cleaned_data.get("file"):
            file = received(self.cleaned_data["file"])
            self.data = self.data.copy()
            self.data["kept"] = sealed(file, purpose=self.purpose, user=user)
            return file
        if self.cleaned_data.get("kept"):
            return opened(self.cleaned_data["kept"], purpose=self.purpose, user=user)
        raise FileNotCarried(str(self.missing), field="file")


class ExternalForm(CarriedFileForm):
    purpose = "external_draw"
    missing = _("请选择抽取名单文件。")
    external_quarter = forms.ChoiceField(label=_("季度"))
    platform = forms.CharField(
        label=_("抽取平台"), max_length=100, help_text=_("如“自治区双随机监管平台”")
    )
    drawn_on = forms.DateField(
        label=_("抽取日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    file = forms.FileField(
        label=_("抽取名单（.xlsx、.xls、.csv）"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        help_text=_("列：本局编号或统一社会信用代码、单位名称、检查人员（第一名执法人员为主办）"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = Quarter.of(timezone.localdate())
        field = self.fields["external_quarter"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (narrowing for mypy)
        field.choices = [(str(q), q.label) for q in (now, now.next)]


class PlanForm(forms.Form):
    key_ratio = forms.IntegerField(
        label=_("重点排污单位每季度抽查比例（%）"), max_value=100, help_text=_("法定下限 25%")
    )
    special_ratio = forms.IntegerField(
        label=_("特殊监管对象每季度抽查比例（%）"), max_value=100, help_text=_("法定下限 50%")
    )
    share = forms.IntegerField(
        label=_("抽查比例（%）"), min_value=1, max_value=100, help_text=_("本局设定，没有法定下限")
    )
    waves = forms.IntegerField(label=_("派发批次"), min_value=1, max_value=12)
    items = forms.ModelMultipleChoiceField(
        label=_("抽查事项"),
        queryset=InspectionItem.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, plan: SamplingPlan, **kwargs: Any) -> None:
        super().__init__(
            *args,
            initial={
                "key_ratio": plan.key_ratio,
                "special_ratio": plan.special_ratio,
                "share": plan.share,
                "waves": plan.waves,
                "items": list(plan.items.all()),
                "note": plan.note,
            },
            **kwargs,
        )
        # Each kind shows the figures it is drawn by.
        for name in ("key_ratio", "special_ratio") if plan.share else ("share",):
            del self.fields[name]
        field = self.fields["items"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101
        field.queryset = InspectionItem.objects.filter(item_list__in=_lists_of(plan))


def _lists_of(plan: SamplingPlan) -> list[InspectionItemList]:
    lists = [item_list_in_force(ListLevel.BUREAU, plan.period.start)]
    if plan.department is not None:
        lists.append(partner_items_in_force(plan.department, plan.period.end))
    return [item_list for item_list in lists if item_list is not None]


class WhatIfForm(forms.Form):
    """Ratios to try; the plan itself is not touched."""

    key_ratio = forms.IntegerField(label=_("重点（%）"), min_value=KEY_PERCENT, max_value=100)
    special_ratio = forms.IntegerField(
        label=_("特殊（%）"), min_value=SPECIAL_PERCENT, max_value=100
    )

    def __init__(self, *args: Any, plan: SamplingPlan, **kwargs: Any) -> None:
        initial = {"key_ratio": plan.key_ratio, "special_ratio": plan.special_ratio}
        super().__init__(*args, initial=initial, **kwargs)


class FreezeForm(StepUpForm):
    entropy = forms.CharField(
        label=_("公开随机源"),
        help_text=_("谁也不能左右、人人都能核对的下几期开奖；须在公告满规定时间之后揭晓"),
    )
    issue = forms.CharField(
        label=_("期号更正"),
        max_length=12,
        required=False,
        help_text=_("期号按开奖日推算；遇休市与彩票中心公布的期号不同的，在此填写正确的期号"),
    )
    drand = forms.BooleanField(
        label=_("同时采用 drand 公共随机信标（同一时刻的一轮）"), required=False
    )
    dice = forms.CharField(
        label=_("另掷骰子的地点"),
        max_length=40,
        required=False,
        help_text=_("可选。见证人当众掷六面骰子20次，按先后读出；骰子只作补充，不能单独使用"),
    )
    dice_at = forms.DateTimeField(
        label=_("掷骰时刻"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
        ),
        help_text=_("不得晚于其他随机源揭晓"),
    )
    draw_by = forms.DateField(
        label=_("抽取期限"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("留空为随机源揭晓后2个工作日；逾期不能再抽取，只能作废"),
    )
    reveal_by = forms.DateField(
        label=_("公开复核材料的期限"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("留空为本季度结束后一个月；逾期公开须写明理由"),
    )
    outside_window_reason = forms.CharField(
        label=_("时段外冻结原因"),
        max_length=300,
        required=False,
        help_text=_("仅在法定时段外冻结时填写，须由局领导办理，并永久公开"),
    )

    open_points_reason = forms.CharField(
        label=_("冻结前检查尚未全部通过，仍要冻结的理由"), max_length=300
    )

    def __init__(
        self,
        *args: Any,
        proposals: Sequence[Mapping[str, str]],
        warnings: Sequence[str] = (),
        in_time: bool = False,
        **kwargs: Any,
    ) -> None:
        """``proposals``: sources to choose from, the first is proposed. ``warnings``: what the
        workbench still shows in yellow; each wants to be answered for. ``in_time``: nobody has to
        explain the day."""
        super().__init__(*args, **kwargs)
        choices = [(write_source(source), label_of(source)) for source in proposals]
        self.fields["entropy"].widget = forms.RadioSelect(choices=choices)
        self.fields["entropy"].initial = choices[0][0]
        if in_time:
            del self.fields["outside_window_reason"]
        if warnings:
            self.fields["open_points_reason"].help_text = (
                "；".join(text.rstrip("。") for text in warnings) + "。"
            )
        else:
            del self.fields["open_points_reason"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("dice") and not data.get("dice_at"):
            self.add_error("dice_at", _("请写明掷骰的时刻。"))
        return data

    def sources(self) -> list[dict[str, str]]:
        """In the order announced; raises SourceNotReadable."""
        data = self.cleaned_data
        first = read_source(data["entropy"])
        if data["issue"]:
            first["id"] = data["issue"]
        sources = [first]
        if data["drand"]:
            sources.append(drand_round(datetime.fromisoformat(first["at"])))
        if data["dice"]:
            sources.append(
                {"kind": "dice", "id": data["dice"], "at": write_moment(data["dice_at"])}
            )
        return sources


WITNESSES = (1, 2, 3)


class DrawForm(StepUpForm):
    """The person drawing and each witness read the value at its source and type it themselves."""

    value = forms.CharField(label=_("公开随机源取值（主持人录入）"), max_length=500)
    represents_1 = forms.CharField(label=_("见证人一代表单位（永久公开）"), max_length=100)
    witness_1 = forms.CharField(label=_("见证人一姓名（只进纪要）"), max_length=100)
    value_1 = forms.CharField(label=_("见证人一本人录入的取值"), max_length=500)
    represents_2 = forms.CharField(label=_("见证人二代表单位（永久公开）"), max_length=100)
    witness_2 = forms.CharField(label=_("见证人二姓名（只进纪要）"), max_length=100)
    value_2 = forms.CharField(label=_("见证人二本人录入的取值"), max_length=500)
    represents_3 = forms.CharField(
        label=_("见证人三代表单位（可选）"), max_length=100, required=False
    )
    witness_3 = forms.CharField(label=_("见证人三姓名"), max_length=100, required=False)
    value_3 = forms.CharField(label=_("见证人三本人录入的取值"), max_length=500, required=False)

    def witnesses(self) -> list[WitnessEntry]:
        data = self.cleaned_data
        return [
            WitnessEntry(data[f"represents_{n}"], data[f"witness_{n}"], data[f"value_{n}"])
            for n in WITNESSES
        ]


class ReasonForm(StepUpForm):
    reason = forms.CharField(label=_("原因"), max_length=300)


class DecideVoidForm(StepUpForm):
    decision = forms.ChoiceField(
        label=_("决定"),
        choices=[("confirm", _("确认作废，全部公开")), ("reject", _("不同意作废"))],
        widget=forms.RadioSelect,
    )


class RevealForm(StepUpForm):
    reason = forms.CharField(
        label=_("有不予公开的单位仍公开、或逾期公开的理由"),
        max_length=300,
        required=False,
        help_text=_("仅当不予公开的单位以名录编号列在抽取池中，或公告的公开期限已过时填写"),
    )


class ConfirmForm(StepUpForm):
    pass
