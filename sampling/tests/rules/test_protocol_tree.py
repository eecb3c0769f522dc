"""§5: the outcome tree against the recursion of RFC 6962, and the paths that lead to its root."""

import hmac
import json
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampling.rules.protocol import (
    Pool,
    ProtocolError,
    audit_path,
    canon,
    draw,
    hold,
    outcome_leaves,
    outcome_root,
    parse_pool,
    read_moment,
    render_pool,
    root_of_path,
)

from . import naive, vector
from .strategies import seeds, staffable_pools

LEAVES = st.lists(st.text(max_size=8), min_size=1, max_size=70)


def texts(size: int) -> list[str]:
    return [f"leaf {n}" for n in range(size)]


@given(LEAVES)
def test_the_root_is_the_tree_hash_of_rfc_6962(leaves: list[str]):
    assert outcome_root(leaves) == naive.tree_root([leaf.encode() for leaf in leaves]).hex()


def test_the_root_of_no_unit_is_the_hash_of_nothing():
    assert outcome_root([]) == sha256(b"").hexdigest()


@given(LEAVES, st.data())
def test_every_path_is_that_of_rfc_6962_and_leads_to_the_root(
    leaves: list[str], data: st.DataObject
):
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = audit_path(leaves, index)

    expected = naive.tree_path(index, [leaf.encode() for leaf in leaves])
    assert path == [step.hex() for step in expected]
    assert root_of_path(leaves[index], index, len(leaves), path) == outcome_root(leaves)


@pytest.mark.parametrize("size", range(1, 40))
def test_every_leaf_leads_to_the_root_and_no_shorter_or_longer_path_does(size: int):
    leaves = texts(size)
    root = outcome_root(leaves)

    for index in range(size):
        path = audit_path(leaves, index)
        assert root_of_path(leaves[index], index, size, path) == root
        with pytest.raises(ProtocolError, match="多于") as refusal:
            root_of_path(leaves[index], index, size, [*path, "00" * 32])
        assert refusal.value.part == "path"
        if path:
            with pytest.raises(ProtocolError, match="少于"):
                root_of_path(leaves[index], index, size, path[:-1])


def root_or_refusal(leaf: str, index: int, size: int, path: list[str]) -> str:
    try:
        return root_of_path(leaf, index, size, path)
    except ProtocolError as refusal:
        return refusal.part


@pytest.mark.parametrize("size", range(2, 40))
def test_another_leaf_place_or_step_leads_to_another_root(size: int):
    leaves = texts(size)
    root = outcome_root(leaves)

    for index in range(size):
        path = audit_path(leaves, index)
        assert root_of_path("another", index, size, path) != root
        for n in range(len(path)):
            other = [*path[:n], "ab" * 32, *path[n + 1 :]]
            assert root_of_path(leaves[index], index, size, other) != root
        for elsewhere in set(range(size)) - {index}:
            assert root_or_refusal(leaves[index], elsewhere, size, path) != root


def test_an_inner_node_passes_for_no_leaf():
    leaves = texts(4)
    left, right = (sha256(b"\x00" + leaf.encode()).digest() for leaf in leaves[:2])
    disguised = (b"\x01" + left + right).decode("latin-1")

    assert root_of_path(disguised, 0, 2, audit_path(leaves, 0)[1:]) != outcome_root(leaves)


# --- The leaves ---------------------------------------------------------------------------------


@given(staffable_pools(), seeds, seeds)
@settings(max_examples=60)
def test_leaves_are_canonical_and_say_what_the_text_says(pool: Pool, seed: str, nonce: str):
    pool = parse_pool(render_pool(pool))
    result = draw(pool, seed)

    leaves = outcome_leaves(pool, result, nonce)

    plain = naive.outcome_leaves(pool, result, nonce)
    assert leaves == [naive.text_of(leaf).decode() for leaf in plain]
    assert leaves == [canon(json.loads(leaf)) for leaf in leaves]
    assert [leaf["id"] for leaf in plain] == [source.source_id for source in pool.sources]
    for leaf in plain:
        assert bool(leaf["team"]) <= (leaf["outcome"] == "selected")


def test_the_vectors_record_is_that_of_the_draw():
    known = vector.bundle()

    held = hold(
        announcement=known["announcement"],
        pool=known["pool"],
        nonce=known["nonce"],
        drawn_at=read_moment("", known["draw"]["drawn_at"]),
        witnesses=known["draw"]["witnesses"],
        values=[source["value"] for source in known["draw"]["entropy"]],
    )

    assert canon(held.record) == canon(known["draw"])
    assert held.seed == known["seed"]
    assert held.result.selected == known["selected"]
    assert held.result.reserves == known["reserves"]


def test_each_unit_has_a_salt_of_its_own_that_the_nonce_alone_gives():
    known = vector.bundle()
    pool = parse_pool(known["pool"])
    leaves = [
        json.loads(leaf) for leaf in outcome_leaves(pool, draw(pool, known["seed"]), known["nonce"])
    ]

    salts = {leaf["id"]: leaf["salt"] for leaf in leaves}
    assert len(set(salts.values())) == len(salts) == 40
    key = bytes.fromhex(known["nonce"])
    for name, salt in salts.items():
        assert salt == hmac.new(key, f"chanji-draw/2|outcome|{name}".encode(), "sha256").hexdigest()
