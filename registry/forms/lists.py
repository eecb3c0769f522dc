"""Filters of the register lists. What of an address is not understood falls away."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from registry import choices
from registry.models import SavedFilter
from registry.rules.register_quality import GAPS
from registry.rules.texts import checked_text

ANY: list[tuple[str, Any]] = [("", _("不限"))]
YES_NO = [*ANY, ("yes", _("是")), ("no", _("否"))]


def _choice(label: Any, options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[*ANY, *options], required=False)


class ListFilter(forms.Form):
    """``tab`` and ``sort`` stand outside the drawer; everything else is a condition."""

    tabs: tuple[tuple[str, Any], ...] = ()
    sorts: tuple[tuple[str, Any], ...] = ()
    q = forms.CharField(label=_("名称、编号或代码的任意部分"), max_length=100, required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.full_clean()

    @property
    def chosen(self) -> dict[str, str]:
        """Every name with its value; "" where nothing was chosen."""
        found = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        for name, options in (("tab", self.tabs), ("sort", self.sorts)):
            value = str(self.data.get(name, ""))
            found[name] = value if value in dict(options) else options[0][0]
        return found

    def query(self, **changes: str) -> str:
        """The filter as an address, without what says nothing; ``changes`` replace values."""
        values = {**self.chosen, **changes}
        first = {"tab": self.tabs[0][0], "sort": self.sorts[0][0]}
        return urlencode({k: v for k, v in values.items() if v and v != first.get(k)})

    def conditions(self) -> Iterator[dict[str, str]]:
        """The conditions in force, in words, each with the address that leaves it out."""
        for name, value in self.chosen.items():
            field = self.fields.get(name)
            if field is None or not value:
                continue
            words = dict(getattr(field, "choices", ())).get(value, value)
            label = _("搜索") if name == "q" else field.label
            yield {"label": str(label), "words": str(words), "without": self.query(**{name: ""})}

    def drawer(self) -> Iterator[Any]:
        for field in self:
            if field.name != "q" and not field.is_hidden:
                yield field


class SourceFilter(ListFilter):
    tabs = (
        ("all", _("全部")),
        ("key", _("重点")),
        ("special", _("特殊")),
        ("general", _("一般")),
        ("construction", _("建设项目")),
        ("left", _("已移出")),
    )
    sorts = (("code", _("按编号")), ("name", _("按名称")), ("updated", _("最近更新在前")))
    status = _choice(_("状态"), choices.SourceStatus.choices)
    risk = _choice(_("风险等级"), [*choices.RiskGrade.choices, ("none", _("未定级"))])
    credit = _choice(_("信用等级"), [*choices.CreditGrade.choices, ("none", _("未登记"))])
    permit = _choice(_("许可管理类别"), [*choices.PermitClass.choices, ("none", _("未登记"))])
    key_class = _choice(_("重点类别"), choices.KeyClass.choices)
    reason = _choice(_("特殊监管原因"), choices.SpecialReason.choices)
    grid = forms.CharField(
        label=_("所属网格"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"list": "grids", "autocomplete": "off"}),
    )
    industry = forms.CharField(label=_("行业代码（前几位）"), max_length=10, required=False)
    address = forms.CharField(label=_("地址包含"), max_length=60, required=False)
    online = forms.ChoiceField(label=_("在线监控"), choices=YES_NO, required=False)
    positive = forms.ChoiceField(label=_("正面清单"), choices=YES_NO, required=False)
    checked = _choice(_("本年检查"), [("yes", _("已检查")), ("no", _("未检查"))])
    problem = _choice(_("资料问题"), [(problem.key, problem.label) for problem in GAPS])


class InspectorFilter(ListFilter):
    tabs = (
        ("all", _("全部")),
        ("officer", _("执法人员")),
        ("staff", _("监管人员")),
        ("expert", _("专家")),
        ("expiring", _("证件60天内到期")),
        ("off", _("离岗")),
    )
    sorts = (("code", _("按编号")), ("name", _("按姓名")))
    q = forms.CharField(
        label=_("姓名、编号、执法证号或单位的任意部分"), max_length=100, required=False
    )
    status = _choice(_("状态"), choices.InspectorStatus.choices)
    account = _choice(_("登录账号"), [("yes", _("有")), ("no", _("没有"))])
    leave = _choice(_("今天"), [("yes", _("请假")), ("no", _("不在请假"))])


class SaveFilterForm(forms.Form):
    list = forms.ChoiceField(choices=SavedFilter.List.choices)
    name = forms.CharField(required=False)
    query = forms.CharField(max_length=1000, required=False)

    def checked_name(self) -> str:
        return checked_text(
            str(self.data.get("name", "")), label=str(_("筛选名称")), field="name", limit=30
        )
