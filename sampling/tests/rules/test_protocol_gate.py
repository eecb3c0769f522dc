"""The proof at the gate: one unit's leaf, checked against the record that was published."""

import copy
from typing import Any

import pytest

from sampling.rules.protocol import (
    ProtocolError,
    canon,
    check_gate_proof,
    draw,
    gate_proof,
    outcome_root,
    parse_pool,
)

from . import vector


def test_the_vectors_proof_is_made_and_checked():
    known = vector.bundle()
    pool = parse_pool(known["pool"])

    made = gate_proof(pool, draw(pool, known["seed"]), known["nonce"], "PS00009")

    assert canon(made) == canon(vector.gate())
    assert check_gate_proof(made, known["draw"])["team"] == ["IN002", "IN001", "IN007"]


def test_every_unit_of_the_pool_has_its_proof():
    known = vector.bundle()
    pool = parse_pool(known["pool"])
    result = draw(pool, known["seed"])

    for source in pool.sources:
        made = gate_proof(pool, result, known["nonce"], source.source_id)
        leaf = check_gate_proof(made, known["draw"])
        assert leaf["id"] == source.source_id
        assert leaf["team"] == result.teams.get(source.source_id, [])


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    gate = copy.deepcopy(vector.gate())
    place: Any = gate
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return gate


WHOLE = "leaf/index/path"  # nothing says which of the three is wrong


@pytest.mark.parametrize(
    ("path", "value", "part"),
    [
        (("plan",), "2027Q2", "plan"),
        (("leaf", "id"), "PS00010", WHOLE),
        (("leaf", "outcome"), "reserve", WHOLE),
        (("leaf", "position"), 2, WHOLE),
        (("leaf", "salt"), "0" * 64, WHOLE),
        (("leaf", "team"), ["IN002", "IN003", "IN007"], WHOLE),
        (("leaf", "team"), ["IN001", "IN002", "IN007"], WHOLE),
        (("leaf", "team", 0), "IN003", WHOLE),
        (("leaf", "team", 1), "IN003", WHOLE),
        (("leaf", "team", 2), "IN008", WHOLE),
        (("index",), 35, WHOLE),
        (("index",), 37, WHOLE),
        (("size",), 41, "size"),
        *[(("path", n), "0" * 64, WHOLE) for n in range(4)],
        (("path",), vector.gate()["path"][::-1], WHOLE),
        (("path",), vector.gate()["path"][:-1], "path"),
        (("path",), [*vector.gate()["path"], "0" * 64], "path"),
        (("outcome_root",), "0" * 64, "outcome_root"),
        # What is not even of the right kind.
        (("plan",), None, "plan"),
        (("leaf",), None, "leaf"),
        (("leaf",), {}, "leaf"),
        (("leaf", "note"), "", "leaf"),
        (("leaf", "id"), "甲", "leaf.id"),
        (("leaf", "id"), 9, "leaf.id"),
        (("leaf", "outcome"), "drawn", "leaf.outcome"),
        (("leaf", "outcome"), [], "leaf.outcome"),
        (("leaf", "position"), 0, "leaf.position"),
        (("leaf", "position"), True, "leaf.position"),
        (("leaf", "position"), 1.0, "leaf.position"),
        (("leaf", "salt"), "", "leaf.salt"),
        (("leaf", "salt"), vector.gate()["leaf"]["salt"].upper(), "leaf.salt"),
        (("leaf", "team"), "IN002", "leaf.team"),
        (("leaf", "team"), [None], "leaf.team"),
        (("leaf", "team"), ["IN 002"], "leaf.team"),
        (("index",), -4, "index"),
        (("index",), 40, "index"),
        (("index",), "36", "index"),
        (("index",), True, "index"),
        (("size",), "40", "size"),
        (("size",), 40.0, "size"),
        (("path",), None, "path"),
        (("path",), [None], "path"),
        (("path", 0), "00", "path"),
        (("path", 0), vector.gate()["path"][0].upper(), "path"),
        (("outcome_root",), None, "outcome_root"),
        (("note",), "", "gate"),
    ],
)
def test_a_changed_field_is_refused_by_name(path: tuple[Any, ...], value: Any, part: str):
    with pytest.raises(ProtocolError) as refusal:
        check_gate_proof(changed(path, value), vector.record())

    assert refusal.value.part == part


@pytest.mark.parametrize("key", sorted(vector.gate()))
def test_a_missing_field_is_named(key: str):
    gate = vector.gate()
    del gate[key]

    with pytest.raises(ProtocolError, match=key):
        check_gate_proof(gate, vector.record())


@pytest.mark.parametrize("whole", [None, [], "x", 3, {}])
def test_anything_but_a_proof_is_refused(whole: object):
    with pytest.raises(ProtocolError):
        check_gate_proof(whole, vector.record())


@pytest.mark.parametrize(
    ("key", "value", "part"),
    [
        ("plan", "2027Q2", "plan"),
        ("outcomes", 41, "size"),
        ("outcome_root", "0" * 64, "outcome_root"),
    ],
)
def test_a_proof_fits_no_other_record(key: str, value: Any, part: str):
    with pytest.raises(ProtocolError) as refusal:
        check_gate_proof(vector.gate(), {**vector.record(), key: value})

    assert refusal.value.part == part


def test_a_root_made_up_for_the_visit_does_not_stand_in_the_record():
    """Who writes a leaf of his own has a root of his own; the record's is the published one."""
    leaf = {**vector.gate()["leaf"], "team": ["IN003", "IN004"]}
    made_up = {
        **vector.gate(),
        "leaf": leaf,
        "index": 0,
        "size": 1,
        "path": [],
        "outcome_root": outcome_root([canon(leaf)]),
    }

    with pytest.raises(ProtocolError) as refusal:
        check_gate_proof(made_up, vector.record())
    assert refusal.value.part == "size"
