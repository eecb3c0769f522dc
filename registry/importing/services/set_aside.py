"""The refused rows handed back: each as it stood, with its reason; mended, the file imports again."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from registry.importing.rules.cell_batches import typed
from registry.importing.services.exporting import cell_of
from registry.importing.services.jobs import columns_of
from registry.importing.services.spreadsheets import write_workbook
from registry.models import ImportedFile, ImportRow

# The reading program knows these columns as ours and leaves them alone.
OWN = ("拒绝原因", "怎样修改", "原位置")


def write_set_aside(*, job: ImportedFile, target: Path | BinaryIO) -> int:
    """One sheet per kind of header; returns the number of rows."""
    groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    count = 0
    for row in ImportRow.objects.filter(job=job, outcome="refused").order_by("line", "pk"):
        cells = row.raw if row.raw is not None else _as_said(row, job)
        place = f"{row.sheet} " if row.sheet else ""
        own = [
            row.reason,
            row.mend,
            _("%(place)s第%(line)s行") % {"place": place, "line": row.line},
        ]
        groups[tuple(cells)].append([*cells.values(), *own])
        count += 1
    sheets = [
        (_("待修改%(n)d") % {"n": number}, [*titles, *OWN], rows)
        for number, (titles, rows) in enumerate(_joined(groups), 1)
    ]
    write_workbook(target, sheets or [(_("待修改"), list(OWN), [])])
    return count


def _joined(
    groups: dict[tuple[str, ...], list[list[Any]]],
) -> list[tuple[tuple[str, ...], list[list[Any]]]]:
    """Rows with blanks in different places share a sheet: their titles are parts of one header."""
    found: list[tuple[tuple[str, ...], list[list[Any]]]] = []
    for titles, rows in sorted(groups.items(), key=lambda group: -len(group[0])):
        host = next((f for f in found if set(titles) <= set(f[0])), None)
        if host is None:
            found.append((titles, rows))
            continue
        for row in rows:
            said = dict(zip((*titles, *OWN), row, strict=True))
            host[1].append([said.get(title) for title in (*host[0], *OWN)])
    return found


def _as_said(row: ImportRow, job: ImportedFile) -> dict[str, Any]:
    """A row refused only against the register, in the exchange columns."""
    columns: Sequence[Any] = columns_of(job.register)
    cells = {
        column.title: cell_of(column, typed(getattr(row, column.field), column.kind))
        for column in columns
        if getattr(row, column.field) is not None
    }
    if row.county:
        cells["所在县市"] = row.county
    return cells
