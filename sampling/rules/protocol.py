"""chanji-draw/2: a draw that nobody can steer and everybody can recompute.

Before the draw the bureau publishes an announcement: the digest of the pool, the commitment to a
secret nonce, every time and number, and the public event (a lottery, a drand round) that nobody can
foresee. Afterwards

    seed = sha256("chanji-draw/2|" announcement_digest "|" nonce "|" entropy)

decides everything: who is inspected (every unit holds `weight` tickets, a ticket is a hash, the
smallest tickets win), who stands in reserve, and who inspects. At the draw only the root of a tree
is published, one salted leaf for each unit. This file needs only Python 3.11 and its standard
library. To check a published bundle:

    python protocol.py bundle.json [--announcement announcement.json]

Every refusal is a ProtocolError, a ValueError that names the part of the file it is about.
"""

from __future__ import annotations

import argparse
import hmac
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256
from heapq import nsmallest
from itertools import pairwise
from operator import lt
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

PROTOCOL = "chanji-draw/2"
HASH = "sha256"
EVERY_SOURCE = "*"
ANY_SKILL = "-"

_Word = TypeVar("_Word", bound=StrEnum)


class ProtocolError(ValueError):
    """The file or the step named by `part` (a path such as "announcement.quotas") is refused."""

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


class LeftOutCode(StrEnum):
    """Why a unit of the register cannot be drawn this time."""

    CAP = "cap"
    POSITIVE_LIST = "positive_list"
    EXEMPTED = "exempted"
    OTHER_BATCH = "other_batch"
    NOT_SAMPLED = "not_sampled"


LEFT_OUT_NAMES = {
    "cap": "已达年度检查频次上限",
    "positive_list": "列入正面清单",
    "exempted": "依规免予抽查",
    "other_batch": "由同期其他批次抽取",
    "not_sampled": "不属于本次抽查范围",
}


class PoolSource(NamedTuple):
    """An S line. Lower tiers are exhausted first; weight is the number of tickets."""

    category: Category
    tier: int
    source_id: str
    weight: int


class LeftOutSource(NamedTuple):
    """An X line: a unit of the register that is not in the pool."""

    category: Category
    source_id: str
    reason: LeftOutCode


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
    left_out: tuple[LeftOutSource, ...] = ()

    def of(self, category: Category) -> list[PoolSource]:
        return [source for source in self.sources if source.category == category]

    def register(self) -> dict[str, int]:
        """Units of the register by category: those in the pool and those left out."""
        return _counts([s.category for s in self.sources] + [x.category for x in self.left_out])

    def reasons(self) -> dict[str, int]:
        """Units left out, by the code of their reason."""
        return _counts(row.reason for row in self.left_out)


def _counts(words: Iterable[StrEnum]) -> dict[str, int]:
    return {str(word): count for word, count in sorted(Counter(words).items())}


# --- §0 Words -----------------------------------------------------------------------------------


def sha(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def keyed(key: bytes, text: str) -> str:
    """HMAC-SHA256 in lower-case hex."""
    return hmac.digest(key, text.encode(), "sha256").hex()


def canon(value: object) -> str:
    """JSON as RFC 8785 writes it. All keys here are ASCII, where code points sort as UTF-16 does."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_json(part: str, text: str) -> object:
    """JSON with each key once and whole numbers only: no two readers may see two documents."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError("JSON 对象中有重复的字段")
        return dict(pairs)

    def no_fraction(number: str) -> None:
        raise ValueError(f"数字应为整数：{number}")

    try:
        return json.loads(
            text, object_pairs_hook=unique, parse_float=no_fraction, parse_constant=no_fraction
        )
    except (ValueError, RecursionError) as error:
        raise ProtocolError(part, f"不是协议所要求的 JSON：{error}") from None


BEIJING = timezone(timedelta(hours=8))
_MOMENT = "%Y-%m-%dT%H:%M:%S+08:00"


def write_moment(moment: datetime) -> str:
    """The one way to write a moment, to the second: 2026-12-29T21:15:00+08:00."""
    return moment.astimezone(BEIJING).strftime(_MOMENT)


def read_moment(part: str, text: object) -> datetime:
    try:
        moment = datetime.strptime(_text(part, text), _MOMENT).replace(tzinfo=BEIJING)
    except ValueError:
        moment = None
    if moment is None or write_moment(moment) != text:
        raise ProtocolError(part, f"时刻应写成 2026-12-29T21:15:00+08:00 的形式：{text!r}")
    return moment


def read_day(part: str, text: object) -> date:
    try:
        day = date.fromisoformat(_text(part, text))
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise ProtocolError(part, f"日期应写成 2026-12-29 的形式：{text!r}")
    return day


# --- §1 The pool file ---------------------------------------------------------------------------


def render_pool(pool: Pool) -> str:
    """The pool file's text. Raises ProtocolError("pool") where it would not be valid.

    Needs and conflicts of sources or inspectors outside the pool say nothing about this draw
    and would tell the public about units that are not in it, so they are left out.
    """
    drawable = {source.source_id for source in pool.sources}
    present = {inspector.id for inspector in pool.inspectors}
    lines = [f"S\t{s.category}\t{s.tier}\t{s.source_id}\t{s.weight}" for s in pool.sources]
    lines += [f"X\t{x.category}\t{x.source_id}\t{x.reason}" for x in pool.left_out]
    lines += [f"Q\t{category}\t{quota}" for category, quota in pool.quotas.items()]
    lines += [f"I\t{i.id}\t{i.role}\t{','.join(sorted(i.skills)) or '-'}" for i in pool.inspectors]
    lines += [
        f"R\t{n.source_id}\t{n.role}\t{n.skill}\t{n.count}"
        for n in pool.needs
        if n.source_id == EVERY_SOURCE or n.source_id in drawable
    ]
    lines += [
        f"C\t{c.source_id}\t{c.inspector_id}"
        for c in pool.conflicts
        if c.source_id in drawable and c.inspector_id in present
    ]
    # Code points sort like their UTF-8 bytes.
    text = "\n".join([f"{PROTOCOL}\t{pool.plan}\t{HASH}", *sorted(lines)]) + "\n"
    parse_pool(text)
    return text


_PLAN = r"[0-9]{4}Q[1-4](?:-[A-Z][1-9][0-9]?)?"


def parse_pool(text: str) -> Pool:
    """Read a pool file strictly: one text per pool, so that one digest names one meaning.

    Raises ProtocolError("pool") with the line's number (the header is line 1).
    """
    _refuse_hidden_characters(text)
    if not text.endswith("\n"):
        raise ProtocolError("pool", f"第{text.count(chr(10)) + 1}行末尾缺少换行符。")
    header, *lines = text[:-1].split("\n")
    match = re.fullmatch(rf"{re.escape(PROTOCOL)}\t({_PLAN})\t{HASH}", header)
    if not match:
        raise ProtocolError("pool", f"第1行应为“{PROTOCOL}<制表符>计划编号<制表符>{HASH}”。")
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
        left_out=tuple(rows["X"]),
    )
    _refuse_impossible_quotas(pool)
    _refuse_both_in_and_out(pool)
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


