"""The record form: its fields in sections, and back again as section values.

One table describes every field, so that form, page and section cannot drift apart.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.choices import Handling, MustCheckAnswer, OutcomeCode
from inspections.models import Assignment
from inspections.rules.sync import MUST_CHECK_NUMBERS
from registry.choices import CheckMethod

DATETIME_FORMAT = "%Y-%m-%dT%H:%M"


def _moment(label: Any) -> forms.Field:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=DATETIME_FORMAT)
    return forms.DateTimeField(label=label, required=False, widget=widget)


def _text(label: Any, rows: int = 0, max_length: int = 300) -> forms.Field:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, required=False, max_length=max_length, widget=widget)


def _tick(label: Any) -> forms.Field:
    return forms.BooleanField(label=label, required=False)


def _choice(label: Any, choices: Iterable[tuple[str, Any]], *, radio: bool = False) -> forms.Field:
    if radio:
        return forms.ChoiceField(
            label=label, choices=list(choices), required=False, widget=forms.RadioSelect
        )
    return forms.ChoiceField(label=label, choices=[("", "——"), *choices], required=False)


def _number(label: Any) -> forms.Field:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=9999)


@dataclass(frozen=True)
class Section:
    """``fields``: key inside the section's value → form field."""

    name: str
    title: Any
    fields: Mapping[str, forms.Field]


def fixed_sections() -> list[Section]:
    return [
        Section(
            "visit",
            _("检查信息"),
            {
                "start": _moment(_("检查开始时间")),
                "end": _moment(_("检查结束时间")),
                "place": _text(_("检查地点")),
                "longitude": _text(_("经度"), max_length=12),
                "latitude": _text(_("纬度"), max_length=12),
                "recorder": _text(_("记录人"), max_length=50),
                "accompanying": _text(_("陪同人员（姓名、职务、电话）"), rows=2),
                "identity_shown": _tick(_("已出示执法证件、表明身份")),
                "recusal_told": _tick(_("已告知申请回避的权利")),
                "recusal_requested": _tick(_("当事人申请回避")),
            },
        ),
        Section(
            "unit",
            _("单位信息核对"),
            {
                "name": _text(_("单位名称")),
                "uscc": _text(_("统一社会信用代码"), max_length=18),
                "address": _text(_("地址")),
                "legal_representative": _text(_("法定代表人"), max_length=100),
                "contact": _text(_("环保联系人"), max_length=100),
                "phone": _text(_("联系电话"), max_length=50),
                "industry": _text(_("行业类别"), max_length=100),
                "permit": _text(_("排污许可证编号"), max_length=40),
            },
        ),
        Section(
            "production",
            _("生产状态"),
            {
                "state": _text(_("工况")),
                "capacity": _text(_("产能")),
                "materials": _text(_("主要原辅料"), rows=2),
            },
        ),
        *[
            Section(
                f"must_check:{number}",
                "",
                {
                    "answer": _choice(_("结论"), MustCheckAnswer.choices, radio=True),
                    "note": _text(_("问题情况或说明"), rows=2, max_length=2000),
                    "handling": _choice(_("处理方式"), Handling.choices),
                    "deadline": forms.DateField(
                        label=_("整改期限"),
                        required=False,
                        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                    ),
                },
            )
            for number in MUST_CHECK_NUMBERS
        ],
        Section(
            "narrative",
            _("现场情况"),
            {
                "text": _text(_("现场检查情况"), rows=5, max_length=5000),
                "samples": _number(_("取样单（份）")),
                "interviews": _number(_("询问笔录（份）")),
                "orders": _number(_("责令改正通知（份）")),
                "expert": _text(_("参加检查的专家"), max_length=50),
                "expert_organisation": _text(_("专家所在单位"), max_length=100),
                "expert_opinion": _text(_("专家咨询意见"), rows=2),
            },
        ),
        Section(
            "result",
            _("检查结果"),
            {
                "outcome": _choice(
                    _("检查结果"), [(c, f"{c} {label}") for c, label in OutcomeCode.choices]
                ),
                "handling": _text(_("处理意见"), rows=2, max_length=1000),
            },
        ),
        Section(
            "party",
            _("当事人意见"),
            {
                "name": _text(_("现场负责人姓名、职务"), max_length=100),
                "opinion": _text(_("当事人意见（属实或具体意见）"), rows=2, max_length=1000),
                "rights_told": _tick(_("已告知陈述申辩和救济权利")),
                "absent": _tick(_("当事人不在场")),
                "refused": _tick(_("当事人拒绝签名")),
                "refusal_reason": _text(_("拒绝签名的原因"), max_length=300),
                "copies": _tick(_("记录一式两份：一份存档，一份交被检查单位")),
            },
        ),
    ]


