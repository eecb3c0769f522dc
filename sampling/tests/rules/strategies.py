"""Random pools and whole bundles of chanji-draw/1."""

from collections import Counter
from dataclasses import replace
from hashlib import sha256
from typing import Any

from hypothesis import strategies as st

from sampling.rules.protocol_v1 import (
    Category,
    Conflict,
    Need,
    Pool,
    PoolInspector,
    PoolSource,
    ProtocolError,
    Role,
    build_bundle,
    draw,
    normalise_entropy,
    pool_digest,
    render_pool,
    roster_after,
    unstaffable,
)
from sampling.rules.protocol_v1 import seed as seed_of

SKILLS = ["air", "water", "waste"]
ROLES = [Role.OFFICER, Role.STAFF, Role.EXPERT]


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
    return Pool("2027Q1", sources, quotas, inspectors, needs, tuple(sorted(conflicts)))


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


@st.composite
def bundles(draw_: st.DrawFn) -> dict[str, Any]:
    """A true bundle of a random pool, with as many random changes as its people allow."""
    pool = draw_(staffable_pools())
    text = render_pool(*(getattr(pool, f) for f in pool.__dataclass_fields__))
    nonce = sha(str(draw_(st.integers(0, 2**32))))
    entropy = draw_(st.sampled_from(["03 05 06", "１２３", "ﬁ\u3000x\x85y"]))
    seed = seed_of(pool.plan, pool_digest(text), nonce, normalise_entropy(entropy))
    result = draw(pool, seed)
    roster = roster_after(pool, seed, result, [])
    changes: list[dict[str, str]] = []
    for _ in range(draw_(st.integers(0, 4)) if result.teams else 0):
        source = draw_(st.sampled_from(sorted(roster.teams())))
        try:
            if draw_(st.booleans()):
                changes.append({"kind": "replace", "source": source, "by": roster.replace(source)})
            else:
                person = draw_(st.sampled_from(roster.teams()[source]))
                roster.recuse(source, person)
                changes.append({"kind": "recuse", "source": source, "inspector": person})
        except ProtocolError:
            break
    return build_bundle(
        pool=text, nonce=nonce, entropy_source="彩票", entropy_value=entropy, changes=changes
    )
