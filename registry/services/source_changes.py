"""两库动态管理: changes of status and type, further sites; each with reason, day, proof and trace."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from registry.choices import (
    AssessmentState,
    KeyClass,
    RegulatoryType,
    SourceKind,
    SourceStatus,
)
from registry.grading.services.positive_list import leave_with_the_register
from registry.models import PollutionSource, SourceStatusChange, SourceTypeChange
from registry.permissions import MANAGE_REGISTERS, require
from registry.rules.source_changes import (
    ChangeRefused,
    Standing,
    check_day,
    check_standing,
    check_status,
    settled,
)
from registry.rules.texts import checked_text
from registry.services.evidence_files import Proof, checked_proof
from registry.services.source_codes import fresh_code
from registry.trail.services import plain, record_event

CODE_TRIES = 5


def _locked(source_id: int) -> PollutionSource:
    return PollutionSource.objects.select_for_update().get(pk=source_id)


def _reason(reason: str) -> str:
    return checked_text(reason, label=_("原因"), field="reason", limit=300)


def same_identity(source: PollutionSource) -> PollutionSource | None:
    """Another active unit with the same USCC and site: the two cannot both be active."""
    if not source.uscc:
        return None
    return (
        PollutionSource.objects.active()
        .filter(uscc=source.uscc, site=source.site)
        .exclude(pk=source.pk)
        .first()
    )


@transaction.atomic
def change_status(
    *,
    source_id: int,
    new_status: str,
    on: date,
    reason: str,
    actor: Any,
    today: date,
    proof: Proof | None = None,
) -> SourceStatusChange:
    """搬迁/长期停产/破产/关停/注销/恢复: the unit leaves the pool or comes back; its history stays.

    A unit that leaves also leaves the positive list, in public, and what was proposed about its
    grade is dropped.
    """
    require(actor, MANAGE_REGISTERS)
    source = _locked(source_id)
    reason, proof = _reason(reason), checked_proof(proof)
    if source.merged_into_id:
        raise ChangeRefused(
            _("该记录已并入 %(unit)s，请先撤销合并。") % {"unit": source.merged_into}
        )
    old = source.status
    check_status(old, new_status, SourceStatus.values)
    last = source.status_changes.order_by("-on", "-pk").first()
    check_day(on, today=today, not_before=last.on if last else None)
    if new_status == SourceStatus.NORMAL:
        _may_come_back(source)
    source.status, source.status_date = new_status, on
    source.status_reason = "" if source.is_active else reason
    source.save(update_fields=["status", "status_date", "status_reason", "updated_at"])
    row = SourceStatusChange.objects.create(
        source=source,
        old_status=old,
        new_status=new_status,
        on=on,
        reason=reason,
        actor=actor,
        **proof.fields(),
    )
    record_event(
        action="source.status_changed",
        actor=actor,
        obj=source,
        changes={"status": [old, new_status], "on": [None, str(on)], **proof.changes()},
        reason=reason,
    )
    if not source.is_active:
        leave_with_the_register(source, on=today, why=row.get_new_status_display(), actor=actor)
        source.assessments.filter(state=AssessmentState.PROPOSED).update(
            state=AssessmentState.SUPERSEDED
        )
    return row


def _may_come_back(source: PollutionSource) -> None:
    other = same_identity(source)
    if other is not None:
        raise ChangeRefused(
            _(
                "在册单位 %(other)s 的统一社会信用代码和厂区与本单位相同，不能同时在册；"
                "请先核对厂区名称，或将两条记录合并。"
            )
            % {"other": other},
            field="new_status",
        )


def standing_of(source: PollutionSource) -> Standing:
    return Standing(
        source.kind,
        source.regulatory_type,
        tuple(source.key_classes),
        source.key_list_year,
    )


@transaction.atomic
def change_type(
    *,
    source_id: int,
    regulatory_type: str,
    key_classes: Sequence[str],
    list_year: int | None,
    on: date,
    reason: str,
    actor: Any,
    today: date,
    proof: Proof | None = None,
    kind: str | None = None,
) -> SourceTypeChange:
    """重点/一般 with classes and year; ``kind`` given: the project that is now a discharger."""
    require(actor, MANAGE_REGISTERS)
    source = _locked(source_id)
    reason, proof = _reason(reason), checked_proof(proof)
    if regulatory_type not in RegulatoryType.values:
        raise ChangeRefused(_("请选择监管类型。"), field="regulatory_type")
    if not source.is_active:
        raise ChangeRefused(_("该单位已移出名录，请先恢复后再变更类型。"))
    check_day(on, today=today)
    old = standing_of(source)
    wanted = Standing(kind or source.kind, regulatory_type, tuple(key_classes), list_year)
    new = settled(wanted, known_classes=KeyClass.values)
    check_standing(old, new)
    source.kind, source.regulatory_type = new.kind, new.regulatory_type
    source.key_classes, source.key_list_year = list(new.key_classes), new.list_year
    source.save(
        update_fields=["kind", "regulatory_type", "key_classes", "key_list_year", "updated_at"]
    )
    row = SourceTypeChange.objects.create(
        source=source,
        old_kind=old.kind,
        new_kind=new.kind,
        old_type=old.regulatory_type,
        new_type=new.regulatory_type,
        old_classes=list(old.key_classes),
        new_classes=list(new.key_classes),
        old_year=old.list_year,
        new_year=new.list_year,
        on=on,
        reason=reason,
        actor=actor,
        **proof.fields(),
    )
    record_event(
        action="source.commissioned" if old.kind != new.kind else "source.type_changed",
        actor=actor,
        obj=source,
        changes={**_differences(old, new), "on": [None, str(on)], **proof.changes()},
        reason=reason,
    )
    return row


def _differences(old: Standing, new: Standing) -> dict[str, list[Any]]:
    pairs = {
        "kind": (old.kind, new.kind),
        "regulatory_type": (old.regulatory_type, new.regulatory_type),
        "key_classes": (list(old.key_classes), list(new.key_classes)),
        "key_list_year": (old.list_year, new.list_year),
    }
    return {name: list(pair) for name, pair in pairs.items() if pair[0] != pair[1]}


@transaction.atomic
def commission_project(
    *,
    source_id: int,
    permit_number: str,
    permit_class: str,
    permit_until: date | None = None,
    regulatory_type: str,
    key_classes: Sequence[str],
    list_year: int | None,
    on: date,
    reason: str,
    actor: Any,
    today: date,
    proof: Proof | None = None,
) -> SourceTypeChange:
    """建设项目投运: the same record becomes a discharger of the random draw and keeps its history."""
    require(actor, MANAGE_REGISTERS)
    source = _locked(source_id)
    if source.kind != SourceKind.CONSTRUCTION:
        raise ChangeRefused(_("该单位已是排污单位。"))
    row = change_type(
        source_id=source.pk,
        kind=SourceKind.DISCHARGER,
        regulatory_type=regulatory_type,
        key_classes=key_classes,
        list_year=list_year,
        on=on,
        reason=reason,
        actor=actor,
        today=today,
        proof=proof,
    )
    number = checked_text(
        permit_number,
        label=_("排污许可证编号"),
        field="permit_number",
        limit=40,
        required=False,
    )
    permit = {
        "permit_number": number,
        "permit_class": permit_class,
        "permit_until": permit_until,
    }
    _take_permit(source.pk, permit, actor)
    return row


def _take_permit(source_id: int, permit: Mapping[str, Any], actor: Any) -> None:
    source = _locked(source_id)
    news = {n: value for n, value in permit.items() if value and getattr(source, n) != value}
    if not news:
        return
    changes = {n: [plain(getattr(source, n)), plain(value)] for n, value in news.items()}
    for name, new in news.items():
        setattr(source, name, new)
    source.save(update_fields=[*news, "updated_at"])
    record_event(action="source.changed", actor=actor, obj=source, changes=changes)


# What a further site has in common with the one it is added from: the company, not the place.
SHARED = (
    "name",
    "uscc",
    "no_code_reason",
    "legal_representative",
    "industry_code",
    "industry_name",
    "credit_grade",
)


@transaction.atomic
def add_site(
    *, source_id: int, site: str, reason: str, actor: Any, **place: Any
) -> PollutionSource:
    """A further site of the same company: a unit of its own, with the next code. It begins as
    a general one, because 重点 comes from the prefecture's list.

    ``place``: address, longitude, latitude, contact, phone, permit_number, permit_class,
    permit_until, grid.
    """
    require(actor, MANAGE_REGISTERS)
    parent = _locked(source_id)
    site = checked_text(site, label=_("厂区/点位"), field="site", limit=100)
    reason = _reason(reason)
    if not parent.uscc:
        raise ChangeRefused(_("没有统一社会信用代码的单位不能按代码新增厂区，请直接建档。"))
    if PollutionSource.objects.active().filter(uscc=parent.uscc, site=site).exists():
        raise ChangeRefused(_("该公司名下已有同名的厂区/点位，请换用其他名称。"), field="site")
    fields = {name: getattr(parent, name) for name in SHARED}
    fields |= {name: value for name, value in place.items() if value not in ("", None)}
    row = _with_fresh_code({**fields, "site": site, "regulatory_type": RegulatoryType.GENERAL})
    record_event(
        action="source.created",
        actor=actor,
        obj=row,
        changes={name: [None, plain(value)] for name, value in fields.items() if value},
        reason=reason,
    )
    record_event(
        action="source.site_added",
        actor=actor,
        obj=parent,
        changes={"site": [None, str(row)]},
        reason=reason,
    )
    return row


def _with_fresh_code(fields: dict[str, Any]) -> PollutionSource:
    """The next code may be taken by somebody else at this very moment."""
    for attempt in range(CODE_TRIES):
        try:
            with transaction.atomic():
                return PollutionSource.objects.create(code=fresh_code(), **fields)
        except IntegrityError:
            if attempt == CODE_TRIES - 1:
                raise
    raise AssertionError
