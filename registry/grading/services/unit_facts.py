"""What the registers, checks, clues and problems tell of units, for the rules that judge them; six queries a batch."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from registry.choices import RiskFactKind
from registry.grading.rules.risk import Counted, RiskFacts
from registry.models import (
    CheckLedgerEntry,
    FollowedProblem,
    PollutionSource,
    RiskFact,
    VerifiedClue,
)
from registry.rules.outcomes import AT_FAULT
from registry.rules.years import years_before

BATCH = 1000


def active_batches() -> Iterator[list[PollutionSource]]:
    """The active units by key, so that a million never stand in memory."""
    last = 0
    while True:
        rows = list(PollutionSource.objects.active().filter(pk__gt=last).order_by("pk")[:BATCH])
        if not rows:
            return
        yield rows
        last = rows[-1].pk


@dataclass
class UnitHistory:
    """Dated facts of one unit; of the daily management only the latest level counts."""

    events: Mapping[str, list[tuple[date, int]]] = field(default_factory=lambda: defaultdict(list))
    clues: list[date] = field(default_factory=list)
    findings: list[date] = field(default_factory=list)
    # Of problems that are still open and count by now: from when.
    open_problems: list[date] = field(default_factory=list)
    last_check: date | None = None
    management: str = ""

    def counted(self, kind: str, *, after: date, until: date) -> Counted:
        return _count([(day, n) for day, n in self.events[kind] if after < day <= until])

    def open_problems_counted(self) -> Counted:
        return _count([(day, 1) for day in self.open_problems])

    def clues_counted(self, *, after: date, until: date) -> Counted:
        return _count([(day, 1) for day in self.clues if after < day <= until])

    def findings_counted(self, *, after: date, until: date) -> Counted:
        return _count([(day, 1) for day in self.findings if after < day <= until])


def _count(rows: Sequence[tuple[date, int]]) -> Counted:
    if not rows:
        return Counted()
    return Counted(sum(n for _day, n in rows), max(day for day, _n in rows))


def histories(source_ids: Iterable[int], *, today: date) -> dict[int, UnitHistory]:
    """Everything dated up to ``today`` of these units; units without facts are there too."""
    found = {pk: UnitHistory() for pk in source_ids}
    owner = _owners(found)
    ids = list(owner)
    facts = RiskFact.objects.filter(source__in=ids, voided_at=None, on__lte=today)
    for pk, kind, on, number, level in facts.order_by("on", "pk").values_list(
        "source_id", "kind", "on", "number", "level"
    ):
        if kind == RiskFactKind.MANAGEMENT:
            found[owner[pk]].management = level
        else:
            found[owner[pk]].events[kind].append((on, number))
    clues = VerifiedClue.objects.filter(source__in=ids, verified_on__lte=today)
    for pk, on in clues.values_list("source_id", "verified_on"):
        found[owner[pk]].clues.append(on)
    problems = FollowedProblem.objects.filter(
        source__in=ids, closed_on=None, counts_from__lte=today
    )
    for pk, since in problems.values_list("source_id", "counts_from"):
        found[owner[pk]].open_problems.append(since)
    checks = CheckLedgerEntry.objects.filter(source__in=ids, checked_on__lte=today)
    for pk, on, outcome in checks.order_by("checked_on").values_list(
        "source_id", "checked_on", "outcome"
    ):
        found[owner[pk]].last_check = on
        if outcome in AT_FAULT:
            found[owner[pk]].findings.append(on)
    return found


def _owners(units: Iterable[int]) -> dict[int, int]:
    """Each record whose facts count, with the unit they count for: itself, or the one it was
    merged into."""
    owner = {pk: pk for pk in units}
    owner.update(
        PollutionSource.objects.filter(merged_into__in=list(owner)).values_list(
            "pk", "merged_into_id"
        )
    )
    return owner


def listed_on(source: PollutionSource, day: date) -> bool:
    """On the positive list that day; both ends count."""
    since, until = source.positive_from, source.positive_until
    return (
        source.positive_list and (since is None or since <= day) and (until is None or day <= until)
    )


def risk_facts(
    source: PollutionSource, history: UnitHistory, *, today: date, lookback_years: int
) -> RiskFacts:
    """What the risk rule looks at: the bureau's look-back for penalties, supervised cases and
    findings, one year for clues and alarms."""
    long = {"after": years_before(today, lookback_years), "until": today}
    year = {"after": years_before(today, 1), "until": today}
    return RiskFacts(
        penalties=history.counted(RiskFactKind.PENALTY, **long),
        supervised_cases=history.counted(RiskFactKind.SUPERVISED_CASE, **long),
        findings=history.findings_counted(**long),
        complaints=history.clues_counted(**year),
        alarms=history.counted(RiskFactKind.ONLINE_ALARM, **year),
        credit_grade=source.credit_grade,
        permit_class=source.permit_class,
        management_level=history.management,
        last_check=history.last_check,
        positive_listed=listed_on(source, today),
    )
