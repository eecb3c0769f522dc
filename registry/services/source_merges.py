"""Two records of one unit become one: the survivor speaks for both, the other ends with a pointer.

Nothing is deleted and no history is rewritten. What holds now (open flags, exemptions, conflicts of
interest) moves to the survivor, and each moved row is written down, so that the merge can be undone;
what happened (checks, clues, facts, assignments, trail) stays where it happened and is read through the
pointer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from registry.choices import AssessmentState, SourceStatus
from registry.grading.services.positive_list import leave_with_the_register
from registry.models import (
    CapExemption,
    ConflictOfInterest,
    PollutionSource,
    SourceMerge,
    SourceStatusChange,
    SpecialFlag,
)
from registry.permissions import MANAGE_REGISTERS, require
from registry.rules.source_changes import ChangeRefused, check_day
from registry.rules.texts import checked_text
from registry.services.evidence_files import Proof, checked_proof
from registry.services.source_changes import same_identity
from registry.trail.services import record_event


@dataclass(frozen=True)
class Follows:
    """What goes over to the survivor, and what stays with the ended record because the survivor
    has its like already."""

    moves: tuple[Model, ...]
    stays: tuple[Model, ...]


def what_follows(survivor: PollutionSource, merged: PollutionSource, today: date) -> Follows:
    """Open flags, exemptions and conflicts of ``merged``; no unique rule is broken by moving them."""
    moves: list[Model] = []
    stays: list[Model] = []
    taken: set[Any] = set(_open_flags(survivor).values_list("reason", flat=True))
    for flag in _open_flags(merged):
        (stays if flag.reason in taken else moves).append(flag)
    known = set(_open_conflicts(survivor, today).values_list("inspector_id", "kind"))
    for row in _open_conflicts(merged, today):
        (stays if (row.inspector_id, row.kind) in known else moves).append(row)
    moves += CapExemption.objects.filter(source=merged, ends_on__gte=today).order_by("pk")
    return Follows(tuple(moves), tuple(stays))


def _open_flags(source: PollutionSource) -> Any:
    rows = SpecialFlag.objects.filter(source=source, ends_on=None)
    return rows.exclude(state=SpecialFlag.State.REJECTED).order_by("pk")


def _open_conflicts(source: PollutionSource, today: date) -> Any:
    rows = ConflictOfInterest.objects.filter(source=source)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gte=today)).order_by("pk")


def check_pair(survivor: PollutionSource, merged: PollutionSource) -> None:
    """ChangeRefused where the two cannot become one, saying what to do first."""
    if survivor.pk == merged.pk:
        raise ChangeRefused(_("请选择另一条记录。"), field="other")
    if not survivor.is_active:
        raise ChangeRefused(_("保留的记录已移出名录，请以在册的一条为保留记录。"))
    if merged.merged_into_id:
        raise ChangeRefused(
            _("%(unit)s 已并入 %(other)s。") % {"unit": merged, "other": merged.merged_into},
            field="other",
        )
    if merged.absorbed.exists():
        raise ChangeRefused(
            _("已有其他记录并入 %(unit)s，请以它为保留记录，或先撤销那次合并。") % {"unit": merged},
            field="other",
        )
    if survivor.kind != merged.kind:
        raise ChangeRefused(
            _("一条是建设项目，一条是排污单位；请先将建设项目办理投运，再合并。"), field="other"
        )


@transaction.atomic
def merge_sources(
    *,
    survivor_id: int,
    merged_id: int,
    on: date,
    reason: str,
    actor: Any,
    today: date,
    proof: Proof | None = None,
) -> SourceMerge:
    """``merged`` ends as 注销 with a pointer to ``survivor``; reversible by :func:`undo_merge`."""
    require(actor, MANAGE_REGISTERS)
    both = PollutionSource.objects.select_for_update(of=("self",)).order_by("pk")
    rows = both.in_bulk([survivor_id, merged_id])
    survivor, merged = rows[survivor_id], rows[merged_id]
    reason = checked_text(reason, label=_("原因"), field="reason", limit=300)
    proof = checked_proof(proof)
    check_pair(survivor, merged)
    check_day(on, today=today)
    follows = what_follows(survivor, merged, today)
    row = SourceMerge.objects.create(
        survivor=survivor,
        merged=merged,
        on=on,
        reason=reason,
        actor=actor,
        moved=_written_down(follows.moves),
        old_status=merged.status,
        old_status_date=merged.status_date,
        old_status_reason=merged.status_reason,
        **proof.fields(),
    )
    _hand_over(follows.moves, survivor)
    leave_with_the_register(
        merged, on=today, why=_("并入%(unit)s") % {"unit": survivor.code}, actor=actor
    )
    merged.assessments.filter(state=AssessmentState.PROPOSED).update(
        state=AssessmentState.SUPERSEDED
    )
    _end(merged, survivor, on=on, actor=actor)
    for unit, changes in (
        (survivor, {"merged": [None, str(merged)]}),
        (merged, {"merged_into": [None, str(survivor)]}),
    ):
        record_event(
            action="source.merged",
            actor=actor,
            obj=unit,
            changes={**changes, "on": [None, str(on)], **proof.changes()},
            reason=reason,
        )
    return row


def _written_down(rows: Iterable[Model]) -> dict[str, list[int]]:
    moved: dict[str, list[int]] = {}
    for row in rows:
        moved.setdefault(row._meta.label_lower, []).append(row.pk)
    return moved


def _hand_over(rows: Iterable[Model], unit: PollutionSource) -> None:
    for label, ids in _written_down(rows).items():
        apps.get_model(label)._default_manager.filter(pk__in=ids).update(source=unit)


def _end(merged: PollutionSource, survivor: PollutionSource, *, on: date, actor: Any) -> None:
    old, reason = merged.status, _("与 %(unit)s 为同一单位，已并入") % {"unit": survivor}
    merged.merged_into = survivor
    merged.status, merged.status_date = SourceStatus.DEREGISTERED, on
    merged.status_reason = reason[:300]
    merged.save(
        update_fields=["merged_into", "status", "status_date", "status_reason", "updated_at"]
    )
    if old != SourceStatus.DEREGISTERED:
        SourceStatusChange.objects.create(
            source=merged,
            old_status=old,
            new_status=SourceStatus.DEREGISTERED,
            on=on,
            reason=reason[:300],
            actor=actor,
        )


@transaction.atomic
def undo_merge(
    *, merge_id: int, reason: str, actor: Any, now: datetime, today: date
) -> SourceMerge:
    """The two are two after all: what was moved goes back, the ended record stands as before."""
    require(actor, MANAGE_REGISTERS)
    row = SourceMerge.objects.select_for_update(of=("self",)).get(pk=merge_id)
    reason = checked_text(reason, label=_("撤销原因"), field="reason", limit=300)
    if row.undone_at is not None:
        raise ChangeRefused(_("该次合并已撤销。"))
    merged = PollutionSource.objects.select_for_update(of=("self",)).get(pk=row.merged_id)
    if row.old_status == SourceStatus.NORMAL:
        clash = same_identity(merged)
        if clash is not None:
            raise ChangeRefused(
                _("在册单位 %(other)s 的信用代码和厂区与其相同，请先改其厂区名称，再撤销合并。")
                % {"other": clash}
            )
    _give_back(row)
    old = merged.status
    merged.merged_into = None
    merged.status, merged.status_date = row.old_status, row.old_status_date
    merged.status_reason = row.old_status_reason
    merged.save(
        update_fields=["merged_into", "status", "status_date", "status_reason", "updated_at"]
    )
    if old != merged.status:
        SourceStatusChange.objects.create(
            source=merged,
            old_status=old,
            new_status=merged.status,
            on=today,
            reason=_("撤销合并：%(reason)s") % {"reason": reason[:280]},
            actor=actor,
        )
    row.undone_at, row.undone_by, row.undo_reason = now, actor, reason
    row.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    for unit in (row.survivor, merged):
        record_event(
            action="source.merge_undone",
            actor=actor,
            obj=unit,
            changes={"merged": [str(merged), None]},
            reason=reason,
        )
    return row


def _give_back(row: SourceMerge) -> None:
    """Only what still belongs to the survivor; what has ended meanwhile goes back as it is."""
    for label, ids in row.moved.items():
        rows = apps.get_model(label)._default_manager.filter(pk__in=ids, source=row.survivor_id)
        rows.update(source=row.merged_id)
