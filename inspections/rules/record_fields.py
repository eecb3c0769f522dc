"""Every field of 《污染源现场检查记录表》, once: form, PDF and Word are tested against this list.

Source: domain rules §5. A field of ``must_check``, ``evidence`` or ``signature`` stands once for each of
the ten must-checks, each file and each signer; the other sections exist once. Keys are those of the
section's value (`chanji-sync/1`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

# Who writes it: the inspector on the form, the system when the visit starts, or the act itself
# (a file that was taken, a hand that signed).
FORM, SYSTEM, CHECKLIST, EVIDENCE, SIGNATURE = (
    "form",
    "system",
    "checklist",
    "evidence",
    "signature",
)


@dataclass(frozen=True)
class RecordField:
    """``kind``: text, tick, moment, day, number, choice, or rows (a list of small tables)."""

    section: str
    key: str
    label: str
    kind: str = "text"
    origin: str = FORM


def _of(section: str, origin: str, *fields: tuple[str, ...]) -> Iterator[RecordField]:
    for key, label, *kind in fields:
        yield RecordField(section, key, label, kind[0] if kind else "text", origin)


RECORD_FIELDS: tuple[RecordField, ...] = (
    *_of(
        "assignment",
        SYSTEM,
        ("number", "任务编号"),
        ("check_source", "检查来源"),
        ("reason", "检查事由"),
        ("register_code", "名录编号"),
        ("regulatory_type", "监管类型"),
        ("special", "特殊监管对象", "tick"),
        ("team", "检查人员", "rows"),
    ),
    *_of(
        "unit",
        FORM,
        ("name", "单位名称"),
        ("uscc", "统一社会信用代码"),
        ("legal_representative", "法定代表人"),
        ("address", "地址"),
        ("contact", "环保联系人"),
        ("phone", "联系电话"),
        ("industry", "行业类别"),
        ("permit", "排污许可证编号"),
    ),
    *_of(
        "visit",
        FORM,
        ("start", "检查开始时间", "moment"),
        ("end", "检查结束时间", "moment"),
        ("place", "检查地点"),
        ("longitude", "经度"),
        ("latitude", "纬度"),
        ("accuracy", "定位精度（米）"),
        ("distance_reason", "定位远离单位或无定位的原因"),
        ("recorder", "记录人"),
        ("accompanying", "陪同人员（姓名、职务、电话）"),
        ("identity_shown", "已出示执法证件、表明身份", "tick"),
        ("recusal_told", "已告知申请回避的权利", "tick"),
        ("recusal_requested", "当事人申请回避", "tick"),
        ("recusal_note", "申请回避的理由及处理"),
    ),
    *_of(
        "production",
        FORM,
        ("state", "工况"),
        ("capacity", "产能"),
        ("materials", "主要原辅料"),
    ),
    *_of("items", FORM, ("methods", "抽查事项与检查方式", "rows")),
    *_of(
        "must_check",
        CHECKLIST,
        ("title", "检查内容"),
        ("points", "检查要点"),
        ("bases", "依据", "rows"),
    ),
    *_of(
        "must_check",
        FORM,
        ("answer", "结论", "choice"),
        ("note", "问题情况或说明"),
        ("handling", "处理方式", "choice"),
        ("deadline", "整改期限", "day"),
    ),
    *_of(
        "narrative",
        FORM,
        ("text", "现场检查情况"),
        ("samples", "取样单（份）", "number"),
        ("interviews", "询问笔录（份）", "number"),
        ("orders", "责令改正通知（份）", "number"),
        ("expert", "参加检查的专家"),
        ("expert_organisation", "专家所在单位"),
        ("expert_opinion", "专家咨询意见"),
    ),
    *_of("result", FORM, ("outcome", "检查结果", "choice"), ("handling", "处理意见")),
    *_of(
        "evidence",
        EVIDENCE,
        ("sha256", "文件指纹"),
        ("note", "证明内容"),
        ("time", "取得时间", "moment"),
        ("place", "取得地点"),
        ("taker", "取证人"),
    ),
    *_of(
        "party",
        FORM,
        ("name", "现场负责人姓名、职务"),
        ("opinion", "当事人意见（属实或具体意见）"),
        ("rights_told", "已告知陈述申辩和救济权利", "tick"),
        ("absent", "当事人不在场", "tick"),
        ("refused", "当事人拒绝签名", "tick"),
        ("refusal_reason", "拒绝签名的原因"),
        ("copies", "记录一式两份：一份存档，一份交被检查单位", "tick"),
    ),
    *_of(
        "signature",
        SIGNATURE,
        ("signer", "签名身份"),
        ("name", "签名人姓名"),
        ("at", "签名时间", "moment"),
        ("strokes", "签名笔迹", "rows"),
    ),
)


def fields_of(section: str, *, origin: str | None = None) -> tuple[RecordField, ...]:
    """The fields of one section in the order of the paper form; ``must_check:3`` counts as
    ``must_check``."""
    name = section.partition(":")[0]
    return tuple(
        field
        for field in RECORD_FIELDS
        if field.section == name and (origin is None or field.origin == origin)
    )
