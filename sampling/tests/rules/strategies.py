"""Random pools and whole bundles of chanji-draw/2."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from hypothesis import strategies as st

from sampling.rules.protocol import (
    BEIJING,
    REASONS_OF,
    Category,
    ChangeKind,
    Conflict,
    LeftOutCode,
    LeftOutSource,
    Need,
    Pool,
    PoolInspector,
    PoolSource,
    ProtocolError,
    Role,
    announce,
    build_bundle,
    hold,
    parse_pool,
    render_pool,
    roster_after,
    unstaffable,
    write_moment,
)

SKILLS = ["air", "water", "waste"]
ROLES = [Role.OFFICER, Role.STAFF, Role.EXPERT]
FROZEN_AT = datetime(2026, 12, 28, 16, 5, tzinfo=BEIJING)
DRAWN_AT = datetime(2026, 12, 29, 21, 42, 10, tzinfo=BEIJING)


def sha(text: str) -> str:
    return sha256(text.encode()).hexdigest()


@st.composite
def pools(draw_: st.DrawFn) -> Pool:
    categories = draw_(st.lists(st.sampled_from(list(Category)), min_size=1, max_size=12))
    sources = tuple(
        PoolSource(category, draw_(st.integers(0, 2)), f"S{n}", draw_(st.integers(1, 4)))
        for n, category in enumerate(categories)
    )
    quotas = {c: draw_(st.integers(0, n)) for c, n in Counter(categories).items()}
    inspectors = tuple(
        PoolInspector(f"I{n}", role, frozenset(draw_(st.sets(st.sampled_from(SKILLS)))))
        for n, role in enumerate(
            [Role.OFFICER] * 3 + draw_(st.lists(st.sampled_from(ROLES), max_size=6))
        )
    )
    places = st.sampled_from(["*", *(s.source_id for s in sources)])
    keys = st.tuples(places, st.sampled_from(ROLES), st.sampled_from(["-", *SKILLS]))
    extra = draw_(st.sets(keys, max_size=4)) - {("*", Role.OFFICER, "-")}
    needs = (
        Need("*", Role.OFFICER, "-", 2),
        *(Need(*key, count=draw_(st.integers(1, 2))) for key in sorted(extra)),
    )
    pairs = st.tuples(st.sampled_from(sources), st.sampled_from(inspectors))
    conflicts = {Conflict(s.source_id, i.id) for s, i in draw_(st.lists(pairs, max_size=4))}
    out = draw_(
        st.lists(st.tuples(st.sampled_from(list(Category)), st.sampled_from(list(LeftOutCode))))
    )
    return Pool(
        "2027Q1",
        sources,
        quotas,
        inspectors,
        needs,
        tuple(sorted(conflicts)),
        tuple(LeftOutSource(category, f"X{n}", code) for n, (category, code) in enumerate(out)),
    )


@st.composite
def staffable_pools(draw_: st.DrawFn) -> Pool:
    """A pool a freeze would accept: rules are dropped until everybody gets a team."""
    pool = draw_(pools())
    if unstaffable(pool):
        pool = replace(pool, conflicts=())
    if unstaffable(pool):
        pool = replace(pool, needs=pool.needs[:1])
    return pool


seeds = st.integers(0, 2**32).map(lambda n: sha(str(n)))

# Ways to name the public event, each with its value; all are known on the evening of DRAWN_AT.
SSQ = (
    {"kind": "ssq", "id": "2026150", "at": "2026-12-29T21:15:00+08:00"},
    "03 07 11 19 24 30+08",
)
DICE = (
    {"kind": "dice", "id": "会议室", "at": "2026-12-29T20:50:00+08:00"},
    "31415265351234561234",
)
DRAND = ({"kind": "drand", "id": "35248912", "at": "2026-12-29T21:15:00+08:00"}, sha("round"))
sources_with_values = st.sampled_from([[SSQ], [DRAND], [SSQ, DICE], [DICE, DRAND, SSQ]])


@st.composite
def bundles(draw_: st.DrawFn) -> dict[str, Any]:
    """A true bundle of a random pool, with as many random changes as its people allow."""
    pool = render_pool(draw_(staffable_pools()))
    nonce = sha(str(draw_(st.integers(0, 2**32))))
    entropy = draw_(sources_with_values)
    announcement = announce(
        pool=pool,
        nonce=nonce,
        frozen_at=FROZEN_AT,
        draw_by=date(2026, 12, 31),
        reveal_by=date(2027, 4, 30),
        entropy=[source for source, _ in entropy],
    )
    held = hold(
        announcement=announcement,
        pool=pool,
        nonce=nonce,
        drawn_at=DRAWN_AT,
        witnesses=["纪检监察组", "企业代表"],
        values=[value for _, value in entropy],
    )
    roster = roster_after(parse_pool(pool), held.seed, held.result, [])
    changes: list[dict[str, str]] = []
    for number in range(draw_(st.integers(0, 4)) if held.result.teams else 0):
        source = draw_(st.sampled_from(sorted(roster.teams())))
        kind = draw_(st.sampled_from(list(ChangeKind)))
        change = {
            "kind": str(kind),
            "source": source,
            "reason": str(draw_(st.sampled_from(sorted(REASONS_OF[kind])))),
            "at": write_moment(DRAWN_AT + timedelta(days=number // 2)),
        }
        try:
            if kind == ChangeKind.REPLACE:
                change["by"] = roster.replace(source)
            else:
                change["inspector"] = draw_(st.sampled_from(roster.teams()[source]))
                roster.recuse(source, change["inspector"], change["reason"])
        except ProtocolError:
            break
        changes.append(change)
    return build_bundle(
        announcement=announcement, pool=pool, nonce=nonce, record=held.record, changes=changes
    )
