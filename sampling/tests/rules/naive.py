"""A second, naive reading of draw-protocol §3–§6: slow, plain, and written from the text alone."""

import hmac
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from sampling.rules.protocol import Category, Conflict, DrawResult, Need, Pool, PoolSource

from .strategies import ROLES, sha


def ticket(seed: str, source: PoolSource) -> str:
    return min(
        sha(f"{seed}|{source.category}|{source.source_id}|{k}") for k in range(1, source.weight + 1)
    )


def naive_order(pool: Pool, seed: str, category: Category) -> list[str]:
    members = [s for s in pool.sources if s.category == category]
    return [s.source_id for s in sorted(members, key=lambda s: (s.tier, ticket(seed, s)))]


def needs_of(pool: Pool, source: str) -> list[Need]:
    own = [need for need in pool.needs if need.source_id in ("*", source)]
    return sorted(own, key=lambda need: (ROLES.index(need.role), need.skill == "-", need.skill))


def can_sit(pool: Pool, source: str, need: Need) -> list[str]:
    return [
        i.id
        for i in pool.inspectors
        if i.role == need.role
        and (need.skill == "-" or need.skill in i.skills)
        and Conflict(source, i.id) not in pool.conflicts
    ]


def naive_queue(
    pool: Pool, seed: str, source: str, need: Need, load: Counter[str], out: list[str]
) -> list[str]:
    """Candidates of §4 in their order, without those who are out."""
    free = [i for i in can_sit(pool, source, need) if i not in out]
    return sorted(free, key=lambda i: (load[i], sha(f"{seed}|inspector|{source}|{i}")))


def naive_team(
    pool: Pool, seed: str, source: str, load: Counter[str], gone: Sequence[str] = ()
) -> list[str]:
    team: list[str] = []
    for need in needs_of(pool, source):
        team += naive_queue(pool, seed, source, need, load, [*team, *gone])[: need.count]
    load.update(team)
    return team


def naive_teams(
    pool: Pool, seed: str, winners: list[str], changes: Sequence[Mapping[str, str]] = ()
) -> tuple[dict[str, list[str]], Counter[str]]:
    """All teams after the changes, and how much everybody carries."""
    by_id = {s.source_id: s for s in pool.sources}
    load: Counter[str] = Counter()
    order = sorted(winners, key=lambda w: ticket(seed, by_id[w]))
    teams = {source: naive_team(pool, seed, source, load) for source in order}
    recused: list[tuple[str, str]] = []
    gone_for_all: list[str] = []
    for change in changes:
        source = change["source"]
        if change["kind"] == "replace":
            teams[change["by"]] = naive_team(pool, seed, change["by"], load, gone_for_all)
            continue
        gone, team = change["inspector"], teams[source]
        recused.append((source, gone))
        if change["reason"] in ("certificate", "left_post"):
            gone_for_all.append(gone)
        out = team + gone_for_all + [person for where, person in recused if where == source]
        seats = [need for need in needs_of(pool, source) for _ in range(need.count)]
        newcomer = naive_queue(pool, seed, source, seats[team.index(gone)], load, out)[0]
        teams[source] = [newcomer if person == gone else person for person in team]
        load.update({gone: -1, newcomer: 1})
    return teams, load


def is_a_team(pool: Pool, source: str, team: list[str]) -> bool:
    """Right number, nobody twice, each seat in its order held by someone able to hold it."""
    seats = [need for need in needs_of(pool, source) for _ in range(need.count)]
    return len(team) == len(set(team)) == len(seats) and all(
        person in can_sit(pool, source, need) for person, need in zip(team, seats, strict=True)
    )


def tree_root(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + tree_root(leaves[:half]) + tree_root(leaves[half:])).digest()


def tree_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if index < half:
        return [*tree_path(index, leaves[:half]), tree_root(leaves[half:])]
    return [*tree_path(index - half, leaves[half:]), tree_root(leaves[:half])]


def outcome_leaves(pool: Pool, result: DrawResult, nonce: str) -> list[dict[str, Any]]:
    """§5: one for each S line, in the order of the file's bytes."""
    leaves = []
    lines = sorted(f"S\t{s.category}\t{s.tier}\t{s.source_id}\t{s.weight}" for s in pool.sources)
    for line in lines:
        _, category, _, name, _ = line.split("\t")
        selected = result.selected[category]
        order = selected + result.reserves[category]
        message = f"chanji-draw/2|outcome|{name}".encode()
        leaves.append(
            {
                "id": name,
                "outcome": "selected" if name in selected else "reserve",
                "position": order.index(name) + 1,
                "salt": hmac.new(bytes.fromhex(nonce), message, "sha256").hexdigest(),
                "team": result.teams.get(name, []),
            }
        )
    return leaves


def text_of(leaf: Mapping[str, Any]) -> bytes:
    return json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode()
