"""The draw against a second, naive reading of draw-protocol §1–§4 and §6, and teams against their
rules."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings

from sampling.rules.protocol import (
    Category,
    Need,
    Pool,
    PoolSource,
    Role,
    draw,
    ids_of,
    parse_pool,
    select,
    unstaffable,
)

from .naive import can_sit, is_a_team, naive_order, naive_teams, needs_of
from .strategies import pools, seeds, sha, staffable_pools

HEAD = "chanji-draw/2\t2027Q1\tsha256\n"


def worst_case_fails(pool: Pool, source: str) -> bool:
    """Try every choice the loads could make."""

    def fails(needs: list[Need], team: frozenset[str]) -> bool:
        if not needs:
            return False
        free = [i for i in can_sit(pool, source, needs[0]) if i not in team]
        return len(free) < needs[0].count or any(
            fails(needs[1:], team.union(chosen)) for chosen in combinations(free, needs[0].count)
        )

    return fails(needs_of(pool, source), frozenset())


@given(staffable_pools(), seeds)
@settings(deadline=None, max_examples=150)
def test_draw_is_the_naive_reading_of_the_protocol(pool: Pool, seed: str):
    result = draw(pool, seed)

    for category, quota in pool.quotas.items():
        order = naive_order(pool, seed, category)
        assert result.selected[category] == order[:quota]
        assert result.reserves[category] == order[quota:]
    winners = [source for ids in result.selected.values() for source in ids]
    teams, _ = naive_teams(pool, seed, winners)
    assert result.teams == teams
    assert list(result.teams) == list(teams)


@given(staffable_pools(), seeds)
@settings(deadline=None, max_examples=150)
def test_every_team_has_two_officers_and_keeps_to_its_needs_and_conflicts(pool: Pool, seed: str):
    officers = {i.id for i in pool.inspectors if i.role == Role.OFFICER}

    teams = draw(pool, seed).teams

    assert all(is_a_team(pool, source, team) for source, team in teams.items())
    assert all(set(team[:2]) <= officers for team in teams.values())


def plain_rule_fails(pool: Pool, source: str) -> bool:
    """§1: for each need, its candidates are at least its count plus the counts of the unit's
    earlier needs of that role."""
    needs = needs_of(pool, source)
    return any(
        len(can_sit(pool, source, need))
        < need.count + sum(earlier.count for earlier in needs[:n] if earlier.role == need.role)
        for n, need in enumerate(needs)
    )


@given(pools())
@settings(deadline=None, max_examples=300)
def test_unstaffable_is_the_plain_rule_and_it_never_misses_a_source(pool: Pool):
    named = unstaffable(pool)

    assert named == [s.source_id for s in pool.sources if plain_rule_fails(pool, s.source_id)]
    assert {s.source_id for s in pool.sources if worst_case_fails(pool, s.source_id)} <= set(named)


def test_a_seat_that_any_expert_may_take_comes_after_the_specialists():
    text = (
        "chanji-draw/2\t2027Q1\tsha256\nI\tE1\texpert\tair\nI\tE2\texpert\t-\n"
        "I\tE3\texpert\tair\nQ\tkey\t1\nR\t*\texpert\t-\t1\nR\t*\texpert\tair\t1\n"
        "S\tkey\t0\tA\t1\n"
    )
    pool = parse_pool(text)

    assert unstaffable(pool) == []
    for n in range(20):
        first, _second = draw(pool, sha(str(n))).teams["A"]
        assert first in ("E1", "E3")


@pytest.mark.parametrize(
    ("pool", "short"),
    [
        pytest.param("I\tE1\texpert\tair\nI\tE2\texpert\t-\n", [], id="one each"),
        pytest.param("I\tE1\texpert\tair\n", ["A"], id="one for two seats"),
        pytest.param("I\tE2\texpert\t-\nI\tE3\texpert\t-\n", ["A"], id="no specialist"),
    ],
)
def test_who_cannot_be_staffed_is_named(pool: str, short: list[str]):
    needs = "R\tA\texpert\t-\t1\nR\tA\texpert\tair\t1\n"
    text = f"{HEAD}{pool}Q\tkey\t1\n{needs}S\tkey\t0\tA\t1\nS\tkey\t0\tB\t1\n"

    assert unstaffable(parse_pool(text)) == short


def test_two_skills_that_one_person_has_are_refused_though_a_clever_order_could_do():
    """The plain rule asks for more than a matching would: it can be checked by counting."""
    people = "I\tE1\texpert\tair\nI\tE2\texpert\twater\n"
    needs = "R\t*\texpert\tair\t1\nR\t*\texpert\twater\t1\n"
    text = f"{HEAD}{people}Q\tkey\t1\n{needs}S\tkey\t0\tA\t1\n"

    assert not worst_case_fails(parse_pool(text), "A")
    assert unstaffable(parse_pool(text)) == ["A"]


def test_first_few_are_the_head_of_the_whole_order():
    sources = [PoolSource(Category.KEY, n % 2, f"S{n}", 1 + n % 3) for n in range(500)]

    assert select(sha("x"), sources, first=40) == select(sha("x"), sources)[:40]


def test_unit_with_three_tickets_is_drawn_about_three_times_as_often():
    sources = [PoolSource(Category.KEY, 0, f"S{n}", 1 + 2 * (n % 2)) for n in range(200)]
    firsts = Counter(
        int(source_id[1:]) % 2
        for n in range(100)
        for source_id in ids_of(select(sha(f"seed {n}"), sources, first=10))
    )

    # 1000 draws, 3:1 → about 750 heavy ones; the seeds are fixed, so this never varies.
    assert 700 <= firsts[1] <= 800
