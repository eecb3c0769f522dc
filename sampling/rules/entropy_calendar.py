"""Which public events could decide a draw: the next lotteries and beacon rounds from a moment on.

What is proposed here is shown and may be edited; what counts is what protocol.check_sources takes,
and that takes every proposal. The numbers of the lotteries' issues follow from the calendar but for
the days off around the holidays, which differ from year to year: who knows one issue of the year
gives it as `last_known`, and the numbers after it are counted from there.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from .protocol import (
    BEIJING,
    DRAND_GENESIS,
    DRAND_PERIOD,
    LOTTERIES,
    MISSED_ISSUES,
    EntropyKind,
    drand_moment,
    draw_days,
    write_moment,
)

Source = dict[str, str]  # kind, id, at: as an announcement has them
Issue = tuple[str, date]  # a lottery's issue number, the day it was drawn

# When the draws are broadcast: nobody knows the numbers before. 大乐透 was drawn at 20:30 in former
# years, which is why the protocol's own limit is lower; today both limits are too early for it.
BROADCAST_AT = {EntropyKind.SSQ: (21, 15), EntropyKind.DLT: (21, 25)}
# 休市: about so many draws fall out by this day of the year, of each lottery (春节, then 国庆节).
DAYS_OFF = (((3, 1), 4), ((10, 5), 2))


def next_draw(kind: EntropyKind, after: datetime, *, last_known: Issue | None = None) -> Source:
    """The lottery's first draw that is not before `after`, with the issue number to expect."""
    moment = after.astimezone(BEIJING)
    week = (_broadcast(kind, moment.date() + timedelta(days)) for days in range(8))
    at = next(at for at in week if at.weekday() in LOTTERIES[kind].weekdays and at >= moment)
    return {"kind": str(kind), "id": _issue(kind, at.date(), last_known), "at": write_moment(at)}


def upcoming(
    after: datetime, number: int, *, last_known: Mapping[EntropyKind, Issue] | None = None
) -> list[Source]:
    """The next `number` draws of both lotteries that are not before `after`, in time order."""
    known = last_known or {}
    found: list[Source] = []
    for kind in LOTTERIES:
        moment = after
        for _ in range(number):
            found.append(next_draw(kind, moment, last_known=known.get(kind)))
            moment = datetime.fromisoformat(found[-1]["at"]) + timedelta(seconds=1)
    return sorted(found, key=lambda source: source["at"])[:number]


def drand_round(at: datetime) -> Source:
    """The first round of the beacon that is not before `at`."""
    before = datetime.fromtimestamp(DRAND_GENESIS, BEIJING) - at
    number = 1 + max(0, -(before // timedelta(seconds=DRAND_PERIOD)))
    at = drand_moment(number)
    return {"kind": str(EntropyKind.DRAND), "id": str(number), "at": write_moment(at)}


def _broadcast(kind: EntropyKind, day: date) -> datetime:
    hour, minute = BROADCAST_AT[kind]
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)


def _issue(kind: EntropyKind, day: date, last_known: Issue | None) -> str:
    year = day.strftime(LOTTERIES[kind].issue)
    ordinal = _expected(kind, day)
    if last_known is not None and last_known[1].year == day.year:
        issue, drawn_on = last_known
        ordinal += int(issue[len(year) :]) - _expected(kind, drawn_on)
    most = draw_days(kind, day)
    return f"{year}{min(max(ordinal, most - MISSED_ISSUES, 1), most):03d}"


def _expected(kind: EntropyKind, day: date) -> int:
    off = sum(draws for since, draws in DAYS_OFF if (day.month, day.day) >= since)
    return draw_days(kind, day) - off
