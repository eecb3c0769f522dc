"""From the registers to the pool file: facts in, protocol rows out.

The register is read once, with a constant number of queries; what follows is the pure rule
``rules/pool.py``.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Coalesce

from registry.choices import CreditGrade, InspectorRole, RegulatoryType, SourceStatus
from registry.models import (
    CapExemption,
    CheckLedgerEntry,
    ConflictOfInterest,
    Inspector,
    PollutionSource,
    SpecialFlag,
)
from registry.rules.cap_exemptions import Exemption
from registry.rules.quarter import Quarter
from registry.rules.two_officers import OFFICERS_NEEDED
from registry.rules.unit_words import RiskGrade, SourceKind
from registry.rules.years import years_before
from sampling.choices import PlanKind
from sampling.models import SamplingPlan
from sampling.rules import protocol
from sampling.rules.key_units import draws_as_key
from sampling.rules.pool import UnitFacts
from sampling.rules.rotation import Visits

# In a joint plan the officers of the partner stand in the pool as staff with this skill: the two
# sides' needs never compete for the same people, and one of the bureau's officers leads.
PARTNER_SKILL = "联合部门"
# 信用D级/红码 lifts the cap; of the four grades 不良 is the worst.
BY_CREDIT = {CreditGrade.BAD: frozenset({Exemption.CREDIT_D})}


def pool_id(source_code: str, *, confidential: bool) -> str:
    """The id a source has in the pool: its register code, or an opaque one if confidential.

    The opaque id is keyed, so that nobody can find the unit by trying all codes.
    """
    if not confidential:
        return source_code
    key = next(iter(settings.SEAL_KEYS.values()))
    digest = hmac.new(key, f"confidential|{source_code}".encode(), hashlib.sha256)
    return "X" + digest.hexdigest()[:16].upper()


def people_by_code(codes: Iterable[str]) -> dict[str, str]:
    """How the people of a team are named to those who may read it: ``{code: name（code）}``."""
    rows = Inspector.objects.filter(code__in=set(codes))
    return {row.code: f"{row.name}（{row.code}）" for row in rows}


def sources_by_pool_id(pool_ids: Iterable[str]) -> dict[str, PollutionSource]:
    """Register rows behind pool ids, opaque ones included.

    An opaque id is looked for among all units: one may no longer be confidential by now, and
    its pool still knows it as it was.
    """
    wanted = set(pool_ids)
    found = {row.code: row for row in PollutionSource.objects.filter(code__in=wanted)}
    hidden = {name for name in wanted - found.keys() if name.startswith("X")}
    if hidden:
        codes = PollutionSource.objects.values_list("code", flat=True)
        names = {code: pool_id(code, confidential=True) for code in codes.iterator()}
        behind = [code for code, name in names.items() if name in hidden]
        for row in PollutionSource.objects.filter(code__in=behind):
            found[names[row.code]] = row
    return found


def pool_id_in(pool: str, source: PollutionSource) -> str:
    """The id this pool file knows the unit by, whatever it would be called today."""
    for confidential in (source.confidential, not source.confidential):
        name = pool_id(source.code, confidential=confidential)
        if f"\t{name}\t" in pool:
            return name
    return source.code


def reference_day(period: Quarter, today: date) -> date:
    """Flags, leave and certificates count as of the quarter's first day, or today if later."""
    return max(period.start, today)


def unit_facts(plan: SamplingPlan, day: date, *, strict: bool) -> list[UnitFacts]:
    """Facts of every unit of the register."""
    period = plan.period
    special = set(SpecialFlag.objects.in_force(day).values_list("source_id", flat=True))
    covered = set(_covering_checks(plan).units().values_list("unit", flat=True))
    visits: dict[int, int] = {}
    for source_id in (
        CheckLedgerEntry.objects.visits_in_year(period.year).units().values_list("unit", flat=True)
    ):
        visits[source_id] = visits.get(source_id, 0) + 1
    exemptions = exemptions_on(day)
    rows = PollutionSource.objects.order_by("code").values_list(
        "pk",
        "code",
        "confidential",
        "kind",
        "status",
        "regulatory_type",
        "key_classes",
        "risk_grade",
        "credit_grade",
        "positive_list",
        "positive_from",
        "positive_until",
    )
    facts = []
    for row in rows.iterator():
        pk, code, confidential, kind, status, type_, classes, risk, credit, listed, since, until = (
            row
        )
        facts.append(
            UnitFacts(
                source_id=pool_id(code, confidential=confidential),
                is_key=type_ == RegulatoryType.KEY and draws_as_key(classes, strict=strict),
                is_special=pk in special,
                risk=RiskGrade(risk) if risk else None,
                positive_listed=_listed_on(day, listed, since, until),
                randomly_inspected_this_year=pk in covered,
                onsite_visits_this_year=visits.get(pk, 0),
                exemptions=exemptions.get(pk, BY_CREDIT.get(credit, frozenset())),
                kind=SourceKind(kind),
                in_register=status == SourceStatus.NORMAL,
            )
        )
    return facts


