"""Single alterations of the worked example, each with the part a verifier must name.

Every value of the bundle is altered at least once (test_protocol_bundle.py counts them), but for
those of ONLY_THE_LOG: what can be changed in a bundle and still follows from its inputs.
"""

from collections.abc import Callable
from typing import Any

from . import vector

Bundle = dict[str, Any]
Tamper = Callable[[Bundle], object]
Place = tuple[Any, ...]


def flip(text: str) -> str:
    """Another last character of the same kind."""
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def set_key(*path: Any, to: Callable[[Any], Any]) -> Tamper:
    def tamper(bundle: Bundle) -> None:
        *parents, last = path
        place: Any = bundle
        for key in parents:
            place = place[key]
        place[last] = to(place[last])

    return tamper


def places(value: Any, path: Place = ()) -> list[Place]:
    """The path of every key and list item, however deep."""
    if not isinstance(value, dict | list):
        return [path]
    children = value.items() if isinstance(value, dict) else enumerate(value)
    below = [place for key, child in children for place in places(child, (*path, key))]
    return [path, *below] if path else below


PLACES = places(vector.bundle())


def named(path: Place) -> str:
    return ".".join(map(str, path))


def _put(path: str, value: Any, part: str) -> tuple[Place, Any, str]:
    return tuple(int(key) if key.isdigit() else key for key in path.split(".")), value, part


# (place, another value, the part to name). The first of a place is plausible: a verifier that
# only looked at the form would take it.
PUT: list[tuple[Place, Any, str]] = [
    _put("protocol", "chanji-draw/1", "protocol"),
    _put("announcement.protocol", "chanji-draw/1", "announcement.protocol"),
    _put("announcement.hash", "sm3", "announcement.hash"),
    # The record repeats plan and sources: of two that differ, it names the record's.
    _put("announcement.plan", "2027Q2", "draw.plan"),
    _put("announcement.plan", "2027", "announcement.plan"),
    _put("announcement.quotas.general", 2, "announcement"),
    _put("announcement.quotas.key", 3, "announcement"),
    _put("announcement.quotas.key", -2, "announcement.quotas"),
    _put("announcement.quotas.special", 1, "announcement"),
    _put("announcement.register.general", 30, "announcement"),
    _put("announcement.register.key", 8, "announcement"),
    _put("announcement.register.special", 5, "announcement"),
    _put("announcement.left_out.cap", 1, "announcement"),
    _put("announcement.left_out.exempted", 0, "announcement"),
    _put("announcement.left_out.positive_list", 2, "announcement"),
    _put("announcement.pool_digest", "0" * 64, "announcement"),
    _put("announcement.commitment", "0" * 64, "announcement"),
    _put("announcement.commitment", "0" * 63, "announcement.commitment"),
    _put("announcement.entropy.0.kind", "dlt", "announcement.entropy.0.id"),
    _put("announcement.entropy.0.id", "2026151", "draw.entropy"),
    _put("announcement.entropy.0.id", "2026157", "announcement.entropy.0.id"),
    _put("announcement.entropy.0.at", "2026-12-29T21:16:00+08:00", "announcement"),
    _put("announcement.entropy.0.at", "2026-12-30T21:15:00+08:00", "announcement.entropy.0.at"),
    _put("announcement.entropy.1.kind", "drand", "announcement.entropy.1.id"),
    _put("announcement.entropy.1.id", "三楼会议室", "draw.entropy"),
    _put("announcement.entropy.1.at", "2026-12-29T20:51:00+08:00", "announcement"),
    _put("announcement.entropy.1.at", "2026-12-29T21:51:00+08:00", "announcement.entropy.1.at"),
    _put("announcement.frozen_at", "2026-12-28T16:04:59+08:00", "announcement"),
    _put("announcement.frozen_at", "2026-12-29T22:00:00+08:00", "announcement.entropy.0.at"),
    _put("announcement.draw_by", "2026-12-30", "announcement"),
    _put("announcement.draw_by", "2026-12-28", "announcement.draw_by"),
    _put("announcement.reveal_by", "2027-05-01", "announcement"),
    _put("announcement.reveal_by", "2026-12-30", "announcement.reveal_by"),
    _put("nonce", "11" * 32, "nonce"),
    _put("nonce", vector.bundle()["nonce"].upper(), "nonce"),
    _put("nonce", "", "nonce"),
    _put("draw.protocol", "chanji-draw/1", "draw.protocol"),
    _put("draw.plan", "2027Q2", "draw.plan"),
    _put("draw.announcement", "0" * 64, "draw.announcement"),
    _put("draw.entropy.0.kind", "dlt", "draw.entropy"),
    _put("draw.entropy.0.id", "2026151", "draw.entropy"),
    _put("draw.entropy.0.value", "03 07 11 19 24 31+08", "draw.entropy/seed"),
    _put("draw.entropy.0.value", "07 03 11 19 24 30+08", "draw.entropy.0.value"),
    _put("draw.entropy.1.kind", "drand", "draw.entropy"),
    _put("draw.entropy.1.id", "三楼会议室", "draw.entropy"),
    _put("draw.entropy.1.value", "31415265351234561235", "draw.entropy/seed"),
    _put("draw.drawn_at", "2026-12-29T21:14:59+08:00", "draw.drawn_at"),
    _put("draw.drawn_at", "2027-01-01T00:00:00+08:00", "draw.drawn_at"),
    _put("draw.witnesses", ["纪检监察组"], "draw.witnesses"),
    _put("draw.witnesses.0", " 纪检监察组", "draw.witnesses"),
    _put("draw.witnesses.1", "", "draw.witnesses"),
    _put("draw.outcomes", 39, "draw.outcomes"),
    _put("draw.outcomes", True, "draw.outcomes"),
    _put("draw.outcome_root", "0" * 64, "draw.outcome_root"),
    _put("changes.0.kind", "recuse", "changes.0"),
    _put("changes.0.kind", "swap", "changes.0.kind"),
    _put("changes.0.source", "PS00008", "changes"),
    _put("changes.0.by", "PS00003", "changes.0"),
    _put("changes.0.reason", "leave", "changes.0.reason"),
    _put("changes.0.at", "2027-01-13T10:00:00+08:00", "changes.1.at"),
    _put("changes.1.kind", "replace", "changes.1"),
    _put("changes.1.source", "PS00005", "changes"),
    _put("changes.1.inspector", "IN001", "changes/teams"),
    _put("changes.1.inspector", "IN003", "changes"),
    _put("changes.1.reason", "closed", "changes.1.reason"),
    _put("changes.1.at", "2027-01-11T09:59:59+08:00", "changes.1.at"),
    _put("seed", "0" * 64, "draw.entropy/seed"),
    _put("seed", vector.bundle()["seed"].upper(), "seed"),
]

