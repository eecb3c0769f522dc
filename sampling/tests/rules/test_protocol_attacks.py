"""What was done to chanji-draw/1, each as a test that fails wherever the same would work again.

(a) The list was found from a digest of it; (b) one lottery result was spelled in many ways, each
another seed; (c) an announcement said that it was older than the value, or said nothing; (d) who was
left out, and why, could be changed unseen; (e) dice alone decided.
"""

import hmac
import json
from collections.abc import Iterator
from hashlib import sha256
from itertools import combinations, permutations
from typing import Any

import pytest
from hypothesis import given, settings

from sampling.rules.protocol import (
    Category,
    DrawResult,
    Held,
    Pool,
    ProtocolError,
    announce,
    canon,
    draw,
    entropy_text,
    hold,
    outcome_leaves,
    outcome_root,
    parse_pool,
    read_moment,
    read_value,
    render_pool,
    seed,
    verify_bundle,
)

from . import naive, vector
from .strategies import DRAWN_AT, FROZEN_AT, seeds, sha, staffable_pools


def announced(pool: str, nonce: str) -> dict[str, Any]:
    known = vector.announcement()
    return announce(
        pool=pool,
        nonce=nonce,
        frozen_at=FROZEN_AT,
        draw_by=DRAWN_AT.date(),
        reveal_by=DRAWN_AT.date(),
        entropy=known["entropy"],
    )


def held(pool: str, nonce: str, values: list[str] | None = None) -> Held:
    return hold(
        announcement=announced(pool, nonce),
        pool=pool,
        nonce=nonce,
        drawn_at=DRAWN_AT,
        witnesses=["纪检监察组", "企业代表"],
        values=values or [source["value"] for source in vector.record()["entropy"]],
    )


# --- (a) The search from a digest ---------------------------------------------------------------


def guesses(pool: Pool, result: DrawResult) -> Iterator[str]:
    """Texts that name a selection in a way somebody may have hashed it: whoever knows all but the
    list could try them for every possible list."""
    by_category = list(result.selected.items())
    drawn = [name for _, ids in by_category for name in ids]
    orders = [drawn, sorted(drawn), list(result.teams), *(ids for _, ids in by_category)]
    for names in orders:
        for ids in (names, sorted(names)):
            for between in ("", " ", ",", ", ", "|", "\n", "\t", ";"):
                yield between.join(ids)
            yield canon(ids)
            yield json.dumps(ids)
            yield canon({name: result.teams[name] for name in ids})
            yield "\n".join(f"{name}:{','.join(result.teams[name])}" for name in ids)
            yield "|".join(f"{name}={'+'.join(sorted(result.teams[name]))}" for name in ids)
    for parts in (
        {"selected": result.selected},
        {"selected": result.selected, "teams": result.teams},
        {"selected": result.selected, "reserves": result.reserves, "teams": result.teams},
        result.selected,
        result.reserves,
        result.teams,
    ):
        yield canon(parts)
        yield json.dumps(parts, ensure_ascii=False)
        yield "chanji-draw/2|" + canon(parts)
    for source in pool.sources:
        for salt in ("", "0" * 64, None):
            leaf = {
                "id": source.source_id,
                "outcome": "selected" if source.source_id in drawn else "reserve",
                "team": result.teams.get(source.source_id, []),
                **({} if salt is None else {"salt": salt}),
            }
            yield canon(leaf)


def unsalted_roots(pool: Pool, result: DrawResult) -> Iterator[str]:
    """Trees over leaves that lack the secret: without a salt, or with one that anybody can make."""
    leaves = naive.outcome_leaves(pool, result, "00" * 32)
    for salt in (lambda _: "", lambda _: "0" * 64, lambda leaf: sha(leaf["id"])):
        salted = [naive.text_of({**leaf, "salt": salt(leaf)}) for leaf in leaves]
        yield naive.tree_root(salted).hex()
    bare = [{key: leaf[key] for key in leaf if key != "salt"} for leaf in leaves]
    yield naive.tree_root([naive.text_of(leaf) for leaf in bare]).hex()
    yield naive.tree_root([naive.text_of(leaf) for leaf in leaves]).hex()


