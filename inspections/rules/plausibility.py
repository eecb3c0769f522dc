"""Hints for the reviewer: what may be right and still deserves a look. Never a verdict (domain rules §4.6)."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

# Shorter texts are alike because there is only one way to say it (企业正常生产).
LONG_ENOUGH = 16
_NOISE = re.compile(r"[\s，。、；：,.;:（）()“”\"'！!？?—-]+")


@dataclass(frozen=True)
class Bounds:
    """本局设定: a visit shorter than ``minutes``; ten answers within ``answers_minutes``; further from
    the unit than ``metres``."""

    minutes: int = 20
    answers_minutes: int = 5
    metres: int = 1000


@dataclass(frozen=True)
class Look:
    """``texts``: {where: text}; ``answered``: when the must-checks were written, by the device's clock
    where it is known; ``metres``: distance between the place and the register's."""

    start: datetime
    end: datetime
    answers: Mapping[int, str]
    texts: Mapping[str, str]
    photos: Collection[str]
    answered: Collection[datetime] = ()
    metres: float | None = None
    distance_reason: str = ""
    normal: bool = True
    repeat_unexplained: bool = False


@dataclass(frozen=True)
class Elsewhere:
    """What stands in other records: tidied text → number of the record; photo → number."""

    texts: Mapping[str, str] = field(default_factory=dict)
    photos: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Hint:
    code: str
    text: str


def tidy(text: str) -> str:
    """Without blanks and punctuation: a comma more does not make a text new."""
    return _NOISE.sub("", text)


def worth_comparing(text: str) -> bool:
    return len(tidy(text)) >= LONG_ENOUGH


def hints(look: Look, elsewhere: Elsewhere, bounds: Bounds) -> list[Hint]:
    """Everything that is worth a look, in the order a reviewer would go."""
    return [
        *_reused_texts(look, elsewhere),
        *_reused_photos(look, elsewhere),
        *_short_visit(look, bounds),
        *_all_clear_at_once(look, bounds),
        *_far_away(look, bounds),
        *_repeat(look),
    ]


def _reused_texts(look: Look, elsewhere: Elsewhere) -> Iterator[Hint]:
    for where, text in look.texts.items():
        number = elsewhere.texts.get(tidy(text)) if worth_comparing(text) else None
        if number:
            yield Hint("reused_text", f"“{where}”的文字与 {number} 的记录相同，请核对是否照抄。")


def _reused_photos(look: Look, elsewhere: Elsewhere) -> Iterator[Hint]:
    for sha in look.photos:
        number = elsewhere.photos.get(sha)
        if number:
            yield Hint("reused_photo", f"证据 {sha[:8]} 也用于 {number}，请核对拍摄时间和地点。")


def _short_visit(look: Look, bounds: Bounds) -> Iterator[Hint]:
    minutes = int((look.end - look.start).total_seconds() // 60)
    if look.normal and minutes < bounds.minutes:
        yield Hint("short_visit", f"现场检查只有 {minutes} 分钟（提示线 {bounds.minutes} 分钟）。")


def _all_clear_at_once(look: Look, bounds: Bounds) -> Iterator[Hint]:
    if len(look.answers) < 10 or set(look.answers.values()) != {"no_problem"}:
        return
    if not look.answered:
        return
    span = max(look.answered) - min(look.answered)
    if span < timedelta(minutes=bounds.answers_minutes):
        minutes = int(span.total_seconds() // 60) + 1
        yield Hint("all_clear_at_once", f"十必查全部为“未发现问题”，且不到 {minutes} 分钟就填完。")


def _far_away(look: Look, bounds: Bounds) -> Iterator[Hint]:
    if look.metres is None or look.metres <= bounds.metres:
        return
    why = f"检查组说明：{look.distance_reason}" if look.distance_reason else "检查组未说明原因"
    yield Hint("far_away", f"检查地点距名录登记位置约 {look.metres / 1000:.1f} 公里，{why}。")


def _repeat(look: Look) -> Iterator[Hint]:
    if look.repeat_unexplained:
        yield Hint(
            "repeat", "同一执法人员本年多次检查该单位均未发现问题，检查组未说明再次检查的理由。"
        )