_ID = re.compile(r"[A-Za-z0-9-]{1,32}")


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f"编号只能由1至32个字母、数字或“-”组成：{text!r}")
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
        _word(Category, category), _number(tier), _id(source_id), _number(weight, least=1)
    )
    return source_id, row


def _left_out_line(fields: list[str]) -> tuple[str, LeftOutSource]:
    category, source_id, reason = fields
    row = LeftOutSource(_word(Category, category), _id(source_id), _word(LeftOutCode, reason))
    return source_id, row


def _quota_line(fields: list[str]) -> tuple[str, tuple[Category, int]]:
    return fields[0], (_word(Category, fields[0]), _number(fields[1]))


def _inspector_line(fields: list[str]) -> tuple[str, PoolInspector]:
    person = PoolInspector(_id(fields[0]), _word(Role, fields[1]), _skills(fields[2]))
    return person.id, person


def _need_line(fields: list[str]) -> tuple[tuple[str, ...], Need]:
    source_id, role, skill, count = fields
    if "," in skill:
        raise ValueError(f"每行只写一个专业：{skill!r}")
    if source_id != EVERY_SOURCE:
        _id(source_id)
    row = Need(source_id, _word(Role, role), skill, _number(count, least=1))
    return (source_id, role, skill), row


def _conflict_line(fields: list[str]) -> tuple[tuple[str, ...], Conflict]:
    return tuple(fields), Conflict(_id(fields[0]), _id(fields[1]))


