"""Units of the register that lack something, as conditions on the list."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import Substr

from registry.choices import NoCodeReason, RegulatoryType, SourceKind
from registry.models import PollutionSource
from registry.rules.coordinates import EAST, NORTH, SOUTH, WEST
from registry.rules.register_quality import Gap
from registry.rules.uscc import LENGTH

HINT = "hint"
RENEWAL = timedelta(
    days=60
)  # 排污许可管理条例 第十四条（待核）: renewal is asked for 60 days before


def _several(field: str) -> Q:
    """Units that share a filled ``field``. Grouped once instead of compared pair by pair."""
    groups = PollutionSource.objects.active().exclude(**{field: ""}).order_by().values(field)
    shared = groups.annotate(units=Count("pk")).filter(units__gt=1)
    return Q(**{f"{field}__in": shared.values(field)})


def _twice(_day: date) -> Q:
    """The same name again: under another code, or at the same site. Sites of one company are fine."""
    groups = PollutionSource.objects.active().order_by().values("name")
    counted = groups.annotate(
        units=Count("pk"), codes=Count("uscc", distinct=True), sites=Count("site", distinct=True)
    )
    suspicious = counted.filter(units__gt=1).filter(Q(codes__gt=1) | Q(sites__lt=F("units")))
    return Q(name__in=suspicious.values("name"))


def _hint(_day: date) -> Q:
    """The permit number begins with a code that is not the one registered."""
    permits = PollutionSource.objects.filter(permit_number__regex=r"^9[0-9A-Z]{17}")
    other = permits.annotate(**{HINT: Substr("permit_number", 1, LENGTH)}).exclude(uscc=F(HINT))
    return Q(pk__in=other.values("pk"))


_key = Q(regulatory_type=RegulatoryType.KEY, kind=SourceKind.DISCHARGER)
_discharger = Q(kind=SourceKind.DISCHARGER)
CONDITIONS: dict[str, Callable[[date], Q]] = {
    "no_place": lambda _day: Q(longitude=None) | Q(latitude=None),
    "far_place": lambda _day: (
        Q(longitude__lt=WEST)
        | Q(longitude__gt=EAST)
        | Q(latitude__lt=SOUTH)
        | Q(latitude__gt=NORTH)
    ),
    "no_address": lambda _day: Q(address=""),
    "same_address": lambda _day: _several("address"),
    "no_grid": lambda _day: Q(grid=""),
    "same_name": _twice,
    "no_code": lambda _day: Q(uscc="") & ~Q(no_code_reason=NoCodeReason.INDIVIDUAL),
    "code_hint": _hint,
    "no_contact": lambda _day: Q(contact="") | Q(phone=""),
    "key_no_class": lambda _day: _key & Q(key_classes=[]),
    "key_old_year": lambda day: _key & (Q(key_list_year=None) | Q(key_list_year__lt=day.year)),
    "no_permit": lambda _day: _discharger & (Q(permit_number="") | Q(permit_class="")),
    "no_industry": lambda _day: Q(industry_code=""),
    "no_risk": lambda _day: _discharger & Q(risk_grade=""),
    "permit_over": lambda day: _discharger & Q(permit_until__lt=day),
    "permit_soon": lambda day: (
        _discharger & Q(permit_until__gte=day, permit_until__lt=day + RENEWAL)
    ),
    "no_permit_until": lambda _day: _discharger & ~Q(permit_number="") & Q(permit_until=None),
    "project_permitted": lambda _day: Q(kind=SourceKind.CONSTRUCTION) & ~Q(permit_number=""),
    "positive_over": lambda day: Q(positive_list=True, positive_until__lt=day),
}


def gap_condition(key: str, today: date) -> Q:
    """Only units in the register are worth mending."""
    return Q(status="normal") & CONDITIONS[key](today)


def detail(problem: Gap, unit: Any) -> str:
    """What the list shows of the unit beside its name, so that the mend is at hand."""
    if problem.shows == "place":
        return f"{unit.longitude}，{unit.latitude}"
    if problem.shows == "no_code_reason":
        return str(unit.get_no_code_reason_display())
    value = getattr(unit, problem.shows) if problem.shows else ""
    return "" if value is None else str(value)
