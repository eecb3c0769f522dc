"""Imports of the registers: received, read, judged, confirmed, written, undone.

The same steps serve the browser, the worker and the commands. Each step moves the import's state by a
conditional update, so that two people, or a person and a worker, never do it twice. All rows of an
import are written in one transaction: whoever is killed, the register holds all of them or none.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.importing.columns import import_columns_of
from registry.importing.reading.channel import FileRefused
from registry.importing.rules.column_spec import squeeze
from registry.importing.rules.column_titles import IGNORED, said_as
from registry.importing.services.jobs import (
    ImportRefused,
    ImportResult,
    NotInThisState,
    RegisterMovedOn,
    checked_options,
    claim,
    counts_of,
    engine_of,
    last_event,
    move,
    result_of,
)
from registry.importing.services.staging import stage
from registry.models import AuditEvent, ColumnMapping, ImportedFile, ImportRow
from registry.papers import stored_files
from registry.permissions import IMPORT_REGISTERS, require
from registry.rules.import_state import ImportState
from registry.trail.services import record_event

S = ImportState
# -- receiving -------------------------------------------------------------------------------


@transaction.atomic
def receive_import(
    *,
    register: str,
    chunks: Iterable[bytes],
    filename: str,
    actor: Any,
    options: Mapping[str, Any] | None = None,
) -> ImportedFile:
    """Keep the file as evidence and put the import in line; nothing has looked into it yet."""
    temporary, digest, _size = stored_files.receive(chunks, refuse=FileRefused)
    stored_files.keep(temporary, digest)
    job = ImportedFile.objects.create(
        register=register,
        filename=Path(filename).name[-255:],
        sha256=digest,
        state=S.RECEIVED,
        options=checked_options(options or {}),
        actor=actor,
    )
    record_event(
        action=f"{register}.import_received",
        actor=actor,
        obj=job,
        changes={"sha256": [None, digest]},
    )
    return job


# -- reading and judging ---------------------------------------------------------------------


def read_import(*, job: ImportedFile, today: date, now: datetime) -> None:
    """Read the kept file and judge its rows; ends at the preview, at the mapping, or refused."""
    claim(job, S.READING, now=now)
    try:
        job.report = stage(job)
    except FileRefused as refusal:
        samples = refusal.samples
        move(
            job,
            S.UNMAPPED if samples else S.REFUSED,
            refusal=refusal.message,
            report={"samples": samples},
            lease_until=None,
        )
        return
    with transaction.atomic():
        engine_of(job).judge(job, today=today)
        move(job, S.READY, **counts_of(job), report=job.report, refusal="", lease_until=None)


@transaction.atomic
def map_columns(
    *, job: ImportedFile, signature: str, fields: Mapping[str, str], actor: Any
) -> None:
    """Remember what the columns of this header mean, and read the file again by it."""
    require(actor, IMPORT_REGISTERS)
    known = {said_as(column): column.title for column in import_columns_of(job.register)}
    known[IGNORED] = _("不读取")
    said = {squeeze(title): name for title, name in fields.items() if name in known}
    ColumnMapping.objects.update_or_create(
        register=job.register, signature=signature, defaults={"fields": said, "actor": actor}
    )
    move(job, S.RECEIVED, refusal="")
    record_event(
        action=f"{job.register}.import_mapped",
        actor=actor,
        obj=job,
        changes={title: [None, known[name]] for title, name in said.items()},
    )


@transaction.atomic
def choose_options(
    *, job: ImportedFile, options: Mapping[str, Any], actor: Any, today: date
) -> None:
    """What the preview offers; the rows are judged anew at once."""
    require(actor, IMPORT_REGISTERS)
    if job.state != S.READY:
        raise NotInThisState(_("只有待确认的导入可以改变选择。"))
    job.options = checked_options({**job.options, **options})
    engine_of(job).judge(job, today=today)
    ImportedFile.objects.filter(pk=job.pk, state=S.READY).update(
        options=job.options, **counts_of(job)
    )
    job.refresh_from_db()


# -- confirming and writing ------------------------------------------------------------------


@transaction.atomic
def confirm_import(*, job: ImportedFile, actor: Any, good_only: bool = False) -> None:
    """A person says yes to what the preview shows; with refused rows only if the rest may go alone."""
    require(actor, IMPORT_REGISTERS)
    if job.rows_refused and not good_only:
        raise ImportRefused(result_of(job))
    if not (job.rows_new or job.rows_changed or (job.options.get("retire") and job.rows_missing)):
        raise NotInThisState(_("没有可写入的变化：没有新增，也没有变更。"))
    options = {**job.options, "good_only": good_only}
    move(job, S.CONFIRMED, confirmed_by=actor, options=options)


def apply_import(*, job: ImportedFile, today: date, now: datetime) -> None:
    """Write everything the preview showed, in one transaction.

    Raises RegisterMovedOn (and returns to the preview) where the register has changed so that some
    row would now do something else than the person confirmed.
    """
    claim(job, S.APPLYING, now=now)
    try:
        with transaction.atomic():
            _write(job, today=today, now=now)
    except RegisterMovedOn:
        with transaction.atomic():
            engine_of(job).judge(job, today=today)
            move(job, S.READY, **counts_of(job), refusal=MOVED_ON, lease_until=None)
        raise
    except IntegrityError as error:
        move(job, S.READY, refusal=CLASH, lease_until=None)
        raise RegisterMovedOn(CLASH) from error


MOVED_ON = "核对之后名录又有变动，没有写入任何一行。已按现在的名录重新核对，请再次确认。"
CLASH = "有行与名录中现有单位的编号或代码冲突，没有写入任何一行，请核对文件。"


def _write(job: ImportedFile, *, today: date, now: datetime) -> None:
    """Holding the import's row: a second worker waits here and then finds it done."""
    held = ImportedFile.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if held.state != S.APPLYING or held.attempt != job.attempt:
        raise NotInThisState(_("导入已由另一进程接手。"))
    engine = engine_of(job)
    engine.lock_register()
    if _moved_since(job) and engine.judge(job, today=today):
        raise RegisterMovedOn(MOVED_ON)
    first = last_event() + 1
    engine.apply(job, today=today, actor=job.confirmed_by or job.actor, now=now)
    record_event(
        action=f"{job.register}.imported",
        actor=job.confirmed_by or job.actor,
        obj=job,
        changes={
            "sha256": [None, job.sha256],
            "summary": [None, result_of(job, errors=False).summary()],
        },
    )
    move(
        job,
        S.APPLIED,
        first_event=first,
        last_event=last_event(),
        applied_at=now,
        highest_code=job.highest_code,
        refusal="",
        lease_until=None,
    )


