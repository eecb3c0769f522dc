"""chanji-draw/1: a draw that nobody can steer and everybody can recompute.

Before the draw the bureau publishes the digest of the pool and the commitment to a secret nonce,
and names a public event (a lottery, dice before witnesses) that nobody can foresee. Afterwards

    seed = sha256("chanji-draw/1|" plan "|" pool_digest "|" nonce "|" entropy)

decides everything: who is inspected (every unit holds `weight` tickets, a ticket is a hash, the
smallest tickets win), who stands in reserve, and who inspects. This file needs only Python 3.11
and its standard library. To check a published bundle:

    python protocol_v1.py bundle.json [--announcement announcement.json]

Every refusal is a ProtocolError, a ValueError that names the part of the bundle it is about.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from heapq import nsmallest
from itertools import pairwise
from operator import lt
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

PROTOCOL = "chanji-draw/1"
EVERY_SOURCE = "*"
ANY_SKILL = "-"

_Word = TypeVar("_Word", bound=StrEnum)


class ProtocolError(ValueError):
    """The file or the step named by `part` (a bundle key such as "entropy.value") is refused."""

    def __init__(self, part: str, message: str) -> None:
        super().__init__(f"{part}：{message}")
        self.part = part
        self.message = message


class Category(StrEnum):
    KEY = "key"
    SPECIAL = "special"
    GENERAL = "general"


CATEGORY_NAMES = {"key": "重点", "special": "特殊", "general": "一般"}


class Role(StrEnum):
    """In the order in which a team's needs are filled."""

    OFFICER = "officer"
    STAFF = "staff"
    EXPERT = "expert"


class PoolSource(NamedTuple):
    """An S line. Lower tiers are exhausted first; weight is the number of tickets."""

    category: Category
    tier: int
    source_id: str
    weight: int


class PoolInspector(NamedTuple):
    id: str
    role: Role
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Need:
    """An R line: `count` people of this role and skill, for one source or for every source."""

    source_id: str
    role: Role
    skill: str
    count: int


class Conflict(NamedTuple):
    """A C line: this inspector may not inspect this source."""

    source_id: str
    inspector_id: str


@dataclass(frozen=True)
class Pool:
    plan: str
    sources: tuple[PoolSource, ...]
    quotas: dict[Category, int]
    inspectors: tuple[PoolInspector, ...]
    needs: tuple[Need, ...]
    conflicts: tuple[Conflict, ...]

    def of(self, category: Category) -> list[PoolSource]:
        return [source for source in self.sources if source.category == category]


# --- §1 The pool file ---------------------------------------------------------------------------


def render_pool(
    plan: str,
    sources: Iterable[PoolSource],
    quotas: Mapping[Category, int],
    inspectors: Iterable[PoolInspector],
    needs: Iterable[Need],
    conflicts: Iterable[Conflict],
) -> str:
    """The pool file's text. Raises ProtocolError("pool") where it would not be valid.

    Needs and conflicts of sources or inspectors outside the pool say nothing about this draw
    and would tell the public about units that are not in it, so they are left out.
    """
    sources, inspectors = list(sources), list(inspectors)
    drawable = {source.source_id for source in sources}
    present = {inspector.id for inspector in inspectors}
    lines = [f"S\t{s.category}\t{s.tier}\t{s.source_id}\t{s.weight}" for s in sources]
    lines += [f"Q\t{category}\t{quota}" for category, quota in quotas.items()]
    lines += [f"I\t{i.id}\t{i.role}\t{','.join(sorted(i.skills)) or '-'}" for i in inspectors]
    lines += [
        f"R\t{n.source_id}\t{n.role}\t{n.skill}\t{n.count}"
        for n in needs
        if n.source_id == EVERY_SOURCE or n.source_id in drawable
    ]
    lines += [
        f"C\t{c.source_id}\t{c.inspector_id}"
        for c in conflicts
        if c.source_id in drawable and c.inspector_id in present
    ]
    # Code points sort like their UTF-8 bytes.
    text = "\n".join([f"{PROTOCOL}\t{plan}", *sorted(lines)]) + "\n"
    parse_pool(text)
    return text


