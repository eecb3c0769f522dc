"""From the registers to the pool file: facts in, protocol rows out.

The register is read once, with a constant number of queries; what follows is the pure rule
``rules/pool.py``.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from registry.choices import InspectorRole, KeyClass, RegulatoryType, SourceStatus
from registry.models import (
    CheckLedgerEntry,
    ConflictOfInterest,
    Inspector,
    PollutionSource,
    SpecialFlag,
)
from registry.rules.quarter import Quarter
from registry.rules.violations import RuleViolation
from registry.selectors import bureau_settings
from sampling.models import Draw, SamplingPlan
from sampling.rules import protocol_v1 as protocol
from sampling.rules.pool import PoolComposition, PoolSettings, Risk, UnitFacts, compose_pool
from sampling.rules.pool import SourceKind as RuleSourceKind
from sampling.rules.quotas import GeneralReading

DRAWN_AS_KEY = frozenset({KeyClass.WATER, KeyClass.GROUNDWATER, KeyClass.AIR, KeyClass.NOISE})
OFFICERS_PER_TEAM = 2  # 行政处罚法 第四十二条：执法人员不得少于两人


class PoolNotWritable(RuleViolation):
    """A code or skill in the registers has characters the pool file cannot hold."""

    code = "pool_not_writable"
    basis = "chanji-draw/1 §1"


@dataclass(frozen=True)
class FrozenPool:
    """What a freeze needs: the composition with its figures, and the protocol's pool."""

    composition: PoolComposition
    text: str
    pool: protocol.Pool
    officers: int


def pool_id(source_code: str, *, confidential: bool) -> str:
    """The id a source has in the pool: its register code, or an opaque one if confidential.

    The opaque id is keyed, so that nobody can find the unit by trying all codes.
    """
    if not confidential:
        return source_code
    key = next(iter(settings.SEAL_KEYS.values()))
    digest = hmac.new(key, f"confidential|{source_code}".encode(), hashlib.sha256)
    return "X" + digest.hexdigest()[:16].upper()


def sources_by_pool_id(pool_ids: Iterable[str]) -> dict[str, PollutionSource]:
    """Register rows behind pool ids, confidential ones included."""
    wanted = set(pool_ids)
    found = {row.code: row for row in PollutionSource.objects.filter(code__in=wanted)}
    hidden = {name for name in wanted - found.keys() if name.startswith("X")}
    if hidden:
        for row in PollutionSource.objects.filter(confidential=True):
            name = pool_id(row.code, confidential=True)
            if name in hidden:
                found[name] = row
    return found


def _reference_day(period: Quarter, today: date) -> date:
    """Flags, leave and certificates count as of the quarter's first day, or today if later."""
    return max(period.start, today)


def draws_as_key(classes: Iterable[str], *, strict: bool) -> bool:
    """Soil and risk classes alone make a unit key only where the bureau reads them so (the
    default); a key unit without named classes is key (生态环境部令第27号)."""
    named = set(classes)
    return strict or not named or bool(named & DRAWN_AS_KEY)


def _unit_facts(period: Quarter, day: date, *, strict: bool) -> list[UnitFacts]:
    special = set(SpecialFlag.objects.in_force(day).values_list("source_id", flat=True))
    covered = set(
        CheckLedgerEntry.objects.random_in_year(period.year).values_list("source_id", flat=True)
    )
    visits: dict[int, int] = {}
    for source_id in CheckLedgerEntry.objects.visits_in_year(period.year).values_list(
        "source_id", flat=True
    ):
        visits[source_id] = visits.get(source_id, 0) + 1
    rows = PollutionSource.objects.order_by("code").values_list(
        "pk",
        "code",
        "confidential",
        "kind",
        "status",
        "regulatory_type",
        "key_classes",
        "risk_grade",
        "positive_list",
        "positive_from",
        "positive_until",
    )
    facts = []
    for row in rows.iterator():
        pk, code, confidential, kind, status, type_, classes, risk, listed, since, until = row
        facts.append(
            UnitFacts(
                source_id=pool_id(code, confidential=confidential),
                is_key=type_ == RegulatoryType.KEY and draws_as_key(classes, strict=strict),
                is_special=pk in special,
                risk=Risk(risk) if risk else None,
                positive_listed=_listed_on(day, listed, since, until),
                randomly_inspected_this_year=pk in covered,
                onsite_visits_this_year=visits.get(pk, 0),
                kind=RuleSourceKind(kind),
                in_register=status == SourceStatus.NORMAL,
            )
        )
    return facts


