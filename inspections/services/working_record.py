"""The working record while its assignment's row is locked: read once, written once, however many
operations come."""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import IntegrityError, transaction

from inspections.models import Assignment, RecordSection, SyncOperation
from inspections.rules.assignment_state import EDITABLE
from inspections.rules.sync import canonical_content, digest, is_signature
from inspections.services.sync_operations import (
    Answer,
    Operation,
    OperationTaken,
    earlier_answer,
    row_of,
)

WRITTEN = ("rev", "value", "updated_by", "updated_at", "set_aside")


class WorkingRecord:
    def __init__(
        self, assignment: Assignment, actor: Any, operations: Sequence[Operation], now: datetime
    ) -> None:
        self.assignment, self.actor, self.now = assignment, actor, now
        stored = SyncOperation.objects.filter(op__in={operation.op for operation in operations})
        self._known = {row.op: row for row in stored}
        self._answered: list[SyncOperation] = []
        self._changed: dict[str, RecordSection] = {}

    @cached_property
    def member(self) -> Any:
        """Who sends this, as a member of the team, now or before."""
        return self.assignment.team.filter(inspector__user=self.actor).order_by("-left_at").first()

    @cached_property
    def items(self) -> set[str]:
        return set(self.assignment.inspection_items.values_list("code", flat=True))

    @cached_property
    def officers(self) -> set[str]:
        members = self.assignment.team.officers()
        return set(members.values_list("inspector__code", flat=True))

    @cached_property
    def sections(self) -> dict[str, RecordSection]:
        return {row.section: row for row in self.assignment.sections.select_related("updated_by")}

    @property
    def is_open(self) -> bool:
        """Begun, and its first entry is behind it."""
        return self.assignment.state in EDITABLE

    def forget(self) -> None:
        """Something else wrote to the assignment, or what it wrote was rolled back."""
        self.assignment.refresh_from_db()
        self.__dict__.pop("sections", None)

    def shown(self) -> dict[str, Any]:
        return {name: row.value for name, row in self.sections.items() if not row.set_aside}

    def content(self) -> tuple[str, str]:
        """Canonical text of the record and its digest: what a signer signs."""
        content = canonical_content(self.shown())
        return content, digest(content)

    def signatures(self) -> list[RecordSection]:
        return [row for name, row in self.sections.items() if is_signature(name)]

    def earlier_answer(self, operation: Operation) -> Answer | None:
        row = self._known.get(operation.op)
        return earlier_answer(row, self.assignment, self.actor) if row else None

    def keep(self, operation: Operation, answer: Answer, *, author: Any = None) -> Answer:
        row = row_of(self.assignment, author or self.actor, operation, answer)
        self._known[operation.op] = row
        self._answered.append(row)
        return answer

    def put(self, operation: Operation, *, rev: int) -> None:
        row = self.sections.get(operation.section) or RecordSection(
            assignment=self.assignment, section=operation.section
        )
        row.rev, row.value, row.set_aside = rev, operation.value, False
        row.updated_by, row.updated_at = self.actor, self.now
        self.sections[row.section] = self._changed[row.section] = row

    def set_aside(self, section: str) -> None:
        self.sections[section].set_aside = True
        self._changed[section] = self.sections[section]

    def write_down(self) -> None:
        """OperationTaken where two assignments at once used one identity; the lock of one does not
        hold the other."""
        changed, self._changed = self._changed.values(), {}
        known = [row for row in changed if row.pk]
        answered, self._answered = self._answered, []
        RecordSection.objects.bulk_create([row for row in changed if row.pk is None])
        RecordSection.objects.bulk_update(known, WRITTEN)
        try:
            with transaction.atomic():
                SyncOperation.objects.bulk_create(answered)
        except IntegrityError as error:
            raise OperationTaken from error