def parse_pool(text: str) -> Pool:
    """Read a pool file strictly: one text per pool, so that one digest names one meaning.

    Raises ProtocolError("pool") with the line's number (the header is line 1).
    """
    _refuse_hidden_characters(text)
    if not text.endswith("\n"):
        raise ProtocolError("pool", f"第{text.count(chr(10)) + 1}行末尾缺少换行符。")
    header, *lines = text[:-1].split("\n")
    match = re.fullmatch(re.escape(PROTOCOL) + r"\t([0-9]{4}Q[1-4](?:-[A-Z][1-9][0-9]?)?)", header)
    if not match:
        raise ProtocolError("pool", f"第1行应为“{PROTOCOL}<制表符>计划季度”。")
    if not all(map(lt, lines, lines[1:])):
        number = next(n for n, (a, b) in enumerate(pairwise(lines), 3) if a >= b)
        raise ProtocolError("pool", f"第{number}行重复或未按字节顺序排列。")
    rows = _read_rows(lines)
    pool = Pool(
        plan=match[1],
        sources=tuple(rows["S"]),
        quotas=dict(rows["Q"]),
        inspectors=tuple(rows["I"]),
        needs=tuple(rows["R"]),
        conflicts=tuple(rows["C"]),
    )
    _refuse_impossible_quotas(pool)
    return pool


def _refuse_hidden_characters(text: str) -> None:
    """No CR, byte order mark, zero-width or surrogate: what is read is what is hashed."""
    hidden = [c for c in set(text) if c not in "\t\n" and not c.isprintable()]
    if hidden:
        at = min(map(text.index, hidden))
        line = text.count("\n", 0, at) + 1
        raise ProtocolError("pool", f"第{line}行含有不可见字符 U+{ord(text[at]):04X}。")


def _read_rows(lines: list[str]) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {kind: [] for kind in _LINES}
    seen: dict[str, set[Any]] = {kind: set() for kind in _LINES}
    for number, line in enumerate(lines, 2):
        kind, *fields = line.split("\t")
        try:
            width, read = _LINES[kind]
            if len(fields) != width or "" in fields:
                raise ValueError(f"应有{width + 1}个非空字段")
            identity, row = read(fields)
        except KeyError:
            raise ProtocolError("pool", f"第{number}行类型不明：{kind!r}。") from None
        except ValueError as error:
            raise ProtocolError("pool", f"第{number}行{error}。") from None
        if identity in seen[kind]:
            raise ProtocolError("pool", f"第{number}行与前面的行重复登记。")
        seen[kind].add(identity)
        rows[kind].append(row)
    return rows


_CANONICAL = re.compile(r"0|[1-9][0-9]{0,8}")


def _number(text: str, least: int = 0) -> int:
    # At most nine digits: enough for any bureau, and no file can make a checker count for ever.
    if not _CANONICAL.fullmatch(text) or int(text) < least:
        raise ValueError(f"数字应为不小于{least}的规范整数：{text!r}")
    return int(text)


def _source_id(text: str) -> str:
    if text == EVERY_SOURCE:
        raise ValueError("单位编号不能为“*”")
    return text


def _word(kind: type[_Word], text: str) -> _Word:
    try:
        return kind(text)
    except ValueError:
        raise ValueError(f"用词不在协议之内：{text!r}") from None


def _skills(text: str) -> frozenset[str]:
    """Comma-separated; "-" alone means none."""
    skills = [] if text == ANY_SKILL else text.split(",")
    if len(set(skills)) < len(skills) or {"", ANY_SKILL} & set(skills):
        raise ValueError(f"专业重复或为空：{text!r}")
    return frozenset(skills)


# Each reader returns what must be unique among the lines of its kind, and the row.


def _source_line(fields: list[str]) -> tuple[str, PoolSource]:
    category, tier, source_id, weight = fields
    row = PoolSource(
        _word(Category, category), _number(tier), _source_id(source_id), _number(weight, least=1)
    )
    return source_id, row


def _quota_line(fields: list[str]) -> tuple[str, tuple[Category, int]]:
    return fields[0], (_word(Category, fields[0]), _number(fields[1]))


def _inspector_line(fields: list[str]) -> tuple[str, PoolInspector]:
    return fields[0], PoolInspector(fields[0], _word(Role, fields[1]), _skills(fields[2]))


def _need_line(fields: list[str]) -> tuple[tuple[str, ...], Need]:
    source_id, role, skill, count = fields
    if "," in skill:
        raise ValueError(f"每行只写一个专业：{skill!r}")
    row = Need(source_id, _word(Role, role), skill, _number(count, least=1))
    return (source_id, role, skill), row


