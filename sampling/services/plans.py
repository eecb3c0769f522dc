"""计划: draft and edit. The figures are computed, never typed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.choices import ListLevel
from registry.clocks.rules.workdays import WorkCalendar
from registry.item_lists.selectors import (
    item_list_in_force,
    must_check_set_in_force,
    partner_items_in_force,
)
from registry.models import InspectionItem, PartnerDepartment
from registry.permissions import require
from registry.rules.quarter import Quarter
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_settings
from registry.trail.services import record_event
from sampling.choices import PlanKind, PlanState
from sampling.models import SamplingPlan
from sampling.permissions import EDIT_PLAN
from sampling.rules.plan_number import LETTERS, PlanNumber
from sampling.rules.quotas import KEY_FLOOR, SPECIAL_FLOOR, check_ratio

PERCENT = 100
WINDOW_DAYS = 5  # 实施方案 二（四）：每季度结束前5个工作日内
# Where the percentage comes from, of the kinds that have no legal floor.
SHARE_SETTINGS = {
    PlanKind.CONSTRUCTION: "construction_ratio",
    PlanKind.JOINT: "joint_ratio",
    PlanKind.LOOKBACK: "lookback_ratio",
}


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
    basis = "实施方案 二（四）；chanji-draw/2 §2"


class PlanDoesNotFit(RuleViolation):
    """The quarter has no place for this kind of plan now."""

    code = "plan_does_not_fit"
    basis = "实施方案 二（一）"


class ShareOutOfRange(RuleViolation):
    code = "share_out_of_range"
    basis = "本局设定"


@dataclass(frozen=True)
class JointTerms:
    """部门联合抽查: with whom, how many of theirs in each team, and about which units.

    ``scope``: ``types`` (regulatory types), ``industries`` (prefixes of the GB/T 4754 code) and
    ``grids``; what is left out does not narrow.
    """

    department: PartnerDepartment
    partners_per_team: int = 1
    scope: Mapping[str, Sequence[str]] = field(default_factory=dict)


def _items_for(quarter: Quarter, joint: JointTerms | None) -> list[InspectionItem]:
    """The whole list in force; for a joint plan the partner's list too."""
    lists = [item_list_in_force(ListLevel.BUREAU, quarter.start)]
    if joint is not None:
        lists.append(partner_items_in_force(joint.department, quarter.end))
        if lists[-1] is None:
            raise ChecklistMissing(
                _("%(department)s还没有抽查事项清单，请先在后台“抽查事项清单”中为该部门录入。")
                % {"department": joint.department}
            )
    items = [item for item_list in lists if item_list for item in item_list.items.all()]
    codes = Counter(item.code for item in items)
    twice = sorted(code for code, count in codes.items() if count > 1)
    if twice:
        raise ChecklistMissing(
            _("联合部门的事项编码与本局清单重复：%(codes)s，请在后台改用不同的编码。")
            % {"codes": "、".join(twice)}
        )
    return items


@transaction.atomic
def draft_plan(
    *,
    quarter: str,
    actor: Any,
    kind: str = PlanKind.QUARTERLY,
    month: int = 0,
    share: int | None = None,
    joint: JointTerms | None = None,
    note: str = "",
) -> SamplingPlan:
    """Open a plan with the bureau's ratios and the whole item list in force.

    ``month`` (1 to 3) belongs to monthly batches, ``share`` (percent) to the kinds that have no
    legal floor, ``joint`` to joint plans.
    """
    require(actor, EDIT_PLAN)
    period = Quarter.parse(quarter)
    number = _number_of(period, PlanKind(kind), month)
    check_set = must_check_set_in_force(period.start)
    items = _items_for(period, joint)
    if check_set is None or not items:
        raise ChecklistMissing(
            _(
                "没有在%(day)s有效的随机抽查事项清单或十必查清单，请先在后台录入（或运行 load_checklists）。"
            )
            % {"day": period.start}
        )
    chosen = bureau_settings()
    plan = SamplingPlan.objects.create(
        number=str(number),
        quarter=str(period),
        kind=kind,
        drafted_by=actor,
        note=note,
        must_check_set=check_set,
        key_ratio=chosen["key_ratio"],
        special_ratio=chosen["special_ratio"],
        waves=chosen["waves"] if kind == PlanKind.QUARTERLY else 1,
        share=_checked_share(kind, share, chosen),
        department=joint.department if joint else None,
        partners_per_team=joint.partners_per_team if joint else 1,
        scope=dict(joint.scope) if joint else {},
    )
    plan.items.set(items)
    record_event(action="plan.drafted", actor=actor, obj=plan)
    return plan


