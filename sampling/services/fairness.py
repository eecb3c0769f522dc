"""公平性报告 of revealed draws: what was drawn against what the rule promises. Of a draw that is
still sealed nothing is computed here."""

from collections.abc import Iterable, Sequence
from typing import Any

from registry.choices import ListLevel
from registry.models import CheckLedgerEntry
from registry.rules.quarter import Quarter
from registry.selectors import item_list_in_force
from sampling.choices import DrawCategory, DrawState
from sampling.models import Draw
from sampling.rules import fairness
from sampling.rules.protocol_v1 import Category, Pool, Role, parse_pool

ROLE_LABELS = {Role.OFFICER: "执法人员", Role.STAFF: "监管人员", Role.EXPERT: "专家"}


def revealed_draws(year: int) -> list[Draw]:
    return list(
        Draw.objects.filter(state=DrawState.REVEALED, plan__quarter__startswith=str(year))
        .select_related("plan")
        .order_by("plan__number")
    )


def fairness_of(draws: Sequence[Draw]) -> dict[str, Any]:
    """Plain data for one plan or for a year: classes, loads, repeated pairs, coverage.

    Raises ValueError for a draw whose bundle is not public yet.
    """
    if any(draw.bundle is None for draw in draws):
        raise ValueError("a sealed draw has no fairness report")
    pools = [parse_pool(draw.pool) for draw in draws]
    selected = [draw.bundle["selected"] for draw in draws]
    teams = [draw.bundle["teams"] for draw in draws]
    tally = fairness.DrawTally()
    for pool, chosen in zip(pools, selected, strict=True):
        tally.add(pool, chosen)
    return {
        "plans": [draw.plan.number for draw in draws],
        "classes": [_class_line(line) for line in tally.lines()],
        "fits": [
            {"label": str(DrawCategory(category).label), "p": round(fit.p, 4)}
            for category, fit in tally.fits().items()
        ],
        "exact": tally.methods() <= {fairness.Method.EXACT},
        "loads": _loads(pools, teams),
        "pairs": _pairs(pools, teams),
        "coverage": _coverage(draws, pools, selected),
    }


def _class_line(line: fairness.ClassLine) -> dict[str, Any]:
    stands = line.drawn_class
    return {
        "label": str(DrawCategory(stands.category).label),
        "tier": stands.tier,
        "weight": stands.weight,
        "chances": line.chances,
        "expected": round(line.expected, 2),
        "drawn": line.drawn,
        "p": round(line.fit.p, 4),
    }


def _loads(pools: Sequence[Pool], teams: Sequence[Any]) -> list[dict[str, Any]]:
    people = {person.id: person for pool in pools for person in pool.inspectors}
    return [
        {
            "label": ROLE_LABELS[load.role],
            "people": load.people,
            "least": load.least,
            "most": load.most,
            "mean": round(load.mean, 2),
        }
        for load in fairness.inspector_loads(people.values(), teams)
    ]


def _pairs(pools: Sequence[Pool], teams: Sequence[Any]) -> dict[str, Any]:
    officers = {p.id for pool in pools for p in pool.inspectors if p.role == Role.OFFICER}
    found = fairness.repeated_pairs(officers, teams)
    return {
        "at_source": [[*pair, times] for pair, times in found.at_source.items()],
        "together": [[*pair, times] for pair, times in _most(found.together.items())],
    }


def _most(pairs: Iterable[tuple[Any, int]], shown: int = 20) -> list[tuple[Any, int]]:
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:shown]


def _coverage(
    draws: Sequence[Draw], pools: Sequence[Pool], selected: Sequence[Any]
) -> list[dict[str, Any]]:
    """Key dischargers of the last of these pools, and how many of them the draws have reached."""
    if not pools:
        return []
    key = {source.source_id for source in pools[-1].of(Category.KEY)}
    reached = [
        (draw.plan.number, key & {i for ids in chosen.values() for i in ids})
        for draw, chosen in zip(draws, selected, strict=True)
    ]
    return [
        {"quarter": p.quarter, "newly": p.newly, "covered": p.covered, "pool": p.pool,
         "percent": round(100 * p.share)}
        for p in fairness.coverage_curve(reached, len(key))
    ]  # fmt: skip


def items_not_covered(year: int) -> list[str]:
    """Items of the bureau's list that no finished check of the year has looked at."""
    item_list = item_list_in_force(ListLevel.BUREAU, Quarter(year, 4).start)
    if item_list is None:
        return []
    rows = CheckLedgerEntry.objects.filter(checked_on__year=year).values_list("items", flat=True)
    covered = {code for codes in rows for code in codes}
    items = item_list.items.order_by("position", "code")
    return [str(item) for item in items if item.code not in covered]
