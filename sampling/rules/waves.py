"""Dispatch in waves: a list that leaves in parts stays sealed in the other parts."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from registry.rules.violations import RuleViolation


class WavesDoNotFit(RuleViolation):
    """No wave at all, or more waves than days to send them on."""

    code = "waves_do_not_fit"
    basis = "实施方案 二（四）"


def split_into_waves(ordered_ids: Sequence[str], n: int) -> list[list[str]]:
    """`n` waves in ticket order; sizes differ by at most one, the larger ones first.

    Raises WavesDoNotFit when n < 1. With fewer units than waves the last ones are empty.
    """
    if n < 1:
        raise WavesDoNotFit("派发批次至少为1批。")
    size, larger = divmod(len(ordered_ids), n)
    starts = [wave * size + min(wave, larger) for wave in range(n + 1)]
    return [list(ordered_ids[start:end]) for start, end in pairwise(starts)]


def wave_dates(dispatch_days: Sequence[date], n: int) -> list[date]:
    """The days of `n` waves, spread evenly over `dispatch_days` from the first of them on.

    By default those are the first working day of each of the quarter's three months; for more
    than three waves give more days, such as the first working day of each week.
    Raises WavesDoNotFit when n < 1 or no two waves could keep different days.
    """
    if not 1 <= n <= len(dispatch_days):
        raise WavesDoNotFit(f"派发批次应为1至{len(dispatch_days)}批，而不是{n}批。")
    return [dispatch_days[wave * len(dispatch_days) // n] for wave in range(n)]
