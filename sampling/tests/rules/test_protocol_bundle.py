import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from sampling.rules import protocol
from sampling.rules.protocol import (
    FIXED_UNKNOWN,
    Lookup,
    ProtocolError,
    announcement_digest,
    build_bundle,
    build_undrawn,
    canon,
    change_digest,
    change_key,
    check_announcement,
    check_record,
    commitment,
    draw,
    dump_bundle,
    entropy_text,
    hold,
    main,
    outcome_leaves,
    outcome_root,
    parse_pool,
    pool_digest,
    read_moment,
    seed,
    told,
    verify_bundle,
)

from . import vector
from .alterations import ALTERED, ONLY_THE_LOG, PLACES, PUT, Place, Tamper, named, places, set_key
from .strategies import bundles


def test_vector_is_reproduced_byte_for_byte():
    known = vector.bundle()

    built = build_bundle(
        announcement=known["announcement"],
        pool=known["pool"],
        nonce=known["nonce"],
        record=known["draw"],
        changes=known["changes"],
    )

    assert dump_bundle(built) == vector.TEXT
    assert canon(built) == canon(vector.WHOLE["bundle"])


def test_vectors_seed_is_made_of_the_announcement_the_nonce_and_the_entropy():
    known = vector.bundle()

    announced = announcement_digest(known["announcement"])

    assert announced == vector.WHOLE["announcement_digest"]
    entropy = entropy_text(known["draw"]["entropy"])
    assert entropy == vector.WHOLE["entropy_text"]
    assert seed(announced, known["nonce"], entropy) == known["seed"]


def test_vector_verifies_and_says_what_it_does_not_know():
    verdict = verify_bundle(vector.bundle())

    assert [step.part for step in verdict.follows] == [
        *("announcement", "pool", "nonce", "draw", "seed"),
        *("selected", "reserves", "outcome_root", "changes", "teams"),
    ]
    assert verdict.fixed is None
    assert verdict.lookups == (
        Lookup(
            "中国福利彩票双色球第2026150期",
            "2026-12-29T21:15:00+08:00",
            "03 07 11 19 24 30+08",
            "https://www.cwl.gov.cn/",
        ),
        Lookup(
            "现场掷骰（昌吉高新区会议室）",
            "2026-12-29T20:50:00+08:00",
            "31415265351234561234",
            "",
        ),
    )
    assert f"二、事前确定：{FIXED_UNKNOWN}" in told(verdict)


def test_a_kept_announcement_answers_the_second_question():
    verdict = verify_bundle(vector.bundle(), vector.announcement())

    assert verdict.fixed is not None
    assert "您自己留存的公告一致" in "\n".join(told(verdict))
    assert FIXED_UNKNOWN not in "\n".join(told(verdict))


@given(bundles())
@settings(max_examples=40)
def test_every_true_bundle_verifies(bundle: dict[str, Any]):
    verdict = verify_bundle(bundle, bundle["announcement"])

    assert len(verdict.lookups) == len(bundle["draw"]["entropy"])
    assert protocol.read_json("bundle", dump_bundle(bundle)) == bundle


def test_a_plan_void_before_its_draw_reveals_its_inputs():
    known = vector.bundle()
    undrawn = build_undrawn(known["announcement"], known["pool"], known["nonce"])

    verdict = verify_bundle(undrawn, known["announcement"])

    assert undrawn == vector.undrawn()
    assert [step.part for step in verdict.follows] == ["announcement", "pool", "nonce", "draw"]
    assert "在抽取前作废" in verdict.follows[-1].message
    assert verdict.lookups == ()


@pytest.mark.parametrize(
    ("path", "value", "part"),
    [
        (("protocol",), "chanji-draw/1", "protocol"),
        (("announcement", "plan"), "2027Q2", "announcement.plan"),
        (("announcement", "quotas", "key"), 1, "announcement.quotas"),
        (("announcement", "register", "key"), 8, "announcement.register"),
        (("announcement", "left_out", "cap"), 1, "announcement.left_out"),
        (("announcement", "pool_digest"), "0" * 64, "pool"),
        (("announcement", "commitment"), "0" * 64, "nonce"),
        (("pool",), vector.bundle()["pool"].replace("PS00040\t2", "PS00040\t3"), "pool"),
        (("nonce",), "0" * 64, "nonce"),
    ],
)
def test_an_undrawn_bundle_whose_parts_do_not_fit_is_refused(path: Place, value: Any, part: str):
    altered = vector.undrawn()
    set_key(*path, to=lambda _: value)(altered)

    with pytest.raises(ProtocolError) as refusal:
        verify_bundle(altered)
    assert refusal.value.part == part