def _moved_since(job: ImportedFile) -> bool:
    """Somebody wrote into the registers after the rows were judged."""
    return (
        AuditEvent.objects.filter(pk__gt=job.judged_event)
        .filter(
            Q(object_type__startswith="registry.") & ~Q(object_type=ImportedFile._meta.label_lower)
        )
        .exists()
    )


@transaction.atomic
def discard_import(*, job: ImportedFile, actor: Any) -> None:
    """Give it up; the file stays as evidence of what was offered, its rows go."""
    require(actor, IMPORT_REGISTERS)
    move(job, S.DISCARDED)
    ImportRow.objects.filter(job=job).delete()
    record_event(action=f"{job.register}.import_discarded", actor=actor, obj=job)


def sweep_imports(*, today: date, now: datetime) -> int:
    """Everything that waits, and everything whose worker was killed; returns how many were done."""
    waiting = Q(state__in=[S.RECEIVED, S.CONFIRMED])
    left = Q(state__in=[S.READING, S.APPLYING], lease_until__lte=now)
    done = 0
    for job in ImportedFile.objects.filter(waiting | left).order_by("pk"):
        done += work_on(job=job, today=today, now=now)
    return done


def work_on(*, job: ImportedFile, today: date, now: datetime) -> bool:
    """The next step a machine may take; False where another has it."""
    with contextlib.suppress(NotInThisState, RegisterMovedOn):
        if job.state in (S.RECEIVED, S.READING):
            read_import(job=job, today=today, now=now)
        elif job.state in (S.CONFIRMED, S.APPLYING):
            apply_import(job=job, today=today, now=now)
        else:
            return False
        return True
    return False


# -- all at once -----------------------------------------------------------------------------


@contextlib.contextmanager
def _undone_at_the_end(wanted: bool) -> Iterator[None]:
    with transaction.atomic():
        yield
        if wanted:
            transaction.set_rollback(True)


def import_file(
    *,
    register: str,
    path: Path,
    filename: str,
    today: date,
    actor: Any = None,
    dry_run: bool = False,
    options: Mapping[str, Any] | None = None,
) -> ImportResult:
    """Receive, read, judge and write one file at once.

    Raises FileRefused where the file cannot be read and ImportRefused where a row is refused
    (unless ``options`` say ``good_only``); in both cases nothing is written. ``dry_run`` leaves
    nothing behind either.
    """
    now = timezone.now()
    with _undone_at_the_end(dry_run):
        with path.open("rb") as file:
            job = receive_import(
                register=register,
                chunks=iter(lambda: file.read(1 << 20), b""),
                filename=filename,
                actor=actor,
                options=options,
            )
        read_import(job=job, today=today, now=now)
        if job.state != S.READY:
            raise FileRefused(job.refusal)
        result = result_of(job)
        if dry_run:
            return result
        if result.errors and not job.options["good_only"]:
            raise ImportRefused(result)
        retire = job.options["retire"] and job.rows_missing
        if job.rows_new or job.rows_changed or retire:
            move(job, S.CONFIRMED, confirmed_by=actor)
            apply_import(job=job, today=today, now=now)
        else:
            move(job, S.DISCARDED)
    return result
