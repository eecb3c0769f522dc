"""A record's sections as rows of labels and text, for reading, signing and reviewing."""

from datetime import datetime
from typing import Any

from django.forms import DateTimeField
from django.utils import timezone
from django.utils.translation import gettext as _

from inspections.choices import Handling, MustCheckAnswer
from inspections.forms.record import fixed_sections
from inspections.models import Assignment
from inspections.rules.record_form import BY_NAME, EVIDENCE
from inspections.rules.sync import ASSIGNMENT, evidence_of, is_signature
from registry.choices import CheckMethod

_FACTS = (
    ("number", "任务编号"),
    ("check_source", "检查来源"),
    ("reason", "检查事由"),
    ("register_code", "名录编号"),
    ("regulatory_type", "监管类型"),
)


def record_table() -> dict[str, Any]:
    """The labels of the record as plain data, from which a tablet builds what is signed."""
    return {
        "assignment": _FACTS,
        "sections": [
            {
                "name": section.name,
                "title": str(section.title),
                "fields": [_table_field(key, field) for key, field in section.fields.items()],
            }
            for section in fixed_sections()
            if not section.name.startswith("must_check:")
        ],
        "answers": _labels(MustCheckAnswer.choices),
        "handlings": _labels(Handling.choices),
        "methods": _labels(CheckMethod.choices),
    }


def _labels(choices: Any) -> dict[str, str]:
    return {str(value): str(label) for value, label in choices}


def _table_field(key: str, field: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"key": key, "label": str(field.label)}
    if hasattr(field, "choices"):
        row["choices"] = _labels(field.choices)
    if isinstance(field, DateTimeField):
        row["kind"] = "moment"
    return row


