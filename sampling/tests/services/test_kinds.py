"""Plans beside the quarter's own: drafted, frozen and drawn by the same protocol."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from registry.models import (
    BureauSetting,
    CapExemption,
    CheckLedgerEntry,
    Deadline,
    InspectionItemList,
    PartnerDepartment,
    PollutionSource,
)
from sampling.choices import PlanKind
from sampling.models import Draw, SamplingPlan
from sampling.rules import protocol
from sampling.rules.entropy_calendar import drand_round
from sampling.rules.plan_window import PlanWindowClosed, PlanWindowNotYetOpen
from sampling.services import draws, freezing, proofs
from sampling.services.compositions import build_pool, drawn_general_this_year
from sampling.services.minutes import minutes_data
from sampling.services.plans import (
    ChecklistMissing,
    JointTerms,
    PlanAlreadyExists,
    PlanDoesNotFit,
    ShareOutOfRange,
    draft_plan,
    plan_window,
)
from sampling.tests.conftest import QUARTER, moment, officer, source, witnesses

DRAND_VALUE = "5f" * 32
JULY = 22  # days from 2026-06-30 on: in the quarter, after its freeze


def freeze(number: str, actor: User, *, day: int = 25, **fields: Any) -> Draw:
    start = moment(25) + timedelta(days=day - 25)
    return freezing.freeze_plan(
        number=number,
        actor=actor,
        entropy=[drand_round(start + timedelta(hours=48))],
        now=start,
        **fields,
    )


def drawn(number: str, planner: User, director: User, *, day: int = 25) -> Draw:
    """Frozen, drawn and approved on one day; its proof bundle verifies."""
    frozen = freeze(number, planner, day=day)
    after = frozen.entropy_at + timedelta(hours=1)
    draws.draw_plan(
        number=number,
        actor=planner,
        value=DRAND_VALUE,
        witnesses=witnesses("何一", "金二", value=DRAND_VALUE),
        now=after,
    )
    draw = draws.approve_plan(number=number, actor=director, now=after)
    protocol.verify_bundle(proofs.build_bundle(draw))
    return draw


def sent(draw: Draw) -> list[str]:
    """Its waves are out; the pool ids of its units."""
    draw.waves.update(dispatched_at=moment(30))
    return list(draws.recompute(draw).result.teams)


def in_july(day: int) -> int:
    """``day`` of July as a day counted from June on."""
    return 30 + day


@pytest.fixture
def quarterly(plan: SamplingPlan, planner: User, director: User) -> Draw:
    return drawn(QUARTER, planner, director)


def test_monthly_batches_together_draw_the_quarter_and_nobody_twice(
    registers: None, planner: User, director: User
) -> None:
    days = {1: 25, 2: in_july(27), 3: in_july(58)}  # 07-27 and 08-27: the last five working days
    names: list[str] = []

    for month, day in days.items():
        batch = draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.MONTHLY, month=month)
        names += sent(drawn(batch.number, planner, director, day=day))

    whole = {"key": 2, "special": 2, "general": 9}  # 25 % of 8, 50 % of 4, 3/4 of the year's 12
    counts = {
        name: sum(
            line["quota"] for draw in Draw.objects.all() for line in draw.quotas
            if line["category"] == name
        )
        for name in whole
    }  # fmt: skip
    assert counts["key"] >= whole["key"]
    assert counts["special"] == whole["special"]
    assert len(names) == len(set(names)) == sum(counts.values())


def test_the_next_batch_waits_until_the_earlier_one_is_out(
    registers: None, planner: User, director: User
) -> None:
    for month in (1, 2):
        draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.MONTHLY, month=month)
    first = drawn(f"{QUARTER}-M1", planner, director)

    with pytest.raises(freezing.EarlierBatchSealed, match="2026年7月抽查批次还没有全部派发"):
        freeze(f"{QUARTER}-M2", planner, day=in_july(27))

    sent(first)
    assert freeze(f"{QUARTER}-M2", planner, day=in_july(27)).state == "frozen"


def test_a_batch_has_its_own_window_and_the_next_its_own_clock(
    registers: None, planner: User
) -> None:
    draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.MONTHLY, month=1)
    second = draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.MONTHLY, month=2)
    from registry.clocks.selectors import work_calendar

    window = plan_window(second, work_calendar())
    freeze(f"{QUARTER}-M1", planner)

    assert (window[0], window[-1]) == (date(2026, 7, 27), date(2026, 7, 31))
    assert Deadline.objects.get(subject=f"plan:{QUARTER}").state == "met"
    following = Deadline.objects.get(subject=f"plan:{QUARTER}-M2")
    assert (following.state, following.due_on) == ("open", date(2026, 7, 31))
    with pytest.raises(PlanWindowNotYetOpen):
        freeze(f"{QUARTER}-M2", planner, day=28)


def test_a_quarter_is_drawn_at_once_or_by_the_month(plan: SamplingPlan, planner: User) -> None:
    with pytest.raises(PlanDoesNotFit, match="已有季度计划"):
        draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.MONTHLY, month=1)

    draft_plan(quarter="2026Q4", actor=planner, kind=PlanKind.MONTHLY, month=1)
    with pytest.raises(PlanDoesNotFit, match="已按月分批"):
        draft_plan(quarter="2026Q4", actor=planner)
    with pytest.raises(PlanAlreadyExists):
        draft_plan(quarter="2026Q4", actor=planner, kind=PlanKind.MONTHLY, month=1)


def test_who_entered_after_the_freeze_comes_into_a_supplementary_draw(
    quarterly: Draw, planner: User, director: User
) -> None:
    entered = {source(number, "key").code for number in range(90, 95)}

    extra = draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.SUPPLEMENTARY)
    draw = drawn(extra.number, planner, director, day=in_july(22))

    assert extra.number == "2026Q3-S1"
    pool = protocol.parse_pool(draw.pool)
    assert {row.source_id for row in pool.sources} == entered
    assert pool.quotas["key"] == 3  # five owed, two quarters left


def test_without_new_units_or_without_a_draw_there_is_no_supplementary_one(
    quarterly: Draw, planner: User
) -> None:
    extra = draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.SUPPLEMENTARY)

    with pytest.raises(freezing.PoolIsEmpty, match="没有新入库的单位"):
        freeze(extra.number, planner, day=in_july(22))
    with pytest.raises(PlanDoesNotFit, match="还没有完成抽取"):
        draft_plan(quarter="2026Q4", actor=planner, kind=PlanKind.SUPPLEMENTARY)


def test_construction_projects_have_a_draw_of_their_own_that_never_counts(
    registers: None, planner: User, director: User
) -> None:
    projects = {source(number, kind="construction").code for number in range(70, 80)}
    before = drawn_general_this_year(SamplingPlan(quarter="2026Q4").period)

    plan = draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.CONSTRUCTION)
    draw = drawn(plan.number, planner, director, day=in_july(2))

    assert (plan.share, plan.counts_toward_ratio) == (20, False)
    pool = protocol.parse_pool(draw.pool)
    assert {row.source_id for row in pool.sources} == projects
    assert pool.quotas == {"general": 2}
    assert plan.quotas.get().label == "建设项目"
    assert [line["label"] for line in minutes_data(draw)["quotas"]] == ["建设项目"]
    assert drawn_general_this_year(SamplingPlan(quarter="2026Q4").period) == before


def test_projects_checked_this_year_are_drawn_last(registers: None, planner: User) -> None:
    projects = [source(number, kind="construction") for number in range(70, 74)]
    CheckLedgerEntry.objects.create(
        source=projects[0],
        checked_on=date(2026, 5, 5),
        check_source="random",
        plan_number="2026Q2-C1",
        reference="CJ-2026Q2-C1-0001",
    )
    plan = draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.CONSTRUCTION)

    tiers = {
        row.source_id: row.tier for row in build_pool(plan, today=date(2026, 7, 1)).pool.sources
    }

    assert tiers == {project.code: int(project == projects[0]) for project in projects}


def checked(unit: PollutionSource, plan_number: str, day: date) -> None:
    CheckLedgerEntry.objects.create(
        source=unit,
        checked_on=day,
        check_source="random",
        plan_number=plan_number,
        counts_toward_ratio=True,
        reference=f"CJ-{plan_number}-{unit.code}",
    )


def test_a_look_back_draws_again_from_whom_the_year_has_inspected(
    registers: None, planner: User, director: User
) -> None:
    keys = list(PollutionSource.objects.filter(regulatory_type="key"))
    for unit in keys[:4]:
        checked(unit, "2026Q1", date(2026, 2, 2))
    checked(keys[4], "2026Q3", date(2026, 7, 3))

    plan = draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.LOOKBACK, share=25)
    draw = drawn(plan.number, planner, director, day=in_july(22))

    pool = protocol.parse_pool(draw.pool)
    assert {row.source_id for row in pool.sources} == {unit.code for unit in keys[:4]}
    assert pool.quotas == {"key": 1}


def test_a_look_back_share_of_zero_is_refused(registers: None, planner: User) -> None:
    with pytest.raises(ShareOutOfRange, match="1%至100%"):
        draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.LOOKBACK, share=0)
    with pytest.raises(ShareOutOfRange, match="本局设定中还没有这类抽查的比例，请在此填写"):
        draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.LOOKBACK)

    BureauSetting.objects.create(key="lookback_ratio", value=10)
    assert draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.LOOKBACK).share == 10


@pytest.fixture
def partner(registers: None) -> PartnerDepartment:
    department = PartnerDepartment.objects.create(name="高新区市场监督管理局")
    items = InspectionItemList.objects.create(
        level="partner", department=department, version=1, title="市场监管抽查事项清单",
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    items.items.create(
        code="SC-01", name="特种设备使用情况", item_class="general", body="市场监管局",
        target="使用单位", content="登记与定期检验", method="on_site",
    )  # fmt: skip
    for number in (81, 82):
        person = officer(number)
        person.organisation = department.name
        person.save()
    return department


def test_a_joint_team_has_two_of_ours_and_one_of_theirs(
    partner: PartnerDepartment, planner: User, director: User
) -> None:
    PollutionSource.objects.filter(code__in=["PS00009", "PS00010"]).update(industry_code="2611")
    terms = JointTerms(partner, scope={"industries": ["26"]})

    plan = draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.JOINT, share=50, joint=terms)
    draw = drawn(plan.number, planner, director, day=in_july(2))

    pool = protocol.parse_pool(draw.pool)
    assert {row.source_id for row in pool.sources} == {"PS00009", "PS00010"}
    assert "SC-01" in plan.items.values_list("code", flat=True)
    (team,) = draws.recompute(draw).result.teams.values()
    assert [code in ("IN081", "IN082") for code in team] == [False, False, True]


def test_people_of_a_partner_are_in_no_other_draw(
    partner: PartnerDepartment, planner: User
) -> None:
    plan = draft_plan(quarter=QUARTER, actor=planner)

    frozen = build_pool(plan, today=date(2026, 6, 25))

    assert {person.id for person in frozen.pool.inspectors} == {f"IN{n:03d}" for n in range(1, 6)}
    assert frozen.officers == 5


def test_a_joint_plan_needs_the_partners_items(registers: None, planner: User) -> None:
    terms = JointTerms(PartnerDepartment.objects.create(name="高新区应急管理局"))

    with pytest.raises(ChecklistMissing, match="高新区应急管理局还没有抽查事项清单"):
        draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.JOINT, joint=terms)


def test_after_the_quarter_none_of_them_is_frozen_in_silence(
    registers: None, planner: User
) -> None:
    source(70, kind="construction")
    plan = draft_plan(quarter=QUARTER, actor=planner, kind=PlanKind.CONSTRUCTION)

    with pytest.raises(PlanWindowClosed, match="本季度已于2026-09-30结束"):
        freeze(plan.number, planner, day=in_july(100))


def test_an_exemption_or_the_worst_credit_lifts_the_cap(registers: None, planner: User) -> None:
    units = list(PollutionSource.objects.filter(code__in=["PS00009", "PS00010", "PS00011"]))
    for number in range(2):
        for unit in units:
            CheckLedgerEntry.objects.create(
                source=unit,
                checked_on=date(2026, 3, 1 + number),
                check_source="complaint",
                reference=f"X-{unit.code}-{number}",
            )
    CapExemption.objects.create(
        source=units[0], kind="enterprise_request", reason="企业申请指导",
        starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30),
    )  # fmt: skip
    PollutionSource.objects.filter(pk=units[1].pk).update(credit_grade="bad")
    # Two categories' worth of others, so that nobody has to come back for the quota.
    BureauSetting.objects.create(key="general_reading", value="units")

    frozen = build_pool(draft_plan(quarter=QUARTER, actor=planner), today=date(2026, 6, 25))

    left_out = {row.source_id for row in frozen.composition.left_out}
    assert left_out == {units[2].code}
