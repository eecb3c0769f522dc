"""The worked example with one thing changed at a time: every field, key and list item."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

from sampling.rules import protocol
from sampling.tests.rules import vector
from sampling.tests.rules.alterations import ALTERED

Bundle = dict[str, Any]
Path = tuple[Any, ...]
WITNESSES = ("draw", "witnesses")  # in no hash: see sampling/tests/rules/alterations.py


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place below, however deep, with what stands there."""
    for key in value if isinstance(value, dict) else range(len(value)):
        yield (*path, key), value[key]
        if isinstance(value[key], dict | list):
            yield from places(value[key], (*path, key))


def at(bundle: Bundle, path: Path) -> Any:
    for key in path:
        bundle = bundle[key]
    return bundle


def edited(path: Path, edit: Callable[[Any, Any], object]) -> Bundle:
    """`edit` gets what holds the last key of the path, and that key."""
    bundle = vector.bundle()
    edit(at(bundle, path[:-1]), path[-1])
    return bundle


def put(value: Any) -> Callable[[Any, Any], None]:
    return lambda holder, key: holder.__setitem__(key, copy.deepcopy(value))


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, str):
        return value[:-1] + ("1" if value[-1:] != "1" else "2")
    return value + 1 if isinstance(value, int) else value[:-1] if isinstance(value, list) else None


def changed() -> Iterator[tuple[str, Bundle]]:
    """Every field with another value of its kind, and the lists in another order."""
    for path, value in places(vector.bundle()):
        name = ".".join(map(str, path))
        if other(value) is not None and path[:2] != WITNESSES:
            yield name, edited(path, put(other(value)))
        if isinstance(value, list) and value[::-1] != value and path != WITNESSES:
            yield f"{name} reversed", edited(path, put(value[::-1]))
        if isinstance(value, list) and path != WITNESSES:
            yield f"{name} with its first twice", edited(path, put([*value, *value[:1]]))
        if isinstance(value, str) and value:
            yield f"{name} with a blank", edited(path, put(f"{value}\u200b"))
            yield f"{name} empty", edited(path, put(""))


def reshaped() -> Iterator[tuple[str, Bundle]]:
    """Every key missing, and one too many in every object."""
    yield "another key", {**vector.bundle(), "remark": ""}
    for path, value in places(vector.bundle()):
        name = ".".join(map(str, path))
        if isinstance(path[-1], str):
            yield f"{name} missing", edited(path, lambda holder, key: holder.pop(key))
        if isinstance(value, dict):
            yield f"{name} with another key", edited(path, put({**value, "remark": None}))
            yield f"{name} with another list", edited(path, put({**value, "remark": []}))


def mistyped() -> Iterator[tuple[str, Bundle]]:
    """Another type in every place."""
    for path, _ in places(vector.bundle()):
        for wrong in (None, True, 7, -1, "\ud800", [], {}, [None], {"x": 1}, [[]]):
            if at(vector.bundle(), path) != wrong:
                yield f"{'.'.join(map(str, path))} is {wrong!r}", edited(path, put(wrong))


def by_hand() -> Iterator[tuple[str, Bundle]]:
    """Those that were thought of one by one."""
    for number, (part, tamper) in enumerate(ALTERED):
        bundle = vector.bundle()
        tamper(bundle)
        yield f"{number} {part}", bundle


def resealed(**announced: Any) -> Bundle:
    """A bundle that fits together around an announcement with these fields, as a forger makes it."""
    known = vector.bundle()
    known["announcement"].update(announced)
    record = known["draw"]
    record["announcement"] = protocol.announcement_digest(known["announcement"])
    record["plan"] = known["announcement"]["plan"]
    values = {(row["kind"], row["id"]): row["value"] for row in record["entropy"]}
    record["entropy"] = [
        {key: source[key] for key in ("kind", "id")}
        | {"value": values.get((source["kind"], source["id"]), "03 07 11 19 24 30+08")}
        for source in known["announcement"]["entropy"]
    ]
    pool = protocol.parse_pool(known["pool"])
    seed = protocol.seed(
        record["announcement"], known["nonce"], protocol.entropy_text(record["entropy"])
    )
    result = protocol.draw(pool, seed)
    record["outcome_root"] = protocol.outcome_root(
        protocol.outcome_leaves(pool, result, known["nonce"])
    )
    return known | {
        "seed": seed,
        "selected": result.selected,
        "reserves": result.reserves,
        "teams": result.teams,
        "changes": [],
    }


def repooled(text: str) -> Bundle:
    return resealed(pool_digest=protocol.pool_digest(text)) | {"pool": text}


