"""Reads shaped for a rule or a page."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from registry.choices import CalendarLayer
from registry.models import (
    BureauSetting,
    CalendarDay,
    HolidayNotice,
    InspectionItemList,
    LegalBasis,
    MustCheckSet,
    PartnerDepartment,
)
from registry.rules.bureau_settings import SPECS
from registry.rules.legal_basis import Basis, bases_in_force
from registry.rules.workdays import WorkCalendar


def work_calendar() -> WorkCalendar:
    """The calendar as it stands now, three layers, national first."""
    layers: dict[str, dict[date, str]] = {layer: {} for layer in CalendarLayer.values}
    rows = CalendarDay.objects.order_by("day").values_list("notice__layer", "day", "kind")
    for layer, day, kind in rows:
        layers[layer][day] = kind
    last = (
        HolidayNotice.objects.filter(layer=CalendarLayer.NATIONAL)
        .order_by("-year")
        .values_list("year", flat=True)
        .first()
    )
    ordered = (CalendarLayer.NATIONAL, CalendarLayer.XINJIANG, CalendarLayer.PREFECTURE)
    return WorkCalendar(tuple(layers[layer] for layer in ordered), last or 0)


def bureau_setting(key: str) -> Any:
    """The bureau's value, or the default of registry/rules/bureau_settings.py."""
    spec = SPECS[key]
    row = BureauSetting.objects.filter(key=key).values_list("value", flat=True).first()
    return spec.default if row is None else row


def bureau_settings() -> dict[str, Any]:
    """All settings in one query."""
    values = {key: spec.default for key, spec in SPECS.items()}
    values.update(BureauSetting.objects.filter(key__in=SPECS).values_list("key", "value"))
    return values


def item_list_in_force(level: str, day: date) -> InspectionItemList | None:
    return (
        InspectionItemList.objects.filter(level=level, effective_from__lte=day)
        .order_by("-effective_from", "-version")
        .first()
    )


def partner_items_in_force(department: PartnerDepartment, day: date) -> InspectionItemList | None:
    """The newest item list of a department that inspects together with the bureau."""
    return (
        department.item_lists.filter(effective_from__lte=day)
        .order_by("-effective_from", "-version")
        .first()
    )


def must_check_set_in_force(day: date) -> MustCheckSet | None:
    return (
        MustCheckSet.objects.filter(effective_from__lte=day)
        .order_by("-effective_from", "-version")
        .first()
    )


def as_basis(row: LegalBasis) -> Basis:
    return Basis(row.code, row.title, row.article, row.valid_from, row.valid_to, row.confirmed)


def checklist_on(check_set: MustCheckSet, day: date) -> list[dict[str, Any]]:
    """The ten must-checks with the bases in force on ``day``, as plain data for a record."""
    checks = []
    for check in check_set.checks.prefetch_related("bases").order_by("number"):
        bases: Sequence[Basis] = bases_in_force([as_basis(row) for row in check.bases.all()], day)
        checks.append(
            {
                "number": check.number,
                "title": check.title,
                "points": check.points,
                "bases": [
                    {"title": b.title, "article": b.article, "confirmed": b.confirmed}
                    for b in bases
                ],
            }
        )
    return checks
