"""How many units lack what. A small register is counted when asked, a large one by the timetable."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.utils import timezone

from registry.models import PollutionSource
from registry.selectors.register_quality import CONDITIONS, gap_condition
from registry.web.paging import count_up_to

SMALL = 20_000
KEPT = "registry.quality"
KEPT_SECONDS = 3 * 86_400


@dataclass(frozen=True)
class Findings:
    """Units by problem; ``counted_at`` None while a large register waits for its first count."""

    numbers: dict[str, int]
    counted_at: datetime | None

    @property
    def total(self) -> int:
        return sum(self.numbers.values())


def _count(today: date) -> Findings:
    numbers = {
        key: PollutionSource.objects.filter(gap_condition(key, today)).count() for key in CONDITIONS
    }
    return Findings(numbers, timezone.now())


def is_large() -> bool:
    return count_up_to(PollutionSource.objects.order_by(), SMALL).more


def findings(*, today: date) -> Findings:
    """The numbers for a page: at once where that is cheap, else as last counted."""
    if not is_large():
        return _count(today)
    kept: Findings | None = cache.get(KEPT)
    return kept or Findings({}, None)


def count_large_register(*, today: date) -> None:
    """For the timetable: what no request may wait for. A small register has no use for it."""
    if is_large():
        cache.set(KEPT, _count(today), KEPT_SECONDS)
