"""留痕: every service that changes something says so here, and says it once."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from registry.models import AuditEvent
from registry.trail.signals import committed


def plain(value: Any) -> Any:
    """A value as JSON can hold it; dates in ISO form, model rows by their label."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, models.Model):
        return str(value)
    return value


def field_changes(
    instance: models.Model, before: Mapping[str, Any], fields: Iterable[str]
) -> dict[str, list[Any]]:
    """``{field: [old, new]}`` for the fields that differ from ``before``."""
    changes = {}
    for name in fields:
        old, new = plain(before.get(name)), plain(getattr(instance, name))
        if old != new:
            changes[name] = [old, new]
    return changes


def actor_label(actor: Any) -> str:
    if actor is None:
        return "系统"
    return actor.get_full_name() or actor.get_username()


def record_event(
    *,
    action: str,
    actor: Any = None,
    obj: models.Model | None = None,
    label: str = "",
    changes: Mapping[str, Any] | None = None,
    reason: str = "",
    sealed_read: bool = False,
) -> AuditEvent:
    """Write one line of the trail and, after the commit, tell whoever listens.

    ``actor`` is None for the scheduler. ``label`` replaces the object's own text where that
    would name a sealed unit.
    """
    event = AuditEvent.objects.create(
        action=action,
        actor=actor,
        actor_label=actor_label(actor),
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        object_label=(label or (str(obj) if obj is not None else ""))[:200],
        changes=dict(changes or {}),
        reason=reason[:500],
        sealed_read=sealed_read,
    )
    _announce_after_commit(action)
    return event


class _Announcement:
    """``commit`` is shared by all that wait for the same one; it holds the actions told already."""

    def __init__(self, action: str, commit: set[str]) -> None:
        self.action, self.commit = action, commit

    def __call__(self) -> None:
        if self.action not in self.commit:
            self.commit.add(self.action)
            committed.send_robust(sender=AuditEvent, action=self.action, commit=self.commit)


def _announce_after_commit(action: str) -> None:
    """One announcement per action and transaction, however many lines were written.

    Every line waits for itself: a rollback of its savepoint swallows it and no other. Of those
    that outlive the rollbacks the first speaks for all.
    """
    waiting = (
        function for _ids, function, *_rest in reversed(transaction.get_connection().run_on_commit)
    )
    last = next((row for row in waiting if isinstance(row, _Announcement)), None)
    transaction.on_commit(_Announcement(action, last.commit if last else set()))


def record_events(events: Iterable[AuditEvent]) -> None:
    """Set-based form for bulk paths; the caller fills the rows by :func:`build_event`."""
    AuditEvent.objects.bulk_create(events, batch_size=500)


def build_event(
    *, action: str, actor: Any, obj: models.Model, changes: Mapping[str, Any], reason: str = ""
) -> AuditEvent:
    return AuditEvent(
        action=action,
        actor=actor,
        actor_label=actor_label(actor),
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_label=str(obj)[:200],
        changes=dict(changes),
        reason=reason[:500],
    )
