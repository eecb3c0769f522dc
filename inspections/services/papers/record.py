"""《污染源现场检查记录表》 as blocks, from one immutable version and nothing else.

Every field of ``rules/record_fields.py`` is there, filled or empty: the paper form shows what was asked.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from inspections.choices import Handling, MustCheckAnswer, OutcomeCode
from inspections.models import RecordVersion
from inspections.rules.record_fields import RecordField, fields_of
from inspections.rules.sync import ASSIGNMENT, MUST_CHECK_NUMBERS
from inspections.services.papers import blocks
from inspections.services.review import sections_of_version
from registry.choices import CheckMethod

WIDE = frozenset(
    {
        "unit.name",
        "unit.address",
        "assignment.reason",
        "visit.place",
        "visit.accompanying",
        "visit.recorder",
        "production.materials",
        "narrative.expert_opinion",
        "result.outcome",
        "result.handling",
        "party.name",
        "party.opinion",
        "party.refusal_reason",
        "party.copies",
    }
)
SIGNERS = {
    "recusal": "被检查单位（告知回避确认）",
    "party": "被检查单位现场负责人",
    "witness": "见证人",
    "expert": "专家",
}
Sections = Mapping[str, Mapping[str, Any]]


def record_blocks(version: RecordVersion) -> list[blocks.Block]:
    sections = {
        name: value if isinstance(value, dict) else {}
        for name, value in sections_of_version(version).items()
    }
    found = [
        blocks.facts(
            "一、被检查单位",
            [
                *_pairs(sections, fields_of("unit")),
                *_pairs(sections, _some("assignment", "register_code", "regulatory_type")),
                *_pairs(sections, _some("assignment", "special")),
            ],
        ),
        blocks.facts(
            "二、检查情况",
            [
                *_pairs(sections, _some("assignment", "number", "check_source", "reason")),
                *_pairs(sections, fields_of("visit")),
            ],
        ),
        _team(sections),
        _items(sections, version),
        blocks.facts("四、生产状态", _pairs(sections, fields_of("production"))),
        _checks(sections, version),
        blocks.body("六、现场检查情况", str(sections.get("narrative", {}).get("text", ""))),
        blocks.facts(
            "",
            _pairs(sections, [f for f in fields_of("narrative") if f.key != "text"]),
        ),
        blocks.facts("七、检查结果", _pairs(sections, fields_of("result"))),
        blocks.facts("八、当事人意见与权利告知", _pairs(sections, fields_of("party"))),
        blocks.signatures("九、签名", signature_rows(version)),
        *_evidence(sections),
    ]
    if version.correction_reason:
        found.insert(0, blocks.body("更正说明", version.correction_reason))
    return found


def _some(section: str, *keys: str) -> list[RecordField]:
    return [field for field in fields_of(section) if field.key in keys]


def _pairs(sections: Sections, fields: Iterable[RecordField]) -> list[list[Any]]:
    return [
        [
            field.label,
            _shown(field, sections.get(field.section, {}).get(field.key)),
            f"{field.section}.{field.key}" in WIDE,
        ]
        for field in fields
        if field.kind != "rows"
    ]


def _shown(field: RecordField, value: Any) -> Any:
    if field.kind == "tick":
        return blocks.yes_no(value)
    if field.key == "outcome":
        return blocks.options(((f"{c} {label}", c) for c, label in OutcomeCode.choices), value)
    if value in (None, ""):
        return ""
    if field.kind == "moment":
        return blocks.moment_text(value)
    if field.kind == "day":
        return blocks.day_text(str(value))
    return _lines(value)


def _lines(value: Any) -> str:
    """Text, or one line per small table (persons with name, post and phone)."""
    if isinstance(value, list):
        return "\n".join(_lines(item) for item in value)
    if isinstance(value, dict):
        return "　".join(str(item) for item in value.values() if item not in (None, ""))
    return str(value)


def _team(sections: Sections) -> blocks.Block:
    rows = [
        (member.get("role", ""), member.get("name", ""), member.get("certificate") or "—")
        for member in sections.get(ASSIGNMENT, {}).get("team", [])
    ]
    return blocks.table("检查人员", ("分工", "姓名", "执法证号"), (1, 1.4, 2), rows)


def _items(sections: Sections, version: RecordVersion) -> blocks.Block:
    names = dict(version.assignment.inspection_items.values_list("code", "name"))
    labels = {str(value): str(label) for value, label in CheckMethod.choices}
    methods = sections.get("items", {}).get("methods", {})
    rows = [
        (code, names.get(code, ""), labels.get(str(method), str(method)))
        for code, method in sorted(methods.items())
    ]
    return blocks.table(
        "三、抽查事项与检查方式", ("事项编码", "抽查事项", "检查方式"), (1.2, 4, 1), rows
    )


def _checks(sections: Sections, version: RecordVersion) -> blocks.Block:
    asked = {row["number"]: row for row in version.checklist.get("must_checks", [])}
    rows = []
    for number in MUST_CHECK_NUMBERS:
        check, value = asked.get(number, {}), sections.get(f"must_check:{number}", {})
        rows.append(
            {
                "number": number,
                "title": check.get("title", ""),
                "points": check.get("points", ""),
                "bases": "、".join(map(_basis, check.get("bases", []))),
                **blocks.options(
                    ((label, answer) for answer, label in MustCheckAnswer.choices),
                    value.get("answer"),
                ),
                "lines": _told(value),
            }
        )
    title = _("五、十必查（第%(version)s版）") % {"version": version.checklist.get("version", "")}
    return {"kind": "checks", "title": title, "rows": rows}


def _basis(basis: Mapping[str, Any]) -> str:
    unconfirmed = "" if basis.get("confirmed") else "（待核）"
    return f"《{basis['title']}》{basis['article']}{unconfirmed}"


def _told(value: Mapping[str, Any]) -> list[str]:
    lines = str(value.get("note", "")).splitlines()
    if value.get("handling"):
        label = dict(Handling.choices).get(value["handling"], value["handling"])
        lines.append(_("处理方式：%(label)s") % {"label": label})
    if value.get("deadline"):
        lines.append(_("整改期限：%(day)s") % {"day": blocks.day_text(str(value["deadline"]))})
    if value.get("evidence"):
        lines.append(_("证据 %(count)d 份") % {"count": len(value["evidence"])})
    return lines


def signature_rows(version: RecordVersion) -> list[dict[str, Any]]:
    """Who signed this version, with the strokes; officers first, as on the paper form."""
    return list(_signatures(sections_of_version(version), version))


def _signatures(sections: Sections, version: RecordVersion) -> Iterable[dict[str, Any]]:
    roles = {
        f"officer-{member.get('code')}": f"执法人员（{member.get('role', '')}）"
        for member in sections.get(ASSIGNMENT, {}).get("team", [])
    }
    order = [*roles, *SIGNERS]
    given = {row["signer"]: row for row in version.signatures}
    for signer in [*order, *(s for s in given if s not in order)]:
        if signer not in given:
            continue
        row = given[signer]
        yield {
            "label": roles.get(signer) or SIGNERS.get(signer, signer),
            "name": row["name"],
            "at": blocks.moment_text(row["at"]),
            "strokes": row.get("strokes") or [],
        }


def _evidence(sections: Sections) -> list[blocks.Block]:
    rows: list[dict[str, Any]] = []
    for section, value in sorted(
        sections.items(), key=lambda pair: (str(pair[1].get("time", "")), pair[0])
    ):
        if not section.startswith("evidence:"):
            continue
        rows.append(
            {
                "sha256": section.partition(":")[2],
                "withdrawn": bool(value.get("withdrawn")),
                "caption": _caption(len(rows) + 1, value),
            }
        )
    return [{"kind": "photos", "title": "十、证据", "rows": rows}] if rows else []


def _caption(number: int, value: Mapping[str, Any]) -> list[str]:
    what = str(value.get("note", "")) or "—"
    about = str(value.get("must_check", ""))
    if about.startswith("must_check:"):
        what += _("（十必查第%(number)s项）") % {"number": about.partition(":")[2]}
    lines = [
        _("证据%(number)d　证明内容：%(what)s") % {"number": number, "what": what},
        _("取得时间：%(time)s　取得地点：%(place)s")
        % {
            "time": blocks.moment_text(value.get("time")),
            "place": _lines(value.get("place") or value.get("gps") or "—"),
        },
        _("取证人：%(taker)s") % {"taker": value.get("taker", "—")},
    ]
    if value.get("withdrawn"):
        lines.append(_("已撤回：%(reason)s") % {"reason": value.get("reason", "")})
    return lines
