"""撤销导入: an import is taken back whole, as long as nothing later rests on it.

What it wrote is read from the trail: units it created leave the register again (their codes are never
given out a second time), fields it changed get their old values. The file, its import and every line
of the trail stay.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from registry.importing.services.jobs import engine_of, move
from registry.importing.signals import undoing
from registry.models import (
    AuditEvent,
    Credential,
    ImportedFile,
    Inspector,
    PollutionSource,
    SourceStatusChange,
    SourceTypeChange,
    SpecialFlag,
)
from registry.permissions import IMPORT_REGISTERS, require
from registry.rules.import_state import ImportState
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import build_event, record_event, record_events

MOST_NAMED = 5
CHUNK = 500


class ImportCannotBeUndone(RuleViolation):
    """Something later rests on what this import wrote; the message names it."""

    code = "import_cannot_be_undone"


class _Written:
    """What one import wrote, by its lines of the trail."""

    def __init__(self, job: ImportedFile) -> None:
        people = job.register == ImportedFile.Register.INSPECTORS
        self.model: type[models.Model] = Inspector if people else PollutionSource
        self.events = AuditEvent.objects.filter(
            pk__gte=job.first_event,
            pk__lte=job.last_event,
            reason=job.evidence[:500],
            object_type=self.model._meta.label_lower,
        )
        self.created = self._ids("created")
        self.changed = self._ids("changed")

    def _ids(self, action: str) -> list[int]:
        found = self.events.filter(action__endswith=f".{action}")
        return [int(pk) for pk in found.values_list("object_id", flat=True)]


@transaction.atomic
def undo_import(*, job: ImportedFile, reason: str, actor: Any, today: date, now: datetime) -> None:
    """Raises ImportCannotBeUndone, naming what rests on it."""
    require(actor, IMPORT_REGISTERS)
    reason = checked_text(reason, label=_("撤销原因"), field="reason", limit=300)
    job = ImportedFile.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if job.state == ImportState.APPLIED and job.first_event is None:
        raise ImportCannotBeUndone(_("这次导入早于撤销功能，不能整批撤销。"))
    move(job, ImportState.UNDONE, undone_by=actor, undone_at=now, undo_reason=reason)
    engine_of(job).lock_register()
    written = _Written(job)
    _require_nothing_later(job, written)
    if written.model is PollutionSource:
        _take_back_flags(job, written, today)
        for model in (SourceStatusChange, SourceTypeChange):
            model.objects.filter(reason=job.evidence[:300]).delete()
    else:
        _take_back_certificates(written)
    _restore(job, written, actor, reason)
    _remove(job, written, actor, reason)
    record_event(
        action=f"{job.register}.import_undone",
        actor=actor,
        obj=job,
        changes={"removed": [None, len(written.created)], "restored": [None, len(written.changed)]},
        reason=reason,
    )


def why_not(job: ImportedFile) -> str:
    """The reason why this import cannot be undone now, or nothing."""
    if job.state != ImportState.APPLIED:
        return ""
    if job.first_event is None:
        return _("这次导入早于撤销功能，不能整批撤销。")
    try:
        _require_nothing_later(job, _Written(job))
    except ImportCannotBeUndone as refusal:
        return refusal.message
    return ""


def _require_nothing_later(job: ImportedFile, written: _Written) -> None:
    later = AuditEvent.objects.filter(
        pk__gt=job.last_event,
        object_type=written.model._meta.label_lower,
        object_id__in=written.events.values("object_id"),
    )
    names = list(later.values_list("object_label", flat=True).distinct()[:MOST_NAMED])
    if names:
        raise ImportCannotBeUndone(
            _("导入之后又有变动：%(names)s。请先处理这些记录，或逐条更正。")
            % {"names": "、".join(names)}
        )
    for label, name in _references(job, written):
        raise ImportCannotBeUndone(
            _("已有“%(label)s”涉及本次新增的%(name)s，不能整批撤销，请逐条更正。")
            % {"label": label, "name": name}
        )
    for _receiver, answer in undoing.send(sender=ImportedFile, job=job):
        if answer:
            raise ImportCannotBeUndone(str(answer))


def _references(job: ImportedFile, written: _Written) -> Iterable[tuple[str, str]]:
    """Rows of any floor that point at units this import created, besides its own."""
    for relation in written.model._meta.related_objects:
        other: Any = relation.related_model
        name = relation.field.name
        for part in _parts(written.created):
            rows = other._base_manager.filter(**{f"{name}__in": part})
            if other is SpecialFlag:
                rows = rows.exclude(evidence=job.evidence)
            if other is Credential or relation.many_to_many:
                continue
            row = rows.first()
            if row is not None:
                yield str(other._meta.verbose_name), str(getattr(row, name))


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _take_back_flags(job: ImportedFile, written: _Written, today: date) -> None:
    """Flags that came with the file go with it; flags it ended run on."""
    SpecialFlag.objects.filter(evidence=job.evidence).delete()
    SpecialFlag.objects.filter(end_reason=job.evidence[:300]).update(ends_on=None, end_reason="")


def _take_back_certificates(written: _Written) -> None:
    for event in written.events:
        old, new = event.changes.get("certificate", [None, None])
        if new and new != old:
            Credential.objects.filter(number=new, inspector_id=int(event.object_id)).delete()
        elif "valid_to" in event.changes or "valid_from" in event.changes:
            person = Credential.objects.filter(inspector_id=int(event.object_id))
            latest = person.order_by("-valid_to", "-pk").first()
            if latest is not None:
                for name in ("valid_from", "valid_to"):
                    if name in event.changes:
                        setattr(latest, name, event.changes[name][0])
                latest.save(update_fields=["valid_from", "valid_to"])


def _restore(job: ImportedFile, written: _Written, actor: Any, reason: str) -> None:
    """Old values back into the changed rows, each with its own line of the trail."""
    fields = {field.name for field in written.model._meta.concrete_fields}
    events = []
    changed = written.events.filter(action__endswith=".changed").order_by("pk")
    for event in changed.iterator(chunk_size=CHUNK):
        row: Any = written.model._base_manager.get(pk=int(event.object_id))
        back = {name: pair for name, pair in event.changes.items() if name in fields}
        for name, (old, _new) in back.items():
            setattr(row, name, old)
        names = [*back, "updated_at"]
        if "status" in back:
            row.status_reason = "" if row.status == "normal" else reason
            names.append("status_reason")
        row.save(update_fields=names)
        events.append(
            build_event(
                action=event.action,
                actor=actor,
                obj=row,
                changes=_reversed(event.changes),
                reason=_("撤销导入（第%(number)s号）：%(reason)s")
                % {"number": job.pk, "reason": reason},
            )
        )
    record_events(events)


def _reversed(changes: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Values go back; the proof of the change proves nothing about its undoing."""
    return {name: [new, old] for name, (old, new) in changes.items() if name != "evidence_note"}


def _remove(job: ImportedFile, written: _Written, actor: Any, reason: str) -> None:
    for part in _parts(written.created):
        rows = list(written.model._base_manager.filter(pk__in=part))
        record_events(
            [
                build_event(
                    action=f"{written.model._meta.model_name}.import_undone",
                    actor=actor,
                    obj=row,
                    changes={},
                    reason=_("撤销导入（第%(number)s号）：%(reason)s")
                    % {"number": job.pk, "reason": reason},
                )
                for row in rows
            ]
        )
        if written.model is Inspector:
            Credential.objects.filter(inspector__in=part).delete()
        # Nothing points at them (checked above), so no collector needs to look again.
        written.model._base_manager.filter(pk__in=part)._raw_delete("default")  # type: ignore[attr-defined]