def digests(text: str, public: list[str]) -> Iterator[str]:
    """Hashes that anybody could make of a guess, with everything that is public before the reveal."""
    yield sha(text)
    yield sha256(sha(text).encode()).hexdigest()
    for value in public:
        yield sha(f"{value}|{text}")
        yield sha(f"{text}|{value}")
        yield hmac.new(value.encode(), text.encode(), "sha256").hexdigest()
        yield hmac.new(bytes.fromhex(value), text.encode(), "sha256").hexdigest()


def published_before_the_reveal(one: Held, announcement: dict[str, Any]) -> str:
    return canon(announcement) + canon(one.record)


@given(staffable_pools(), seeds)
@settings(max_examples=25)
def test_no_guessable_function_of_the_list_is_published_before_the_reveal(pool: Pool, nonce: str):
    text = render_pool(pool)
    one, announcement = held(text, nonce), announced(text, nonce)
    published = published_before_the_reveal(one, announcement)
    public = [
        announcement["pool_digest"],
        announcement["commitment"],
        one.record["announcement"],
        one.record["outcome_root"],
    ]

    for guess in guesses(parse_pool(text), one.result):
        for digest in digests(guess, public):
            assert digest not in published
    for root in unsalted_roots(parse_pool(text), one.result):
        assert root != one.record["outcome_root"]


# Who would be drawn is certain here, and so are the teams, but for their order.
CERTAIN = (
    "chanji-draw/2\t2027Q1\tsha256\nI\tIN001\tofficer\t-\nI\tIN002\tofficer\t-\nQ\tkey\t1\n"
    "R\t*\tofficer\t-\t2\nS\tkey\t0\tPS00001\t1\n"
)


def test_two_draws_of_the_same_list_have_nothing_in_common_but_their_announced_inputs():
    """Another nonce, the very same list and teams: everything that could tell so is another."""
    draws = [held(CERTAIN, sha(str(n))) for n in range(8)]
    same = [one for one in draws if one.result == draws[0].result]
    assert len(same) > 1

    assert len({one.record["outcome_root"] for one in same}) == len(same)
    leaves = [
        leaf
        for one, n in zip(draws, range(8), strict=True)
        for leaf in outcome_leaves(parse_pool(CERTAIN), one.result, sha(str(n)))
    ]
    assert len({json.loads(leaf)["salt"] for leaf in leaves}) == 8
    hidden = {"outcome_root", "announcement"}
    rest = [{key: one.record[key] for key in one.record.keys() - hidden} for one in same]
    assert all(canon(record) == canon(rest[0]) for record in rest)


def search(published: str) -> list[list[str]]:
    """Special units of the vector that some digest in `published` gives away: every selection is
    tried in every order, as whoever knows the register could."""
    pool = parse_pool(vector.bundle()["pool"])
    names = [source.source_id for source in pool.of(Category.SPECIAL)]
    others = {key: ids for key, ids in vector.bundle()["selected"].items() if key != "special"}
    return [
        list(order)
        for size in range(len(names) + 1)
        for chosen in combinations(names, size)
        for order in permutations(chosen)
        for text in (canon({**others, "special": list(order)}), canon(list(order)))
        if sha(text) in published
    ]


def test_the_search_that_found_the_list_in_minutes_finds_nothing():
    known = vector.bundle()
    published = canon(known["announcement"]) + canon(known["draw"])

    assert search(published) == []
    # A digest of the result, as planner, projector and minutes showed it, would give it away.
    for told in (sha(canon(known["selected"])), sha(canon(known["selected"]["special"]))):
        assert search(published + told) == [known["selected"]["special"]]


def test_who_holds_a_wrong_nonce_cannot_confirm_the_true_list():
    known = vector.bundle()
    pool = parse_pool(known["pool"])
    truth = draw(pool, known["seed"])

    for n in range(50):
        leaves = outcome_leaves(pool, truth, sha(str(n)))
        assert outcome_root(leaves) != known["draw"]["outcome_root"]
    assert (
        outcome_root(outcome_leaves(pool, truth, known["nonce"])) == (known["draw"]["outcome_root"])
    )


