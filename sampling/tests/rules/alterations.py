"""Single alterations of the worked example, each with the part a verifier must name."""

from collections.abc import Callable
from typing import Any

from . import vector

Bundle = dict[str, Any]
Tamper = Callable[[Bundle], object]


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


ALTERED = [
    ("protocol", set_key("protocol", to=lambda _: "chanji-draw/2")),
    ("plan", set_key("plan", to=lambda _: "2027Q2")),
    ("pool", set_key("pool", to=lambda t: t.replace("PS00040\t2", "PS00040\t3"))),
    ("pool", set_key("pool", to=lambda t: t[:-1])),
    ("pool", set_key("pool", to=lambda t: t.replace("2027Q1", "2027Q2"))),
    ("pool_digest", set_key("pool_digest", to=flip)),
    ("pool_digest", set_key("pool_digest", to=str.upper)),
    ("commitment", set_key("commitment", to=flip)),
    ("nonce", set_key("nonce", to=flip)),
    ("nonce", set_key("nonce", to=str.upper)),
    ("nonce", set_key("nonce", to=lambda _: "")),
    ("entropy.value", set_key("entropy", "value", to=flip)),
    ("entropy.value", set_key("entropy", "value", to=lambda _: " ")),
    ("entropy.normalised", set_key("entropy", "normalised", to=flip)),
    ("entropy.source", set_key("entropy", "source", to=lambda _: " ")),
    ("seed", set_key("seed", to=flip)),
    ("selected", set_key("selected", "key", to=lambda ids: ids[::-1])),
    ("selected", set_key("selected", "general", 0, to=lambda _: "PS00018")),
    ("selected", set_key("selected", "special", to=lambda ids: ids[:1])),
    ("selected", lambda b: b["selected"].pop("key")),
    ("selected", lambda b: b["selected"].update(other=[])),
    *[
        ("reserves", set_key("reserves", category, to=lambda ids: ids[::-1]))
        for category in ("general", "key", "special")
    ],
    ("reserves", lambda b: b["reserves"].pop("general")),
    ("reserves", lambda b: b["reserves"]["key"].append("PS99999")),
    ("changes", set_key("changes", 0, "kind", to=lambda _: "swap")),
    ("changes", set_key("changes", 0, "source", to=lambda _: "PS00005")),
    ("changes", set_key("changes", 0, "by", to=lambda _: "PS00020")),
    ("changes", set_key("changes", 1, "source", to=lambda _: "PS00040")),
    ("changes", set_key("changes", 1, "source", to=lambda _: "PS00008")),
    ("changes", set_key("changes", 1, "inspector", to=lambda _: "IN006")),
    ("changes", set_key("changes", 1, "inspector", to=lambda _: "IN003")),
    ("changes", set_key("changes", to=lambda changes: changes[:1])),
    ("changes", set_key("changes", to=lambda changes: changes[1:])),
    ("changes", set_key("changes", to=lambda changes: [*changes, changes[0]])),
    ("changes", lambda b: b["changes"][0].update(reason="x")),
    ("changes", lambda b: b["changes"][0].pop("by")),
    ("teams", lambda b: b["teams"].pop("PS00015")),
    ("teams", lambda b: b["teams"].update(PS00018=["IN001", "IN002"])),
    *[
        ("teams", set_key("teams", source, to=alter))
        for source in vector.bundle()["teams"]
        for alter in (lambda t: t[::-1], lambda t: t[1:], lambda t: [*t[:-1], "IN006"])
    ],
]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every key and list item, however deep."""
    if not isinstance(value, dict | list):
        return [path]
    children = value.items() if isinstance(value, dict) else enumerate(value)
    below = [place for key, child in children for place in places(child, (*path, key))]
    return [path, *below] if path else below


PLACES = places(vector.bundle())
