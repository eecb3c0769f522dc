"""One unit in the plans around today: in the pool or not, with how many tickets, and why.

Nothing here opens a sealed list. Whether the unit was drawn is told only by what is public (a revealed
proof) or by the floor above, to those who may see its assignments.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from registry.models import PollutionSource
from registry.rules.quarter import Quarter
from registry.rules.unit_words import RiskGrade, SourceKind
from registry.selectors import bureau_settings
from registry.selectors.units import grade_on, grade_sentence, listed_at
from sampling.choices import ENDED_WITHOUT_EFFECT, DrawState, PlanKind
from sampling.models import Draw, ExternalDraw, SamplingPlan
from sampling.rules.pool import PoolSettings, UnitFacts
from sampling.services.pools import pool_id

TIERS = {
    0: _lazy("先抽（第0层）"),
    1: _lazy("后抽（第1层，本年已检查）"),
    2: _lazy("最后抽（第2层，已达年度频次上限，名额不足时才抽）"),
    3: _lazy("最后抽（第3层，正面清单，名额不足时才抽）"),
}


@dataclass(frozen=True)
class InPlan:
    """``tickets`` is None where the unit was not in the pool; ``drawn`` only of a public proof."""

    plan: SamplingPlan
    frozen_on: date | None
    tickets: int | None
    lines: tuple[str, ...]
    drawn: bool | None = None
    sealed: bool = False


def unit_in_plans(source: PollutionSource, *, today: date) -> list[InPlan]:
    """Plans of the next, this and the last quarter, newest first."""
    this = Quarter.of(today)
    quarters = [str(this.next), str(this), str(this.previous)]
    plans = SamplingPlan.objects.filter(quarter__in=quarters).order_by("-quarter", "number")
    return [_in_plan(source, plan) for plan in plans]


def _in_plan(source: PollutionSource, plan: SamplingPlan) -> InPlan:
    if plan.kind == PlanKind.EXTERNAL:
        return _in_external(plan)
    draw = plan.draws.exclude(state__in=ENDED_WITHOUT_EFFECT).first()
    if draw is None:
        return InPlan(plan, None, None, (_("尚未冻结，抽取池还没有形成。"),))
    frozen_on = timezone.localdate(draw.frozen_at)
    names = {pool_id(source.code, confidential=hidden) for hidden in (False, True)}
    row = _pool_row(draw, names)
    if row is None:
        return InPlan(plan, frozen_on, None, (_why_absent(source, draw, names),))
    category, tier, name, weight = row
    return InPlan(
        plan,
        frozen_on,
        weight,
        (
            _("在抽取池中，按%(category)s抽取，%(tier)s。")
            % {
                "category": plan.category_label(category),
                "tier": TIERS.get(tier, _("第%(n)d层") % {"n": tier}),
            },
            _why_tickets(source, draw, weight),
        ),
        drawn=_drawn(draw, name),
        sealed=draw.state != DrawState.REVEALED,
    )


def _in_external(plan: SamplingPlan) -> InPlan:
    taken = ExternalDraw.objects.filter(plan=plan).first()
    day = timezone.localdate(taken.approved_at) if taken and taken.approved_at else None
    return InPlan(plan, day, None, (_("在其他平台抽取，本系统没有其抽取池。"),))


def _pool_row(draw: Draw, names: set[str]) -> tuple[str, int, str, int] | None:
    """The unit's S line, found in the text: parsing a large pool for one unit would be slow."""
    wanted = "|".join(re.escape(name) for name in sorted(names))
    found = re.search(rf"^S\t([a-z]+)\t(\d+)\t({wanted})\t(\d+)$", draw.pool, re.MULTILINE)
    if found is None:
        return None
    category, tier, name, weight = found.groups()
    return category, int(tier), name, int(weight)


def _why_absent(source: PollutionSource, draw: Draw, names: set[str]) -> str:
    for row in draw.left_out:
        if row["source"] in names:
            return _("不在抽取池中：%(reason)s。") % {"reason": str(row["reason"]).rstrip("。")}
    if source.created_at > draw.frozen_at:
        return _("不在抽取池中：冻结时该单位尚未建档（%(day)s 建档），可编制补充抽查。") % {
            "day": timezone.localdate(source.created_at)
        }
    reasons = {
        PlanKind.MONTHLY: _("本批不含前批已抽取的单位和不符合条件的单位"),
        PlanKind.SUPPLEMENTARY: _("补充抽查只含季度冻结后新入库的单位"),
        PlanKind.CONSTRUCTION: _("只从在册建设项目中抽取"),
        PlanKind.JOINT: _("不在本次联合抽查的范围内"),
        PlanKind.LOOKBACK: _("回头看只从本年已检查的重点排污单位中抽取"),
    }
    reason = reasons.get(PlanKind(draw.plan.kind), _("冻结时不符合入池条件"))
    return _("不在抽取池中：%(reason)s。") % {"reason": reason}


def _why_tickets(source: PollutionSource, draw: Draw, weight: int) -> str:
    """What the register said at the freeze; the pool's own number is what counted."""
    grade, row = grade_on(source, draw.frozen_at)
    if listed_at(source, timezone.localdate(draw.frozen_at)):
        return _("%(n)d 签：冻结时列入正面清单，不论风险等级只计 1 签。") % {"n": weight}
    return _("%(n)d 签：冻结时%(grade)s。") % {"n": weight, "grade": grade_sentence(grade, row)}


def _drawn(draw: Draw, name: str) -> bool | None:
    if draw.state != DrawState.REVEALED:
        return None
    return name in dict(draw.bundle or {}).get("teams", {})


@dataclass(frozen=True)
class Tickets:
    """``count`` is 0 for a unit no quarter draws from: it has left, or is a project."""

    count: int
    text: str


def tickets_today(source: PollutionSource, *, today: date) -> Tickets:
    """How many tickets the unit would have if a quarter's pool were frozen today."""
    if not source.is_active:
        return Tickets(0, _("已移出名录，不参加抽取"))
    if source.kind == SourceKind.CONSTRUCTION:
        return Tickets(0, _("建设项目不参加季度抽取，另行抽查"))
    chosen = bureau_settings()
    settings_ = PoolSettings(
        high_weight=chosen["weight_high"],
        medium_weight=chosen["weight_medium"],
        low_weight=chosen["weight_low"],
    )
    listed = (
        source.positive_list
        and (source.positive_from is None or source.positive_from <= today)
        and (source.positive_until is None or today <= source.positive_until)
    )
    unit = UnitFacts(
        source_id=source.code,
        risk=RiskGrade(source.risk_grade) if source.risk_grade else None,
        positive_listed=listed,
    )
    count = settings_.weight(unit)
    grade, row = grade_on(source, timezone.now())
    if listed:
        return Tickets(count, _("列入正面清单，不论风险等级只计 1 签"))
    each = _("本局设定：高 %(high)d 签、中 %(medium)d 签、低 %(low)d 签") % {
        "high": settings_.high_weight,
        "medium": settings_.medium_weight,
        "low": settings_.low_weight,
    }
    return Tickets(count, f"{grade_sentence(grade, row)}（{each}）")
