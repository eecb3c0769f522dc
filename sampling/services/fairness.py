"""公平性报告 of revealed draws: what was drawn against what the rule promises. Of a draw that is
still sealed nothing is computed here."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sampling.choices import DrawState, category_label
from sampling.models import Draw
from sampling.rules import fairness
from sampling.rules.plan_number import COUNT_TOWARD_RATIO, PlanKind, PlanNumber
from sampling.rules.protocol import Category, Pool, Role, parse_pool

ROLE_LABELS = {Role.OFFICER: "执法人员", Role.STAFF: "监管人员", Role.EXPERT: "专家"}
# Lines of the longest lists; the whole of it stands in the file beside the report.
SHOWN = 20


def revealed_bundles(year: int) -> list[dict[str, Any]]:
    """Of every plan of the year whose draw is public by now, in the order of the plans."""
    return list(
        Draw.objects.filter(state=DrawState.REVEALED, plan__quarter__startswith=str(year))
        .order_by("plan__number")
        .values_list("bundle", flat=True)
    )


def fairness_of(bundles: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Plain data for one plan or for a year: classes, units, loads, repeated pairs, coverage.

    `bundles`: proof bundles as they are public, in the order of their plans. Nothing else is
    looked at, so whoever holds the bundles can make the same report.
    """
    pools = [parse_pool(bundle["pool"]) for bundle in bundles]
    selected = [bundle["selected"] for bundle in bundles]
    teams = [bundle["teams"] for bundle in bundles]
    tallies = _tallies(bundles, pools)
    return {
        "plans": [bundle["announcement"]["plan"] for bundle in bundles],
        "classes": [_class_line(kind, line) for kind, tally in tallies for line in tally.lines()],
        "fits": [
            {"label": category_label(kind, category), "p": round(fit.p, 4)}
            for kind, tally in tallies
            for category, fit in tally.fits().items()
        ],
        "exact": {m for _kind, tally in tallies for m in tally.methods()}
        <= {fairness.Method.EXACT},
        "often": _often(fairness.drawn_by_unit(zip(pools, selected, strict=True))),
        "loads": _loads(pools, teams),
        "pairs": _pairs(pools, teams),
        "coverage": _coverage(bundles, pools, selected),
    }


def unit_lines(bundles: Sequence[Mapping[str, Any]]) -> list[fairness.UnitLine]:
    """Each unit of these draws, by its id in the pool: how often drawn, how often expected."""
    return fairness.drawn_by_unit(
        (parse_pool(bundle["pool"]), bundle["selected"]) for bundle in bundles
    )


def _tallies(
    bundles: Sequence[Mapping[str, Any]], pools: Sequence[Pool]
) -> list[tuple[PlanKind, fairness.DrawTally]]:
    """Construction projects apart: the protocol calls them general, which they are not."""
    tallies: dict[bool, tuple[PlanKind, fairness.DrawTally]] = {}
    for bundle, pool in zip(bundles, pools, strict=True):
        kind = PlanNumber.parse(bundle["announcement"]["plan"]).kind
        of_construction = kind == PlanKind.CONSTRUCTION
        _kind, tally = tallies.setdefault(of_construction, (kind, fairness.DrawTally()))
        tally.add(pool, bundle["selected"])
    return [tallies[key] for key in sorted(tallies)]


def _often(lines: Iterable[fairness.UnitLine]) -> list[dict[str, Any]]:
    """The units drawn more than once: what people suspect first, beside what the rule expects."""
    repeated = sorted(
        (line for line in lines if line.drawn > 1),
        key=lambda line: (-line.drawn, line.expected, line.source_id),
    )
    return [
        {
            "unit": line.source_id,
            "draws": line.draws,
            "expected": round(line.expected, 2),
            "drawn": line.drawn,
        }
        for line in repeated[:SHOWN]
    ]


def _class_line(kind: PlanKind, line: fairness.ClassLine) -> dict[str, Any]:
    stands = line.drawn_class
    return {
        "label": category_label(kind, stands.category),
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


def _most(pairs: Iterable[tuple[Any, int]]) -> list[tuple[Any, int]]:
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:SHOWN]


def _coverage(
    bundles: Sequence[Mapping[str, Any]], pools: Sequence[Pool], selected: Sequence[Any]
) -> list[dict[str, Any]]:
    """Key dischargers of the last quarter's pools, and how many of them the draws have reached.

    Joint and construction draws look at a part of the register only, so their pools do not say
    whom the year has to reach, unless there is no other.
    """
    numbers = [PlanNumber.parse(bundle["announcement"]["plan"]) for bundle in bundles]
    whole = [n for n in numbers if n.kind in COUNT_TOWARD_RATIO] or numbers
    last = max((n.quarter for n in whole), default=None)
    key = {
        source.source_id
        for number, pool in zip(numbers, pools, strict=True)
        if number in whole and number.quarter == last
        for source in pool.of(Category.KEY)
    }
    reached = [
        (bundle["announcement"]["plan"], key & {i for ids in chosen.values() for i in ids})
        for bundle, chosen in zip(bundles, selected, strict=True)
    ]
    return [
        {"quarter": p.quarter, "newly": p.newly, "covered": p.covered, "pool": p.pool,
         "percent": round(100 * p.share)}
        for p in fairness.coverage_curve(reached, len(key))
    ] if key else []  # fmt: skip