# --- Each field, one at a time ------------------------------------------------------------------


def value_at(bundle: Any, path: Place) -> Any:
    for key in path:
        bundle = bundle[key]
    return bundle


@pytest.mark.parametrize(("part", "tamper"), ALTERED, ids=lambda v: v if isinstance(v, str) else "")
def test_single_alteration_is_refused_naming_the_part(part: str, tamper: Tamper):
    altered = vector.bundle()
    tamper(altered)
    assert altered != vector.bundle()

    with pytest.raises(ProtocolError) as refusal:
        verify_bundle(altered)

    assert refusal.value.part == part


def test_no_value_of_the_bundle_is_left_out_of_the_alterations():
    values = [p for p in PLACES if not any(len(q) > len(p) and q[: len(p)] == p for q in PLACES)]
    by_hand = {path for path, _, _ in PUT}
    generated = {p for p in values if p[0] in ("pool", "selected", "reserves", "teams")}

    assert set(values) == {path for path in by_hand | generated if path in values}
    assert all(path in PLACES for path in by_hand)


@pytest.mark.parametrize(
    ("path", "value"), ONLY_THE_LOG, ids=lambda v: named(v) if isinstance(v, tuple) else ""
)
def test_what_is_in_no_hash_of_the_bundle_stands_in_the_public_log(path: Place, value: str):
    """The bundle alone cannot show these changed; the record and the changes in the log can."""
    known, altered = vector.bundle(), vector.bundle()
    set_key(*path, to=lambda _: value)(altered)

    verify_bundle(altered, known["announcement"])

    if path[0] == "draw":
        assert canon(altered["draw"]) != canon(known["draw"])
    else:
        number = path[1] + 1
        key = change_key(known["nonce"], number)
        assert (
            change_digest(key, altered["changes"][path[1]])
            != (vector.WHOLE["change_digests"][path[1]])
        )


MOMENTS = ["9999-12-31T23:59:59+08:00", "0001-01-01T00:00:00+08:00"]
WRONG: list[Any] = [
    *(None, True, 7, 1.5, [], {}, [None], {"x": 1}),
    *("", "\ud800", "\x00", "9" * 5000, 10**30, -1),
    *MOMENTS,
]


# Odd, but of the right form, and in no hash (see ONLY_THE_LOG).
STILL_POSSIBLE: dict[Place, tuple[str, ...]] = {
    ("draw", "witnesses", 0): tuple(MOMENTS),
    ("draw", "witnesses", 1): tuple(MOMENTS),
    ("changes", 1, "at"): (MOMENTS[0],),
}


@pytest.mark.parametrize("path", PLACES, ids=named)
def test_wrong_type_or_content_anywhere_is_refused_without_a_traceback(path: Place):
    names = {"announcement", "draw"} if path[0] == "announcement" else {path[0]}
    names |= {"draw", "announcement"} if path[0] == "draw" else set()
    for wrong in WRONG:
        altered = vector.bundle()
        set_key(*path, to=lambda _, wrong=wrong: wrong)(altered)
        if wrong in STILL_POSSIBLE.get(path, ()):
            continue

        with pytest.raises(ProtocolError) as refusal:
            verify_bundle(altered)

        blamed = {part.split(".")[0] for part in refusal.value.part.split("/")}
        assert blamed & names, (wrong, refusal.value.part)


@pytest.mark.parametrize("key", sorted(vector.bundle()))
def test_missing_key_is_refused_with_its_name(key: str):
    altered = vector.bundle()
    del altered[key]

    with pytest.raises(ProtocolError, match=key):
        verify_bundle(altered)


@pytest.mark.parametrize("path", [p for p in PLACES if isinstance(p[-1], str)], ids=named)
def test_missing_key_anywhere_is_refused(path: Place):
    altered = vector.bundle()
    del value_at(altered, path[:-1])[path[-1]]

    with pytest.raises(ProtocolError):
        verify_bundle(altered)


OBJECTS = [p for p in [(), *PLACES] if isinstance(value_at(vector.bundle(), p), dict)]


@pytest.mark.parametrize("path", OBJECTS, ids=lambda p: named(p) or "bundle")
def test_unknown_key_anywhere_is_refused_with_its_name(path: Place):
    altered = vector.bundle()
    value_at(altered, path)["remark"] = []

    with pytest.raises(ProtocolError, match="remark"):
        verify_bundle(altered)


@pytest.mark.parametrize("whole", [None, [], "x", 3, {}])
def test_anything_but_a_bundle_is_refused(whole: object):
    with pytest.raises(ProtocolError):
        verify_bundle(whole)