_LINES: dict[str, tuple[int, Callable[[list[str]], tuple[Any, Any]]]] = {
    "S": (4, _source_line),
    "X": (3, _left_out_line),
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


def _refuse_both_in_and_out(pool: Pool) -> None:
    twice = {row.source_id for row in pool.sources} & {row.source_id for row in pool.left_out}
    if twice:
        raise ProtocolError("pool", f"{min(twice)} 既在抽取池内又列为未入池。")


def pool_digest(text: str) -> str:
    return sha(text)


# --- §2 Entropy ---------------------------------------------------------------------------------


class EntropyKind(StrEnum):
    SSQ = "ssq"
    DLT = "dlt"
    DICE = "dice"
    DRAND = "drand"


@dataclass(frozen=True)
class Lottery:
    """`weekdays` as date.weekday() counts; issue numbers are the year's last digits and an ordinal."""

    name: str
    issue: str
    weekdays: frozenset[int]
    drawn_from: str
    front: tuple[int, int]  # how many numbers, the largest
    back: tuple[int, int]
    example: str
    address: str


LOTTERIES = {
    EntropyKind.SSQ: Lottery(
        "中国福利彩票双色球",
        "%Y",
        frozenset({1, 3, 6}),
        "21:00:00",
        (6, 33),
        (1, 16),
        "03 07 11 19 24 30+08",
        "https://www.cwl.gov.cn/",
    ),
    EntropyKind.DLT: Lottery(
        "中国体育彩票大乐透",
        "%y",
        frozenset({0, 2, 5}),
        "20:30:00",
        (5, 35),
        (2, 12),
        "02 09 15 28 33+04 11",
        "https://www.lottery.gov.cn/",
    ),
}
BITS = {EntropyKind.SSQ: 24, EntropyKind.DLT: 24, EntropyKind.DICE: 0, EntropyKind.DRAND: 256}
LEAST_BITS = 20
# Anybody may type a value or publish a bundle; reading it must not take for ever.
_LONGEST_TYPED = 200
MOST_SOURCES = 3
# Holidays: so many fewer issues than draw days may a year have had.
MISSED_ISSUES = 15
DICE = 20
DRAND_GENESIS, DRAND_PERIOD = 1692803367, 3
DRAND_CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
LEAST_NOTICE = timedelta(hours=24)
_WEEKDAYS = "一二三四五六日"


def official_name(kind: str, identity: str) -> str:
    """What people call the event: 中国福利彩票双色球第2026150期."""
    if kind in LOTTERIES:
        return f"{LOTTERIES[EntropyKind(kind)].name}第{identity}期"
    return (
        f"现场掷骰（{identity}）"
        if kind == EntropyKind.DICE
        else f"drand 公共随机信标第{identity}轮"
    )


def official_address(kind: str, identity: str) -> str:
    """Where anyone can look the value up; empty for dice, which only those present have seen."""
    if kind in LOTTERIES:
        return LOTTERIES[EntropyKind(kind)].address
    if kind == EntropyKind.DRAND:
        return f"https://api.drand.sh/{DRAND_CHAIN}/public/{identity}"
    return ""


def read_value(kind: str, typed: str, part: str = "entropy") -> str:
    """The canonical spelling of what somebody typed; refused where it is not plain what is meant.

    Full-width digits, commas, 红球…蓝球… and any order of the numbers mean the same; a letter or an
    invisible character means nothing.
    """
    if len(typed) > _LONGEST_TYPED:
        raise ProtocolError(part, f"多于{_LONGEST_TYPED}个字。")
    text = unicodedata.normalize("NFKC", typed).strip()
    if any(unicodedata.category(c) in ("Cc", "Cf") for c in text):
        raise ProtocolError(part, "含有不可见字符，请重新键入，不要粘贴。")
    if kind in LOTTERIES:
        return _lottery_value(LOTTERIES[EntropyKind(kind)], text, part)
    if kind == EntropyKind.DICE:
        digits = re.sub(r"[\s,、]", "", text)
        if not re.fullmatch(rf"[1-6]{{{DICE}}}", digits):
            raise ProtocolError(part, f"应为按读出顺序的{DICE}个点数，每个1至6。")
        return digits
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise ProtocolError(part, "应为64位十六进制数（drand 该轮的 randomness）。")
    return text.lower()


_BETWEEN = r"(?:\s*[,、]\s*|\s+)"
_NUMBERS = rf"[0-9]{{1,2}}(?:{_BETWEEN}[0-9]{{1,2}})*"
_TYPED = re.compile(
    rf"(?:红球?|前区)?\s*:?\s*({_NUMBERS})\s*[,、]?\s*"
    rf"(?:[+|]\s*(?:蓝球?|后区)?|蓝球?|后区)\s*:?\s*({_NUMBERS})"
)


def _lottery_value(lottery: Lottery, text: str, part: str) -> str:
    match = _TYPED.fullmatch(text)
    sides = []
    for numbers, (count, largest) in zip(
        match.groups() if match else (), (lottery.front, lottery.back), strict=False
    ):
        found = {int(number) for number in re.findall("[0-9]+", numbers)}
        if len(re.findall("[0-9]+", numbers)) == len(found) == count:
            sides.append([f"{n:02d}" for n in sorted(found) if 1 <= n <= largest])
    if [len(side) for side in sides] != [lottery.front[0], lottery.back[0]]:
        front, back = lottery.front, lottery.back
        raise ProtocolError(
            part,
            f"应为{front[0]}个不同的号码（01至{front[1]}）、“+”和{back[0]}个号码（01至{back[1]}），"
            f"例如“{lottery.example}”。",
        )
    return "+".join(" ".join(side) for side in sides)


def drand_moment(round_number: int) -> datetime:
    return datetime.fromtimestamp(DRAND_GENESIS + DRAND_PERIOD * (round_number - 1), BEIJING)


def draw_days(kind: EntropyKind, last: date) -> int:
    """The lottery's draw days of the year, up to and with `last`."""
    days = (last - date(last.year, 1, 1)).days + 1
    start = last.replace(month=1, day=1)
    return sum((start + timedelta(n)).weekday() in LOTTERIES[kind].weekdays for n in range(days))


def _refuse_odd_lottery(part: str, kind: EntropyKind, issue: str, at: datetime) -> None:
    lottery = LOTTERIES[kind]
    year = at.strftime(lottery.issue)
    if not re.fullmatch(rf"[0-9]{{{len(year) + 3}}}", issue) or not issue.startswith(year):
        raise ProtocolError(f"{part}.id", f"{lottery.name}期号应为{year}加三位序号：{issue!r}")
    if at.weekday() not in lottery.weekdays or f"{at:%H:%M:%S}" < lottery.drawn_from:
        days = "、".join(f"周{_WEEKDAYS[day]}" for day in sorted(lottery.weekdays))
        raise ProtocolError(
            f"{part}.at",
            f"{lottery.name}在{days}{lottery.drawn_from[:5]}以后开奖：{at:%Y-%m-%d %H:%M}",
        )
    most = draw_days(kind, at.date())
    if not max(1, most - MISSED_ISSUES) <= int(issue[-3:]) <= most:
        raise ProtocolError(
            f"{part}.id",
            f"到{at:%Y-%m-%d}，{lottery.name}本年至多开奖{most}期、至少{max(1, most - MISSED_ISSUES)}期：{issue!r}",
        )


def _checked_source(part: str, source: object) -> tuple[EntropyKind, str, datetime]:
    known = _object(part, source, {"kind", "id", "at"})
    try:
        kind = EntropyKind(_text(f"{part}.kind", known["kind"]))
    except ValueError:
        raise ProtocolError(f"{part}.kind", f"不是协议所列的随机源：{known['kind']!r}") from None
    identity, at = _text(f"{part}.id", known["id"]), read_moment(f"{part}.at", known["at"])
    if kind in LOTTERIES:
        _refuse_odd_lottery(part, kind, identity, at)
    elif kind == EntropyKind.DICE:
        _refuse_odd_name(f"{part}.id", identity, most=40, without="|=")
    else:
        if not re.fullmatch(r"[1-9][0-9]{0,9}", identity):
            raise ProtocolError(f"{part}.id", f"drand 轮次应为至多10位的十进制整数：{identity!r}")
        if at != drand_moment(int(identity)):
            raise ProtocolError(
                f"{part}.at", f"第{identity}轮应在 {write_moment(drand_moment(int(identity)))}。"
            )
    return kind, identity, at


def _refuse_odd_name(part: str, text: str, *, most: int, without: str = "") -> None:
    if not (
        1 <= len(text) <= most
        and text == unicodedata.normalize("NFC", text)
        and text == text.strip()
        and not any(unicodedata.category(c) in ("Cc", "Cf") or c in without for c in text)
    ):
        raise ProtocolError(
            part, f"应为1至{most}个字，不含不可见字符{'和“|”“=”' if without else ''}：{text!r}"
        )


def check_sources(
    sources: object, frozen_at: datetime, part: str = "entropy"
) -> list[tuple[EntropyKind, str, datetime]]:
    """One to three sources: grammar, bits, days and times. Refusals name the source, from 0."""
    found = [_checked_source(f"{part}.{n}", s) for n, s in enumerate(_list(part, sources))]
    if not 1 <= len(found) <= MOST_SOURCES or len({row[:2] for row in found}) < len(found):
        raise ProtocolError(part, f"应有1至{MOST_SOURCES}个不同的公开随机源。")
    if sum(BITS[kind] for kind, _, _ in found) < LEAST_BITS:
        raise ProtocolError(part, "骰子只能作为补充，须另有一个彩票或 drand 随机源。")
    first = min(at for _, _, at in found)
    for number, (kind, _, at) in enumerate(found):
        if at - frozen_at < LEAST_NOTICE:
            raise ProtocolError(
                f"{part}.{number}.at", "随机源揭晓须晚于冻结24小时以上，使社会能先留存公告。"
            )
        if kind == EntropyKind.DICE and at != first:
            raise ProtocolError(f"{part}.{number}.at", "掷骰不得晚于其他随机源揭晓。")
    return found


# --- §2 Announcement ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Announcement:
    plan: str
    pool_digest: str
    commitment: str
    frozen_at: datetime
    draw_by: date
    reveal_by: date
    sources: tuple[tuple[EntropyKind, str, datetime], ...]
    quotas: dict[str, int]
    register: dict[str, int]
    left_out: dict[str, int]
    value: dict[str, Any]  # as published

    @property
    def digest(self) -> str:
        """What goes into the seed."""
        return announcement_digest(self.value)


_ANNOUNCED = {
    "protocol",
    "hash",
    "plan",
    "quotas",
    "register",
    "left_out",
    "pool_digest",
    "commitment",
    "frozen_at",
    "draw_by",
    "reveal_by",
    "entropy",
}


def announce(
    *,
    pool: str,
    nonce: str,
    frozen_at: datetime,
    draw_by: date,
    reveal_by: date,
    entropy: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """What is published at the freeze. `entropy`: kind, id and at of each source, in their order.

    Raises ProtocolError naming the field, "announcement.entropy.0.id" for example.
    """
    parsed = parse_pool(pool)
    _refuse_unstaffable(parsed)
    announcement: dict[str, Any] = {
        "protocol": PROTOCOL,
        "hash": HASH,
        "plan": parsed.plan,
        "quotas": {str(category): quota for category, quota in parsed.quotas.items()},
        "register": parsed.register(),
        "left_out": parsed.reasons(),
        "pool_digest": pool_digest(pool),
        "commitment": commitment(nonce),
        "frozen_at": write_moment(frozen_at),
        "draw_by": draw_by.isoformat(),
        "reveal_by": reveal_by.isoformat(),
        "entropy": [dict(source) for source in entropy],
    }
    check_announcement(announcement)
    return announcement


def check_announcement(value: object, part: str = "announcement") -> Announcement:
    """Every sentence of §2 that can be checked without the pool."""
    known = _object(part, value, _ANNOUNCED)
    for key, word in (("protocol", PROTOCOL), ("hash", HASH)):
        if known[key] != word:
            raise ProtocolError(f"{part}.{key}", f"应为 {word}。")
    if not re.fullmatch(_PLAN, _text(f"{part}.plan", known["plan"])):
        raise ProtocolError(f"{part}.plan", f"不是计划编号：{known['plan']!r}")
    for key in ("pool_digest", "commitment"):
        _hex(f"{part}.{key}", known[key])
    numbers: dict[str, dict[str, int]] = {}
    for key, words in (("quotas", Category), ("register", Category), ("left_out", LeftOutCode)):
        numbers[key] = _numbers(f"{part}.{key}", known[key], [str(word) for word in words])
    frozen_at = read_moment(f"{part}.frozen_at", known["frozen_at"])
    sources = check_sources(known["entropy"], frozen_at, f"{part}.entropy")
    draw_by = read_day(f"{part}.draw_by", known["draw_by"])
    if draw_by < max(at for _, _, at in sources).date():
        raise ProtocolError(f"{part}.draw_by", "抽取期限早于随机源揭晓。")
    reveal_by = read_day(f"{part}.reveal_by", known["reveal_by"])
    if reveal_by < draw_by:
        raise ProtocolError(f"{part}.reveal_by", "公开期限早于抽取期限。")
    return Announcement(
        plan=known["plan"],
        pool_digest=known["pool_digest"],
        commitment=known["commitment"],
        frozen_at=frozen_at,
        draw_by=draw_by,
        reveal_by=reveal_by,
        sources=tuple(sources),
        value=known,
        **numbers,
    )


def _numbers(part: str, value: object, words: Sequence[str]) -> dict[str, int]:
    for word, number in (known := _object(part, value)).items():
        if word not in words or type(number) is not int or number < 0:
            raise ProtocolError(part, f"类别或数目不在协议之内：{word!r}")
    return known


def announcement_digest(announcement: Mapping[str, Any]) -> str:
    return sha(canon(announcement))


# --- §2 Commitment, §3 seed and tickets ---------------------------------------------------------


def commitment(nonce: str) -> str:
    """SHA-256 of the 32 bytes that `nonce` writes as 64 lower-case hex digits."""
    return sha256(bytes.fromhex(_hex("nonce", nonce))).hexdigest()


def entropy_text(values: Iterable[Mapping[str, str]]) -> str:
    return "|".join(f"{v['kind']}:{v['id']}={v['value']}" for v in values)


def seed(announced: str, nonce: str, entropy: str) -> str:
    """`announced`: the announcement's digest; `entropy`: the entropy_text of all values."""
    return sha(f"{PROTOCOL}|{announced}|{nonce}|{entropy}")


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


# --- §4 Teams, §6 changes -----------------------------------------------------------------------


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
        # Any skill comes last, so that nobody takes a specialist's seat by being the first called.
        return sorted(own, key=lambda n: (list(Role).index(n.role), n.skill == ANY_SKILL, n.skill))

    def able(self, source_id: str, role: Role, skill: str) -> list[str]:
        barred = self._barred.get(source_id, set())
        return [i for i in self._able.get((role, skill), []) if i not in barred]

    def never_short(self, source_id: str) -> bool:
        """True if every need is met whatever the loads are: its candidates are at least its count
        plus what the source's earlier needs of that role may have taken (§1)."""
        taken: Counter[Role] = Counter()
        for need in self.needs(source_id):
            taken[need.role] += need.count
            if len(self.able(source_id, need.role, need.skill)) < taken[need.role]:
                return False
        return True


def unstaffable(pool: Pool) -> list[str]:
    """Sources that some course of the draw could leave without a full team; refuse the freeze.

    Judged without loads, as the loads are unknown before the draw: a pool that passes can be
    drawn with any seed, and every reserve can step in for any other (§1).
    """
    crew = _Crew(pool)
    # Most sources have only the common needs and no conflicts, like a source without a name.
    ordinary = crew.never_short("")
    return [
        source_id
        for _, _, source_id, _ in pool.sources
        if not (crew.never_short(source_id) if crew.has_own_rules(source_id) else ordinary)
    ]


def _refuse_unstaffable(pool: Pool) -> None:
    """Else a draw could fail where its result does not please, and be drawn again."""
    if short := unstaffable(pool):
        raise ProtocolError("pool", f"{short[0]} 等{len(short)}家单位可能配不齐检查组。")


class _Seat(NamedTuple):
    inspector_id: str
    role: Role
    skill: str


class Roster:
    """Teams while they are formed (§4) and changed (§6); every call changes the loads."""

    def __init__(self, pool: Pool, seed: str, reserves: Mapping[str, Sequence[str]]) -> None:
        self._seed = seed
        self._crew = _Crew(pool)
        self._category = {source.source_id: source.category for source in pool.sources}
        self._waiting = {category: deque(ids) for category, ids in reserves.items()}
        self._load: Counter[str] = Counter()
        self._seats: dict[str, list[_Seat]] = {}
        self._replaced: set[str] = set()
        self._recused: dict[str, set[str]] = defaultdict(set)
        self._gone: set[str] = set()

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

    def recuse(self, source_id: str, inspector_id: str, reason: str) -> str:
        """The first other candidate takes the inspector's place in the team; returns them."""
        self._refuse_unless_active(source_id)
        seats = self._seats[source_id]
        at = next((n for n, seat in enumerate(seats) if seat.inspector_id == inspector_id), None)
        if at is None:
            raise ProtocolError("changes", f"{inspector_id} 不在 {source_id} 的检查组内。")
        self._recused[source_id].add(inspector_id)
        if reason in GONE_FOR_ALL:
            self._gone.add(inspector_id)
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
        out = {seat.inspector_id for seat in seats} | self._gone
        out |= self._recused.get(source_id, set())
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
    for number, change in enumerate(changes):
        if change["kind"] == ChangeKind.RECUSE:
            roster.recuse(change["source"], change["inspector"], change["reason"])
        elif (reserve := roster.replace(change["source"])) != change["by"]:
            raise ProtocolError(
                f"changes.{number}", f"应由 {reserve} 替换，而不是 {change['by']}。"
            )
    return roster


def apply_changes(
    pool: Pool, seed: str, result: DrawResult, changes: Iterable[Mapping[str, str]]
) -> dict[str, list[str]]:
    """All teams after the changes, in the order recorded; replaced sources keep theirs."""
    return roster_after(pool, seed, result, changes).teams()


class ChangeKind(StrEnum):
    REPLACE = "replace"
    RECUSE = "recuse"


class ChangeReason(StrEnum):
    CLOSED = "closed"
    RELOCATED = "relocated"
    EXEMPTED = "exempted"
    MERGED = "merged"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    PARTY_REQUEST = "party_request"
    LEAVE = "leave"
    CERTIFICATE = "certificate"
    LEFT_POST = "left_post"


REASONS_OF = {
    ChangeKind.REPLACE: frozenset(
        {
            ChangeReason.CLOSED,
            ChangeReason.RELOCATED,
            ChangeReason.EXEMPTED,
            ChangeReason.MERGED,
            ChangeReason.DUPLICATE,
        }
    ),
    ChangeKind.RECUSE: frozenset(
        {
            ChangeReason.CONFLICT,
            ChangeReason.PARTY_REQUEST,
            ChangeReason.LEAVE,
            ChangeReason.CERTIFICATE,
            ChangeReason.LEFT_POST,
        }
    ),
}
# Who steps back for one of these may not inspect anywhere any more.
GONE_FOR_ALL = frozenset({ChangeReason.CERTIFICATE, ChangeReason.LEFT_POST})
_CHANGE_KEYS = {
    ChangeKind.REPLACE: {"kind", "source", "by", "reason", "at"},
    ChangeKind.RECUSE: {"kind", "source", "inspector", "reason", "at"},
}


def change_key(nonce: str, number: int) -> str:
    """What opens the logged digest of the change `number`, from 1."""
    return keyed(bytes.fromhex(nonce), f"{PROTOCOL}|change|{number}")


def change_digest(key: str, change: Mapping[str, str]) -> str:
    """What the public log keeps of a change when it happens."""
    return keyed(bytes.fromhex(key), canon(change))


def _checked_changes(value: object, drawn_at: datetime) -> list[dict[str, str]]:
    changes = _list("changes", value)
    last = drawn_at
    for number, change in enumerate(changes):
        part = f"changes.{number}"
        kind = change.get("kind") if isinstance(change, dict) else None
        if not isinstance(kind, str) or kind not in _CHANGE_KEYS:
            raise ProtocolError(f"{part}.kind", "变更类型应为 replace 或 recuse。")
        known = _object(part, change, _CHANGE_KEYS[ChangeKind(kind)])
        for key, text in known.items():
            _text(f"{part}.{key}", text)
        if known["reason"] not in REASONS_OF[ChangeKind(kind)]:
            raise ProtocolError(f"{part}.reason", f"不是该类变更的理由：{known['reason']!r}")
        at = read_moment(f"{part}.at", known["at"])
        if at < last:
            raise ProtocolError(f"{part}.at", "早于抽取或前一项变更。")
        last = at
    return changes


# --- §5 The outcome tree and the draw record ----------------------------------------------------


def outcome_leaves(pool: Pool, result: DrawResult, nonce: str) -> list[str]:
    """One secret text for each S line, in the file's order."""
    key, salted = bytes.fromhex(nonce), f"{PROTOCOL}|outcome|"
    places: dict[str, tuple[str, int]] = {}
    for category, selected in result.selected.items():
        for position, name in enumerate([*selected, *result.reserves[category]], 1):
            places[name] = ("selected" if position <= len(selected) else "reserve", position)
    # Written by hand, as canon() would: ids need no escapes.
    leaves = []
    for row in pool.sources:
        outcome, position = places[row.source_id]
        team = '","'.join(result.teams.get(row.source_id, ()))
        leaves.append(
            f'{{"id":"{row.source_id}","outcome":"{outcome}","position":{position},'
            f'"salt":"{keyed(key, salted + row.source_id)}","team":[{f"{_Q}{team}{_Q}" if team else ""}]}}'
        )
    return leaves


_Q = '"'


def _leaf_hash(leaf: str) -> bytes:
    return sha256(b"\x00" + leaf.encode()).digest()


def _tree_levels(leaves: Iterable[str]) -> list[list[bytes]]:
    """RFC 6962: pairs from the left; a last one without a partner rises as it is."""
    levels = [[_leaf_hash(leaf) for leaf in leaves]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        above = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(below[::2], below[1::2], strict=False)
        ]
        levels.append(above + below[len(above) * 2 :])
    return levels


def outcome_root(leaves: Sequence[str]) -> str:
    """Merkle tree hash of RFC 6962 in hex."""
    return _tree_levels(leaves)[-1][0].hex() if leaves else sha256(b"").hexdigest()


def audit_path(leaves: Sequence[str], index: int) -> list[str]:
    """The hashes that lead from the leaf `index` (from 0) to the root, its sibling first."""
    path = []
    for level in _tree_levels(leaves)[:-1]:
        if (sibling := index ^ 1) < len(level):
            path.append(level[sibling].hex())
        index //= 2
    return path


def root_of_path(leaf: str, index: int, size: int, path: Sequence[str]) -> str:
    """The root these lead to; ProtocolError("path") where their number does not fit the tree."""
    node, last = _leaf_hash(leaf), size - 1
    for step in path:
        if last == 0:
            raise ProtocolError("path", "哈希个数多于树的层数。")
        sibling = bytes.fromhex(step)
        if index & 1 or index == last:
            node = sha256(b"\x01" + sibling + node).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = sha256(b"\x01" + node + sibling).digest()
        index, last = index >> 1, last >> 1
    if last:
        raise ProtocolError("path", "哈希个数少于树的层数。")
    return node.hex()


_RECORDED = {
    "protocol",
    "plan",
    "announcement",
    "drawn_at",
    "witnesses",
    "entropy",
    "outcomes",
    "outcome_root",
}


@dataclass(frozen=True)
class Held:
    """A draw with its record. `seed` and `result` are the sealed list: they follow from the nonce."""

    record: dict[str, Any]
    seed: str
    result: DrawResult


def hold(
    *,
    announcement: Mapping[str, Any],
    pool: str,
    nonce: str,
    drawn_at: datetime,
    witnesses: Sequence[str],
    values: Sequence[str],
) -> Held:
    """Draw. `witnesses`: whom they stand for; `values`: canonical, in the announced order.

    Raises ProtocolError naming the part, where a value, a time or a digest does not fit.
    """
    known = check_announcement(announcement)
    if len(values) != len(known.sources):
        raise ProtocolError("draw.entropy", f"应有{len(known.sources)}个取值。")
    if pool_digest(pool) != known.pool_digest:
        raise ProtocolError("pool", "抽取池与公告的摘要不符。")
    if commitment(nonce) != known.commitment:
        raise ProtocolError("nonce", "随机数与公告的承诺不符。")
    entropy = [
        {"kind": str(kind), "id": identity, "value": value}
        for (kind, identity, _), value in zip(known.sources, values, strict=True)
    ]
    drawn_seed = seed(known.digest, nonce, entropy_text(entropy))
    parsed = parse_pool(pool)
    result = draw(parsed, drawn_seed)
    leaves = outcome_leaves(parsed, result, nonce)
    record = {
        "protocol": PROTOCOL,
        "plan": known.plan,
        "announcement": known.digest,
        "drawn_at": write_moment(drawn_at),
        "witnesses": list(witnesses),
        "entropy": entropy,
        "outcomes": len(leaves),
        "outcome_root": outcome_root(leaves),
    }
    check_record(record, known)
    return Held(record, drawn_seed, result)


LEAST_WITNESSES = 2


def check_record(value: object, announced: Announcement, part: str = "draw") -> dict[str, Any]:
    """Shape, grammar and times of a draw record, against what was announced."""
    known = _object(part, value, _RECORDED)
    for key, word in (("protocol", PROTOCOL), ("plan", announced.plan)):
        if known[key] != word:
            raise ProtocolError(f"{part}.{key}", f"应为 {word}。")
    _hex(f"{part}.announcement", known["announcement"])
    drawn_at = read_moment(f"{part}.drawn_at", known["drawn_at"])
    if drawn_at < max(at for _, _, at in announced.sources):
        raise ProtocolError(f"{part}.drawn_at", "抽取早于公告的随机源时刻。")
    if drawn_at.date() > announced.draw_by:
        raise ProtocolError(f"{part}.drawn_at", f"抽取晚于公告的期限 {announced.draw_by}。")
    witnesses = _list(f"{part}.witnesses", known["witnesses"])
    if len(witnesses) < LEAST_WITNESSES:
        raise ProtocolError(f"{part}.witnesses", f"见证人少于{LEAST_WITNESSES}名。")
    for name in witnesses:
        _refuse_odd_name(f"{part}.witnesses", _text(f"{part}.witnesses", name), most=100)
    _check_values(f"{part}.entropy", known["entropy"], announced)
    if type(known["outcomes"]) is not int or known["outcomes"] < 0:
        raise ProtocolError(f"{part}.outcomes", "应为单位数。")
    _hex(f"{part}.outcome_root", known["outcome_root"])
    return known


def _check_values(part: str, value: object, announced: Announcement) -> None:
    values = [
        _object(f"{part}.{n}", row, {"kind", "id", "value"})
        for n, row in enumerate(_list(part, value))
    ]
    if [(row["kind"], row["id"]) for row in values] != [row[:2] for row in announced.sources]:
        raise ProtocolError(part, "随机源与公告的不同。")
    for number, row in enumerate(values):
        name = f"{part}.{number}.value"
        if read_value(row["kind"], _text(name, row["value"]), name) != row["value"]:
            raise ProtocolError(name, f"不是规范写法：{row['value']!r}")


def gate_proof(pool: Pool, result: DrawResult, nonce: str, source_id: str) -> dict[str, Any]:
    """What the notice at the gate carries for one unit of the pool."""
    index = next(n for n, row in enumerate(pool.sources) if row.source_id == source_id)
    leaves = outcome_leaves(pool, result, nonce)
    return {
        "plan": pool.plan,
        "leaf": json.loads(leaves[index]),
        "index": index,
        "size": len(leaves),
        "path": audit_path(leaves, index),
        "outcome_root": outcome_root(leaves),
    }


_LEAF = {"id", "outcome", "position", "salt", "team"}


def check_gate_proof(gate: object, record: Mapping[str, Any]) -> dict[str, Any]:
    """The leaf of a unit that stood in the recorded root, or ProtocolError naming what differs."""
    known = _object("gate", gate, {"plan", "leaf", "index", "size", "path", "outcome_root"})
    leaf = _object("leaf", known["leaf"], _LEAF)
    if leaf["outcome"] not in ("selected", "reserve"):
        raise ProtocolError("leaf.outcome", "应为 selected 或 reserve。")
    if type(leaf["position"]) is not int or leaf["position"] < 1:
        raise ProtocolError("leaf.position", "应为从1起的整数。")
    for part, name in [
        ("leaf.id", leaf["id"]),
        *[("leaf.team", i) for i in _list("leaf.team", leaf["team"])],
    ]:
        if not _ID.fullmatch(_text(part, name)):
            raise ProtocolError(part, f"不是编号：{name!r}")
    _hex("leaf.salt", leaf["salt"])
    for step in _list("path", known["path"]):
        _hex("path", step)
    for key, recorded in (("plan", "plan"), ("size", "outcomes"), ("outcome_root", "outcome_root")):
        if type(known[key]) is not type(record[recorded]) or known[key] != record[recorded]:
            raise ProtocolError(key, "与抽取时公布的记录不符。")
    if type(known["index"]) is not int or not 0 <= known["index"] < known["size"]:
        raise ProtocolError("index", "不在树内。")
    root = root_of_path(canon(leaf), known["index"], known["size"], known["path"])
    if root != known["outcome_root"]:
        raise ProtocolError("leaf/index/path", "与抽取时公布的结果树根不符。")
    return leaf


# --- §7 The proof bundle ------------------------------------------------------------------------


def build_bundle(
    *,
    announcement: Mapping[str, Any],
    pool: str,
    nonce: str,
    record: Mapping[str, Any],
    changes: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Everything that is published at the reveal; the draw is recomputed from its inputs."""
    parsed = parse_pool(pool)
    drawn_seed = seed(record["announcement"], nonce, entropy_text(record["entropy"]))
    result = draw(parsed, drawn_seed)
    return {
        "protocol": PROTOCOL,
        "announcement": dict(announcement),
        "pool": pool,
        "nonce": nonce,
        "draw": dict(record),
        "changes": [dict(change) for change in changes],
        "seed": drawn_seed,
        "selected": result.selected,
        "reserves": result.reserves,
        "teams": apply_changes(parsed, drawn_seed, result, changes),
    }


def build_undrawn(announcement: Mapping[str, Any], pool: str, nonce: str) -> dict[str, Any]:
    """All that a plan reveals which became void before its draw."""
    return {
        "protocol": PROTOCOL,
        "announcement": dict(announcement),
        "pool": pool,
        "nonce": nonce,
    }


def dump_bundle(bundle: Mapping[str, Any]) -> str:
    return json.dumps(bundle, ensure_ascii=False, indent=1)


class Step(NamedTuple):
    """One thing that was checked and found right."""

    part: str
    message: str


class Lookup(NamedTuple):
    """A value that only its source can confirm."""

    name: str
    at: str
    value: str
    address: str


@dataclass(frozen=True)
class Verdict:
    """Three answers that are never mixed: the draw follows from its inputs (`follows`; else there
    is no verdict but a ProtocolError); the inputs were fixed beforehand (`fixed` is None where
    nobody's own copy shows it); the values are what their source published (`lookups`)."""

    follows: tuple[Step, ...]
    fixed: Step | None
    lookups: tuple[Lookup, ...]


FOLLOWS = "抽取结果可由公开材料重算得出。"
UNDRAWN = "抽取池、随机数与公告一致；该计划在抽取前作废，没有抽取结果。"
FIXED = "与您自己留存的公告一致：这些材料在您留存时已经确定。"
FIXED_UNKNOWN = "不知道：没有您自己留存的公告。材料本身不能证明它在随机源揭晓前就已确定。"
LOOK_UP = "随机源取值须到其官方发布处核对："


_DRAWN = {
    "protocol",
    "announcement",
    "pool",
    "nonce",
    "draw",
    "changes",
    "seed",
    "selected",
    "reserves",
    "teams",
}
_UNDRAWN = {"protocol", "announcement", "pool", "nonce"}


def verify_bundle(bundle: object, kept: object = None) -> Verdict:
    """Recompute everything, or ProtocolError naming the part that differs.

    `kept`: the announcement the visitor kept before the draw. Nothing else can show that the
    bureau did not change its announcement or throw away a whole draw afterwards.
    Where two parts contradict each other and nothing says which is wrong, both are named.
    """
    undrawn = isinstance(bundle, dict) and bundle.keys() == _UNDRAWN
    known = _object("bundle", bundle, _UNDRAWN if undrawn else _DRAWN)
    if known["protocol"] != PROTOCOL:
        raise ProtocolError("protocol", f"应为 {PROTOCOL}。")
    announced = check_announcement(known["announcement"])
    if not undrawn:
        _check_digests(known, announced)
    pool = _checked_pool(known, announced)
    steps = [
        Step("announcement", f"公告的各项数目、时刻和随机源符合协议，计划 {announced.plan}。"),
        Step("pool", f"抽取池共{len(pool.sources)}家单位，摘要与公告一致。"),
        Step("nonce", "随机数与公告的承诺一致。"),
    ]
    if undrawn:
        steps.append(Step("draw", "该计划在抽取前作废，没有抽取结果。"))
    else:
        steps += _recomputed(known, announced, pool)
    fixed = None if kept is None else _compared(known["announcement"], kept)
    values = [] if undrawn else known["draw"]["entropy"]
    lookups = tuple(
        Lookup(
            official_name(value["kind"], value["id"]),
            source["at"],
            value["value"],
            official_address(value["kind"], value["id"]),
        )
        for source, value in zip(known["announcement"]["entropy"], values, strict=False)
    )
    return Verdict(tuple(steps), fixed, lookups)


def _check_digests(known: Mapping[str, Any], announced: Announcement) -> None:
    """The announcement stands in the record and in the seed; the two tell which one is odd."""
    record = check_record(known["draw"], announced)
    for key in ("nonce", "seed"):
        _hex(key, known[key])
    text = entropy_text(record["entropy"])
    fits = seed(announced.digest, known["nonce"], text) == known["seed"]
    if record["announcement"] != announced.digest:
        raise ProtocolError(
            "draw.announcement" if fits else "announcement", "公告与抽取记录所载的摘要不符。"
        )
    if commitment(known["nonce"]) != announced.commitment:
        raise ProtocolError("nonce", "随机数与公告的承诺不符。")
    if not fits:
        raise ProtocolError("draw.entropy/seed", "种子与公告、随机数和随机源取值不符。")


def _checked_pool(known: Mapping[str, Any], announced: Announcement) -> Pool:
    if pool_digest(_text("pool", known["pool"])) != announced.pool_digest:
        raise ProtocolError("pool", "抽取池与公告的摘要不符。")
    pool = parse_pool(known["pool"])
    _refuse_unstaffable(pool)
    if commitment(known["nonce"]) != announced.commitment:
        raise ProtocolError("nonce", "随机数与公告的承诺不符。")
    quotas = {str(category): quota for category, quota in pool.quotas.items()}
    for key, told, found in (
        ("plan", announced.plan, pool.plan),
        ("quotas", announced.quotas, quotas),
        ("register", announced.register, pool.register()),
        ("left_out", announced.left_out, pool.reasons()),
    ):
        if told != found:
            raise ProtocolError(f"announcement.{key}", "与抽取池不符。")
    return pool


def _recomputed(known: Mapping[str, Any], announced: Announcement, pool: Pool) -> list[Step]:
    record = known["draw"]
    result = draw(pool, known["seed"])
    for part, recomputed in (("selected", result.selected), ("reserves", result.reserves)):
        _refuse_difference(part, recomputed, known[part])
    leaves = outcome_leaves(pool, result, known["nonce"])
    if record["outcomes"] != len(leaves):
        raise ProtocolError("draw.outcomes", f"抽取池有{len(leaves)}家单位。")
    if record["outcome_root"] != outcome_root(leaves):
        raise ProtocolError("draw.outcome_root", "与重算的结果树根不符。")
    drawn_at = read_moment("draw.drawn_at", record["drawn_at"])
    changes = _checked_changes(known["changes"], drawn_at)
    teams = apply_changes(pool, known["seed"], result, changes)
    _refuse_difference("changes/teams", teams, known["teams"])
    counts = "、".join(f"{CATEGORY_NAMES[c]}{len(ids)}家" for c, ids in result.selected.items())
    return [
        Step("draw", f"抽取记录与公告相符，见证单位：{'、'.join(record['witnesses'])}。"),
        Step("seed", "种子由公告、随机数和随机源取值算出，一致。"),
        Step("selected", f"抽中单位重算一致：{counts}。"),
        Step("reserves", "备选顺序重算一致。"),
        Step("outcome_root", f"{len(leaves)}家单位的结果树根重算一致。"),
        Step("changes", f"{len(changes)}项替换与回避均符合规则。"),
        Step("teams", f"{len(teams)}个检查组的人员重算一致。"),
    ]


def _compared(announcement: Mapping[str, Any], kept: object) -> Step:
    known = _object("kept", kept, _ANNOUNCED)
    for key in sorted(_ANNOUNCED):
        if canon(announcement[key]) != canon(known[key]):
            raise ProtocolError(f"kept.{key}", "公告与您留存的不同。")
    return Step("announcement", FIXED)


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


def _hex(part: str, value: object) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", _text(part, value)):
        raise ProtocolError(part, "应为64位小写十六进制数。")
    return str(value)


def _refuse_difference(part: str, recomputed: Mapping[str, list[str]], published: object) -> None:
    known = _object(part, published)
    for key in sorted(recomputed.keys() | known.keys()):
        if recomputed.get(key, ...) != known.get(key):
            raise ProtocolError(part, f"{CATEGORY_NAMES.get(key, key)} 与重算结果不符。")


# --- The command line ---------------------------------------------------------------------------


def load_json(part: str, path: Path) -> object:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ProtocolError(part, f"无法读取 {path}：{error}") from None
    return read_json(part, text)


def told(verdict: Verdict) -> list[str]:
    """The verdict in lines for a terminal."""
    lines = [f"一致 {step.part}：{step.message}" for step in verdict.follows]
    lines += [f"一、重算：一致。{FOLLOWS if verdict.lookups else UNDRAWN}"]
    lines += [f"二、事前确定：{verdict.fixed.message if verdict.fixed else FIXED_UNKNOWN}"]
    lines += [f"三、{LOOK_UP}"] if verdict.lookups else []
    for lookup in verdict.lookups:
        where = lookup.address or "由在场见证人确认"
        lines.append(f"　　{lookup.name}（{lookup.at}）＝ {lookup.value}　{where}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=f"复核双随机抽取结果（{PROTOCOL}）")
    parser.add_argument("file", type=Path, help="公开的复核材料（JSON）")
    parser.add_argument("--announcement", type=Path, help="您在抽取前留存的公告（JSON）")
    options = parser.parse_args(arguments)
    try:
        kept = None
        if options.announcement:
            kept = load_json("kept", options.announcement)
            _object("kept", kept)
        verdict = verify_bundle(load_json("bundle", options.file), kept)
    except ProtocolError as error:
        sys.stdout.write(f"不一致 {error}\n")
        return 1
    sys.stdout.write("\n".join(told(verdict)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
