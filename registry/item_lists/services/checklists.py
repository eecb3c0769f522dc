"""Default checklists, entered once; afterwards they are the bureau's."""

from datetime import date
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from registry.choices import ListLevel
from registry.item_lists.shipped import BASES, EFFECTIVE_FROM, ITEMS, MUST_CHECKS
from registry.models import (
    InspectionItem,
    InspectionItemList,
    ItemBasis,
    LegalBasis,
    MustCheck,
    MustCheckBasis,
    MustCheckSet,
    PartnerDepartment,
)
from registry.trail.services import record_event

BODY = "昌吉高新区环境保护局"
Version = TypeVar("Version", InspectionItemList, MustCheckSet)


def _load_bases() -> dict[str, LegalBasis]:
    rows = {}
    for code, title, article, valid_from, valid_to in BASES:
        rows[code], _created = LegalBasis.objects.get_or_create(
            code=code,
            defaults={
                "title": title,
                "article": article,
                "valid_from": valid_from,
                "valid_to": valid_to,
            },
        )
    return rows


def _load_items(level: str, title: str, bases: dict[str, LegalBasis]) -> bool:
    item_list, created = InspectionItemList.objects.get_or_create(
        level=level, version=1, defaults={"title": title, "effective_from": EFFECTIVE_FROM}
    )
    if not created:
        return False
    for position, row in enumerate(ITEMS, 1):
        code, name, item_class, target, content, method, ratio, frequency, basis_codes = row
        item = InspectionItem.objects.create(
            item_list=item_list,
            code=code,
            name=name,
            item_class=item_class,
            body=BODY,
            target=target,
            content=content,
            method=method,
            ratio=ratio,
            frequency=frequency,
            position=position,
        )
        ItemBasis.objects.bulk_create([ItemBasis(item=item, basis=bases[c]) for c in basis_codes])
    record_event(action="item_list.loaded", obj=item_list)
    return True


@transaction.atomic
def load_checklists() -> int:
    """Enter bases, the bureau's item list v1 and must-checks v1 where missing; returns how many
    of the two lists were entered."""
    bases = _load_bases()
    entered = int(_load_items(ListLevel.BUREAU, "昌吉高新区生态环境随机抽查执法事项清单", bases))
    check_set, created = MustCheckSet.objects.get_or_create(
        version=1, defaults={"title": "十必查清单", "effective_from": EFFECTIVE_FROM}
    )
    if created:
        for number, title, points, basis_codes in MUST_CHECKS:
            check = MustCheck.objects.create(
                check_set=check_set, number=number, title=title, points=points
            )
            MustCheckBasis.objects.bulk_create(
                [MustCheckBasis(check_item=check, basis=bases[c]) for c in basis_codes]
            )
        record_event(action="must_checks.loaded", obj=check_set)
    return entered + int(created)


@transaction.atomic
def open_partner_list(
    department: PartnerDepartment, *, today: date, actor: Any
) -> InspectionItemList:
    """The first, empty item list of a department that joins; staff enter its items."""
    item_list = InspectionItemList.objects.create(
        level=ListLevel.PARTNER,
        department=department,
        version=1,
        title=_("%(department)s抽查事项清单") % {"department": department.name[:80]},
        effective_from=today,
    )
    record_event(action="item_list.opened", actor=actor, obj=item_list)
    return item_list


@transaction.atomic
def new_version(old: Version, *, effective_from: date, actor: Any) -> Version:
    """A copy with all rows and bases, one version further; what is in force stays as it is."""
    if isinstance(old, InspectionItemList):
        versions = InspectionItemList.objects.filter(level=old.level, department=old.department)
        children, link, parent = old.items.all(), ItemBasis, "item"
    else:
        versions = MustCheckSet.objects.all()
        children, link, parent = old.checks.all(), MustCheckBasis, "check_item"
    owner = "item_list" if isinstance(old, InspectionItemList) else "check_set"
    copy = type(old).objects.get(pk=old.pk)
    copy.pk, copy.version = None, (versions.aggregate(last=Max("version"))["last"] or 0) + 1
    copy.effective_from = effective_from
    copy.save(force_insert=True)
    for child in children:
        bases = list(child.bases.all())
        child.pk = None
        setattr(child, owner, copy)
        child.save(force_insert=True)
        link.objects.bulk_create([link(**{parent: child, "basis": basis}) for basis in bases])
    record_event(
        action=f"{copy._meta.model_name}.new_version",
        actor=actor,
        obj=copy,
        changes={"version": [old.version, copy.version]},
    )
    return copy
