"""Item lists as they read, and two of them side by side."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from registry.choices import ListLevel
from registry.item_lists.rules.item_lists import Item, Pair, compare
from registry.item_lists.rules.legal_basis import Basis, bases_in_force
from registry.models import (
    InspectionItem,
    InspectionItemList,
    LegalBasis,
    MustCheckSet,
    PartnerDepartment,
)


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


OWN_LEVELS = (ListLevel.PREFECTURE, ListLevel.BUREAU)


def versions(level: str) -> QuerySet[InspectionItemList]:
    """Newest first."""
    return (
        InspectionItemList.objects.filter(level=level, department=None)
        .select_related("derived_from", "file", "created_by")
        .order_by("-version")
    )


def newest(level: str) -> InspectionItemList | None:
    return versions(level).first()


def items_of(item_list: InspectionItemList) -> QuerySet[InspectionItem]:
    return item_list.items.prefetch_related("bases").order_by("position", "code")


def basis_text(row: LegalBasis) -> str:
    return f"《{row.title}》{row.article}"


def as_item(row: InspectionItem) -> Item:
    bases = sorted(basis_text(basis) for basis in row.bases.all())
    return Item(
        row.code,
        {
            "name": row.name,
            "item_class": str(row.get_item_class_display()),
            "bases": "；".join(bases),
            "body": row.body,
            "target": row.target,
            "content": row.content,
            "method": str(row.get_method_display()),
            "ratio": row.ratio,
            "frequency": row.frequency,
            "level": row.level,
        },
    )


def compared(left: InspectionItemList, right: InspectionItemList) -> list[Pair]:
    return compare(
        [as_item(row) for row in items_of(left)], [as_item(row) for row in items_of(right)]
    )


def bases_used(item_list: InspectionItemList) -> QuerySet[LegalBasis]:
    return LegalBasis.objects.filter(items__item_list=item_list).distinct()
