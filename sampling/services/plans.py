"""计划: draft and edit. The figures are computed, never typed."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.choices import ListLevel
from registry.models import InspectionItem
from registry.rules.quarter import Quarter
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_settings, item_list_in_force, must_check_set_in_force
from registry.services.access import require
from registry.services.trail import record_event
from sampling.choices import PlanState
from sampling.models import SamplingPlan
from sampling.permissions import EDIT_PLAN
from sampling.rules.quotas import KEY_FLOOR, SPECIAL_FLOOR, check_ratio

PERCENT = 100


class PlanAlreadyExists(RuleViolation):
    code = "plan_exists"
    basis = "一个季度一份计划"


class RatioAboveWhole(RuleViolation):
    code = "ratio_above_whole"
    basis = "实施方案 二（一）"


class ChecklistMissing(RuleViolation):
    code = "checklist_missing"
    basis = "实施方案 二（三）"


class PlanIsFrozen(RuleViolation):
    code = "plan_frozen"
    basis = "实施方案 二（四）；chanji-draw/1 §2"


def _items_for(quarter: Quarter) -> Sequence[InspectionItem]:
    item_list = item_list_in_force(ListLevel.BUREAU, quarter.start)
    return list(item_list.items.all()) if item_list else []


@transaction.atomic
def draft_plan(*, quarter: str, actor: Any, note: str = "") -> SamplingPlan:
    """Open the quarter's plan with the bureau's ratios and the whole item list in force."""
    require(actor, EDIT_PLAN)
    period = Quarter.parse(quarter)
    if SamplingPlan.objects.filter(quarter=str(period)).exists():
        raise PlanAlreadyExists(
            _("%(plan)s已经存在，请直接打开该计划。") % {"plan": f"{period.label}抽查计划"}
        )
    check_set = must_check_set_in_force(period.start)
    items = _items_for(period)
    if check_set is None or not items:
        raise ChecklistMissing(
            _(
                "没有在%(day)s有效的随机抽查事项清单或十必查清单，请先在后台录入（或运行 load_checklists）。"
            )
            % {"day": period.start}
        )
    chosen = bureau_settings()
    plan = SamplingPlan.objects.create(
        quarter=str(period),
        drafted_by=actor,
        note=note,
        must_check_set=check_set,
        key_ratio=chosen["key_ratio"],
        special_ratio=chosen["special_ratio"],
        waves=chosen["waves"],
    )
    plan.items.set(items)
    record_event(action="plan.drafted", actor=actor, obj=plan)
    return plan


@transaction.atomic
def edit_plan(
    *,
    plan_id: int,
    actor: Any,
    key_ratio: int,
    special_ratio: int,
    waves: int,
    note: str,
    items: Sequence[InspectionItem],
) -> SamplingPlan:
    """Change a draft; ratios below the floor are refused with the rule they break."""
    require(actor, EDIT_PLAN)
    plan = SamplingPlan.objects.select_for_update().get(pk=plan_id)
    if plan.state != PlanState.DRAFT:
        raise PlanIsFrozen(
            _("计划已冻结，不能再修改；如确需修改，请在公布的抽取时刻之前撤回冻结。")
        )
    check_ratio("重点排污单位", Fraction(key_ratio, 100), KEY_FLOOR)
    check_ratio("特殊监管对象", Fraction(special_ratio, 100), SPECIAL_FLOOR)
    for field, ratio in (("key_ratio", key_ratio), ("special_ratio", special_ratio)):
        if ratio > PERCENT:
            raise RatioAboveWhole(_("抽查比例最高为100%，请改小。"), field=field)
    if not items:
        raise ChecklistMissing(_("请至少选择一个抽查事项。"))
    wanted = {
        "key_ratio": key_ratio,
        "special_ratio": special_ratio,
        "waves": waves,
        "note": note,
    }
    changes = {
        name: [getattr(plan, name), value]
        for name, value in wanted.items()
        if getattr(plan, name) != value
    }
    for name, value in wanted.items():
        setattr(plan, name, value)
    plan.save()
    old_codes = sorted(plan.items.values_list("code", flat=True))
    plan.items.set(items)
    new_codes = sorted(item.code for item in items)
    if old_codes != new_codes:
        changes["items"] = [old_codes, new_codes]
    if changes:
        record_event(action="plan.edited", actor=actor, obj=plan, changes=changes)
    return plan


def plan_window(quarter: Quarter, calendar: Any) -> tuple[date, ...]:
    """The five working days in which the quarter's plan is fixed (实施方案 二（四）)."""
    return calendar.last_workdays(quarter.previous, 5)
