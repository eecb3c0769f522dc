"""Conflicts of interest and the rotation limit, as they stand in the frozen pool."""

from datetime import date
from typing import Any

import pytest

from registry.models import BureauSetting, CheckLedgerEntry, Inspector, PollutionSource
from registry.permissions import MANAGE_REGISTERS
from registry.services.conflicts import declare_conflict, end_conflict
from registry.services.inspectors import record_leave
from sampling.models import SamplingPlan
from sampling.rules import protocol
from sampling.services import draws, freezing
from sampling.services.compositions import build_pool
from sampling.services.pools import pool_id
from sampling.tests.conftest import QUARTER, SOURCE, VALUE, moment, person, witnesses

pytestmark = pytest.mark.django_db
FREEZE_DAY = date(2026, 6, 24)


@pytest.fixture
def keeper(db: None) -> Any:
    return person("keeper", MANAGE_REGISTERS)


def frozen_conflicts(planner: Any) -> set[tuple[str, str]]:
    """Freeze the plan and read the C lines of its pool file."""
    draw = freezing.freeze_plan(
        number=QUARTER, actor=planner, entropy=[SOURCE], now=moment(24),
    )  # fmt: skip
    return {tuple(row) for row in protocol.parse_pool(draw.pool).conflicts}


def declare(keeper: Any, source: str, officer: str, **changes: Any) -> Any:
    return declare_conflict(
        **{
            "inspector_id": Inspector.objects.get(code=officer).pk,
            "source": PollutionSource.objects.get(code=source),
            "kind": "relative",
            "detail": "配偶任职",
            "starts_on": date(2026, 6, 1),
            "actor": keeper,
            "today": FREEZE_DAY,
            **changes,
        }
    )


def checked(source: str, officers: list[str], on: date, reference: str) -> None:
    CheckLedgerEntry.objects.create(
        source=PollutionSource.objects.get(code=source), checked_on=on, check_source="daily",
        reference=reference, officers=officers,
    )  # fmt: skip


def test_a_declared_conflict_is_an_exclusion_of_the_frozen_pool(
    plan: SamplingPlan, planner: Any, keeper: Any
) -> None:
    declare(keeper, "PS00001", "IN001")

    assert frozen_conflicts(planner) == {("PS00001", "IN001")}


def test_nobody_draws_an_officer_to_the_unit_he_declared(
    plan: SamplingPlan, planner: Any, keeper: Any
) -> None:
    for number in range(1, 9):
        declare(keeper, f"PS{number:05d}", "IN001")
    frozen_conflicts(planner)

    draw = draws.draw_plan(
        number=QUARTER,
        actor=planner,
        value=VALUE,
        witnesses=witnesses("何一", "金二"),
        now=moment(29),
    )

    keys = {f"PS{number:05d}" for number in range(1, 9)}
    teams = draws.recompute(draw).result.teams
    assert keys & teams.keys()
    assert not [unit for unit in keys & teams.keys() if "IN001" in teams[unit]]


def test_what_ended_before_the_quarter_excludes_nobody(
    plan: SamplingPlan, planner: Any, keeper: Any
) -> None:
    row = declare(keeper, "PS00001", "IN001")
    end_conflict(
        conflict_id=row.pk, on=FREEZE_DAY, reason="配偶离职", actor=keeper, today=FREEZE_DAY
    )

    assert frozen_conflicts(planner) == set()


def test_a_confidential_unit_stands_under_its_opaque_id(
    plan: SamplingPlan, planner: Any, keeper: Any
) -> None:
    PollutionSource.objects.filter(code="PS00001").update(confidential=True)
    declare(keeper, "PS00001", "IN001")

    assert frozen_conflicts(planner) == {(pool_id("PS00001", confidential=True), "IN001")}


def test_an_officer_who_was_often_there_is_rotated_out(plan: SamplingPlan, planner: Any) -> None:
    checked("PS00001", ["IN001", "IN002"], date(2025, 7, 1), "A1")
    checked("PS00001", ["IN001"], date(2026, 5, 1), "A2")

    assert frozen_conflicts(planner) == {("PS00001", "IN001")}


@pytest.mark.parametrize(
    ("limit", "expected"), [(0, set()), (1, {("PS00001", "IN001"), ("PS00001", "IN002")}), (3, set())]
)  # fmt: skip
def test_the_bureau_chooses_the_limit(
    plan: SamplingPlan, planner: Any, limit: int, expected: set[Any]
) -> None:
    BureauSetting.objects.create(key="rotation_visits", value=limit)
    checked("PS00001", ["IN001", "IN002"], date(2026, 5, 1), "A1")
    checked("PS00001", ["IN001"], date(2026, 5, 9), "A2")

    assert frozen_conflicts(planner) == expected


def test_visits_of_more_than_a_year_ago_are_forgotten(plan: SamplingPlan, planner: Any) -> None:
    checked("PS00001", ["IN001"], date(2025, 6, 24), "A1")
    checked("PS00001", ["IN001"], date(2026, 5, 1), "A2")

    assert frozen_conflicts(planner) == set()


def test_the_limit_gives_way_to_two_officers_and_says_so(plan: SamplingPlan) -> None:
    everybody = [f"IN{number:03d}" for number in range(1, 6)]
    for time in range(2):
        checked("PS00001", everybody, date(2026, 5, 1 + time), f"A{time}")

    rotation = build_pool(plan, today=FREEZE_DAY).rotation

    assert len(rotation.barred) == 3
    assert len(rotation.given_way) == 2


def test_leave_that_was_cancelled_keeps_nobody_out(plan: SamplingPlan, keeper: Any) -> None:
    officer = Inspector.objects.get(code="IN001")
    row = record_leave(
        inspector_id=officer.pk, starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30),
        reason="进修", actor=keeper,
    )  # fmt: skip
    assert build_pool(plan, today=FREEZE_DAY).officers == 4

    row.cancelled_on, row.cancel_reason = FREEZE_DAY, "改期"
    row.save()

    assert build_pool(plan, today=FREEZE_DAY).officers == 5
