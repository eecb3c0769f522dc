"""Plans beside the quarter's own: one drawn and sealed, one announced for tomorrow."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from chanji_dualrandom.demo.chance import NOTICE_HOURS, lottery_after
from chanji_dualrandom.demo.quarters import hold_and_approve
from registry.choices import ListLevel
from registry.models import InspectionItemList, Inspector, PartnerDepartment
from registry.rules.quarter import Quarter
from sampling.choices import PlanKind
from sampling.services.freezing import freeze_plan
from sampling.services.plans import JointTerms, draft_plan

# Long enough for the notice, the wait for the lottery and the morning after it.
PROJECTS_FROZEN = timedelta(days=6)
PARTNER = "示范市场监督管理局"
PARTNERS_PEOPLE = ("沈市监", "韩市监")
PARTNERS_ITEMS = (
    ("SJ-01", "特种设备使用登记和定期检验", "使用登记证、检验报告"),
    ("SJ-02", "计量器具强制检定情况", "检定证书与在用器具是否一致"),
)


def make_partner(*, year: int) -> PartnerDepartment:
    department = PartnerDepartment.objects.create(name=PARTNER, note="示范数据")
    items = InspectionItemList.objects.create(
        level=ListLevel.PARTNER,
        department=department,
        version=1,
        title="示范市场监管抽查事项清单",
        effective_from=date(year, 1, 1),
    )
    for code, name, content in PARTNERS_ITEMS:
        items.items.create(
            code=code,
            name=name,
            item_class="general",
            body=PARTNER,
            target="使用单位",
            content=content,
            method="on_site",
        )
    taken = Inspector.objects.count()
    for number, name in enumerate(PARTNERS_PEOPLE, taken + 1):
        person = Inspector.objects.create(
            code=f"IN{number:03d}", name=name, role="officer", organisation=PARTNER
        )
        person.credentials.create(
            number=f"示范市监{number:04d}",
            valid_from=date(year - 2, 1, 1),
            valid_to=date(year + 2, 12, 31),
        )
    return department


def draw_projects(quarter: Quarter, *, users: dict[str, Any], now: datetime) -> None:
    """建设项目抽查, held in the last days: approved, its list sealed until the dispatch."""
    plan = draft_plan(quarter=str(quarter), actor=users["planner1"], kind=PlanKind.CONSTRUCTION)
    frozen = now - PROJECTS_FROZEN
    source = lottery_after(frozen + timedelta(hours=NOTICE_HOURS))
    freeze_plan(number=plan.number, actor=users["planner1"], entropy=[source], now=frozen)
    hold_and_approve(plan.number, source, drawer=users["planner2"], users=users)


def announce_joint_plan(quarter: Quarter, *, users: dict[str, Any], now: datetime) -> None:
    """部门联合抽查, frozen today: the public may keep the announcement before the draw."""
    plan = draft_plan(
        quarter=str(quarter),
        actor=users["planner2"],
        kind=PlanKind.JOINT,
        share=10,
        joint=JointTerms(make_partner(year=quarter.year), scope={"types": ["key", "general"]}),
    )
    freeze_plan(
        number=plan.number,
        actor=users["planner2"],
        entropy=[lottery_after(now + timedelta(hours=NOTICE_HOURS))],
        now=now,
    )


def play_other_plans(quarter: Quarter, *, users: dict[str, Any], now: datetime) -> None:
    """Near the quarter's end there is no room left for them."""
    if timezone.localdate(now + timedelta(days=5)) > quarter.end:
        return
    if timezone.localdate(now - PROJECTS_FROZEN) >= quarter.start:
        draw_projects(quarter, users=users, now=now)
    announce_joint_plan(quarter, users=users, now=now)
