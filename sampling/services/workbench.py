"""The plan workbench: what the quarter would draw as the registers stand, what the year still
holds, whether the people can carry it, and what should be mended before the freeze."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.choices import InspectorRole, RegulatoryType
from registry.clocks.rules.workdays import WorkCalendar
from registry.models import CapExemption, CheckLedgerEntry, Inspector, PollutionSource
from registry.rules.quarter import Quarter
from registry.rules.two_officers import OFFICERS_NEEDED
from registry.selectors import bureau_settings
from sampling.choices import PlanKind
from sampling.models import SamplingPlan
from sampling.rules import protocol
from sampling.rules.protocol import Category
from sampling.rules.quotas import GeneralReading, annual_general
from sampling.rules.year_ahead import QuarterAhead, YearFacts, year_ahead
from sampling.services.compositions import FrozenPool, build_pool, drawn_general_this_year
from sampling.services.freezing import EMPTY_POOL, EMPTY_POOLS
from sampling.services.pools import sources_by_pool_id

SHOWN = 20


@dataclass(frozen=True)
class Check:
    """``level``: ok, warning, or blocking (the freeze would be refused). ``mends``: (text, link)."""

    title: str
    level: str
    detail: str
    mends: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Capacity:
    """Work of the quarter: officer-visits each officer carries, against its working days."""

    officers: int
    assignments: int
    workdays: int

    @property
    def visits_each(self) -> float:
        return self.assignments * OFFICERS_NEEDED / self.officers if self.officers else 0.0

    @property
    def share(self) -> int:
        """Percent of each officer's working days, at one visit a day."""
        return round(100 * self.visits_each / self.workdays) if self.workdays else 0


def with_ratios(plan: SamplingPlan, *, key_ratio: int, special_ratio: int) -> SamplingPlan:
    """The plan as it would be; unsaved. For what-if only."""
    trial = SamplingPlan.objects.get(pk=plan.pk)
    trial.key_ratio, trial.special_ratio = key_ratio, special_ratio
    return trial


def workbench(plan: SamplingPlan, *, today: date, calendar: WorkCalendar) -> dict[str, Any]:
    frozen = build_pool(plan, today=today)
    lines = frozen.composition.lines
    names = sources_by_pool_id(row.source_id for row in frozen.composition.left_out)
    return {
        "lines": lines,
        "left_out": [
            {"source": names.get(row.source_id), "reason": row.text}
            for row in frozen.composition.left_out
        ],
        "left_out_counts": Counter(row.text for row in frozen.composition.left_out).most_common(),
        "uncovered": uncovered_key_units(plan, frozen),
        "exemptions": CapExemption.objects.in_force(max(today, plan.period.start)).select_related(
            "source"
        ),
        "officers": frozen.officers,
        "assignments": sum(line.quota for line in lines),
        "capacity": capacity(plan.period, frozen, calendar),
        "ahead": ahead_of(plan, frozen) if plan.kind == PlanKind.QUARTERLY else [],
        "checks": checks(plan, frozen, today=today, calendar=calendar),
    }


def uncovered_key_units(plan: SamplingPlan, frozen: FrozenPool) -> list[PollutionSource]:
    """Key units of the pool that the year has not inspected yet."""
    if plan.kind not in (PlanKind.QUARTERLY, PlanKind.MONTHLY):
        return []
    covered = CheckLedgerEntry.objects.random_in_year(plan.period.year).units().values("unit")
    keys = PollutionSource.objects.in_pool().filter(regulatory_type=RegulatoryType.KEY)
    return list(keys.exclude(pk__in=covered).order_by("code"))


def capacity(period: Quarter, frozen: FrozenPool, calendar: WorkCalendar) -> Capacity:
    days = calendar.between(period.start, period.end) + int(calendar.is_workday(period.start))
    total = sum(line.quota for line in frozen.composition.lines)
    return Capacity(frozen.officers, total, days)


