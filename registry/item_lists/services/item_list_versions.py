"""抽查事项清单: the prefecture's list taken over as it is, the bureau's own derived from it by version."""

import hashlib
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from registry.choices import ListLevel
from registry.item_lists.rules import item_lists as rules
from registry.item_lists.rules.item_lists import Citation
from registry.item_lists.selectors import compared, items_of, newest, versions
from registry.item_lists.services.checklists import new_version
from registry.item_lists.services.item_list_files import (
    ItemListRefused,
    find_basis,
    known_bases,
    preview_list,
)
from registry.models import (
    EvidenceFile,
    InspectionItem,
    InspectionItemList,
    ItemBasis,
    LegalBasis,
)
from registry.permissions import MANAGE_REGISTERS, require
from registry.rules.texts import checked_text
from registry.selectors import bureau_setting
from registry.trail.services import record_event


@transaction.atomic
def import_list(
    *, file: EvidenceFile, title: str, effective_from: date, note: str, actor: Any
) -> InspectionItemList:
    """The prefecture's list as a new version, with the workbook it came from. All rows or none."""
    require(actor, MANAGE_REGISTERS)
    preview = preview_list(file)
    if preview.errors:
        raise ItemListRefused(
            _("有 %(n)d 处需要修改，未导入。") % {"n": len(preview.errors)}, field="file"
        )
    if versions(ListLevel.PREFECTURE).filter(file=file).exists():
        raise ItemListRefused(_("该文件已经导入过，无需重复。"), field="file")
    item_list = InspectionItemList.objects.create(
        level=ListLevel.PREFECTURE,
        version=_next_version(ListLevel.PREFECTURE),
        title=checked_text(title, label=_("名称"), field="title", limit=100),
        effective_from=effective_from,
        note=checked_text(note, label=_("说明"), field="note", limit=500, required=False),
        file=file,
        created_by=actor,
    )
    known = known_bases()
    for row in preview.rows:
        item = InspectionItem.objects.create(
            item_list=item_list, original=row.original, **row.fields
        )
        bases = [_basis(cite, known, item_list) for cite in row.cited]
        ItemBasis.objects.bulk_create(
            [ItemBasis(item=item, basis=basis) for basis in dict.fromkeys(bases)]
        )
    record_event(
        action="item_list.imported",
        actor=actor,
        obj=item_list,
        changes={
            "evidence": [None, file.sha256],
            "summary": [None, _("%(n)d 项") % {"n": len(preview.rows)}],
        },
        reason=note,
    )
    return item_list


def _next_version(level: str) -> int:
    last = InspectionItemList.objects.filter(level=level, department=None)
    return (last.aggregate(last=Max("version"))["last"] or 0) + 1


def _basis(cite: Citation, known: list[LegalBasis], item_list: InspectionItemList) -> LegalBasis:
    """The article as it is known, or a new one, 待核: its law's dates where another article of it
    has them, else the day the list takes effect."""
    found = find_basis(cite, known)
    if found is not None:
        return found
    law = next((row for row in known if rules.same_law(row.title, cite.title)), None)
    digest = hashlib.sha256(f"{cite.title}|{cite.article}".encode()).hexdigest()
    row = LegalBasis.objects.create(
        code=f"YJ-{digest[:12]}",
        title=law.title if law else cite.title,
        article=cite.article,
        valid_from=law.valid_from if law else item_list.effective_from,
        valid_to=law.valid_to if law else None,
        note=_("随%(list)s录入，条款和施行日期待核") % {"list": item_list},
    )
    known.append(row)
    return row


@transaction.atomic
def derive_list(
    *, from_id: int, basis_id: int, effective_from: date, note: str, actor: Any, today: date
) -> InspectionItemList:
    """The bureau's next version, made from a list of the prefecture or from its own last one.

    ``from_id``: the list whose items are copied; ``basis_id``: the prefecture's version it is
    derived from, and compared with. Copied from the prefecture, the bureau is the body that
    inspects. Until it takes effect its items can be changed.
    """
    require(actor, MANAGE_REGISTERS)
    source = InspectionItemList.objects.get(pk=from_id)
    basis = InspectionItemList.objects.get(pk=basis_id)
    if basis.level != ListLevel.PREFECTURE or source.level not in (
        ListLevel.PREFECTURE,
        ListLevel.BUREAU,
    ):
        raise ItemListRefused(_("本局清单只能从昌吉州清单制定。"))
    if effective_from <= today:
        raise ItemListRefused(
            _("生效日期应在今天之后：生效前可以修改事项，生效后不再变动。"), field="effective_from"
        )
    note = checked_text(note, label=_("制定说明"), field="note", limit=500)
    last = newest(ListLevel.BUREAU)
    made = _copy(source, effective_from=effective_from, actor=actor)
    made.title = last.title if last else _("本局随机抽查执法事项清单")
    made.derived_from, made.note, made.created_by, made.file = basis, note, actor, None
    made.save()
    if source.level == ListLevel.PREFECTURE:
        made.items.update(body=bureau_setting("bureau_name")[:100])
    pairs = compared(basis, made)
    record_event(
        action="item_list.derived",
        actor=actor,
        obj=made,
        changes={
            "derived_from": [None, str(basis)],
            "summary": [
                None,
                _("与昌吉州清单相比：不同 %(n)d 项")
                % {"n": sum(1 for pair in pairs if pair.state != "same")},
            ],
        },
        reason=note,
    )
    return made


def _copy(source: InspectionItemList, *, effective_from: date, actor: Any) -> InspectionItemList:
    """All rows and bases in a list of the bureau's, one version further than its last."""
    if source.level == ListLevel.BUREAU:
        return new_version(source, effective_from=effective_from, actor=actor)
    made = InspectionItemList.objects.create(
        level=ListLevel.BUREAU,
        version=_next_version(ListLevel.BUREAU),
        title=source.title,
        effective_from=effective_from,
    )
    for row in items_of(source):
        bases = list(row.bases.all())
        row.pk, row.item_list = None, made
        row._state.adding = True
        row.save(force_insert=True)
        ItemBasis.objects.bulk_create([ItemBasis(item=row, basis=basis) for basis in bases])
    return made


@transaction.atomic
def confirm_basis(
    *,
    basis_id: int,
    title: str,
    article: str,
    valid_from: date,
    valid_to: date | None,
    note: str,
    actor: Any,
    now: datetime,
) -> LegalBasis:
    """待核 → confirmed by a person who says where it was looked up; wrong articles and dates are
    put right on the way, old → new in the trail."""
    require(actor, MANAGE_REGISTERS)
    row = LegalBasis.objects.select_for_update().get(pk=basis_id)
    note = checked_text(note, label=_("核对来源"), field="note", limit=300)
    title = checked_text(title, label=_("法律法规"), field="title", limit=120)
    article = checked_text(article, label=_("条款"), field="article", limit=120, required=False)
    if valid_to is not None and valid_to < valid_from:
        raise ItemListRefused(_("废止前最后一日不能早于施行日期。"), field="valid_to")
    new = {
        "title": title,
        "article": article,
        "valid_from": valid_from,
        "valid_to": valid_to,
        "confirmed": True,
    }
    changes = {
        name: [_plain(getattr(row, name)), _plain(value)]
        for name, value in new.items()
        if getattr(row, name) != value
    }
    for name, value in new.items():
        setattr(row, name, value)
    row.confirmed_by, row.confirmed_at, row.confirmation_note = actor, now, note
    row.save()
    record_event(action="legal_basis.confirmed", actor=actor, obj=row, changes=changes, reason=note)
    return row


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