def test_one_units_proof_at_its_gate_opens_no_other_leaf():
    """All salts but its own stay secret: no leaf of another unit can be guessed from a proof."""
    gate, known = vector.gate(), vector.bundle()
    pool = parse_pool(known["pool"])
    told = canon(gate)
    neighbours = [s.source_id for s in pool.sources if s.source_id != gate["leaf"]["id"]]
    result = draw(pool, known["seed"])
    plain = {leaf["id"]: leaf for leaf in naive.outcome_leaves(pool, result, known["nonce"])}

    assert not any(name in told for name in neighbours)
    for name in neighbours:
        for salt in ("", "0" * 64, gate["leaf"]["salt"]):
            guess = naive.text_of({**plain[name], "salt": salt})
            assert sha256(b"\x00" + guess).hexdigest() not in gate["path"]


# --- (b) The spellings --------------------------------------------------------------------------

REDS = ["03", "07", "11", "19", "24", "30"]
SPELLED = [
    *(" ".join(order) + "+08" for order in permutations(REDS)),
    *("、".join(order) + "+8" for order in permutations(REDS)),
    "03 07 11 19 24 30 + 08",
    "03,07,11,19,24,30+08",
    "０３　０７　１１　１９　２４　３０＋０８",
    "3 7 11 19 24 30+8",
    "红球03 07 11 19 24 30 蓝球08",
]
INVISIBLE = [
    "03 07 11 19 24 30+08" + "\u200b" * 8,
    "\u200b03 07 11 19 24 30+08",
    "03 07\u200d 11 19 24 30+08",
    "03 07 11 19 24 30\u2060+08",
    "O3 07 11 19 24 30+08",
]
DICE = vector.record()["entropy"][1]["value"]


def test_all_spellings_of_one_result_are_one_seed():
    """720 orders of the reds gave 512 seeds of one draw: whoever held the nonce chose among them."""
    known = vector.bundle()
    seeds_found = set()
    for typed in SPELLED:
        values = [read_value("ssq", typed), DICE]
        sources = [
            {**source, "value": value}
            for source, value in zip(known["draw"]["entropy"], values, strict=True)
        ]
        text = entropy_text(sources)
        seeds_found.add(seed(known["draw"]["announcement"], known["nonce"], text))

    assert seeds_found == {known["seed"]}


@pytest.mark.parametrize("typed", INVISIBLE, ids=ascii)
def test_what_looks_like_the_result_and_is_another_text_is_refused(typed: str):
    with pytest.raises(ProtocolError):
        read_value("ssq", typed)


def test_no_other_spelling_is_drawn_by_or_verifies():
    known = vector.bundle()
    for typed in [*SPELLED[1::40], *SPELLED[-5:], *INVISIBLE]:
        with pytest.raises(ProtocolError) as refusal:
            hold(
                announcement=known["announcement"],
                pool=known["pool"],
                nonce=known["nonce"],
                drawn_at=DRAWN_AT,
                witnesses=known["draw"]["witnesses"],
                values=[typed, DICE],
            )
        assert refusal.value.part == "draw.entropy.0.value"


def respelled(typed: str) -> dict[str, Any]:
    """The vector's bundle with another spelling, and everything after it made anew."""
    known = vector.bundle()
    known["draw"]["entropy"][0]["value"] = typed
    pool = parse_pool(known["pool"])
    text = entropy_text(known["draw"]["entropy"])
    known["seed"] = seed(known["draw"]["announcement"], known["nonce"], text)
    result = draw(pool, known["seed"])
    leaves = outcome_leaves(pool, result, known["nonce"])
    known["draw"]["outcome_root"] = outcome_root(leaves)
    known |= {"changes": [], "selected": result.selected, "reserves": result.reserves}
    return {**known, "teams": result.teams}


@pytest.mark.parametrize("typed", [*SPELLED[1:4], *SPELLED[-5:], *INVISIBLE], ids=ascii)
def test_a_bundle_made_anew_with_another_spelling_is_refused(typed: str):
    assert respelled(typed)["selected"] != {}

    with pytest.raises(ProtocolError) as refusal:
        verify_bundle(respelled(typed), vector.announcement())
    assert refusal.value.part == "draw.entropy.0.value"


def test_the_canonical_spelling_made_anew_in_the_same_way_verifies():
    """So that the test before refuses the spelling and nothing else."""
    verify_bundle(respelled("03 07 11 19 24 30+08"), vector.announcement())


