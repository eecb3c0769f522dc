"""The limit keeps an officer away from a unit; two officers in every team come before it."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sampling.rules.protocol import (
    EVERY_SOURCE,
    Category,
    Conflict,
    Need,
    Pool,
    PoolInspector,
    PoolSource,
    Role,
    unstaffable,
)
from sampling.rules.rotation import Visits, rotate

DAY = date(2026, 5, 13)


def pool(officers: int, *, units: int = 2, conflicts: tuple[Conflict, ...] = ()) -> Pool:
    return Pool(
        plan="2026Q3",
        sources=tuple(PoolSource(Category.KEY, 0, f"PS{n}", 1) for n in range(units)),
        quotas={Category.KEY: 1},
        inspectors=tuple(
            PoolInspector(f"IN{n}", Role.OFFICER, frozenset()) for n in range(officers)
        ),
        needs=(Need(EVERY_SOURCE, Role.OFFICER, "-", 2),),
        conflicts=conflicts,
    )


def seen(times: int, days_ago: int = 10) -> Visits:
    return Visits(times, DAY - timedelta(days=days_ago))


def pair(unit: int, officer: int) -> Conflict:
    return Conflict(f"PS{unit}", f"IN{officer}")


def test_who_was_there_as_often_as_the_limit_stays_away() -> None:
    visits = {pair(0, 0): seen(2), pair(0, 1): seen(1), pair(1, 1): seen(3)}

    assert rotate(pool(4), visits, 2).barred == (pair(0, 0), pair(1, 1))


def test_without_a_limit_nobody_stays_away() -> None:
    assert rotate(pool(4), {pair(0, 0): seen(9)}, 0).barred == ()


@pytest.mark.parametrize(
    ("visits", "back"),
    [
        ({pair(0, 0): seen(3), pair(0, 1): seen(2)}, pair(0, 1)),
        ({pair(0, 0): seen(2, 30), pair(0, 1): seen(2, 5)}, pair(0, 0)),
    ],
    ids=["fewest visits", "longest ago"],
)
def test_where_too_few_are_left_the_least_seen_comes_back(
    visits: dict[Conflict, Visits], back: Conflict
) -> None:
    rotation = rotate(pool(3), visits, 2)

    assert rotation.given_way == (back,)
    assert set(rotation.barred) == set(visits) - {back}


def test_a_declared_conflict_never_gives_way() -> None:
    declared = pool(3, conflicts=(pair(0, 2),))

    rotation = rotate(declared, {pair(0, 0): seen(2), pair(0, 2): seen(2)}, 2)

    assert rotation.given_way == (pair(0, 0),)
    assert rotation.barred == ()


def test_a_unit_nobody_can_staff_stays_so() -> None:
    rotation = rotate(pool(1), {pair(0, 0): seen(2)}, 2)

    assert unstaffable(pool(1)) == ["PS0", "PS1"]
    assert rotation.barred == ()


def test_people_and_units_outside_the_pool_are_not_named() -> None:
    visits = {Conflict("PS9", "IN0"): seen(5), Conflict("PS0", "IN9"): seen(5)}

    assert rotate(pool(4), visits, 2) == rotate(pool(4), {}, 2)


PAIRS = [pair(unit, officer) for unit in range(3) for officer in range(7)]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    officers=st.integers(2, 6),
    drawn=st.lists(st.tuples(st.sampled_from(PAIRS), st.integers(1, 5), st.integers(0, 9))),
    limit=st.integers(0, 4),
)
def test_rotation_never_costs_a_unit_its_team(
    officers: int, drawn: list[tuple[Conflict, int, int]], limit: int
) -> None:
    visits = {one: seen(times, days) for one, times, days in drawn}
    frozen = pool(officers, units=3)

    rotation = rotate(frozen, visits, limit)

    with_limit = Pool(
        frozen.plan, frozen.sources, frozen.quotas, frozen.inspectors, frozen.needs, rotation.barred
    )
    assert unstaffable(with_limit) == unstaffable(frozen) == []
    assert not set(rotation.barred) & set(rotation.given_way)
    assert all(visits[one].times >= limit for one in rotation.barred)