ALTERED: list[tuple[str, Tamper]] = [
    *[(part, set_key(*path, to=lambda _, value=value: value)) for path, value, part in PUT],
    ("pool", set_key("pool", to=lambda t: t.replace("PS00040\t2", "PS00040\t3"))),
    ("pool", set_key("pool", to=lambda t: t.replace("PS00042\tcap", "PS00042\texempted"))),
    ("pool", set_key("pool", to=lambda t: t.replace("X\tgeneral\tPS00042\tcap\n", ""))),
    ("pool", set_key("pool", to=lambda t: t[:-1])),
    ("pool", set_key("pool", to=lambda t: t.replace("2027Q1", "2027Q2"))),
    *[
        (part, set_key(part, category, n, to=flip))
        for part in ("selected", "reserves")
        for category, ids in vector.bundle()[part].items()
        for n in range(len(ids))
    ],
    ("selected", set_key("selected", "key", to=lambda ids: ids[::-1])),
    ("selected", set_key("selected", "general", 0, to=lambda _: "PS00027")),
    ("selected", set_key("selected", "special", to=lambda ids: ids[:1])),
    ("selected", lambda b: b["selected"].pop("key")),
    ("selected", lambda b: b["selected"].update(other=[])),
    *[
        ("reserves", set_key("reserves", category, to=lambda ids: ids[::-1]))
        for category in ("general", "key", "special")
    ],
    ("reserves", lambda b: b["reserves"].pop("general")),
    ("reserves", lambda b: b["reserves"]["key"].append("PS99999")),
    ("draw.witnesses", set_key("draw", "witnesses", to=lambda _: [])),
    ("draw.entropy", set_key("draw", "entropy", to=lambda values: values[::-1])),
    ("draw.entropy", set_key("draw", "entropy", to=lambda values: values[:1])),
    ("draw.entropy", set_key("announcement", "entropy", to=lambda values: values[:1])),
    ("changes/teams", set_key("changes", to=lambda changes: changes[:1])),
    ("changes/teams", set_key("changes", to=lambda changes: changes[1:])),
    ("changes.1.at", set_key("changes", to=lambda changes: changes[::-1])),
    ("changes.2.at", set_key("changes", to=lambda changes: [*changes, changes[0]])),
    ("changes.0", lambda b: b["changes"][0].update(note="x")),
    ("changes.0", lambda b: b["changes"][0].pop("by")),
    ("changes/teams", lambda b: b["teams"].pop("PS00012")),
    ("changes/teams", lambda b: b["teams"].update(PS00018=["IN001", "IN002"])),
    *[
        ("changes/teams", set_key("teams", source, n, to=flip))
        for source, team in vector.bundle()["teams"].items()
        for n in range(len(team))
    ],
    *[
        ("changes/teams", set_key("teams", source, to=alter))
        for source in vector.bundle()["teams"]
        for alter in (lambda t: t[::-1], lambda t: t[1:], lambda t: [*t[:-1], "IN006"])
    ],
]

# What stands in no hash of the bundle and may be another plausible value: the draw follows from its
# inputs all the same. Only the public log can show these changed, as it holds the draw record and a
# digest of each change from the moment they were made.
ONLY_THE_LOG: list[tuple[Place, Any]] = [
    # When it was drawn, within its bounds; who stood there.
    (("draw", "drawn_at"), "2026-12-30T08:00:00+08:00"),
    (("draw", "witnesses", 0), "检察院"),
    (("draw", "witnesses", 1), "检察院"),
    # When and why a unit or an inspector changed, within the order and the reasons of its kind.
    (("changes", 0, "at"), "2027-01-11T10:00:01+08:00"),
    (("changes", 0, "reason"), "merged"),
    (("changes", 1, "at"), "2027-01-12T09:30:01+08:00"),
    (("changes", 1, "reason"), "conflict"),
    # Which unit of a category gave way: the next reserve comes whichever it is.
    (("changes", 0, "source"), "PS00004"),
]
