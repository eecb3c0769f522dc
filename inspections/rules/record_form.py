"""The sections an inspector fills, with the limits of each field: made from the list of all fields.

Form, tablet and the check of what a tablet sends are made from it, so that they cannot drift apart.
Source: domain rules §5.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from inspections.rules.record_fields import FORM, fields_of
from inspections.rules.sync import MUST_CHECK_NUMBERS

ANSWERS = ("no_problem", "problem", "not_applicable")
HANDLINGS = ("corrected_on_spot", "rectification", "penalty_case", "referral")
METHODS = ("on_site", "documents", "remote")
OUTCOMES = tuple("1234567")
USUAL_LIMIT = 300  # characters

# Characters, and the lines of its box for a long text.
_SIZES: Mapping[tuple[str, str], tuple[int, int]] = {
    ("visit", "longitude"): (12, 0),
    ("visit", "latitude"): (12, 0),
    ("visit", "accuracy"): (8, 0),
    ("visit", "recorder"): (50, 0),
    ("visit", "accompanying"): (USUAL_LIMIT, 2),
    ("visit", "recusal_note"): (USUAL_LIMIT, 2),
    ("unit", "uscc"): (18, 0),
    ("unit", "legal_representative"): (100, 0),
    ("unit", "contact"): (100, 0),
    ("unit", "phone"): (50, 0),
    ("unit", "industry"): (100, 0),
    ("unit", "permit"): (40, 0),
    ("production", "materials"): (USUAL_LIMIT, 2),
    ("must_check", "note"): (2000, 2),
    ("narrative", "text"): (5000, 5),
    ("narrative", "expert"): (50, 0),
    ("narrative", "expert_organisation"): (100, 0),
    ("narrative", "expert_opinion"): (USUAL_LIMIT, 2),
    ("result", "handling"): (1000, 2),
    ("party", "name"): (100, 0),
    ("party", "opinion"): (1000, 2),
}
_CHOICES = {
    ("must_check", "answer"): ANSWERS,
    ("must_check", "handling"): HANDLINGS,
    ("result", "outcome"): OUTCOMES,
}
_TITLES = {
    "visit": "检查信息",
    "unit": "单位信息核对",
    "production": "生产状态",
    "narrative": "现场情况",
    "result": "检查结果",
    "party": "当事人意见",
}


@dataclass(frozen=True)
class Field:
    """``kind``: text, moment, day, tick, number or choice. ``rows`` makes a text a wide box."""

    key: str
    label: str
    kind: str = "text"
    limit: int = USUAL_LIMIT
    rows: int = 0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    name: str
    title: str
    fields: tuple[Field, ...]

    def field(self, key: str) -> Field | None:
        return next((field for field in self.fields if field.key == key), None)


def _section(name: str, title: str) -> Section:
    kind = name.partition(":")[0]
    fields = []
    for row in fields_of(name, origin=FORM):
        limit, rows = _SIZES.get((kind, row.key), (USUAL_LIMIT, 0))
        choices = _CHOICES.get((kind, row.key), ())
        fields.append(Field(row.key, row.label, row.kind, limit, rows, choices))
    return Section(name, title, tuple(fields))


# In the order of the paper form; items and evidence have shapes of their own.
SECTIONS: tuple[Section, ...] = (
    *(_section(name, _TITLES[name]) for name in ("visit", "unit", "production")),
    *(_section(f"must_check:{n}", f"十必查第 {n} 项") for n in MUST_CHECK_NUMBERS),
    *(_section(name, _TITLES[name]) for name in ("narrative", "result", "party")),
)
BY_NAME: Mapping[str, Section] = {section.name: section for section in SECTIONS}
EVIDENCE = Section(
    "evidence",
    "证据",
    (
        Field("must_check", "归于", limit=20),
        Field("note", "证明内容", limit=500),
        Field("time", "取得时间", "moment"),
        Field("place", "取得地点", limit=100),
        Field("taker", "取证人", limit=100),
        Field("longitude", "经度", limit=12),
        Field("latitude", "纬度", limit=12),
        Field("name", "文件名", limit=200),
        Field("withdrawn", "已撤回", "tick"),
        Field("reason", "撤回原因"),
    ),
)