def test_a_bundle_of_the_protocol_before_is_refused():
    with pytest.raises(ProtocolError):
        verify_bundle({"protocol": "chanji-draw/1", "plan": "2027Q1", "pool": "", "nonce": ""})


# --- A whole forged bundle: everything recomputed by the forger ---------------------------------


def remade(**changes: Any) -> dict[str, Any]:
    """A bundle whose digests, seed, root and lists were all made anew after the change."""
    known = {**vector.bundle(), **changes}
    announcement = {
        **known["announcement"],
        "pool_digest": pool_digest(known["pool"]),
        "commitment": commitment(known["nonce"]),
    }
    record = {**known["draw"], "announcement": announcement_digest(announcement)}
    pool = parse_pool(known["pool"])
    drawn_seed = seed(record["announcement"], known["nonce"], entropy_text(record["entropy"]))
    result = draw(pool, drawn_seed)
    leaves = outcome_leaves(pool, result, known["nonce"])
    record |= {"outcomes": len(leaves), "outcome_root": outcome_root(leaves)}
    return build_bundle(
        announcement=announcement, pool=known["pool"], nonce=known["nonce"], record=record
    )


def test_a_forgery_that_follows_from_its_inputs_differs_from_the_kept_announcement():
    forged = remade(nonce="22" * 32)

    assert verify_bundle(forged).fixed is None
    with pytest.raises(ProtocolError, match="与您留存的不同") as refusal:
        verify_bundle(forged, vector.announcement())
    assert refusal.value.part == "kept.commitment"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("plan", "2027Q2"),
        ("quotas", {"general": 1, "key": 2, "special": 1}),
        ("quotas", {"general": True, "key": 2, "special": 2}),
        ("quotas", None),
        ("register", {"general": 31, "key": 9, "special": 5}),
        ("left_out", {}),
        ("pool_digest", "0" * 64),
        ("commitment", "0" * 64),
        ("frozen_at", "2026-12-28T16:05:01+08:00"),
        ("frozen_at", 1),
        ("draw_by", "2026-12-30"),
        ("reveal_by", "2027-04-29"),
        ("entropy", vector.announcement()["entropy"][:1]),
        ("entropy", vector.announcement()["entropy"][::-1]),
        ("protocol", "chanji-draw/1"),
        ("hash", "sm3"),
    ],
)
def test_a_kept_announcement_that_differs_is_told_with_its_field(key: str, value: Any):
    with pytest.raises(ProtocolError, match="公告与您留存的不同") as refusal:
        verify_bundle(vector.bundle(), {**vector.announcement(), key: value})

    assert refusal.value.part == f"kept.{key}"


@pytest.mark.parametrize("kept", [{}, [], "x", {"plan": "2027Q1"}])
def test_a_kept_file_that_is_no_announcement_is_refused(kept: object):
    with pytest.raises(ProtocolError) as refusal:
        verify_bundle(vector.bundle(), kept)

    assert refusal.value.part == "kept"


def test_a_pool_that_could_fail_to_be_staffed_is_refused_afterwards_too():
    """Else a bureau might freeze a pool of which only displeasing draws fail, and draw again."""
    conflict = "C\tPS00003\tIN001\nC\tPS00009\tIN007\n"
    pool = vector.bundle()["pool"].replace("C\tPS00003\tIN001\n", conflict)
    known = vector.undrawn()
    known["pool"] = pool
    known["announcement"]["pool_digest"] = pool_digest(pool)

    with pytest.raises(ProtocolError, match="配不齐检查组") as refusal:
        verify_bundle(known)
    assert refusal.value.part == "pool"


# --- Holding the draw ---------------------------------------------------------------------------


def held(**changes: Any) -> Any:
    known = vector.bundle()
    return hold(
        **{
            "announcement": known["announcement"],
            "pool": known["pool"],
            "nonce": known["nonce"],
            "drawn_at": read_moment("", known["draw"]["drawn_at"]),
            "witnesses": known["draw"]["witnesses"],
            "values": [source["value"] for source in known["draw"]["entropy"]],
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        pytest.param({"pool": vector.bundle()["pool"] + "\n"}, "pool", id="another pool"),
        pytest.param({"nonce": "11" * 32}, "nonce", id="another nonce"),
        pytest.param({"values": ["03 07 11 19 24 30+08"]}, "draw.entropy", id="a value missing"),
        pytest.param(
            {"values": ["30 24 19 11 07 03+08", "31415265351234561234"]},
            "draw.entropy.0.value",
            id="a value as typed",
        ),
        pytest.param(
            {"drawn_at": read_moment("", "2026-12-29T21:14:59+08:00")},
            "draw.drawn_at",
            id="before the last source",
        ),
        pytest.param(
            {"drawn_at": read_moment("", "2027-01-01T00:00:00+08:00")},
            "draw.drawn_at",
            id="after the day announced",
        ),
        pytest.param({"witnesses": ["纪检监察组"]}, "draw.witnesses", id="one witness"),
        pytest.param({"witnesses": ["纪检监察组", "x\u200b"]}, "draw.witnesses", id="an odd name"),
    ],
)
def test_a_draw_that_a_verifier_would_refuse_is_not_held(changes: dict[str, Any], part: str):
    with pytest.raises(ProtocolError) as refusal:
        held(**changes)

    assert refusal.value.part == part


