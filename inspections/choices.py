"""Code lists of the inspection floor."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.choices import CheckSource, ClueKind
from registry.rules.outcomes import Outcome


class AssignmentState(models.TextChoices):
    """Allowed moves stand in rules/assignment_state.py."""

    DISPATCHED = "dispatched", _("待接收")
    ACCEPTED = "accepted", _("已接收")
    INSPECTING = "inspecting", _("检查中")
    SUBMITTED = "submitted", _("待审核")
    RETURNED = "returned", _("已退回")
    APPROVED = "approved", _("已完成")
    REPLACED = "replaced", _("已替换")
    CANCELLED = "cancelled", _("已取消")


class OutcomeCode(models.TextChoices):
    """What the official result codes of registry/rules/outcomes.py are called."""

    NOTHING_FOUND = Outcome.NOTHING_FOUND.value, _("未发现问题")
    CORRECTION_ORDERED = Outcome.CORRECTION_ORDERED.value, _("发现问题已责令改正")
    PENDING_HANDLING = Outcome.PENDING_HANDLING.value, _("发现问题待后续处理")
    NO_SUCH_ACTIVITY = Outcome.NO_SUCH_ACTIVITY.value, _("未发现开展本次抽查涉及的经营活动")
    UNREACHABLE = Outcome.UNREACHABLE.value, _("通过登记的住所无法联系")
    OBSTRUCTED = Outcome.OBSTRUCTED.value, _("不配合检查情节严重")
    CLOSED_OR_MOVED = Outcome.CLOSED_OR_MOVED.value, _("已关闭停业或注销/迁出")


class MustCheckAnswer(models.TextChoices):
    NO_PROBLEM = "no_problem", _("未发现问题")
    PROBLEM = "problem", _("发现问题")
    NOT_APPLICABLE = "not_applicable", _("不涉及")


class TeamRole(models.TextChoices):
    LEAD = "lead", _("主办")
    ASSISTING = "assisting", _("协办")
    SUPPORT = "support", _("协助")
    EXPERT = "expert", _("专家")


class ReviewDecision(models.TextChoices):
    APPROVED = "approved", _("通过")
    RETURNED = "returned", _("退回")


class Handling(models.TextChoices):
    """处理方式 of a problem (domain rules §4.7)."""

    CORRECTED_ON_SPOT = "corrected_on_spot", _("立行立改")
    RECTIFICATION = "rectification", _("限期整改")
    PENALTY_CASE = "penalty_case", _("立案处罚")
    REFERRAL = "referral", _("移送司法")


class ProblemState(models.TextChoices):
    OPEN = "open", _("整改中")
    AWAITING_CLOSE = "awaiting_close", _("待销号")
    CLOSED = "closed", _("已销号")


class OperationStatus(models.TextChoices):
    APPLIED = "applied", _("已写入")
    ALREADY = "already", _("已收到")
    CONFLICT = "conflict", _("有冲突")
    REFUSED = "refused", _("被拒绝")


class KeptAs(models.TextChoices):
    """Why an operation that was not written is still shown to the reviewer (tablet-sync §2, §4)."""

    LATE = "late", _("迟到数据")
    SUPPLEMENT = "supplement", _("补充")


class ClueState(models.TextChoices):
    """Allowed moves stand in rules/clue_state.py."""

    RECORDED = "recorded", _("待研判")
    VERIFIED = "verified", _("查实")
    UNFOUNDED = "unfounded", _("不属实")
    REMOTE_CHECKED = "remote_checked", _("已非现场核查")
    REQUESTED = "requested", _("定向检查待批准")
    TARGETED = "targeted", _("已转定向检查")
    CLOSED = "closed", _("已办结")


class OnSiteReason(models.TextChoices):
    """转现场理由类别: why what was or could not be checked off-site is checked on site."""

    REMOTE_SUSPECTS = "remote_suspects", _("非现场核查发现涉嫌违法")
    REMOTE_INCONCLUSIVE = "remote_inconclusive", _("非现场核查不能查清")
    NO_REMOTE = "no_remote", _("不具备非现场核查条件")
    EVIDENCE = "evidence", _("须现场取样取证")
    URGENT = "urgent", _("情况紧急")


class CheckRequestState(models.TextChoices):
    PROPOSED = "proposed", _("待批准")
    APPROVED = "approved", _("已批准")
    REJECTED = "rejected", _("未批准")


class PaperKind(models.TextChoices):
    RECORD = "record", _("污染源现场检查记录表")
    ORDER = "order", _("责令改正通知书")
    RECHECK = "recheck", _("复查记录")
    RECEIPT = "receipt", _("送达回证")
    PENALTY = "penalty", _("行政处罚决定书")


class PaperCopy(models.TextChoices):
    ARCHIVE = "archive", _("第一联　存档")
    PARTY = "party", _("第二联　交被检查单位")


class PaperFormat(models.TextChoices):
    PDF = "pdf", _("PDF")
    WORD = "docx", _("Word 文档")


class ServiceMethod(models.TextChoices):
    """送达方式."""

    DIRECT = "direct", _("直接送达")
    LEFT = "left", _("留置送达")
    MAIL = "mail", _("邮寄送达")
    ELECTRONIC = "electronic", _("电子送达")
    ENTRUSTED = "entrusted", _("委托送达")
    PUBLIC_NOTICE = "public_notice", _("公告送达")


class PenaltyState(models.TextChoices):
    STANDING = "standing", _("有效")
    CHANGED = "changed", _("已变更")
    REVOKED = "revoked", _("已撤销")


# 检查来源 a check may be asked for without a clue; the others come from the draw, a clue or an order.
OTHER_SOURCES = (
    CheckSource.DAILY,
    CheckSource.SPECIAL_CAMPAIGN,
    CheckSource.CONSTRUCTION,
    CheckSource.JOINT,
    CheckSource.PERMIT_FOLLOW_UP,
    CheckSource.PATROL,
)
# 检查来源 of 《污染源现场检查记录表》 after a clue: what monitoring finds is followed up in daily supervision.
CLUE_SOURCES = {
    ClueKind.COMPLAINT: CheckSource.COMPLAINT,
    ClueKind.ASSIGNED: CheckSource.ASSIGNED,
    ClueKind.ONLINE: CheckSource.DAILY,
    ClueKind.DATA: CheckSource.DAILY,
    ClueKind.VIDEO: CheckSource.PATROL,
    ClueKind.DRONE: CheckSource.PATROL,
}
