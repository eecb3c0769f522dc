"""The units written so far, so that one that stands in the file twice is recognised.

A row is a line ``number TAB sheet TAB line TAB values…``. The lines themselves lie in a file of the process,
not in its memory; in memory stands where each begins.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.reading.lines import NULL

HEAD = 3  # number, sheet, line


def keys_of(fields: Mapping[str, Sequence[str]], size: int) -> list[str]:
    """What makes two rows one unit: code and site, else name and site."""
    names = fields["name"]
    codes = fields.get("uscc") or names
    sites = fields.get("site") or ("",) * size
    return [f"{code or name}\t{site}" for code, name, site in zip(codes, names, sites, strict=True)]


@dataclass(frozen=True)
class Repeat:
    """A row about a unit that was written before: the same, another half of it, or a contradiction.

    ``earlier``: number of the row before; ``place``: where it stands; ``row``: both in one, in the
    earlier's place, empty where nothing is added; ``against``: titles of what contradicts.
    """

    earlier: int
    place: str
    name: str
    same: bool
    row: str
    against: Sequence[str]


class Units:
    def __init__(
        self, fields: Sequence[str], *, titles: Mapping[str, str], mark_order: Sequence[str]
    ) -> None:
        self.fields, self.titles, self.mark_order = fields, titles, mark_order
        self.seen: dict[str, int] = {}
        self.spool = tempfile.TemporaryFile("w+b")  # noqa: SIM115 (lives as long as the process)
        self.spooled = 0

    def are_new(self, keys: Sequence[str]) -> bool:
        """None of these units was written before, and none of them twice here."""
        return len(set(keys)) == len(keys) and self.seen.keys().isdisjoint(keys)

    def __contains__(self, key: str) -> bool:
        return key in self.seen

    def add(self, encoded: Sequence[bytes], keys: Sequence[str]) -> None:
        for key, line in zip(keys, encoded, strict=True):
            self.seen[key] = self.spooled
            self.spooled += len(line) + 1
        self.spool.write(b"\n".join(encoded) + b"\n")

    def compare(self, line: str, key: str) -> Repeat:
        """``line`` beside the row that was written for this unit."""
        earlier = self._written(key)
        now = line.split("\t")
        place = f"第{earlier[2]}行"
        if earlier[1] != now[1]:
            place = f"“{earlier[1]}”{place}"
        old, new = earlier[HEAD:], now[HEAD:]
        joined, against = (old, []) if old == new else self._joined(old, new)
        return Repeat(
            earlier=int(earlier[0]),
            place=place,
            name=old[self.fields.index("name")],
            same=old == new,
            row="" if joined == old else "\t".join([*earlier[:HEAD], *joined]),
            against=against,
        )

    def _written(self, key: str) -> list[str]:
        self.spool.seek(self.seen[key])
        row = self.spool.readline().decode().rstrip("\n").split("\t")
        self.spool.seek(0, 2)
        return row

    def _joined(self, one: Sequence[str], other: Sequence[str]) -> tuple[list[str], list[str]]:
        """Both rows in one: classes together, blanks filled; the titles of what contradicts."""
        result, against = [], []
        for name, a, b in zip(self.fields, one, other, strict=True):
            if name == "key_classes" and a not in ("", NULL) and b not in ("", NULL):
                together = {*json.loads(a), *json.loads(b)}
                result.append(json.dumps([v for v in self.mark_order if v in together]))
            elif a in ("", NULL):
                result.append(b if b != NULL else a)
            else:
                result.append(a)
                if b not in ("", NULL, a):
                    against.append(self.titles.get(name, name))
        return result, against