def _conflict_line(fields: list[str]) -> tuple[tuple[str, ...], Conflict]:
    return tuple(fields), Conflict(_source_id(fields[0]), fields[1])


_LINES: dict[str, tuple[int, Callable[[list[str]], tuple[Any, Any]]]] = {
    "S": (4, _source_line),
    "Q": (2, _quota_line),
    "I": (3, _inspector_line),
    "R": (4, _need_line),
    "C": (2, _conflict_line),
}


def _refuse_impossible_quotas(pool: Pool) -> None:
    units = Counter(source.category for source in pool.sources)
    for category in Category:
        if units[category] and category not in pool.quotas:
            raise ProtocolError(
                "pool", f"类别{CATEGORY_NAMES[category]}有单位而没有抽取数（Q 行）。"
            )
        if pool.quotas.get(category, 0) > units[category]:
            raise ProtocolError(
                "pool",
                f"类别{CATEGORY_NAMES[category]}的抽取数 {pool.quotas[category]} "
                f"多于池内 {units[category]} 家。",
            )


def pool_digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


# --- §2 Commitment, §3 seed and tickets ---------------------------------------------------------


def commitment(nonce: str) -> str:
    """SHA-256 of the 32 bytes that `nonce` writes as 64 lower-case hex digits."""
    if not re.fullmatch(r"[0-9a-f]{64}", nonce):
        raise ProtocolError("nonce", "应为64位小写十六进制数。")
    return sha256(bytes.fromhex(nonce)).hexdigest()


def normalise_entropy(value: str) -> str:
    """NFKC without white space, so that full-width digits and spacing change nothing."""
    normalised = "".join(unicodedata.normalize("NFKC", value).split())
    if not normalised:
        raise ProtocolError("entropy.value", "公开随机源取值为空。")
    return normalised


def seed(plan: str, digest: str, nonce: str, normalised: str) -> str:
    return sha256(f"{PROTOCOL}|{plan}|{digest}|{nonce}|{normalised}".encode()).hexdigest()


# A source's smallest ticket followed by its id: one bytes object that sorts as the protocol does.
Rank = bytes
_TICKET = 32  # bytes of a ticket
_HIGHEST = b"\xff" * _TICKET
_ENDS = [b"|%d" % k for k in range(10)]


def select(seed: str, sources: Iterable[PoolSource], first: int | None = None) -> list[Rank]:
    """One category in drawing order: the selected, then the reserves; or only the `first` few.

    A source's rank is its smallest ticket. The smallest of w uniform numbers is below x with
    probability 1 - (1 - x)^w: exactly weighted sampling without replacement, with no floating
    point anywhere.
    """
    # A million hashes: the state after the common beginning is computed once and continued, and
    # in each tier what lies above the `first` smallest so far is let go at once.
    started = {category: sha256(f"{seed}|{category}|".encode()).copy for category in Category}
    kept: dict[int, list[Rank]] = defaultdict(list)
    cut: dict[int, bytes] = defaultdict(lambda: _HIGHEST)
    full = -1 if first is None else 2 * first + 1
    last, start = None, started[Category.KEY]
    for category, tier, source_id, weight in sources:
        if category is not last:
            last, start = category, started[category]
        name = source_id.encode()
        ticket = start()
        ticket.update(name + b"|1")
        smallest = ticket.digest()
        if weight > 1:
            for k in range(2, weight + 1):
                ticket = start()
                ticket.update(name + (_ENDS[k] if k < len(_ENDS) else b"|%d" % k))
                other = ticket.digest()
                if other < smallest:
                    smallest = other
        if smallest <= cut[tier]:
            ranks = kept[tier]
            ranks.append(smallest + name)
            if len(ranks) == full:
                ranks.sort()
                del ranks[first:]
                cut[tier] = ranks[-1][:_TICKET] if ranks else b""
    order = [rank for tier in sorted(kept) for rank in sorted(kept[tier])]
    return order if first is None else order[:first]


def ids_of(ranks: Iterable[Rank]) -> list[str]:
    return [rank[_TICKET:].decode() for rank in ranks]


@dataclass(frozen=True)
class DrawResult:
    """Ids by category in drawing order; teams in ticket order, the leading officer first."""

    selected: dict[str, list[str]]
    reserves: dict[str, list[str]]
    teams: dict[str, list[str]]


