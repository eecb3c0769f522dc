"""Two officers sign; the party signs, or its refusal or absence is proven (domain rules §5)."""

from collections.abc import Iterator

from registry.rules.two_officers import OFFICERS_NEEDED

from .facts import Lack, RecordFacts

PARTY, RECUSAL = "party", "recusal"


def check_officers(record: RecordFacts) -> Iterator[Lack]:
    signed = [c for c in record.officers if f"officer-{c}" in record.valid_signatures]
    stale = [n for c, n in record.officers.items() if f"officer-{c}" in record.stale_signatures]
    if stale:
        yield Lack("signature", f"签名后内容有变，须重新签名：{'、'.join(stale)}。")
    if len(signed) < OFFICERS_NEEDED:
        yield Lack("signature", "至少两名执法人员签名（行政处罚法 第四十二条）。")


def check_expert(record: RecordFacts) -> Iterator[Lack]:
    narrative = record.value("narrative")
    if not str(narrative.get("expert", "")).strip():
        return
    if not str(narrative.get("expert_opinion", "")).strip():
        yield Lack("narrative", "有专家参加的，请填写专家咨询意见。")
    if "expert" not in record.valid_signatures:
        yield Lack("signature", "有专家参加的，须由专家对咨询意见签名。")


def check_recusal_confirmed(record: RecordFacts) -> Iterator[Lack]:
    """告知回避 has a signature of its own; where nobody signs, what proves that stands for it."""
    party = record.value(PARTY)
    signs = record.inspected_normally and not party.get("refused") and not party.get("absent")
    if signs and RECUSAL not in record.valid_signatures:
        yield Lack("signature", "告知回避须由被检查单位单独签名确认。")


def check_party(record: RecordFacts) -> Iterator[Lack]:
    party = record.value(PARTY)
    if not record.inspected_normally:
        if "witness" not in record.valid_signatures and PARTY not in record.valid_signatures:
            yield Lack("signature", "当事人不在场或不配合的，须有见证人签名。")
        return
    if not party.get("rights_told"):
        yield Lack(PARTY, "未勾选“已告知陈述申辩和救济权利”。")
    if party.get("refused"):
        if not str(party.get("refusal_reason", "")).strip():
            yield Lack(PARTY, "当事人拒绝签名的，须写明原因。")
        if "witness" not in record.valid_signatures and not record.evidence:
            yield Lack("signature", "当事人拒绝签名的，须有见证人签名或现场影像。")
    elif party.get("absent"):
        if "witness" not in record.valid_signatures:
            yield Lack("signature", "当事人不在场的，须有见证人签名。")
    elif PARTY not in record.valid_signatures:
        yield Lack("signature", "被检查单位须签名；拒绝或不在场的请在“当事人意见”中注明。")
