"""The judged rows into the register, with its history, in a handful of statements."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Max

from registry.importing.services import sql
from registry.importing.services.history import History
from registry.importing.services.tables import (
    CHANGED,
    FLAGS,
    IN_FORCE,
    ROWS,
    UNITS,
    fetch,
    plan_for,
    run,
    said_fields,
)
from registry.models import ImportedFile, ImportRow, PollutionSource, SpecialFlag
from registry.services.source_codes import highest_code


def apply(job: ImportedFile, *, today: date, actor: Any, now: datetime) -> None:
    """Write the judged rows; the caller holds the transaction and the lock."""
    plan_for(job)
    history = History(job, today=today, actor=actor, now=now)
    history.of_changes()
    starting = _end_flags(job, today=today)
    _update_units(job, history)
    _insert_units(job, history)
    _start_flags(job, starting, today=today, actor=actor)
    if job.register == ImportedFile.Register.KEY_LIST and job.options.get("retire"):
        _retire_missing(job, history)


def _update_units(job: ImportedFile, history: History) -> None:
    fields = said_fields(job)
    sets = [f"{name} = {sql.written(name)}" for name in fields]
    parameters: list[Any] = []
    if "status" in fields:
        sets.append(
            f"status_reason = CASE WHEN NOT {sql.differs('status')} THEN p.status_reason"
            " WHEN s.status = 'normal' THEN '' ELSE %s END"
        )
        parameters.append(job.evidence[:300])
    run(
        f"UPDATE {UNITS} AS p SET updated_at = %s{''.join(f', {part}' for part in sets)}"  # noqa: S608
        f" FROM {ROWS} s WHERE s.match_id = p.id AND s.job_id = %s AND s.outcome = 'changed'",
        history.moment, *parameters, job.pk,
    )  # fmt: skip


def _insert_units(job: ImportedFile, history: History) -> None:
    """New units with the codes the file gives, or the next free ones in the order of the file."""
    last = PollutionSource.objects.aggregate(last=Max("pk"))["last"] or 0
    given = [
        int(code[2:])
        for (code,) in fetch(
            f"SELECT code FROM {ROWS} WHERE job_id = %s AND outcome = 'new' AND code LIKE 'PS%%'",  # noqa: S608
            job.pk,
        )
        if code[2:].isascii() and code[2:].isdigit() and len(code) <= 17
    ]
    start = max([highest_code(), *given])
    blank = "COALESCE(NULLIF(s.code, ''), '') = ''"
    numbered = f"({start} + ROW_NUMBER() OVER (PARTITION BY {blank} ORDER BY s.number))"
    columns, values, parameters = sql.inserted(job.evidence[:300], job.options, history.moment)
    names = ", ".join(f'"{name}"' for name in columns)
    run(
        f"INSERT INTO {UNITS} ({names}) SELECT {', '.join(values)} FROM ("  # noqa: S608
        f" SELECT s.*, CASE WHEN {blank} THEN {sql.made_code(numbered)} ELSE s.code END AS given_code"
        f" FROM {ROWS} s WHERE s.job_id = %s AND s.outcome = 'new') s ORDER BY s.number",
        *parameters,
        job.pk,
    )
    history.of_new(last)
    job.highest_code = highest_code() if job.rows_new else job.highest_code


def _end_flags(job: ImportedFile, *, today: date) -> list[tuple[int, str]]:
    """Flags whose word changed end today; returns (unit, reason) of those to start."""
    ids = [unit for unit, _reason in _flagged_rows(job, today)]
    SpecialFlag.objects.in_force(today).filter(source_id__in=ids).update(
        ends_on=today, end_reason=job.evidence[:300]
    )
    return _flagged_rows(job, today, ids)


def _flagged_rows(
    job: ImportedFile, today: date, ids: Iterable[int] | None = None
) -> list[tuple[int, str]]:
    """(unit, reason or nothing) of changed rows whose flag is not as the file says."""
    if "special" not in job.report.get("present", ()):
        return []
    if ids is not None:
        rows = ImportRow.objects.filter(
            job=job, outcome="changed", match_id__in=list(ids), special="true"
        )
        return [(row.match_id, row.special_reason or "") for row in rows]
    return fetch(
        f"SELECT s.match_id, s.special_reason {CHANGED}"
        f" LEFT JOIN {IN_FORCE} m ON m.source_id = p.id LEFT JOIN {FLAGS} f ON f.id = m.id"
        f" WHERE s.job_id = %s AND s.outcome = 'changed' AND {sql.flag_differs()}",
        today, today, job.pk,
    )  # fmt: skip


def _start_flags(
    job: ImportedFile, changed: list[tuple[int, str]], *, today: date, actor: Any
) -> None:
    """Of changed units and of the new ones, which are there by now."""
    starting = list(changed)
    rows = ImportRow.objects.filter(job=job, outcome="new", special="true")
    for row in rows:
        unit = PollutionSource.objects.filter(
            name=row.name, uscc=row.uscc or "", site=row.site or ""
        ).latest("pk")
        starting.append((unit.pk, row.special_reason or ""))
    SpecialFlag.objects.bulk_create(
        [
            SpecialFlag(
                source_id=unit,
                reason=reason,
                evidence=job.evidence,
                state="approved",
                starts_on=today,
                approved_by=actor,
            )
            for unit, reason in starting
        ]
    )


def _retire_missing(job: ImportedFile, history: History) -> None:
    """Key units the year's list no longer names become general; the person asked for it."""
    history.of_retired()
    units = ImportRow.objects.filter(job=job, outcome="missing").values("match_id")
    PollutionSource.objects.filter(pk__in=units).update(
        regulatory_type="general", key_classes=[], key_list_year=None, updated_at=history.now
    )