def draw(pool: Pool, seed: str) -> DrawResult:
    """Raises ProtocolError("teams") where a team cannot be formed; never if unstaffable() is empty."""
    selected, reserves, winners = {}, {}, []
    for category in sorted(pool.quotas):
        ranks = select(seed, pool.of(category))
        quota = pool.quotas[category]
        winners += ranks[:quota]
        selected[str(category)] = ids_of(ranks[:quota])
        reserves[str(category)] = ids_of(ranks[quota:])
    roster = Roster(pool, seed, reserves)
    for source_id in ids_of(sorted(winners)):
        roster.form(source_id)
    return DrawResult(selected, reserves, roster.teams())


# --- §4 Teams, §5 changes -----------------------------------------------------------------------


class _Crew:
    """Who could sit in which seat, whatever the loads are."""

    def __init__(self, pool: Pool) -> None:
        self._able: dict[tuple[Role, str], list[str]] = defaultdict(list)
        for inspector in pool.inspectors:
            for skill in {ANY_SKILL, *inspector.skills}:
                self._able[inspector.role, skill].append(inspector.id)
        self._barred: dict[str, set[str]] = defaultdict(set)
        for conflict in pool.conflicts:
            self._barred[conflict.source_id].add(conflict.inspector_id)
        self._needs: dict[str, list[Need]] = defaultdict(list)
        for need in pool.needs:
            self._needs[need.source_id].append(need)

    def has_own_rules(self, source_id: str) -> bool:
        return source_id in self._needs or source_id in self._barred

    def needs(self, source_id: str) -> list[Need]:
        own = self._needs.get(source_id, []) + self._needs.get(EVERY_SOURCE, [])
        return sorted(own, key=lambda need: (list(Role).index(need.role), need.skill))

    def able(self, source_id: str, role: Role, skill: str) -> list[str]:
        barred = self._barred.get(source_id, set())
        return [i for i in self._able.get((role, skill), []) if i not in barred]

    def never_short(self, source_id: str) -> bool:
        """True if every need is met whatever the loads are.

        The greedy choice of §4 could, at worst, give earlier needs as many of a need's people as a
        matching allows; and any matching can come about. So enough must remain even then.
        """
        earlier: list[Need] = []
        for need in self.needs(source_id):
            able = self.able(source_id, need.role, need.skill)
            rivals = [n for n in earlier if n.role == need.role]
            wanted = need.count + sum(n.count for n in rivals)
            if len(able) < wanted and (
                len(able) - self._most_taken(source_id, set(able), rivals) < need.count
            ):
                return False
            earlier.append(need)
        return True

    def _most_taken(self, source_id: str, able: set[str], rivals: list[Need]) -> int:
        """Size of a maximum matching of the rivals' seats to these people (augmenting paths)."""
        seats = [
            able.intersection(self.able(source_id, n.role, n.skill))
            for n in rivals
            for _ in range(min(n.count, len(able)))
        ]
        seat_of: dict[str, int] = {}

        def seated(seat: int, tried: set[str]) -> bool:
            for person in seats[seat] - tried:
                tried.add(person)
                if person not in seat_of or seated(seat_of[person], tried):
                    seat_of[person] = seat
                    return True
            return False

        return sum(seated(seat, set()) for seat in range(len(seats)))


def unstaffable(pool: Pool) -> list[str]:
    """Sources that some course of the draw could leave without a full team; refuse the freeze.

    Judged without loads, as the loads are unknown before the draw: a pool that passes can be
    drawn with any seed, and every reserve can step in for any other.
    """
    crew = _Crew(pool)
    # Most sources have only the common needs and no conflicts, like a source without a name.
    ordinary = crew.never_short("")
    return [
        source_id
        for _, _, source_id, _ in pool.sources
        if not (crew.never_short(source_id) if crew.has_own_rules(source_id) else ordinary)
    ]


class _Seat(NamedTuple):
    inspector_id: str
    role: Role
    skill: str


