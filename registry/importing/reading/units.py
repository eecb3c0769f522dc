"""The units written so far, so that one that stands in the file twice is recognised.

A row is a line ``number TAB sheet TAB line TAB values…``. The lines themselves lie in a file of the process,
not in its memory; in memory stands where each begins.
"""

import json
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from registry.importing.reading.lines import NULL

HEAD = 3  # number, sheet, line
# Two rows that differ in these are not surely one unit.
DECISIVE = frozenset({"code", "name", "uscc", "site", "permit_number", "key_list_year"})
# Without one code for both, the name alone holds them together: a 中心卫生院 in either county is two.
DECISIVE_BY_NAME = frozenset({"county", "legal_representative", "address"})
_WIDE = str.maketrans("()", "（）")


def with_wide_brackets(name: str) -> str:
    """A name as two lists write it alike: （昌吉） and (昌吉) are the same brackets."""
    return name.translate(_WIDE)


@dataclass(frozen=True)
class Repeat:
    """A row about a unit that was written before: the same, another half of it, or a contradiction.

    ``earlier``: number of the row before; ``place``: where it stands; ``row``: both in one, in the
    earlier's place, empty where nothing is added; ``against``: titles of what contradicts;
    ``kept``: titles of what was said otherwise before, and stays.
    """

    earlier: int
    place: str
    name: str
    same: bool
    row: str
    against: Sequence[str]
    kept: Sequence[str]


class Units:
    """``lenient``: a yearly list repeats a unit under each of its classes, with remarks, addresses and
    trades worded anew and the code on one sheet only; what is not decisive is taken as first written.
    """

    def __init__(
        self,
        fields: Sequence[str],
        *,
        titles: Mapping[str, str],
        mark_order: Sequence[str],
        lenient: bool = False,
    ) -> None:
        self.fields, self.titles, self.mark_order = fields, titles, mark_order
        self.lenient = lenient
        # Of a lenient reading, by name and site: key and county of the first row; key with the code.
        self.called: dict[str, tuple[str, str]] = {}
        self.coded: dict[str, str] = {}
        self.several: set[str] = set()
        self.seen: dict[str, int] = {}
        self.spool = tempfile.TemporaryFile("w+b")  # noqa: SIM115 (lives as long as the process)
        self.spooled = 0

    def keys_of(self, fields: Mapping[str, Sequence[str]], size: int) -> list[str]:
        """What makes two rows one unit: code and site, else name and site. In a lenient reading a row
        without a code is the one of its name that has it, unless there are several."""
        names = fields["name"]
        codes = fields.get("uscc") or names
        sites = fields.get("site") or ("",) * size
        rows = zip(codes, names, sites, strict=True)
        if not self.lenient:
            return [f"{code or name}\t{site}" for code, name, site in rows]
        nothing = ("",) * size
        codes, counties = fields.get("uscc") or nothing, fields.get("county") or nothing
        return [
            self._recognised(
                f"{with_wide_brackets(name)}\t{site}", f"{code}\t{site}" if code else "", county
            )
            for code, name, site, county in zip(codes, names, sites, counties, strict=True)
        ]

    def _recognised(self, name: str, code: str, county: str) -> str:
        first, where = self.called.setdefault(name, (code or name, county))
        elsewhere = bool(county and where) and county != where
        if (
            not code and first == name
        ):  # whatever stands elsewhere is refused where they are compared
            certain = name not in self.several or (county and county == where)
            return name if certain or elsewhere else f"{name}\t?"
        if not code:
            return name if name in self.several or elsewhere else first
        if first == code:
            return first
        if self.coded.setdefault(name, code) == code and first == name and not elsewhere:
            return first
        self.several.add(name)
        return code

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
        joined, against, kept = (old, [], []) if old == new else self._joined(old, new)
        return Repeat(
            earlier=int(earlier[0]),
            place=place,
            name=old[self.fields.index("name")],
            same=old == new,
            row="" if joined == old else "\t".join([*earlier[:HEAD], *joined]),
            against=against,
            kept=kept,
        )

    def _written(self, key: str) -> list[str]:
        self.spool.seek(self.seen[key])
        row = self.spool.readline().decode().rstrip("\n").split("\t")
        self.spool.seek(0, 2)
        return row

    def _joined(
        self, one: Sequence[str], other: Sequence[str]
    ) -> tuple[list[str], list[str], list[str]]:
        """Both rows in one: classes together, blanks filled; titles of what contradicts or is kept."""
        result, against, kept = [], [], []
        decisive = self._decisive(one, other)
        for name, a, b in zip(self.fields, one, other, strict=True):
            if name == "key_classes" and a not in ("", NULL) and b not in ("", NULL):
                together = {*json.loads(a), *json.loads(b)}
                result.append(json.dumps([v for v in self.mark_order if v in together]))
            elif a in ("", NULL):
                result.append(b if b != NULL else a)
            else:
                result.append(a)
                if b in ("", NULL, a) or (
                    self.lenient and with_wide_brackets(a) == with_wide_brackets(b)
                ):
                    continue
                (against if name in decisive else kept).append(self.titles.get(name, name))
        return result, against, kept

    def _decisive(self, one: Sequence[str], other: Sequence[str]) -> Collection[str]:
        if not self.lenient:
            return self.fields
        code, county = self.fields.index("uscc"), self.fields.index("county")
        if one[code] == other[code] not in ("", NULL):
            return DECISIVE
        same_county = one[county] == other[county] not in ("", NULL)
        return DECISIVE | DECISIVE_BY_NAME - ({"address"} if same_county else set())
