"""§6: who steps in after the draw, in what order, and for which reasons."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sampling.rules.protocol import (
    GONE_FOR_ALL,
    REASONS_OF,
    ChangeKind,
    ChangeReason,
    Pool,
    ProtocolError,
    Roster,
    apply_changes,
    build_bundle,
    change_digest,
    change_key,
    draw,
    parse_pool,
    roster_after,
    verify_bundle,
)

from . import vector
from .naive import is_a_team, naive_teams
from .strategies import seeds, staffable_pools

KEEPS_THE_TEAM = sorted(REASONS_OF[ChangeKind.RECUSE] - GONE_FOR_ALL)


@given(staffable_pools(), seeds, st.data())
@settings(deadline=None, max_examples=150)
def test_changes_keep_every_rule_of_the_draw(pool: Pool, seed: str, data: st.DataObject):
    result = draw(pool, seed)
    assume(result.teams)
    category_of = {s.source_id: str(s.category) for s in pool.sources}
    changes: list[dict[str, str]] = []
    recused: dict[str, set[str]] = {}
    gone: set[str] = set()
    replaced: set[str] = set()

    for _ in range(data.draw(st.integers(1, 6))):
        roster = roster_after(pool, seed, result, changes)
        before = roster.teams()
        source = data.draw(st.sampled_from(sorted(before.keys() - replaced)))
        try:
            if data.draw(st.booleans()):
                by = roster.replace(source)
                unused = [r for r in result.reserves[category_of[source]] if r not in before]
                assert by == unused[0]
                assert roster.teams().keys() == before.keys() | {by}
                assert not gone & set(roster.teams()[by])
                changes.append({"kind": "replace", "source": source, "by": by, "reason": "closed"})
                replaced.add(source)
            else:
                person = data.draw(st.sampled_from(before[source]))
                reason = data.draw(st.sampled_from(sorted(REASONS_OF[ChangeKind.RECUSE])))
                newcomer = roster.recuse(source, person, reason)
                assert newcomer not in gone | recused.get(source, set()) | set(before[source])
                recused.setdefault(source, set()).add(person)
                gone |= {person} if reason in GONE_FOR_ALL else set()
                expected = [newcomer if i == person else i for i in before[source]]
                assert roster.teams()[source] == expected
                changes.append(
                    {"kind": "recuse", "source": source, "inspector": person, "reason": reason}
                )
        except ProtocolError:
            break  # nobody is left to step in; what was changed so far must still hold

    teams = apply_changes(pool, seed, result, changes)
    winners = [source for ids in result.selected.values() for source in ids]
    naive, loads = naive_teams(pool, seed, winners, changes)
    assert teams == naive
    # Everybody carries just the teams he stands in, those of replaced units too.
    assert +loads == Counter(person for team in teams.values() for person in team)
    touched = recused.keys()
    assert all(is_a_team(pool, source, team) for source, team in teams.items())
    assert all(teams[s] == result.teams[s] for s in result.teams.keys() - touched)
    for change in changes:
        if change["kind"] == "recuse":
            assert change["inspector"] not in teams[change["source"]]


def vectors_roster(changes: Any = ()) -> Roster:
    known = vector.bundle()
    pool = parse_pool(known["pool"])
    return roster_after(pool, known["seed"], draw(pool, known["seed"]), changes)


def replaced(source: str, by: str, reason: str = "closed") -> dict[str, str]:
    return {"kind": "replace", "source": source, "by": by, "reason": reason}


def recused(source: str, inspector: str, reason: str = "leave") -> dict[str, str]:
    return {"kind": "recuse", "source": source, "inspector": inspector, "reason": reason}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(replaced("PS00013", "PS00015"), "未被抽中", id="a reserve"),
        pytest.param(replaced("PS00041", "PS00015"), "未被抽中", id="one left out"),
        pytest.param(replaced("PS00020", "PS00030"), "应由 PS00027", id="not the next reserve"),
        pytest.param(recused("PS00013", "IN001"), "未被抽中", id="the team of a reserve"),
        pytest.param(recused("PS00020", "IN006"), "不在", id="not in the team"),
    ],
)
def test_change_that_is_not_the_protocols_is_refused(change: dict[str, str], words: str):
    with pytest.raises(ProtocolError, match=words) as refusal:
        vectors_roster([change])

    assert refusal.value.part.split(".")[0] == "changes"


def test_replaced_unit_is_not_replaced_or_recused_again_and_reserves_run_out():
    roster = vectors_roster()
    assert [roster.replace("PS00009"), roster.replace("PS00012")] == ["PS00011", "PS00010"]

    with pytest.raises(ProtocolError, match="已被替换"):
        roster.recuse("PS00009", "IN001", "leave")
    with pytest.raises(ProtocolError, match="已被替换"):
        roster.replace("PS00009")
    with pytest.raises(ProtocolError, match="备选单位已用完"):
        roster.replace("PS00011")


def test_recusal_with_nobody_left_is_refused_as_a_change():
    with pytest.raises(ProtocolError, match="人员不足") as refusal:
        vectors_roster().recuse("PS00009", "IN007", "leave")
    assert refusal.value.part == "changes"


def test_who_stepped_back_from_a_unit_does_not_come_back_to_it():
    roster = vectors_roster()
    stepped_back = {roster.teams()["PS00012"][0]}

    for _ in range(3):
        newcomer = roster.recuse("PS00012", roster.teams()["PS00012"][0], "conflict")
        assert newcomer not in stepped_back
        stepped_back.add(newcomer)
    with pytest.raises(ProtocolError, match="人员不足"):
        roster.recuse("PS00012", roster.teams()["PS00012"][0], "conflict")


@pytest.mark.parametrize("reason", sorted(REASONS_OF[ChangeKind.RECUSE]))
def test_who_lost_certificate_or_post_is_no_candidate_any_more_anywhere(reason: ChangeReason):
    """IN001 is in the team of PS00005. Whether others may still get him depends on the reason."""
    joined: set[str] = set()
    roster = vectors_roster()
    roster.recuse("PS00005", "IN001", reason)
    for unit in ("PS00020", "PS00004", "PS00012"):
        reserve = roster.replace(unit)
        joined |= set(roster.teams()[reserve])

    assert ("IN001" in joined) == (reason not in ("certificate", "left_post"))


# --- What a bundle says of its changes ----------------------------------------------------------


def with_changes(*changes: dict[str, str]) -> dict[str, Any]:
    known = vector.bundle()
    return build_bundle(
        announcement=known["announcement"],
        pool=known["pool"],
        nonce=known["nonce"],
        record=known["draw"],
        changes=changes,
    )


FIRST, SECOND = vector.bundle()["changes"]


@pytest.mark.parametrize("reason", sorted(ChangeReason))
def test_each_kind_of_change_has_its_own_reasons(reason: str):
    for kind, change in ((ChangeKind.REPLACE, FIRST), (ChangeKind.RECUSE, SECOND)):
        bundle = with_changes({**change, "reason": reason})
        if reason in REASONS_OF[kind]:
            verify_bundle(bundle)
            continue
        with pytest.raises(ProtocolError) as refusal:
            verify_bundle(bundle)
        assert refusal.value.part == "changes.0.reason"


def test_every_reason_belongs_to_one_kind():
    assert REASONS_OF[ChangeKind.REPLACE] | REASONS_OF[ChangeKind.RECUSE] == set(ChangeReason)
    assert not REASONS_OF[ChangeKind.REPLACE] & REASONS_OF[ChangeKind.RECUSE]


def test_changes_stand_in_the_order_in_which_they_happened():
    verify_bundle(with_changes(FIRST, {**SECOND, "at": FIRST["at"]}))

    with pytest.raises(ProtocolError) as refusal:
        verify_bundle(with_changes({**FIRST, "at": "2027-01-12T09:30:01+08:00"}, SECOND))
    assert refusal.value.part == "changes.1.at"


def test_nothing_changes_before_the_draw():
    with pytest.raises(ProtocolError) as refusal:
        verify_bundle(with_changes({**FIRST, "at": "2026-12-29T21:42:09+08:00"}))
    assert refusal.value.part == "changes.0.at"


def test_the_order_of_changes_can_matter_and_then_another_order_is_refused():
    """Loads as they then stand decide who comes: what happened first is no matter of taste."""
    a, b = replaced("PS00005", "PS00008"), replaced("PS00004", "PS00003")
    at = {"at": FIRST["at"]}
    bundle = with_changes({**a, **at}, {**b, **at})
    bundle["changes"].reverse()

    with pytest.raises(ProtocolError) as refusal:
        verify_bundle(bundle)
    assert refusal.value.part == "changes.0"


# --- What the public log keeps of them ----------------------------------------------------------


def test_the_vectors_keys_and_digests():
    nonce = vector.bundle()["nonce"]
    keys = [change_key(nonce, number) for number in (1, 2)]

    assert keys == vector.WHOLE["change_keys"]
    assert [
        change_digest(key, change) for key, change in zip(keys, [FIRST, SECOND], strict=True)
    ] == vector.WHOLE["change_digests"]


@pytest.mark.parametrize("key", sorted(FIRST))
def test_the_logged_digest_holds_every_field_of_the_change(key: str):
    opening = vector.WHOLE["change_keys"][0]

    assert change_digest(opening, {**FIRST, key: "x"}) != change_digest(opening, FIRST)


def test_one_changes_key_opens_no_other():
    """What a unit learns at its gate lets it guess nothing about the changes of others."""
    first, second = vector.WHOLE["change_keys"]

    assert change_digest(first, SECOND) != change_digest(second, SECOND)
    assert change_digest(second, FIRST) != change_digest(first, FIRST)
