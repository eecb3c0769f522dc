"""The file's rows into the database, as the reading program says them."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from registry.importing.columns import IMPORT_COLUMNS, INSPECTOR_COLUMNS, import_columns_of
from registry.importing.reading.channel import FileRefused, Request, read
from registry.importing.services.spreadsheets import cells_of
from registry.models import ColumnMapping, ImportedFile, ImportRow, PollutionSource
from registry.papers.stored_files import path_of

CHUNK = 5000
Register = ImportedFile.Register


def fields_of(register: str) -> list[str]:
    """The fields of a staged row, in the order the reading program writes them."""
    columns = INSPECTOR_COLUMNS if register == Register.INSPECTORS else IMPORT_COLUMNS
    return list(dict.fromkeys(c.field for c in columns if c.kind != "serial"))


def request_for(job: ImportedFile) -> Request:
    sources = job.register != Register.INSPECTORS
    columns = import_columns_of(job.register)
    anchors = ["name"] if sources else [c.field for c in columns if c.required]
    mappings = ColumnMapping.objects.filter(register=job.register)
    return Request(
        path=path_of(job.sha256),
        filename=job.filename,
        columns=columns,
        anchors=anchors,
        fields=fields_of(job.register),
        is_sources=sources,
        is_key_list=job.register == Register.KEY_LIST,
        mappings={row.signature: row.fields for row in mappings},
    )


def stage(job: ImportedFile) -> dict[str, Any]:
    """Read the kept file into rows; returns the program's report. Raises FileRefused.

    Chunks are committed as they come, with the progress: a killed worker starts again from the file.
    """
    ImportRow.objects.filter(job=job).delete()
    writer = _Writer(job)
    report: dict[str, Any] = {}
    for mark, value in read(request_for(job)):
        if mark == "R":
            writer.add(value)
        elif mark == "X":
            writer.refuse(value)
        elif mark == "S":
            writer.skip(value)
        elif mark == "D":
            writer.forget(value)
        elif mark == "P":
            job.rows_read, job.rows_total = value
            ImportedFile.objects.filter(pk=job.pk).update(rows_read=value[0], rows_total=value[1])
        elif mark == "E":
            report = value
    writer.flush()
    if not writer.count and not writer.refused:
        raise FileRefused(_("表头下面没有数据行，请核对文件。"))
    return report


class _Writer:
    """Rows wait until there are enough of them for one statement."""

    def __init__(self, job: ImportedFile) -> None:
        self.job = job
        self.fields = fields_of(job.register)
        self.lines: list[bytes] = []
        self.rows: list[ImportRow] = []
        self.count = self.refused = 0
        # Rows start with the outcome most of them will get, so that most need no second write.
        known = PollutionSource.objects.all()[: 2 * CHUNK].count()
        self.start = "same" if known >= CHUNK else "new"

    def add(self, line: bytes) -> None:
        self.count += 1
        self.lines.append(line)
        if len(self.lines) >= CHUNK:
            self._copy()

    def forget(self, number: int) -> None:
        """Two rows of one unit were joined; the joined one follows under the first one's number."""
        self._copy()
        self.count -= 1
        ImportRow.objects.filter(job=self.job, number=number).delete()

    def refuse(self, value: Mapping[str, Any]) -> None:
        self.refused += 1
        errors: Sequence[Sequence[str]] = value["errors"]
        self._keep(
            value,
            "refused",
            number=value["number"],
            name=value["label"],
            column=errors[0][0][:100],
            reason=_reasons(errors),
            mend="；".join(dict.fromkeys(mend for _column, _reason, mend in errors)),
            raw=value["raw"],
        )

    def skip(self, value: Mapping[str, Any]) -> None:
        self._keep(value, "skipped", number=0, name=value["text"], reason=value["why"])

    def _keep(self, value: Mapping[str, Any], outcome: str, **fields: Any) -> None:
        self.rows.append(
            ImportRow(
                job=self.job, sheet=value["sheet"], line=value["line"], outcome=outcome, **fields
            )
        )
        if len(self.rows) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        self._copy()
        ImportRow.objects.bulk_create(self.rows, batch_size=500)
        self.rows = []

    @transaction.atomic
    def _copy(self) -> None:
        if not self.lines:
            return
        names = ["number", "sheet", "line", *self.fields]
        fixed = (self.job.pk, self.start)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                self._copy_in(cursor, names, fixed)
            else:
                self._insert(cursor, names, fixed)
        self.lines = []

    def _copy_in(self, cursor: Any, names: Sequence[str], fixed: tuple[int, str]) -> None:
        columns = ", ".join(f'"{name}"' for name in (*names, *CONSTANT))
        tail = ("\t" + "\t".join(map(str, (*fixed, "", "", ""))) + "\n").encode()
        content = io.BytesIO(b"".join(line.rstrip(b"\n") + tail for line in self.lines))
        cursor.cursor.copy_expert(f"COPY {TABLE} ({columns}) FROM STDIN", content)

    def _insert(self, cursor: Any, names: Sequence[str], fixed: tuple[int, str]) -> None:
        columns = ", ".join(f'"{name}"' for name in (*names, *CONSTANT))
        marks = ", ".join(["%s"] * (len(names) + len(CONSTANT)))
        cursor.executemany(
            f"INSERT INTO {TABLE} ({columns}) VALUES ({marks})",  # noqa: S608
            [(*cells_of(line), *fixed, "", "", "") for line in self.lines],
        )


def _reasons(errors: Sequence[Sequence[str]]) -> str:
    """One reason stands for itself, as its column is named beside it; several name theirs."""
    if len(errors) == 1:
        return str(errors[0][1])
    return "；".join(
        reason if reason.startswith(column) else f"“{column}”{reason}"
        for column, reason, _mend in errors
    )


TABLE = ImportRow._meta.db_table
CONSTANT = ("job_id", "outcome", "column", "reason", "mend")