def _number_of(period: Quarter, kind: PlanKind, month: int) -> PlanNumber:
    """The number of the plan to be; refuses what the quarter has no place for."""
    others = SamplingPlan.objects.filter(quarter=str(period))
    if kind == PlanKind.MONTHLY:
        number = PlanNumber.parse(f"{period}-{LETTERS[kind]}{month}")
    elif kind == PlanKind.QUARTERLY:
        number = PlanNumber(period)
    else:
        numbers = others.filter(kind=kind).values_list("number", flat=True)
        taken = [PlanNumber.parse(text).count for text in numbers]
        number = PlanNumber(period, kind, max(taken, default=0) + 1)
    if others.filter(number=str(number)).exists():
        raise PlanAlreadyExists(_("%(plan)s已经存在，请直接打开该计划。") % {"plan": number.label})
    _require_place(period, kind, others)
    return number


def _require_place(period: Quarter, kind: PlanKind, others: Any) -> None:
    if kind == PlanKind.QUARTERLY and others.filter(kind=PlanKind.MONTHLY).exists():
        raise PlanDoesNotFit(
            _("%(quarter)s已按月分批抽查，不能再编制季度计划。") % {"quarter": period.label}
        )
    if kind == PlanKind.MONTHLY and others.filter(kind=PlanKind.QUARTERLY).exists():
        raise PlanDoesNotFit(
            _("%(quarter)s已有季度计划，不能再按月分批抽查。") % {"quarter": period.label}
        )
    if kind == PlanKind.SUPPLEMENTARY:
        drawn = others.filter(kind__in=[PlanKind.QUARTERLY, PlanKind.MONTHLY]).exclude(
            state__in=[PlanState.DRAFT, PlanState.FROZEN]
        )
        if not drawn.exists():
            raise PlanDoesNotFit(
                _(
                    "%(quarter)s还没有完成抽取；冻结前入库的单位会直接进入本季度抽取池，无需补充抽查。"
                )
                % {"quarter": period.label}
            )


def _checked_share(kind: str, share: int | None, chosen: Mapping[str, Any]) -> int | None:
    """The percentage of a kind without a floor: the given one, or the bureau's setting."""
    setting = SHARE_SETTINGS.get(PlanKind(kind))
    if setting is None:
        return None
    value = chosen[setting] if share is None else share
    if share is None and not value:
        raise ShareOutOfRange(
            _("本局设定中还没有这类抽查的比例，请在此填写1至100之间的百分数。"), field="share"
        )
    if not 1 <= value <= PERCENT:
        raise ShareOutOfRange(_("抽查比例应为1%至100%。"), field="share")
    return int(value)


@transaction.atomic
def edit_plan(
    *,
    plan_id: int,
    actor: Any,
    waves: int,
    note: str,
    items: Sequence[InspectionItem],
    key_ratio: int | None = None,
    special_ratio: int | None = None,
    share: int | None = None,
) -> SamplingPlan:
    """Change a draft; ratios below the floor are refused with the rule they break."""
    require(actor, EDIT_PLAN)
    plan = SamplingPlan.objects.select_for_update().get(pk=plan_id)
    if plan.state != PlanState.DRAFT:
        raise PlanIsFrozen(
            _("计划已冻结，不能再修改；如确需修改，请在公布的抽取时刻之前撤回冻结。")
        )
    key_ratio = plan.key_ratio if key_ratio is None else key_ratio
    special_ratio = plan.special_ratio if special_ratio is None else special_ratio
    check_ratio("重点排污单位", Fraction(key_ratio, 100), KEY_FLOOR, field="key_ratio")
    check_ratio("特殊监管对象", Fraction(special_ratio, 100), SPECIAL_FLOOR, field="special_ratio")
    for name, ratio in (("key_ratio", key_ratio), ("special_ratio", special_ratio)):
        if ratio > PERCENT:
            raise RatioAboveWhole(_("抽查比例最高为100%，请改小。"), field=name)
    if not items:
        raise ChecklistMissing(_("请至少选择一个抽查事项。"))
    wanted = {
        "share": None if plan.share is None else _checked_share(plan.kind, share or plan.share, {}),
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


def plan_window(plan: SamplingPlan, calendar: WorkCalendar) -> tuple[date, ...]:
    """The days in which the plan is fixed, ascending.

    The last five working days before the quarter, or before the month of a batch (实施方案 二（四）).
    The other kinds have no legal window: from those days on until the quarter ends.
    """
    period, number = plan.period, plan.parsed
    first = period.months[number.count - 1] if plan.kind == PlanKind.MONTHLY else period.start
    window = tuple(calendar.subtract(first, n) for n in range(WINDOW_DAYS, 0, -1))
    if plan.kind in (PlanKind.QUARTERLY, PlanKind.MONTHLY):
        return window
    return (window[0], period.end)