def _covering_checks(plan: SamplingPlan) -> Any:
    """The checks that cover a unit for this plan: of the year's random ones; for a monthly batch
    and a look-back those of earlier quarters; for construction projects those of their own draws."""
    year = str(plan.period.year)
    if plan.kind == PlanKind.CONSTRUCTION:
        return CheckLedgerEntry.objects.filter(plan_number__regex=rf"^{year}Q[1-4]-C")
    checks = CheckLedgerEntry.objects.random_in_year(plan.period.year)
    if plan.kind in (PlanKind.MONTHLY, PlanKind.LOOKBACK):
        checks = checks.exclude(plan_number__startswith=plan.quarter)
    return checks


def exemptions_on(day: date) -> dict[int, frozenset[Exemption]]:
    """Why units may be visited beyond the cap on ``day``, by primary key."""
    found: dict[int, frozenset[Exemption]] = {}
    rows = CapExemption.objects.in_force(day)
    for source_id, kind in rows.values_list("source_id", "kind"):
        found[source_id] = found.get(source_id, frozenset()) | {Exemption(kind)}
    return found


def _listed_on(day: date, listed: bool, since: date | None, until: date | None) -> bool:
    return listed and (since is None or since <= day) and (until is None or day <= until)


def inspectors(plan: SamplingPlan, day: date) -> list[protocol.PoolInspector]:
    """The bureau's people, and in a joint plan those of the partner department."""
    own = _available(Inspector.objects.of_the_bureau(), plan.period, day)
    if plan.department is None:
        return own
    partners = _available(Inspector.objects.of_department(plan.department.name), plan.period, day)
    return [*own, *map(_as_partner, partners)]


def _as_partner(person: protocol.PoolInspector) -> protocol.PoolInspector:
    if person.role != protocol.Role.OFFICER:
        return person
    return protocol.PoolInspector(person.id, protocol.Role.STAFF, person.skills | {PARTNER_SKILL})


def needs(plan: SamplingPlan) -> list[protocol.Need]:
    """Two officers for every team; in a joint plan two of the bureau and those of the partner."""
    own = protocol.Need(
        protocol.EVERY_SOURCE, protocol.Role.OFFICER, protocol.ANY_SKILL, OFFICERS_NEEDED
    )
    if plan.kind != PlanKind.JOINT:
        return [own]
    partners = protocol.Need(
        protocol.EVERY_SOURCE, protocol.Role.STAFF, PARTNER_SKILL, plan.partners_per_team
    )
    return [own, partners]


def _available(people: Any, period: Quarter, day: date) -> list[protocol.PoolInspector]:
    """On-post people; officers only with a certificate valid on the day; nobody who is on
    leave for the rest of the quarter."""
    away = Inspector.objects.away_throughout(day, period.end)
    valid = Q(credentials__valid_from__lte=day, credentials__valid_to__gte=day)
    rows = (
        people.on_post()
        .filter(~Q(role=InspectorRole.OFFICER) | valid)
        .exclude(pk__in=away.values("pk"))
        .distinct()
        .order_by("code")
    )
    return [
        protocol.PoolInspector(row.code, protocol.Role(row.role), frozenset(row.skills))
        for row in rows
    ]


def conflicts(period: Quarter, day: date) -> list[protocol.Conflict]:
    """C lines; render_pool leaves out those that touch nobody in the pool."""
    rows = (
        ConflictOfInterest.objects.between(day, period.end)
        .values_list("source__code", "source__confidential", "inspector__code")
        .distinct()
    )
    return sorted(
        {
            protocol.Conflict(pool_id(code, confidential=confidential), inspector)
            for code, confidential, inspector in rows
        }
    )


def officer_visits(day: date) -> dict[protocol.Conflict, Visits]:
    """Which officer checked which unit in the twelve months up to ``day``, by pool ids; visits of
    every kind of check."""
    found: dict[protocol.Conflict, Visits] = {}
    rows = (
        CheckLedgerEntry.objects.filter(checked_on__gt=years_before(day, 1), checked_on__lte=day)
        .order_by("checked_on")
        .values_list(
            Coalesce("source__merged_into__code", "source__code"),
            Coalesce("source__merged_into__confidential", "source__confidential"),
            "checked_on",
            "officers",
        )
    )
    for code, confidential, on, officers in rows.iterator():
        for officer in officers:
            pair = protocol.Conflict(pool_id(code, confidential=confidential), officer)
            found[pair] = Visits(found[pair].times + 1 if pair in found else 1, on)
    return found