def field_name(section: str, key: str) -> str:
    return f"{section.replace(':', '_')}__{key}"


class RecordForm(forms.Form):
    """Every section of the record on one page; saves what is there, complete or not."""

    def __init__(
        self,
        data: Any = None,
        *,
        assignment: Assignment,
        stored: Mapping[str, tuple[int, Any]],
    ) -> None:
        self.sections = fixed_sections()
        self.assignment = assignment
        self.stored = stored
        super().__init__(data, initial=self._initial())
        for section in self.sections:
            for key, field in section.fields.items():
                self.fields[field_name(section.name, key)] = field
            self._add_rev(section.name)
        items = assignment.inspection_items
        self.items = list(items)
        for item in self.items:
            self.fields[field_name("items", item.code)] = forms.ChoiceField(
                label=f"{item.code} {item.name}",
                choices=CheckMethod.choices,
                required=False,
                initial=item.method,
            )
        self._add_rev("items")

    def _add_rev(self, section: str) -> None:
        rev = self.stored.get(section, (0, None))[0]
        self.fields[field_name(section, "rev")] = forms.IntegerField(
            widget=forms.HiddenInput, required=False, min_value=0, initial=rev
        )

    def _initial(self) -> dict[str, Any]:
        source = self.assignment.source
        initial: dict[str, Any] = {
            field_name("unit", "name"): source.display_name,
            field_name("unit", "uscc"): source.uscc,
            field_name("unit", "address"): source.address,
            field_name("unit", "legal_representative"): source.legal_representative,
            field_name("unit", "contact"): source.contact,
            field_name("unit", "phone"): source.phone,
            field_name("unit", "industry"): source.industry_name,
            field_name("unit", "permit"): source.permit_number,
            field_name("visit", "place"): source.address,
        }
        for name, (_rev, value) in self.stored.items():
            values = value.get("methods", {}) if name == "items" else value
            for key, item in values.items():
                initial[field_name(name, key)] = _shown(item)
        return initial

    def values(self) -> dict[str, tuple[int, Any]]:
        """``{section: (base revision, value)}`` from the cleaned form."""
        data = self.cleaned_data
        found = {}
        for section in self.sections:
            value = {key: _plain(data.get(field_name(section.name, key))) for key in section.fields}
            earlier = self.stored.get(section.name, (0, {}))[1] or {}
            # Keys the page does not show (evidence of a must-check) stay as they are.
            value = {**{k: v for k, v in earlier.items() if k not in value}, **value}
            found[section.name] = (data.get(field_name(section.name, "rev")) or 0, value)
        methods = {
            item.code: data[field_name("items", item.code)]
            for item in self.items
            if data.get(field_name("items", item.code))
        }
        found["items"] = (data.get(field_name("items", "rev")) or 0, {"methods": methods})
        return found

    def bound_section(self, name: str) -> list[Any]:
        section = next(s for s in self.sections if s.name == name)
        return [self[field_name(name, key)] for key in section.fields]

    def layout(self) -> list[dict[str, Any]]:
        """Sections in the order of the paper form, the ten must-checks left to the page."""
        return [
            {"name": s.name, "title": s.title, "fields": self.bound_section(s.name)}
            for s in self.sections
            if not s.name.startswith("must_check:")
        ]

    def must_checks(self, checklist: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows = []
        for check in checklist:
            section = f"must_check:{check['number']}"
            fields = {
                key: self[field_name(section, key)]
                for key in ("answer", "note", "handling", "deadline")
            }
            value = self.stored.get(section, (0, {}))[1] or {}
            rows.append({**check, **fields, "evidence": value.get("evidence", [])})
        return rows

    def item_fields(self) -> list[Any]:
        return [self[field_name("items", item.code)] for item in self.items]

    def hidden_revs(self) -> list[Any]:
        return [field for field in self.hidden_fields() if field.name.endswith("__rev")]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _shown(value: Any) -> Any:
    """A stored moment as the datetime-local input wants it."""
    if isinstance(value, str) and len(value) > 16 and value[4:5] == "-" and "T" in value:
        try:
            moment = timezone.localtime(datetime.fromisoformat(value))
        except ValueError:
            return value
        return moment.strftime(DATETIME_FORMAT + (":%S" if moment.second else ""))
    return value


def new_op() -> uuid.UUID:
    return uuid.uuid4()