def _listed_on(day: date, listed: bool, since: date | None, until: date | None) -> bool:
    return listed and (since is None or since <= day) and (until is None or day <= until)


def _inspectors(period: Quarter, day: date) -> list[protocol.PoolInspector]:
    """On-post people; officers only with a certificate valid on the day; nobody who is on
    leave for the rest of the quarter."""
    away = Inspector.objects.filter(leaves__starts_on__lte=day, leaves__ends_on__gte=period.end)
    valid = Q(credentials__valid_from__lte=day, credentials__valid_to__gte=day)
    rows = (
        Inspector.objects.on_post()
        .filter(~Q(role=InspectorRole.OFFICER) | valid)
        .exclude(pk__in=away.values("pk"))
        .distinct()
        .order_by("code")
    )
    return [
        protocol.PoolInspector(row.code, protocol.Role(row.role), frozenset(row.skills))
        for row in rows
    ]


def _conflicts(period: Quarter, day: date) -> list[protocol.Conflict]:
    """C lines; render_pool leaves out those that touch nobody in the pool."""
    rows = (
        ConflictOfInterest.objects.filter(starts_on__lte=period.end)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
        .values_list("source__code", "source__confidential", "inspector__code")
        .distinct()
    )
    return sorted(
        {
            protocol.Conflict(pool_id(code, confidential=confidential), inspector)
            for code, confidential, inspector in rows
        }
    )


def drawn_general_this_year(year: int, quarter: str) -> int:
    """General units the year's earlier plans have drawn; what was withdrawn or voided does not count."""
    rows = Draw.objects.filter(
        plan__quarter__startswith=str(year),
        plan__quarter__lt=quarter,
        state__in=["drawn", "approved", "revealed"],
    ).values_list("quotas", flat=True)
    return sum(line["quota"] for lines in rows for line in lines if line["category"] == "general")


def pool_settings(plan: SamplingPlan, chosen: Mapping[str, Any]) -> PoolSettings:
    return PoolSettings(
        key_ratio=Fraction(plan.key_ratio, 100),
        special_ratio=Fraction(plan.special_ratio, 100),
        general_reading=GeneralReading(chosen["general_reading"]),
        high_weight=chosen["weight_high"],
        medium_weight=chosen["weight_medium"],
        low_weight=chosen["weight_low"],
        positive_list_outside=chosen["positive_list_outside_draw"],
        yearly_cap=chosen["yearly_cap"],
    )


def build_pool(plan: SamplingPlan, *, today: date) -> FrozenPool:
    """The pool of ``plan`` as the registers stand now; nothing is written."""
    period = plan.period
    chosen = bureau_settings()
    day = _reference_day(period, today)
    inspectors = _inspectors(period, day)
    officers = sum(1 for person in inspectors if person.role == protocol.Role.OFFICER)
    composition = compose_pool(
        _unit_facts(period, day, strict=chosen["soil_and_risk_classes_make_key"]),
        pool_settings(plan, chosen),
        quarter_number=period.number,
        officers=officers,
        drawn_general_this_year=drawn_general_this_year(period.year, plan.quarter),
    )
    try:
        text = protocol.render_pool(
            plan.quarter,
            composition.sources,
            composition.quotas,
            inspectors,
            [protocol.Need(protocol.EVERY_SOURCE, protocol.Role.OFFICER, "-", OFFICERS_PER_TEAM)],
            _conflicts(period, day),
        )
    except protocol.ProtocolError as error:
        raise PoolNotWritable(
            _("名录中有不能写入抽取池的内容：%(message)s请修改后再试。")
            % {"message": error.message}
        ) from error
    return FrozenPool(
        composition=composition, text=text, pool=protocol.parse_pool(text), officers=officers
    )