def _shown(field: Any, value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    choices = {str(stored): str(label) for stored, label in getattr(field, "choices", [])}
    text = choices.get(str(value), str(value))
    if "T" in text and text[4:5] == "-":
        try:
            return timezone.localtime(datetime.fromisoformat(text)).strftime("%Y-%m-%d %H:%M")
        except ValueError:
            return text
    return text


def _must_check_text(value: dict[str, Any]) -> str:
    answer = dict(MustCheckAnswer.choices).get(value.get("answer", ""), _("未作答"))
    parts = [str(answer)]
    if value.get("note"):
        parts.append(value["note"])
    if value.get("handling"):
        parts.append(str(dict(Handling.choices).get(value["handling"], "")))
    if value.get("deadline"):
        parts.append(_("整改期限 %(day)s") % {"day": value["deadline"]})
    if value.get("evidence"):
        parts.append(_("证据 %(count)d 份") % {"count": len(value["evidence"])})
    return " · ".join(parts)


def record_rows(sections: dict[str, Any], assignment: Assignment) -> list[dict[str, Any]]:
    """``[{"title", "section", "rows": [(label, text)]}]`` in the order of the paper form."""
    titles = dict(assignment.must_check_set.checks.values_list("number", "title"))
    blocks, checks = [_assignment_block(sections)], []
    for section in fixed_sections():
        value = sections.get(section.name) or {}
        if section.name.startswith("must_check:"):
            number = int(section.name.partition(":")[2])
            checks.append((f"{number} {titles.get(number, '')}", _must_check_text(value)))
            continue
        if section.name == "narrative":
            blocks.append({"title": _("十必查"), "section": "must_check", "rows": checks})
            blocks.append(_items_block(sections, assignment))
        rows = [
            (str(field.label), _shown(field, value[key]))
            for key, field in section.fields.items()
            if value.get(key) not in (None, "")
        ]
        blocks.append({"title": str(section.title), "section": section.name, "rows": rows})
    blocks.append(_evidence_block(sections))
    return blocks


def _evidence_block(sections: dict[str, Any]) -> dict[str, Any]:
    """What each file shows, with its hash: part of what is signed."""
    rows = []
    for name, value in sorted(sections.items()):
        sha256 = evidence_of(name)
        if not sha256 or value.get("withdrawn"):
            continue
        parts = [_shown(None, value.get("time")), value.get("place"), value.get("taker")]
        text = " · ".join(str(part) for part in [*parts, f"SHA-256 {sha256}"] if part)
        rows.append((str(value.get("note") or value.get("name") or _("证据")), text))
    return {"title": _("证据"), "section": "evidence", "rows": rows}


def _assignment_block(sections: dict[str, Any]) -> dict[str, Any]:
    """The section the system writes: assignment, type, check source and team."""
    facts = sections.get(ASSIGNMENT) or {}
    rows = [(label, str(facts[key])) for key, label in _FACTS if facts.get(key)]
    if facts:
        rows.append((_("特殊监管对象"), _("是") if facts.get("special") else _("否")))
    rows += [
        (
            member["role"],
            _("%(name)s　执法证 %(certificate)s") % member
            if member["certificate"]
            else member["name"],
        )
        for member in facts.get("team", [])
    ]
    return {"title": _("任务与检查组"), "section": ASSIGNMENT, "rows": rows}


def _items_block(sections: dict[str, Any], assignment: Assignment) -> dict[str, Any]:
    methods = (sections.get("items") or {}).get("methods", {})
    labels = dict(CheckMethod.choices)
    items = assignment.inspection_items
    rows = [
        (f"{item.code} {item.name}", str(labels.get(methods.get(item.code, ""), "")))
        for item in items
        if item.code in methods
    ]
    return {"title": _("抽查事项与方式"), "section": "items", "rows": rows}


def kept_rows(assignment: Assignment) -> list[dict[str, Any]]:
    """迟到数据 and 补充: what was handed in but is not part of the record, for the reviewer."""
    rows = assignment.operations.exclude(kept_as="").select_related("user").order_by("pk")
    return [
        {
            "kept": row.get_kept_as_display(),
            "title": section_title(row.section),
            "who": row.user.get_full_name(),
            "at": row.device_at or row.received_at,
            "received": row.received_at,
            "rows": _plain_rows(row.section, row.value),
            "sha256": evidence_of(row.section),
        }
        for row in rows
    ]


def section_title(name: str) -> str:
    if name in BY_NAME:
        return BY_NAME[name].title
    if is_signature(name):
        return _("签名")
    return {"items": _("抽查事项与方式"), "submit": _("提交")}.get(name, _("证据"))


def _plain_rows(name: str, value: Any) -> list[tuple[str, str]]:
    if not isinstance(value, dict):
        return []
    if is_signature(name):
        return [
            (_("签名人"), str(value.get("name", ""))),
            (_("时间"), _shown(None, value.get("at"))),
        ]
    section = EVIDENCE if evidence_of(name) else BY_NAME.get(name)
    form = {s.name: s.fields for s in fixed_sections()}.get(name, {})
    labels = {field.key: field.label for field in section.fields} if section else {}
    return [
        (labels.get(key, key), _shown(form.get(key), item))
        for key, item in value.items()
        if item not in (None, "", [], False)
    ]


def beside(
    rows: list[dict[str, Any]], last: list[dict[str, Any]], comments: dict[str, str]
) -> list[dict[str, Any]]:
    """This record with the last one of the same unit next to it, row by row, and the reviewer's
    comment on each section. A label that stood there last time and is missing now is shown as well."""
    before = {block["section"]: dict(block["rows"]) for block in last}
    found = []
    for block in rows:
        old = dict(before.get(block["section"], {}))
        pairs = [
            _pair(label, text, old.pop(label, ""), compared=bool(last))
            for label, text in block["rows"]
        ]
        pairs += [_pair(label, "", text, compared=True) for label, text in old.items()]
        found.append({**block, "pairs": pairs, "comment": comments.get(block["section"], "")})
    return found


def _pair(label: str, text: str, last: str, *, compared: bool) -> dict[str, Any]:
    return {"label": label, "text": text, "last": last, "differs": compared and text != last}


def named_comments(comments: dict[str, str]) -> list[tuple[str, str]]:
    """(title of the section, what the reviewer wants mended there)."""
    titles = {section.name: str(section.title) for section in fixed_sections()}
    titles |= {
        "must_check": _("十必查"),
        "items": _("抽查事项与方式"),
        ASSIGNMENT: _("任务与检查组"),
    }
    return [(titles.get(name, name), text) for name, text in comments.items()]
