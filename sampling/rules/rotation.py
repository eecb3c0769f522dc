"""轮换: an officer who has often been at a unit does not go there again for a while (本局设定).

The limit is the bureau's own; two officers in every team are law. So where the limit would leave a
unit without a team, those who were there least, and longest ago, come back first.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from .protocol import Conflict, Pool, unstaffable


@dataclass(frozen=True, slots=True)
class Visits:
    """How often one officer checked one unit within the look-back, and when last."""

    times: int
    last: date


@dataclass(frozen=True)
class Rotation:
    """`barred` become C lines of the pool; `given_way` are pairs the limit speaks against, but
    without whom the unit could not be staffed."""

    barred: tuple[Conflict, ...] = ()
    given_way: tuple[Conflict, ...] = ()


def over_limit(visits: Mapping[Conflict, Visits], limit: int) -> list[Conflict]:
    """Pairs at or over `limit` visits, those who come back first at the end; 0 is no limit."""
    if limit < 1:
        return []
    found = [pair for pair, seen in visits.items() if seen.times >= limit]
    return sorted(
        found, key=lambda pair: (-visits[pair].times, -visits[pair].last.toordinal(), pair)
    )


def rotate(pool: Pool, visits: Mapping[Conflict, Visits], limit: int) -> Rotation:
    """Who stays away from which unit of `pool`, whose own C lines stand in any case.

    A unit that cannot be staffed even without the limit is the freeze's business, not this one's.
    """
    drawable = {source.source_id for source in pool.sources}
    present = {inspector.id for inspector in pool.inspectors}
    already = set(pool.conflicts)
    waiting = [
        pair
        for pair in over_limit(visits, limit)
        if pair.source_id in drawable and pair.inspector_id in present and pair not in already
    ]
    given_way: list[Conflict] = []
    stuck = _stuck(pool, waiting, {pair.source_id for pair in waiting})
    while stuck:
        back = {pair.source_id: pair for pair in waiting if pair.source_id in stuck}
        given_way += back.values()
        waiting = [pair for pair in waiting if back.get(pair.source_id) != pair]
        stuck = _stuck(pool, waiting, set(back))
    return Rotation(tuple(sorted(waiting)), tuple(sorted(given_way)))


def _stuck(pool: Pool, pairs: Collection[Conflict], among: Collection[str]) -> set[str]:
    """Units of `among` that could be left without a team because of `pairs`."""
    of_interest = {pair.source_id for pair in pairs if pair.source_id in among}
    if not of_interest:
        return set()
    small = replace(
        pool,
        sources=tuple(source for source in pool.sources if source.source_id in of_interest),
        conflicts=(*pool.conflicts, *pairs),
    )
    return set(unstaffable(small)) & of_interest