def test_the_draw_may_be_held_until_the_end_of_the_day_announced():
    last = read_moment("", "2026-12-31T23:59:59+08:00")

    assert held(drawn_at=last).record["drawn_at"] == "2026-12-31T23:59:59+08:00"
    first = read_moment("", "2026-12-29T21:15:00+08:00")
    assert held(drawn_at=first).record["drawn_at"] == "2026-12-29T21:15:00+08:00"


RECORD_PLACES = places(vector.record())


@pytest.mark.parametrize("path", RECORD_PLACES, ids=named)
def test_a_record_alone_is_read_as_strictly(path: Place):
    announced = check_announcement(vector.announcement())
    check_record(vector.record(), announced)
    for wrong in (None, 1.5, {}, "\ud800", {"x": 1}):
        altered = vector.record()
        set_key(*path, to=lambda _, wrong=wrong: wrong)(altered)
        with pytest.raises(ProtocolError) as refusal:
            check_record(altered, announced)
        assert refusal.value.part.startswith(f"draw.{path[0]}")


# --- The file as people use it ------------------------------------------------------------------


@pytest.fixture
def bundle_file(tmp_path: Path) -> Path:
    path = tmp_path / "bundle.json"
    path.write_text(vector.TEXT, encoding="utf-8")
    return path


def test_file_runs_alone_with_nothing_but_the_standard_library(bundle_file: Path):
    source = Path(protocol.__file__)
    copy = bundle_file.with_name("protocol.py")
    copy.write_bytes(source.read_bytes())
    announcement = bundle_file.with_name("announcement.json")
    announcement.write_text(json.dumps(vector.announcement()), encoding="utf-8")

    done = subprocess.run(  # noqa: S603 — our own file, our own interpreter
        [sys.executable, "-I", copy, bundle_file, "--announcement", announcement],
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"},
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "一、重算：一致" in done.stdout
    assert "二、事前确定：与您自己留存的公告一致" in done.stdout
    assert "三、随机源取值须到其官方发布处核对" in done.stdout


def test_without_a_kept_announcement_the_command_does_not_say_that_all_is_well(
    bundle_file: Path, capsys: pytest.CaptureFixture[str]
):
    assert main([str(bundle_file)]) == 0

    said = capsys.readouterr().out
    assert "二、事前确定：不知道" in said
    assert "全部一致" not in said
    assert "现场掷骰（昌吉高新区会议室）（2026-12-29T20:50:00+08:00）" in said
    assert "由在场见证人确认" in said


def test_command_names_the_part_that_differs(bundle_file: Path, capsys: pytest.CaptureFixture[str]):
    bundle_file.write_text(vector.TEXT.replace("PS00005", "PS00006"), encoding="utf-8")

    assert main([str(bundle_file)]) == 1
    assert capsys.readouterr().out.startswith("不一致 pool：")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"{", id="no JSON"),
        pytest.param(b"\xff", id="no UTF-8"),
        pytest.param(b"[" * 100_000, id="nested too deeply"),
        pytest.param(b'{"seed": "", "seed": ""}', id="key given twice"),
        pytest.param(b'{"seed": 1.0}', id="a fraction"),
        pytest.param(b"9" * 5000, id="number without end"),
    ],
)
def test_unreadable_file_is_refused_in_words(
    bundle_file: Path, content: bytes, capsys: pytest.CaptureFixture[str]
):
    bundle_file.write_bytes(content)

    assert main([str(bundle_file)]) == 1
    assert capsys.readouterr().out.startswith("不一致 bundle：")


def test_missing_file_and_empty_announcement_are_refused(
    bundle_file: Path, capsys: pytest.CaptureFixture[str]
):
    nothing = bundle_file.with_name("null.json")
    nothing.write_text("null", encoding="utf-8")

    assert main([str(bundle_file.with_name("none.json"))]) == 1
    assert "无法读取" in capsys.readouterr().out
    assert main([str(bundle_file), "--announcement", str(nothing)]) == 1
    assert capsys.readouterr().out.startswith("不一致 kept：")