# --- (c) The times ------------------------------------------------------------------------------


def retimed(**times: Any) -> dict[str, Any]:
    """The vector's bundle with other times announced, and everything after them made anew."""
    known = vector.bundle()
    for key, value in times.items():
        if value is None:
            del known["announcement"][key]
        else:
            known["announcement"][key] = value
    digest = sha(canon(known["announcement"]))
    known["draw"]["announcement"] = digest
    text = entropy_text(known["draw"]["entropy"])
    known["seed"] = seed(digest, known["nonce"], text)
    pool = parse_pool(known["pool"])
    result = draw(pool, known["seed"])
    known["draw"]["outcome_root"] = outcome_root(outcome_leaves(pool, result, known["nonce"]))
    known |= {"changes": [], "selected": result.selected, "reserves": result.reserves}
    return {**known, "teams": result.teams}


def test_times_made_anew_within_the_rules_verify_but_are_not_those_that_were_kept():
    other = retimed(frozen_at="2026-12-28T10:00:00+08:00")

    assert verify_bundle(other).fixed is None
    with pytest.raises(ProtocolError) as refusal:
        verify_bundle(other, vector.announcement())
    assert refusal.value.part == "kept.frozen_at"


@pytest.mark.parametrize(
    ("times", "part"),
    [
        pytest.param(
            {"frozen_at": "2026-12-29T21:30:00+08:00"},
            "announcement.entropy.0.at",
            id="frozen when the value was known",
        ),
        pytest.param(
            {"frozen_at": "2026-12-29T20:00:00+08:00"},
            "announcement.entropy.0.at",
            id="frozen an hour before",
        ),
        pytest.param({"frozen_at": None}, "announcement", id="no time of the freeze at all"),
        pytest.param({"frozen_at": ""}, "announcement.frozen_at", id="an empty time"),
        pytest.param({"draw_by": None}, "announcement", id="no last day for the draw"),
        pytest.param(
            {"draw_by": "2026-12-28"}, "announcement.draw_by", id="a day before the value"
        ),
        pytest.param({"reveal_by": None}, "announcement", id="no last day for the reveal"),
    ],
)
def test_an_announcement_whose_times_cannot_be_is_refused(times: dict[str, Any], part: str):
    """All digests fit, as the forger made them: the sentence about the times is what refuses it."""
    with pytest.raises(ProtocolError) as refusal:
        verify_bundle(retimed(**times))
    assert refusal.value.part == part


def test_without_an_own_copy_nobody_is_told_that_the_inputs_were_fixed_before():
    assert verify_bundle(vector.bundle()).fixed is None


# --- (d) Who is left out ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["PS00041", "PS00042", "PS00043", "PS00044"])
def test_a_unit_cannot_be_dropped_from_those_left_out(name: str):
    known = vector.bundle()
    lines = known["pool"].split("\n")
    known["pool"] = "\n".join(line for line in lines if name not in line)
    assert parse_pool(known["pool"])

    with pytest.raises(ProtocolError) as refusal:
        verify_bundle(known)
    assert refusal.value.part == "pool"


# --- (e) The entropy ----------------------------------------------------------------------------


def test_no_draw_is_announced_by_dice_alone():
    dice = vector.announcement()["entropy"][1:]
    with pytest.raises(ProtocolError, match="骰子只能作为补充"):
        announce(
            pool=vector.bundle()["pool"],
            nonce=vector.bundle()["nonce"],
            frozen_at=FROZEN_AT,
            draw_by=DRAWN_AT.date(),
            reveal_by=DRAWN_AT.date(),
            entropy=dice,
        )


def test_a_lottery_already_drawn_cannot_be_named():
    drawn = {"kind": "ssq", "id": "2026149", "at": "2026-12-27T21:15:00+08:00"}
    with pytest.raises(ProtocolError) as refusal:
        announce(
            pool=vector.bundle()["pool"],
            nonce=vector.bundle()["nonce"],
            frozen_at=read_moment("", "2026-12-28T16:05:00+08:00"),
            draw_by=DRAWN_AT.date(),
            reveal_by=DRAWN_AT.date(),
            entropy=[drawn],
        )
    assert refusal.value.part == "announcement.entropy.0.at"
