from django.db import models
from django.utils.translation import gettext_lazy as _

from sampling.rules import plan_number, plan_state, protocol


class PlanKind(models.TextChoices):
    """The kinds of plans; what each means stands in rules/plan_number.py."""

    QUARTERLY = plan_number.PlanKind.QUARTERLY.value, _("季度抽查")
    MONTHLY = plan_number.PlanKind.MONTHLY.value, _("按月分批抽查")
    SUPPLEMENTARY = plan_number.PlanKind.SUPPLEMENTARY.value, _("补充抽查")
    CONSTRUCTION = plan_number.PlanKind.CONSTRUCTION.value, _("建设项目抽查")
    JOINT = plan_number.PlanKind.JOINT.value, _("部门联合抽查")
    LOOKBACK = plan_number.PlanKind.LOOKBACK.value, _("回头看抽查")
    EXTERNAL = plan_number.PlanKind.EXTERNAL.value, _("外部抽取")


class PlanState(models.TextChoices):
    """The plan's states; allowed moves stand in rules/plan_state.py."""

    DRAFT = plan_state.PlanState.DRAFT.value, _("编制中")
    FROZEN = plan_state.PlanState.FROZEN.value, _("已冻结待抽取")
    DRAWN = plan_state.PlanState.DRAWN.value, _("已抽取待批准")
    APPROVED = plan_state.PlanState.APPROVED.value, _("已批准执行中")
    REVEALED = plan_state.PlanState.REVEALED.value, _("已公开复核")


class DrawState(models.TextChoices):
    FROZEN = "frozen", _("已冻结")
    DRAWN = "drawn", _("已抽取")
    APPROVED = "approved", _("已批准")
    REVEALED = "revealed", _("已公开")
    WITHDRAWN = "withdrawn", _("已撤回")
    VOID = "void", _("已作废")


# Freezes and draws that no longer count; they stay visible with their reason.
ENDED_WITHOUT_EFFECT = (DrawState.WITHDRAWN, DrawState.VOID)


class DrawCategory(models.TextChoices):
    """抽取类别; the values are the protocol's words."""

    KEY = "key", _("重点排污单位")
    SPECIAL = "special", _("特殊监管对象")
    GENERAL = "general", _("一般排污单位")


def category_label(kind: str, category: str) -> str:
    """Construction projects have no type to be drawn by; the protocol calls them general."""
    if kind == PlanKind.CONSTRUCTION:
        return str(_("建设项目"))
    return str(DrawCategory(category).label)


class ChangeKind(models.TextChoices):
    REPLACE = protocol.ChangeKind.REPLACE.value, _("替换")
    RECUSE = protocol.ChangeKind.RECUSE.value, _("回避")


class ChangeReason(models.TextChoices):
    """Why a unit or an inspector is replaced; the values are the protocol's words."""

    CONFLICT = protocol.ChangeReason.CONFLICT.value, _("利害关系（主动回避）")
    PARTY_REQUEST = protocol.ChangeReason.PARTY_REQUEST.value, _("当事人申请回避")
    LEAVE = protocol.ChangeReason.LEAVE.value, _("请假")
    CERTIFICATE = protocol.ChangeReason.CERTIFICATE.value, _("执法证到期")
    LEFT_POST = protocol.ChangeReason.LEFT_POST.value, _("离岗")
    CLOSED = protocol.ChangeReason.CLOSED.value, _("关停或注销")
    RELOCATED = protocol.ChangeReason.RELOCATED.value, _("搬迁")
    EXEMPTED = protocol.ChangeReason.EXEMPTED.value, _("豁免")
    MERGED = protocol.ChangeReason.MERGED.value, _("并入其他单位")
    DUPLICATE = protocol.ChangeReason.DUPLICATE.value, _("重复登记")
