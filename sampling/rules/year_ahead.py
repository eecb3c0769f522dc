"""What the rest of the year will draw if every quarter draws its quota: will Q4 be heavy?"""

from dataclasses import dataclass
from fractions import Fraction

from .quotas import (
    QUARTERS,
    quarters_left,
    quota_for_general,
    quota_for_key,
    quota_for_special,
)


@dataclass(frozen=True)
class YearFacts:
    """The registers as they stand before the first quarter looked at. Counts are units.

    `key`: all key units; `key_drawable`: those that are not special; `key_owed`: of these, not
    inspected yet this year; `special`, `special_owed`: flagged units, and the key ones among them
    still owed; `general`, `general_annual`, `general_drawn`: the register, the year's number, and
    what earlier quarters drew.
    """

    key: int
    key_drawable: int
    key_owed: int
    special: int
    special_owed: int
    general: int
    general_annual: int
    general_drawn: int


@dataclass(frozen=True)
class QuarterAhead:
    number: int
    key: int
    special: int
    general: int

    @property
    def total(self) -> int:
        return self.key + self.special + self.general


def year_ahead(
    facts: YearFacts, *, quarter_number: int, key_ratio: Fraction, special_ratio: Fraction
) -> list[QuarterAhead]:
    """This quarter and those left of the year.

    Owed key units go first in each draw, so a quarter's key quota lowers what is owed by as much.
    The special ones still owed in Q4 are taken as they are now: an upper bound, as the special
    draws until then may reach them. Raises NoQuarterLeft unless quarter_number is 1 to 4.
    """
    owed, drawn = facts.key_owed, facts.general_drawn
    ahead = []
    for number in range(quarter_number, QUARTERS + 1):
        left = quarters_left(number)
        key = quota_for_key(
            pool=facts.key,
            drawable=facts.key_drawable,
            uncovered=owed,
            quarters_left=left,
            ratio=key_ratio,
        )
        special = quota_for_special(
            pool=facts.special,
            uncovered_key=facts.special_owed,
            quarters_left=left,
            ratio=special_ratio,
        )
        general = quota_for_general(
            annual=facts.general_annual,
            quarter_number=number,
            drawn_this_year=drawn,
            pool=facts.general,
        )
        owed, drawn = max(0, owed - key), drawn + general
        ahead.append(QuarterAhead(number, key, special, general))
    return ahead