def ahead_of(plan: SamplingPlan, frozen: FrozenPool) -> list[QuarterAhead]:
    lines = {line.category: line for line in frozen.composition.lines}
    key, special = lines[Category.KEY], lines[Category.SPECIAL]
    general = lines[Category.GENERAL].base
    annual = annual_general(
        GeneralReading(bureau_settings()["general_reading"]),
        pool=general,
        officers=frozen.officers,
    )
    facts = YearFacts(
        key=key.base,
        key_drawable=key.drawable,
        key_owed=key.uncovered,
        special=special.base,
        special_owed=special.uncovered,
        general=general,
        general_annual=annual.used,
        general_drawn=drawn_general_this_year(plan.period),
    )
    return year_ahead(
        facts,
        quarter_number=plan.period.number,
        key_ratio=Fraction(plan.key_ratio, 100),
        special_ratio=Fraction(plan.special_ratio, 100),
    )


# --- What should be green before the freeze -----------------------------------------------------


def open_points(plan: SamplingPlan, *, today: date, calendar: WorkCalendar) -> list[str]:
    """The checks that are not green but would not stop the freeze."""
    frozen = build_pool(plan, today=today)
    return [
        f"{check.title}：{check.detail}"
        for check in checks(plan, frozen, today=today, calendar=calendar)
        if check.level == "warning"
    ]


def checks(
    plan: SamplingPlan, frozen: FrozenPool, *, today: date, calendar: WorkCalendar
) -> list[Check]:
    found = [
        _pool_is_there(plan, frozen),
        _everybody_gets_a_team(frozen),
        _officers_rotate(frozen),
        _certificates(plan.period, today),
        _units_have_their_data(),
        *([_key_list_is_of_the_year(plan.period)] if _draws_key_units(frozen) else []),
        _items_are_chosen(plan),
        _calendar_is_official(plan.period, calendar),
    ]
    if plan.kind == PlanKind.QUARTERLY:
        found.append(_lookback_is_planned(plan))
    return found


def _draws_key_units(frozen: FrozenPool) -> bool:
    return any(line.category == Category.KEY for line in frozen.composition.lines)


def _lookback_is_planned(plan: SamplingPlan) -> Check:
    """The bureau chose a look-back share: its own draw is easily forgotten."""
    title, share = _("回头看"), bureau_settings()["lookback_ratio"]
    if not share or plan.period.number == 1:
        return Check(title, "ok", _("本局未设回头看，或本年尚无已检查单位。"))
    if SamplingPlan.objects.filter(quarter=plan.quarter, kind=PlanKind.LOOKBACK).exists():
        return Check(title, "ok", _("本季度的回头看抽查已编制。"))
    return Check(
        title,
        "warning",
        _("本局设定回头看比例为%(share)d%%，本季度的回头看抽查尚未编制。") % {"share": share},
        ((_("编制回头看抽查"), reverse("sampling:beside")),),
    )


def _pool_is_there(plan: SamplingPlan, frozen: FrozenPool) -> Check:
    count = len(frozen.pool.sources)
    if count:
        return Check(_("抽取池"), "ok", _("%(count)d 家单位可抽取。") % {"count": count})
    link = reverse("registry:import", args=["sources"])
    return Check(
        _("抽取池"),
        "blocking",
        EMPTY_POOLS.get(PlanKind(plan.kind), EMPTY_POOL),
        ((_("导入污染源"), link),),
    )


def _everybody_gets_a_team(frozen: FrozenPool) -> Check:
    stuck = protocol.unstaffable(frozen.pool)
    title = _("检查组")
    if not stuck:
        return Check(title, "ok", _("每家单位都能组成两名以上执法人员的检查组。"))
    rows = sources_by_pool_id(stuck[:SHOWN])
    return Check(
        title,
        "blocking",
        _("%(count)d 家单位无法组成检查组：请补充在岗执法人员、更新执法证，或核对回避关系。")
        % {"count": len(stuck)},
        (
            (_("检查人员名录"), reverse("admin:registry_inspector_changelist")),
            (_("回避关系"), reverse("admin:registry_conflictofinterest_changelist")),
            *(_source_link(row) for row in rows.values()),
        ),
    )