SSQ = {"kind": "ssq", "id": "2026150", "at": "2026-12-29T21:15:00+08:00"}
DICE = {"kind": "dice", "id": "会议室", "at": "2026-12-29T20:50:00+08:00"}
DRAND = {"kind": "drand", "id": "35248912", "at": "2026-12-29T21:15:00+08:00"}


def forged() -> Iterator[tuple[str, str, Bundle]]:
    """Bundles whose hashes all fit, each against one sentence; with the part to be named."""
    for key, value in (
        ("register", {"general": 31, "key": 9, "special": 5}),
        ("left_out", {"cap": 1, "exempted": 2, "positive_list": 1}),
        ("quotas", {"general": 1, "key": 2, "special": 3}),
        ("quotas", {"general": True, "key": 2, "special": 2}),
        ("quotas", {"general": 1, "key": 2, "special": 2, "other": 0}),
        ("left_out", {"cap": 2, "exempted": 1, "positive_list": 1, "other_batch": 0}),
        ("plan", "2027Q2"),
        ("plan", "2027Q5"),
        ("frozen_at", "2026-12-28T21:15:01+08:00"),
        ("frozen_at", "2026-12-30T10:00:00+08:00"),
        ("frozen_at", "2026-12-28T16:05:00+09:00"),
        ("frozen_at", "2026-12-28 16:05:00+08:00"),
        ("frozen_at", "2026-02-30T16:05:00+08:00"),
        ("draw_by", "2026-12-28"),
        ("draw_by", "2026-12-31T00:00:00+08:00"),
        ("reveal_by", "2026-12-30"),
        ("hash", "sm3"),
        ("protocol", "chanji-draw/1"),
    ):
        part = "announcement.entropy.0.at" if value in AFTER else f"announcement.{key}"
        yield f"{key} {value}", part, resealed(**{key: value})
    for part, sources in (
        ("announcement.entropy", []),
        ("announcement.entropy", [DICE]),
        ("announcement.entropy", [SSQ, SSQ]),
        ("announcement.entropy", [SSQ, DICE, DICE | {"id": "大厅"}, DRAND]),
        ("announcement.entropy.1.at", [SSQ, DICE | {"at": "2026-12-29T21:15:01+08:00"}]),
        ("announcement.entropy.1.id", [SSQ, DICE | {"id": "一|二"}]),
        ("announcement.entropy.1.id", [SSQ, DICE | {"id": "室" * 41}]),
        ("announcement.entropy.1.id", [SSQ, DICE | {"id": " 室"}]),
        ("announcement.entropy.1.id", [SSQ, DICE | {"id": "e\u0301"}]),
        ("announcement.entropy.0.at", [SSQ | {"at": "2026-12-28T21:15:00+08:00"}]),
        ("announcement.entropy.0.at", [SSQ | {"at": "2026-12-29T20:59:59+08:00"}]),
        ("announcement.entropy.0.id", [SSQ | {"id": "2025150"}]),
        ("announcement.entropy.0.id", [SSQ | {"id": "2026157"}]),
        ("announcement.entropy.0.id", [SSQ | {"id": "2026139"}]),
        ("announcement.entropy.0.id", [SSQ | {"id": "26150"}]),
        ("announcement.entropy.0.id", [DRAND | {"id": "035248912"}]),
        ("announcement.entropy.0.at", [DRAND | {"id": "35248913"}]),
        ("announcement.entropy.0.kind", [SSQ | {"kind": "wheel"}]),
    ):
        yield f"entropy {sources}", part, resealed(entropy=sources)
    pool = vector.bundle()["pool"]
    for name, text in (
        ("last line unfinished", pool[:-1]),
        ("carriage returns", pool.replace("\n", "\r\n")),
        ("a byte order mark", "\ufeff" + pool),
        ("another hash", pool.replace("sha256", "sm3")),
        ("an old header", pool.replace("chanji-draw/2", "chanji-draw/1")),
        ("lines out of order", _swapped(pool)),
        ("a line twice", pool.replace("Q\tkey\t2\n", "Q\tkey\t2\nQ\tkey\t2\n")),
        ("a quota twice", pool.replace("Q\tkey\t2\n", "Q\tkey\t2\nQ\tkey\t3\n")),
        ("a unit twice", pool.replace("S\tkey\t1\tPS00001", "S\tkey\t1\tPS00003")),
        ("a unit in and out", pool.replace("X\tgeneral\tPS00042", "X\tgeneral\tPS00013")),
        ("an unknown reason", pool.replace("positive_list", "friend")),
        ("an unknown line", pool.replace("X\tkey", "Y\tkey")),
        ("an odd id", pool.replace("PS00040", "PS_0040")),
        ("a long id", pool.replace("PS00040", "PS0004" + "0" * 40)),
        ("a leading zero", pool.replace("PS00040\t2", "PS00040\t02")),
        ("no ticket", pool.replace("PS00040\t2", "PS00040\t0")),
        ("a field too many", pool.replace("PS00040\t2", "PS00040\t2\t2")),
        ("a quota too large", pool.replace("Q\tspecial\t2", "Q\tspecial\t5")),
        ("a class without a quota", pool.replace("Q\tspecial\t2\n", "")),
        ("a skill twice", pool.replace("air,water", "air,air")),
        ("an empty skill", pool.replace("air,water", "air,")),
        ("two skills in one need", pool.replace("\tair\t1", "\tair,water\t1")),
        ("no people for a need", pool.replace("expert\tair\t1", "expert\tair\t2")),
        ("no people for all", pool.replace("officer\t-\t2", "officer\t-\t6")),
    ):
        assert text != pool, name
        yield f"pool with {name}", "pool", repooled(text)