class Roster:
    """Teams while they are formed (§4) and changed (§5); every call changes the loads."""

    def __init__(self, pool: Pool, seed: str, reserves: Mapping[str, Sequence[str]]) -> None:
        self._seed = seed
        self._crew = _Crew(pool)
        self._category = {source.source_id: source.category for source in pool.sources}
        self._waiting = {category: deque(ids) for category, ids in reserves.items()}
        self._load: Counter[str] = Counter()
        self._seats: dict[str, list[_Seat]] = {}
        self._replaced: set[str] = set()
        self._recused: dict[str, set[str]] = defaultdict(set)

    def teams(self) -> dict[str, list[str]]:
        return {source: [s.inspector_id for s in seats] for source, seats in self._seats.items()}

    def form(self, source_id: str) -> None:
        seats: list[_Seat] = []
        for need in self._crew.needs(source_id):
            joined = self._next(source_id, need.role, need.skill, seats, need.count)
            seats += [_Seat(inspector, need.role, need.skill) for inspector in joined]
        self._seats[source_id] = seats
        self._load.update(seat.inspector_id for seat in seats)

    def replace(self, source_id: str) -> str:
        """The next unused reserve takes the source's turn; returns it."""
        self._refuse_unless_active(source_id)
        waiting = self._waiting[self._category[source_id]]
        if not waiting:
            raise ProtocolError("changes", f"{source_id} 所属类别的备选单位已用完。")
        reserve = waiting.popleft()
        self._replaced.add(source_id)
        self.form(reserve)
        return reserve

    def recuse(self, source_id: str, inspector_id: str) -> str:
        """The first other candidate takes the inspector's place in the team; returns them."""
        self._refuse_unless_active(source_id)
        seats = self._seats[source_id]
        at = next((n for n, seat in enumerate(seats) if seat.inspector_id == inspector_id), None)
        if at is None:
            raise ProtocolError("changes", f"{inspector_id} 不在 {source_id} 的检查组内。")
        self._recused[source_id].add(inspector_id)
        _, role, skill = seats[at]
        [newcomer] = self._next(source_id, role, skill, seats, 1, part="changes")
        seats[at] = _Seat(newcomer, role, skill)
        self._load[inspector_id] -= 1
        self._load[newcomer] += 1
        return newcomer

    def _refuse_unless_active(self, source_id: str) -> None:
        if source_id not in self._seats or source_id in self._replaced:
            raise ProtocolError("changes", f"{source_id} 未被抽中或已被替换。")

    def _next(
        self,
        source_id: str,
        role: Role,
        skill: str,
        seats: list[_Seat],
        count: int,
        part: str = "teams",
    ) -> list[str]:
        out = {seat.inspector_id for seat in seats} | self._recused.get(source_id, set())
        free = [i for i in self._crew.able(source_id, role, skill) if i not in out]
        if len(free) < count:
            raise ProtocolError(part, f"{source_id} 需要{count}名 {role}（{skill}），人员不足。")
        # Who carries more than the count-th smallest load cannot be chosen: spare them the hash.
        load = self._load
        limit = sorted(load[i] for i in free)[count - 1]
        started = sha256(f"{self._seed}|inspector|{source_id}|".encode()).copy
        ranked = []
        for inspector in free:
            if load[inspector] <= limit:
                lot = started()
                lot.update(inspector.encode())
                ranked.append((load[inspector], lot.digest(), inspector))
        return [inspector for _, _, inspector in nsmallest(count, ranked)]


def roster_after(
    pool: Pool, seed: str, result: DrawResult, changes: Iterable[Mapping[str, str]]
) -> Roster:
    """The roster once the recorded changes are made; ask it who comes next."""
    roster = Roster(pool, seed, result.reserves)
    for source_id in result.teams:
        roster.form(source_id)
    for number, change in enumerate(changes, 1):
        if change["kind"] == "recuse":
            roster.recuse(change["source"], change["inspector"])
        elif (reserve := roster.replace(change["source"])) != change["by"]:
            raise ProtocolError(
                "changes", f"第{number}项应由 {reserve} 替换，而不是 {change['by']}。"
            )
    return roster


def apply_changes(
    pool: Pool, seed: str, result: DrawResult, changes: Iterable[Mapping[str, str]]
) -> dict[str, list[str]]:
    """All teams after the changes, in the order recorded; replaced sources keep theirs."""
    return roster_after(pool, seed, result, changes).teams()


# --- §6 The proof bundle ------------------------------------------------------------------------


