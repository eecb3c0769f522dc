"""What every step of a plan begins with: its row, locked, and whether the move is allowed."""

from django.utils.translation import gettext as _

from registry.rules.violations import RuleViolation
from sampling.models import SamplingPlan
from sampling.rules.plan_state import PlanMove, PlanState, check_move

REASON_LENGTH = 300


class PlanNotFound(RuleViolation):
    code = "plan_not_found"


class ReasonMissing(RuleViolation):
    code = "reason_missing"


def locked_plan(number: str) -> SamplingPlan:
    """The plan's row, locked; two people pressing at once queue up here."""
    plan = SamplingPlan.objects.select_for_update().filter(number=number.upper()).first()
    if plan is None:
        raise PlanNotFound(
            _("没有%(number)s 的抽查计划，请先编制（后台“抽查计划”，或命令 draft_plan）。")
            % {"number": number}
        )
    return plan


def move_plan(plan: SamplingPlan, move: PlanMove) -> None:
    """Take the step; the conditional update lets only one of two people through."""
    new = check_move(PlanState(plan.state), move)
    if SamplingPlan.objects.filter(pk=plan.pk, state=plan.state).update(state=new) != 1:
        raise PlanNotFound(_("计划状态刚刚被他人改变，请刷新后再试。"))
    plan.state = new


def check_plan_move(plan: SamplingPlan, move: PlanMove) -> None:
    check_move(PlanState(plan.state), move)
