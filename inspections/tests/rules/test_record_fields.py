"""One list of the record's fields, which form, PDF and Word are held to."""

import pytest

from inspections.forms.record import fixed_sections
from inspections.rules.record_fields import FORM, RECORD_FIELDS, RecordField, fields_of
from inspections.rules.sync import is_section

WRITTEN = [f for f in RECORD_FIELDS if f.origin == FORM and f.section != "items"]


@pytest.mark.parametrize("field", WRITTEN, ids=lambda f: f"{f.section}.{f.key}")
def test_every_field_an_inspector_writes_stands_on_the_form(field: RecordField) -> None:
    sections = [s for s in fixed_sections() if s.name.partition(":")[0] == field.section]

    assert sections
    assert all(field.key in section.fields for section in sections)


def test_no_field_stands_on_the_form_that_the_list_does_not_know() -> None:
    known = {(f.section, f.key) for f in RECORD_FIELDS}
    on_form = {(s.name.partition(":")[0], key) for s in fixed_sections() for key in s.fields}

    assert on_form <= known


def test_each_field_is_listed_once() -> None:
    keys = [(field.section, field.key) for field in RECORD_FIELDS]

    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("section", ["visit", "must_check:3", "signature:party", "assignment"])
def test_sections_of_the_list_are_those_of_the_protocol(section: str) -> None:
    assert fields_of(section)
    assert is_section(section)


# 《污染源现场检查记录表》 as domain rules §5 words it, and where each of it stands in the list.
ASKED = {
    "单位名称、代码、地址、法定代表人": "unit.name unit.uscc unit.address unit.legal_representative",
    "环保联系人和电话、行业": "unit.contact unit.phone unit.industry",
    "类型和特殊、许可证、任务编号": (
        "assignment.regulatory_type assignment.special unit.permit assignment.number"
    ),
    "检查来源和事由": "assignment.check_source assignment.reason",
    "事项和每项的方式": "items.methods",
    "检查组和证号、记录人": "assignment.team visit.recorder",
    "陪同人员": "visit.accompanying",
    "出示证件、起止时间": "visit.identity_shown visit.start visit.end",
    "地点和定位": "visit.place visit.longitude visit.latitude visit.accuracy",
    "告知回避、是否申请": "visit.recusal_told visit.recusal_requested visit.recusal_note",
    "工况、产能、原辅料": "production.state production.capacity production.materials",
    "十必查和检查要点": (
        "must_check.title must_check.points must_check.bases must_check.answer must_check.note"
    ),
    "处理和期限": "must_check.handling must_check.deadline",
    "取样单、询问笔录、责令改正的份数": (
        "narrative.samples narrative.interviews narrative.orders"
    ),
    "专家咨询意见": (
        "narrative.expert narrative.expert_organisation narrative.expert_opinion"
    ),
    "证据": "evidence.sha256 evidence.time evidence.place evidence.taker evidence.note",
    "当事人意见、权利告知": "party.opinion party.rights_told",
    "签名和各自的时间": "signature.signer signature.name signature.at signature.strokes",
    "拒签、不在场": "party.refused party.refusal_reason party.absent",
    "一式两份": "party.copies",
    "检查结果": "result.outcome result.handling",
}  # fmt: skip


@pytest.mark.parametrize("fields", ASKED.values(), ids=ASKED.keys())
def test_everything_the_form_asks_stands_in_the_list(fields: str) -> None:
    known = {f"{field.section}.{field.key}" for field in RECORD_FIELDS}

    assert set(fields.split()) <= known


@pytest.mark.parametrize("signer", ["recusal", "party", "witness", "expert", "officer-IN001"])
def test_everybody_the_form_names_can_sign(signer: str) -> None:
    assert is_section(f"signature:{signer}")