def build_bundle(
    *,
    pool: str,
    nonce: str,
    entropy_source: str,
    entropy_value: str,
    changes: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """What is published at the reveal. `pool` is the pool file's text."""
    parsed, digest, normalised = (
        parse_pool(pool),
        pool_digest(pool),
        normalise_entropy(entropy_value),
    )
    drawn_seed = seed(parsed.plan, digest, nonce, normalised)
    result = draw(parsed, drawn_seed)
    return {
        "protocol": PROTOCOL,
        "plan": parsed.plan,
        "pool": pool,
        "pool_digest": digest,
        "commitment": commitment(nonce),
        "nonce": nonce,
        "entropy": {"source": entropy_source, "value": entropy_value, "normalised": normalised},
        "seed": drawn_seed,
        "selected": result.selected,
        "reserves": result.reserves,
        "changes": [dict(change) for change in changes],
        "teams": apply_changes(parsed, drawn_seed, result, changes),
    }


def dump_bundle(bundle: Mapping[str, Any]) -> str:
    return json.dumps(bundle, ensure_ascii=False, indent=1)


class Step(NamedTuple):
    """One thing that was checked and found right."""

    part: str
    message: str


def verify_bundle(bundle: object, announcement: object = None) -> list[Step]:
    """Recompute everything; the steps in order, or ProtocolError naming the part that differs.

    Nothing but the announcement published before the draw can show that the bureau did not change
    its entropy source or throw away a whole draw: give it (keys plan, quotas, pool_digest,
    commitment, entropy_source; others are ignored) wherever it is known.
    Where changes and teams contradict each other, nothing says which is wrong: the part is then
    "changes/teams".
    """
    known = _checked_shape(bundle)
    pool = _checked_inputs(known)
    result = draw(pool, known["seed"])
    for part, recomputed in (("selected", result.selected), ("reserves", result.reserves)):
        _refuse_difference(part, recomputed, known[part])
    teams = apply_changes(pool, known["seed"], result, known["changes"])
    _refuse_difference("changes/teams", teams, known["teams"])
    counts = "、".join(f"{CATEGORY_NAMES[c]}{len(ids)}家" for c, ids in result.selected.items())
    steps = [
        Step("protocol", f"协议为 {PROTOCOL}，计划 {pool.plan}。"),
        Step("pool", f"抽取池共{len(pool.sources)}家单位，摘要与文件一致。"),
        Step("commitment", "随机数与事前承诺一致。"),
        Step("entropy", f"公开随机源：{known['entropy']['source']}。"),
        Step("seed", "种子由计划、抽取池、随机数和公开随机源算出，一致。"),
        Step("selected", f"抽中单位重算一致：{counts}。"),
        Step("reserves", "备选顺序重算一致。"),
        Step("changes", f"{len(known['changes'])}项替换与回避均符合规则。"),
        Step("teams", f"{len(teams)}个检查组的人员重算一致。"),
    ]
    if announcement is not None:
        steps.append(_compared_with_announcement(known, pool, announcement))
    return steps


_TEXTS = ("protocol", "plan", "pool", "pool_digest", "commitment", "nonce", "seed")
_LISTS_BY_ID = ("selected", "reserves", "teams")
_KEYS = {*_TEXTS, *_LISTS_BY_ID, "entropy", "changes"}
_CHANGE_KEYS = {"replace": {"kind", "source", "by"}, "recuse": {"kind", "source", "inspector"}}


def _checked_shape(bundle: object) -> dict[str, Any]:
    known = _object("bundle", bundle, _KEYS)
    for part in _TEXTS:
        _text(part, known[part])
    for key, value in _object(
        "entropy", known["entropy"], {"source", "value", "normalised"}
    ).items():
        _text(f"entropy.{key}", value)
    if not known["entropy"]["source"].strip():
        raise ProtocolError("entropy.source", "公开随机源名称为空。")
    for part in _LISTS_BY_ID:
        for ids in _object(part, known[part]).values():
            for item in _list(part, ids):
                _text(part, item)
    for change in _list("changes", known["changes"]):
        kind = change.get("kind") if isinstance(change, dict) else None
        if not isinstance(kind, str) or kind not in _CHANGE_KEYS:
            raise ProtocolError("changes", "变更类型应为 replace 或 recuse。")
        for value in _object("changes", change, _CHANGE_KEYS[kind]).values():
            _text("changes", value)
    return known


def _object(part: str, value: object, keys: set[str] | None = None) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ProtocolError(part, "应为 JSON 对象。")
    for key in value:
        _text(part, key)
    if keys is not None and (odd := keys ^ value.keys()):
        raise ProtocolError(part, f"字段缺少或多余：{'、'.join(sorted(odd))}。")
    return value


def _list(part: str, value: object) -> list[Any]:
    if not isinstance(value, list):
        raise ProtocolError(part, "应为 JSON 数组。")
    return value


def _text(part: str, value: object) -> str:
    if not isinstance(value, str):
        raise ProtocolError(part, "应为文本。")
    if re.search(r"[\ud800-\udfff]", value):
        raise ProtocolError(part, "含有不成对的代理字符。")
    return value


def _checked_inputs(known: dict[str, Any]) -> Pool:
    """Each pair of value and digest must fit; the seed, made from both, tells which one is odd."""
    if known["protocol"] != PROTOCOL:
        raise ProtocolError("protocol", f"应为 {PROTOCOL}。")
    entropy, digest = known["entropy"], pool_digest(known["pool"])
    recomputed = seed(known["plan"], digest, known["nonce"], entropy["normalised"])
    seed_fits = recomputed == known["seed"]
    if digest != known["pool_digest"]:
        raise ProtocolError("pool_digest" if seed_fits else "pool", "抽取池与其摘要不符。")
    pool = parse_pool(known["pool"])
    if pool.plan != known["plan"]:
        raise ProtocolError("plan", f"抽取池属于 {pool.plan}。")
    if commitment(known["nonce"]) != known["commitment"]:
        raise ProtocolError("commitment" if seed_fits else "nonce", "随机数与事前承诺不符。")
    if normalise_entropy(entropy["value"]) != entropy["normalised"]:
        part = "entropy.value" if seed_fits else "entropy.normalised"
        raise ProtocolError(part, "公开随机源取值与其规范写法不符。")
    if not seed_fits:
        raise ProtocolError("seed", f"重算应为 {recomputed}。")
    return pool


def _refuse_difference(
    part: str, recomputed: Mapping[str, list[str]], published: Mapping[str, list[str]]
) -> None:
    for key in sorted(recomputed.keys() | published.keys()):
        if recomputed.get(key) != published.get(key):
            raise ProtocolError(part, f"{CATEGORY_NAMES.get(key, key)} 与重算结果不符。")


def _compared_with_announcement(known: dict[str, Any], pool: Pool, announcement: object) -> Step:
    quotas = {str(category): quota for category, quota in pool.quotas.items()}
    actual = {
        "plan": ("plan", known["plan"]),
        "quotas": ("quotas", quotas),
        "pool_digest": ("pool_digest", known["pool_digest"]),
        "commitment": ("commitment", known["commitment"]),
        "entropy_source": ("entropy.source", known["entropy"]["source"]),
    }
    announced = _object("announcement", announcement)
    if missing := actual.keys() - announced.keys():
        raise ProtocolError("announcement", f"缺少字段：{'、'.join(sorted(missing))}。")
    for key, (part, value) in actual.items():
        # As JSON text, because true == 1 in Python.
        if json.dumps(announced[key], sort_keys=True) != json.dumps(value, sort_keys=True):
            raise ProtocolError(part, "与事前公告不符。")
    return Step("announcement", "与抽取前发布的公告一致。")


# --- The command line ---------------------------------------------------------------------------


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key given twice would show two readers two different bundles."""
    if len(dict(pairs)) < len(pairs):
        raise ValueError("JSON 对象中有重复的字段")
    return dict(pairs)


NOT_COMPARED = "未与事前公告比对：公开随机源的名称和是否另有一次抽取，只有公告能证明。"


def load_json(part: str, path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_unique_keys)
    except (OSError, ValueError, RecursionError) as error:
        raise ProtocolError(part, f"无法读取 {path}：{error}") from None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="复核双随机抽取结果（chanji-draw/1）")
    parser.add_argument("file", type=Path, help="公开的复核材料（JSON）")
    parser.add_argument("--announcement", type=Path, help="抽取前发布的公告（JSON）")
    options = parser.parse_args(arguments)
    try:
        announcement = None
        if options.announcement:
            announcement = load_json("announcement", options.announcement)
        if options.announcement and announcement is None:
            raise ProtocolError("announcement", "公告为空。")
        steps = verify_bundle(load_json("bundle", options.file), announcement)
    except ProtocolError as error:
        sys.stdout.write(f"不一致 {error}\n")
        return 1
    for step in steps:
        sys.stdout.write(f"一致 {step.part}：{step.message}\n")
    sys.stdout.write("全部一致：抽取结果可由公开材料重算得出。\n")
    if announcement is None:
        sys.stdout.write(f"{NOT_COMPARED}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