def _officers_rotate(frozen: FrozenPool) -> Check:
    """The bureau's own limit gives way to the law's two officers; the planner is told where."""
    title, limit = _("轮换"), bureau_settings()["rotation_visits"]
    if not limit:
        return Check(title, "ok", _("本局未设轮换次数。"))
    said = {"limit": limit, "n": len(frozen.rotation.barred), "m": len(frozen.rotation.given_way)}
    if frozen.rotation.given_way:
        return Check(
            title,
            "warning",
            _(
                "近12个月检查同一单位满%(limit)d次的，已排除%(n)d组；另有%(m)d组因执法人员不足未能排除。"
            )
            % said,
        )
    if not frozen.rotation.barred:
        return Check(title, "ok", _("没有人近12个月检查同一单位满%(limit)d次。") % said)
    return Check(
        title, "ok", _("近12个月检查同一单位满%(limit)d次的%(n)d组人员与单位不再相遇。") % said
    )


def _certificates(period: Quarter, today: date) -> Check:
    title = _("执法证")
    rows = (
        Inspector.objects.on_post()
        .filter(role=InspectorRole.OFFICER)
        .annotate(until=Max("credentials__valid_to"))
        .filter(Q(until__isnull=True) | Q(until__lt=period.end))
        .order_by("until", "code")
    )
    people = list(rows)
    if not people:
        return Check(title, "ok", _("在岗执法人员的执法证在本季度内全部有效。"))
    expired = sum(1 for row in people if row.until is None or row.until < max(today, period.start))
    return Check(
        title,
        "warning",
        _("%(count)d 名在岗执法人员的执法证在季度结束前到期或未登记，其中 %(expired)d 名不能入池。")
        % {"count": len(people), "expired": expired},
        tuple(
            (
                f"{row.name}（{row.until.isoformat() if row.until else _('未登记')}）",
                reverse("admin:registry_inspector_change", args=[row.pk]),
            )
            for row in people[:SHOWN]
        ),
    )


def _units_have_their_data() -> Check:
    title = _("单位资料")
    rows = PollutionSource.objects.in_pool().filter(Q(address="") | Q(regulatory_type=""))
    count = rows.count()
    if not count:
        return Check(title, "ok", _("入池单位均有地址和监管类型。"))
    return Check(
        title,
        "warning",
        _("%(count)d 家单位缺少地址或监管类型，检查组将找不到或分错类。") % {"count": count},
        tuple(_source_link(row) for row in rows.order_by("code")[:SHOWN]),
    )


def _key_list_is_of_the_year(period: Quarter) -> Check:
    title = _("重点排污单位名录")
    rows = (
        PollutionSource.objects.in_pool()
        .filter(regulatory_type=RegulatoryType.KEY)
        .filter(Q(key_list_year__isnull=True) | Q(key_list_year__lt=period.year))
    )
    count = rows.count()
    if not count:
        return Check(title, "ok", _("重点排污单位均为%(year)d年度名录。") % {"year": period.year})
    return Check(
        title,
        "warning",
        _("%(count)d 家重点排污单位的名录年度早于%(year)d年，请核对新一年名录。")
        % {"count": count, "year": period.year},
        tuple(_source_link(row) for row in rows.order_by("code")[:SHOWN]),
    )


def _items_are_chosen(plan: SamplingPlan) -> Check:
    title, count = _("抽查事项"), plan.items.count()
    if count:
        return Check(title, "ok", _("已选 %(count)d 项。") % {"count": count})
    link = reverse("sampling:plan", args=[plan.number])
    return Check(title, "blocking", _("尚未选择抽查事项。"), ((_("选择"), f"{link}#plan-form"),))


def _calendar_is_official(period: Quarter, calendar: WorkCalendar) -> Check:
    title = _("工作日历")
    if not calendar.is_provisional(period.end):
        return Check(title, "ok", _("本季度的放假安排已公布。"))
    return Check(
        title,
        "warning",
        _("本季度的放假安排尚未录入，相关期限为暂定。"),
        ((_("录入放假通知"), reverse("admin:registry_holidaynotice_changelist")),),
    )


def _source_link(row: PollutionSource) -> tuple[str, str]:
    return row.display_name, reverse("admin:registry_pollutionsource_change", args=[row.pk])
