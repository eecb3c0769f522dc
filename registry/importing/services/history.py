"""What an import leaves behind of each change: lines of the trail, changes of status and of type.

As a change by hand does, each says who, when, why and on what proof; the proof is the kept file by its
SHA-256 and the row in it. Written before the units are, while old and new stand side by side.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from registry.importing.services import sql
from registry.importing.services.tables import (
    CHANGED,
    EVENTS,
    FLAGS,
    IN_FORCE,
    ROWS,
    UNITS,
    run,
    said_fields,
)
from registry.models import ImportedFile, PollutionSource, SourceStatusChange, SourceTypeChange
from registry.rules.source_changes import TYPE_FIELDS
from registry.trail.services import actor_label

STATUS_CHANGES = SourceStatusChange._meta.db_table
TYPE_CHANGES = SourceTypeChange._meta.db_table
ABSENT = (
    f"FROM {ROWS} s JOIN {UNITS} p ON p.id = s.match_id"
    " WHERE s.job_id = %s AND s.outcome = 'missing'"
)
NAME_SHOWN = 70  # of the file's name, so that the whole proof fits its column
# 甲.xlsx “Sheet1”第12行，SHA-256 9f86…: takes the name and the SHA-256 as parameters.
FROM_ROW = (
    "(CAST(%s AS TEXT) || ' ' || CASE WHEN s.sheet <> '' THEN '“' || substr(s.sheet, 1, 30) || '”'"
    " ELSE '' END || '第' || CAST(s.line AS TEXT) || '行，SHA-256 ' || CAST(%s AS TEXT))"
)
FROM_ABSENCE = "(CAST(%s AS TEXT) || ' 未列入该单位，SHA-256 ' || CAST(%s AS TEXT))"


@dataclass(frozen=True)
class History:
    """One import's hand in the history of the units it changes."""

    job: ImportedFile
    today: date
    actor: Any
    now: datetime

    def of_changes(self) -> None:
        self._events_of_changes()
        self._status_changes()
        self._type_changes()

    def of_new(self, after: int) -> None:
        """Lines of the trail of the units just written, which all have a key above ``after``."""
        run(
            f"{_event('source.created')}{sql.changes_of_new()}, %s, FALSE"
            f" FROM {UNITS} p WHERE p.id > %s AND p.created_at = %s",
            *self._who(), self.job.evidence[:500], after, self.moment,
        )  # fmt: skip

    def of_retired(self) -> None:
        """Units the list no longer names become general, without classes and year."""
        old, year = sql.stored_json("key_classes"), sql.stored_json("key_list_year")
        changes = sql.json_object(
            [
                '\',"regulatory_type":["key","general"]\'',
                f"',\"key_classes\":[' || {old} || ',[]]'",
                "CASE WHEN p.key_list_year IS NULL THEN '' ELSE "
                f"',\"key_list_year\":[' || {year} || ',null]' END",
                _note_json(FROM_ABSENCE),
            ]
        )
        run(
            f"{_event('source.changed')}{changes}, %s, FALSE {ABSENT}",
            *self._who(), *self._file(), self.job.evidence[:500], self.job.pk,
        )  # fmt: skip
        news = {
            "regulatory_type": "'general'",
            "key_classes": sql.no_list(),
            "key_list_year": "NULL",
        }
        self._insert_type_changes(news, FROM_ABSENCE, ABSENT)

    @property
    def moment(self) -> Any:
        return connection.ops.adapt_datetimefield_value(self.now)

    def _who(self) -> tuple[Any, Any, str]:
        return self.moment, self._actor_id(), actor_label(self.actor)

    def _actor_id(self) -> Any:
        return self.actor.pk if self.actor else None

    def _file(self) -> tuple[str, str]:
        return self.job.filename[:NAME_SHOWN], self.job.sha256

    def _type_said(self) -> list[str]:
        return [name for name in TYPE_FIELDS if name in said_fields(self.job)]

    def _events_of_changes(self) -> None:
        fields, note = said_fields(self.job), ""
        parameters: tuple[str, ...] = ()
        if self._type_said():
            note = f"CASE WHEN {_any_differs(self._type_said())} THEN {_note_json(FROM_ROW)} ELSE '' END"
            parameters = self._file()
        run(
            f"{_event('source.changed')}{sql.changes_of_changed(fields, note)}, %s, FALSE {CHANGED}"
            f" LEFT JOIN {IN_FORCE} m ON m.source_id = p.id LEFT JOIN {FLAGS} f ON f.id = m.id"
            " WHERE s.job_id = %s AND s.outcome = 'changed'",
            *self._who(), *parameters, self.job.evidence[:500], self.today, self.today, self.job.pk,
        )  # fmt: skip

    def _status_changes(self) -> None:
        fields = said_fields(self.job)
        if "status" not in fields:
            return
        day = sql.typed("status_date") if "status_date" in fields else "NULL"
        run(
            f'INSERT INTO {STATUS_CHANGES} (source_id, old_status, new_status, "on", reason,'
            " actor_id, recorded_at, evidence_note)"
            f" SELECT p.id, p.status, s.status, COALESCE({day}, %s), %s, %s, %s, {FROM_ROW}"
            f" {CHANGED} WHERE s.job_id = %s AND s.outcome = 'changed' AND {sql.differs('status')}",
            self.today, self.job.evidence[:300], self._actor_id(), self.moment, *self._file(),
            self.job.pk,
        )  # fmt: skip

    def _type_changes(self) -> None:
        fields = self._type_said()
        if not fields:
            return
        self._insert_type_changes(
            {name: sql.written(name) for name in fields},
            FROM_ROW,
            f"{CHANGED} WHERE s.job_id = %s AND s.outcome = 'changed' AND {_any_differs(fields)}",
        )

    def _insert_type_changes(self, news: dict[str, str], note: str, rows: str) -> None:
        """``news``: field → SQL of its new value; what is not there stays as it is."""
        pairs = ", ".join(f"p.{name}, {news.get(name, f'p.{name}')}" for name in TYPE_FIELDS)
        run(
            f"INSERT INTO {TYPE_CHANGES} (source_id, old_kind, new_kind, old_type, new_type,"
            ' old_classes, new_classes, old_year, new_year, "on", reason, actor_id, recorded_at,'
            f" evidence_note) SELECT p.id, {pairs}, %s, %s, %s, %s, {note} {rows}",
            self.today, self.job.evidence[:300], self._actor_id(), self.moment, *self._file(),
            self.job.pk,
        )  # fmt: skip


def _event(action: str) -> str:
    """The INSERT up to the changes, which are followed by reason and ``sealed_read``."""
    return (
        f"INSERT INTO {EVENTS} (at, actor_id, actor_label, action, object_type, object_id,"
        " object_label, changes, reason, sealed_read)"
        f" SELECT %s, %s, %s, '{action}', '{PollutionSource._meta.label_lower}',"
        f" CAST(p.id AS VARCHAR(60)), {sql.label()}, "
    )


def _note_json(note: str) -> str:
    return f"',\"evidence_note\":[null,' || {sql.quoted(note)} || ']'"


def _any_differs(fields: list[str]) -> str:
    return f"({' OR '.join(sql.differs(name) for name in fields)})"
