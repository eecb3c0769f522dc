"""Where a 线索 can go: judged, checked off-site first, then a targeted check or the files.

实施方案 二（一）: problems found by complaints, hand-overs and monitoring are checked specifically;
二（六）: off-site means come first, so that nobody is disturbed without need (无事不扰).
"""

from registry.rules.cap_exemptions import Exemption
from registry.rules.violations import RuleViolation

RECORDED, VERIFIED, UNFOUNDED = "recorded", "verified", "unfounded"
REMOTE_CHECKED, REQUESTED, TARGETED, CLOSED = "remote_checked", "requested", "targeted", "closed"

MOVES: dict[str, frozenset[str]] = {
    RECORDED: frozenset({VERIFIED, UNFOUNDED}),
    VERIFIED: frozenset({REMOTE_CHECKED, REQUESTED, CLOSED}),
    UNFOUNDED: frozenset({CLOSED}),
    REMOTE_CHECKED: frozenset({REQUESTED, CLOSED}),
    # A request that is refused goes back to where it came from.
    REQUESTED: frozenset({TARGETED, VERIFIED, REMOTE_CHECKED}),
    TARGETED: frozenset({CLOSED}),
    CLOSED: frozenset(),
}
LABELS = {
    RECORDED: "待研判",
    VERIFIED: "查实",
    UNFOUNDED: "不属实",
    REMOTE_CHECKED: "已非现场核查",
    REQUESTED: "定向检查待批准",
    TARGETED: "已转定向检查",
    CLOSED: "已办结",
}

# Kinds of reason for going on site, by what was done before.
AFTER_REMOTE = frozenset({"remote_suspects", "remote_inconclusive", "evidence", "urgent"})
WITHOUT_REMOTE = frozenset({"no_remote", "evidence", "urgent"})


class ClueMoveNotAllowed(RuleViolation):
    code = "clue_move_not_allowed"
    basis = "实施方案 二（一）"


class RemoteCheckFirst(RuleViolation):
    code = "remote_check_first"
    basis = "实施方案 二（六）无事不扰"


class OnSiteReasonMissing(RuleViolation):
    code = "on_site_reason_missing"
    basis = "实施方案 二（六）无事不扰"


def check_move(old: str, new: str) -> None:
    """Raise ClueMoveNotAllowed unless the table has the step."""
    if new not in MOVES[old]:
        raise ClueMoveNotAllowed(
            f"线索目前是“{LABELS[old]}”，不能变为“{LABELS[new]}”，请刷新页面查看最新状态。"
        )


def check_on_site(*, state: str, remote_possible: bool, kind: str, reason: str) -> Exemption:
    """Whether the clue may go on site now; returns why the visit does not count against the
    yearly cap.

    What can be checked off-site was checked off-site; the step names a kind of reason that fits
    what was done, and says it in words.
    """
    if state != REMOTE_CHECKED and remote_possible:
        raise RemoteCheckFirst(
            "该线索可以非现场核查，请先登记非现场核查情况；确需现场检查的再申请转现场。"
        )
    allowed = AFTER_REMOTE if state == REMOTE_CHECKED else WITHOUT_REMOTE
    if kind not in allowed:
        raise OnSiteReasonMissing("请选择与核查情况相符的转现场理由类别。", field="reason_kind")
    if not reason.strip():
        raise OnSiteReasonMissing("请写明转为现场检查的具体理由。", field="reason")
    if kind == "urgent":
        return Exemption.URGENT
    return Exemption.REMOTE_TO_ONSITE if state == REMOTE_CHECKED else Exemption.CLUE_CHECK
