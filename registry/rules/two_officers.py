"""Who counts toward the two officers (行政处罚法 第四十二条; domain rules §1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.rules.certificates import certificate_valid_on
from registry.rules.violations import RuleViolation

OFFICERS_NEEDED = 2  # in a team and as signatures: 行政处罚法 第四十二条, 执法人员不得少于两人


@dataclass(frozen=True)
class MemberFacts:
    name: str
    role: str
    valid_from: date | None
    valid_to: date | None
    on_leave: bool = False


class TeamLacksOfficers(RuleViolation):
    code = "team_lacks_officers"
    basis = "行政处罚法 第四十二条：执法人员不得少于两人"


def why_not_counted(member: MemberFacts, day: date) -> str | None:
    """Chinese reason why this member is not one of the two officers; None if he counts."""
    if member.role != "officer":
        return "不是执法人员"
    if member.on_leave:
        return "请假或离岗"
    if member.valid_to is not None and member.valid_to < day:
        return f"执法证已于 {member.valid_to} 到期"
    if member.valid_from is not None and member.valid_from > day:
        return f"执法证自 {member.valid_from} 起才有效"
    if not certificate_valid_on(member.valid_from, member.valid_to, day):
        return "没有有效执法证"
    return None


def check_team(members: Iterable[MemberFacts], day: date) -> None:
    """Raise TeamLacksOfficers, naming each member who does not count and why."""
    reasons = [(member.name, why_not_counted(member, day)) for member in members]
    counted = sum(1 for _name, reason in reasons if reason is None)
    if counted < OFFICERS_NEEDED:
        details = "；".join(f"{name}：{reason}" for name, reason in reasons if reason)
        raise TeamLacksOfficers(
            f"{day} 有效执法人员只有 {counted} 名，不足两名，不能开始检查"
            f"{'（' + details + '）' if details else ''}。请按回避程序更换人员。"
        )