AFTER = ("2026-12-28T21:15:01+08:00", "2026-12-30T10:00:00+08:00")


def _swapped(pool: str) -> str:
    lines = pool.split("\n")
    lines[5], lines[6] = lines[6], lines[5]
    return "\n".join(lines)


def recorded() -> Iterator[tuple[str, str, Bundle]]:
    """Draw records and changes against one sentence each."""
    for key, value, part in (
        ("drawn_at", "2026-12-29T21:14:59+08:00", "draw.drawn_at"),
        ("drawn_at", "2027-01-01T00:00:00+08:00", "draw.drawn_at"),
        ("drawn_at", "2026-12-29T21:42:10Z", "draw.drawn_at"),
        ("witnesses", ["纪检监察组"], "draw.witnesses"),
        ("witnesses", ["纪检监察组", ""], "draw.witnesses"),
        ("witnesses", ["纪检监察组", "企业\n代表"], "draw.witnesses"),
        ("witnesses", ["纪检监察组", " 企业代表"], "draw.witnesses"),
        ("witnesses", "纪检监察组", "draw.witnesses"),
        ("outcomes", 41, "draw.outcomes"),
        ("outcomes", "40", "draw.outcomes"),
        ("protocol", "chanji-draw/1", "draw.protocol"),
    ):
        yield f"{key} {value}", part, vector.bundle() | {"draw": vector.record() | {key: value}}
    for value in (
        "30 24 19 11 07 03+08", "3 7 11 19 24 30+08", "03 07 11 19 24 30 +08", "03 07 11 19 24 30+17",
        "03 07 11 19 24 34+08", "03 03 07 11 19 24+08", "03 07 11 19 24+08", "00 07 11 19 24 30+08",
        "０3 07 11 19 24 30+08", "03 07 11 19 24 30+08+09", "03,07,11,19,24,30+08",
    ):  # fmt: skip
        record = vector.record()
        record["entropy"][0]["value"] = value
        yield f"value {value}", "draw.entropy.0.value", vector.bundle() | {"draw": record}
    for value in ("3141526535123456123", "31415265351234561230", "3 1415265351234561234"):
        record = vector.record()
        record["entropy"][1]["value"] = value
        yield f"dice {value}", "draw.entropy.1.value", vector.bundle() | {"draw": record}
    replace, recuse = vector.bundle()["changes"]
    earlier = "2026-12-29T21:42:09+08:00"
    for name, part, changes in (
        ("too early", "changes.0.at", [replace | {"at": earlier}, recuse]),
        ("out of order", "changes.1.at", [recuse, replace]),
        ("a reason of the other kind", "changes.0.reason", [replace | {"reason": "leave"}, recuse]),
        ("an unknown reason", "changes.1.reason", [replace, recuse | {"reason": "tired"}]),
        ("another kind", "changes.0.kind", [replace | {"kind": "swap"}, recuse]),
        ("a remark", "changes.0", [replace | {"remark": ""}, recuse]),
        ("the second reserve", "changes.0", [replace | {"by": "PS00003"}, recuse]),
        ("one who is not drawn", "changes", [replace | {"source": "PS00003"}, recuse]),
        ("one replaced already", "changes", [replace, replace | {"at": recuse["at"]}]),
        ("one who is not in the team", "changes", [replace, recuse | {"inspector": "IN008"}]),
        ("no candidate", "changes", [replace, recuse | {"inspector": "IN007"}]),
        ("the first left out", "changes/teams", [recuse]),
        ("gone for all", "changes/teams", [replace, recuse | {"reason": "left_post"}, GONE]),
    ):
        yield f"changes with {name}", part, vector.bundle() | {"changes": changes}


GONE = {
    "kind": "recuse", "source": "PS00020", "inspector": "IN003", "reason": "conflict",
    "at": "2027-01-13T09:30:00+08:00",
}  # fmt: skip
