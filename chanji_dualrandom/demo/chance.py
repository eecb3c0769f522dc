"""Lotteries of the demonstration bureau: real days and issue numbers, invented values.

Invented, because the demonstration is relative to today and may not wait for a lottery.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from random import Random

from sampling.rules.entropy_calendar import upcoming
from sampling.rules.protocol import LOTTERIES, EntropyKind

NOTICE_HOURS = 48
WITNESSES = ("示范街道办", "何一"), ("示范商会", "施三")


def lottery_after(moment: datetime) -> dict[str, str]:
    """The next lottery at or after the moment, as it is announced."""
    return upcoming(moment, 1)[0]


def invented_value(source: Mapping[str, str]) -> str:
    """One that the lottery could have drawn; the same for the same issue."""
    lottery = LOTTERIES[EntropyKind(source["kind"])]
    chance = Random(sha256(f"{source['kind']}:{source['id']}".encode()).digest())  # noqa: S311
    sides = [
        sorted(chance.sample(range(1, largest + 1), count))
        for count, largest in (lottery.front, lottery.back)
    ]
    return "+".join(" ".join(f"{number:02d}" for number in side) for side in sides)
