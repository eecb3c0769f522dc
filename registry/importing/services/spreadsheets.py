"""Sheet → typed rows and row errors, and back. No database here."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from registry.importing.reading.channel import FileRefused, Request, read
from registry.importing.rules.cell_batches import typed
from registry.importing.rules.column_spec import Column
from registry.importing.rules.line_kinds import SECTION

__all__ = [
    "FileRefused", "RowError", "Sheet", "SkippedLine", "read_sheet", "write_sheet", "write_workbook",
]  # fmt: skip
FIRST_ROWS = 50  # looked at for the width of a column
_ESCAPE = re.compile(r"\\([\\tnr])")
_PLAIN = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}


@dataclass
class RowError:
    row: int
    column: str
    reason: str
    mend: str
    sheet: str = ""

    def __str__(self) -> str:
        where = f"“{self.sheet}”" if self.sheet else ""
        return f"{where}第{self.row}行“{self.column}”：{self.reason}；{self.mend}"


@dataclass(frozen=True)
class SkippedLine:
    """A line that is none of the table's rows: a title, a sum, a note."""

    row: int
    why: str
    text: str
    sheet: str = ""

    def __str__(self) -> str:
        where = f"“{self.sheet}”" if self.sheet else ""
        return f"{where}第{self.row}行“{self.text}”：{self.why}"


@dataclass
class Sheet:
    """``rows``: (line in the file, {field: value}); ``present``: fields the file has; ``notes``: what
    a person should know of the reading, such as hidden rows; ``skipped``: lines that were not read."""

    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    present: set[str] = field(default_factory=set)
    ignored_columns: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: list[SkippedLine] = field(default_factory=list)


def cells_of(row: bytes) -> list[str | None]:
    """One row of the reading program: its texts, None where the file has no such column."""
    texts = row.decode().rstrip("\n").split("\t")
    if b"\\" not in row:
        return list(texts)
    return [
        None if text == "\\N" else _ESCAPE.sub(lambda match: _PLAIN[match[1]], text)
        for text in texts
    ]


def read_sheet(
    path: Path,
    columns: Sequence[Column],
    *,
    filename: str = "",
    is_sources: bool = False,
    strict: bool = False,
) -> Sheet:
    """All tables of the file as typed rows. FileRefused when the file itself cannot be read.

    ``filename``: what the sender calls it, where ``path`` is only where the bytes lie for now.
    ``strict``: a line with one cell alone is a row that lacks the rest, not a heading between
    rows; for lists taken over without a preview that would show what was skipped.
    """
    anchors = ["name"] if is_sources else [column.field for column in columns if column.required]
    kinds = {c.field: "choices" if c.kind == "mark" else c.kind for c in columns}
    fields = [name for name, kind in kinds.items() if kind != "serial"]
    sheet = Sheet()
    rows: dict[str | None, tuple[int, dict[str, Any]]] = {}
    request = Request(path, filename or path.name, columns, anchors, fields, is_sources)
    for mark, value in read(request):
        if mark == "R":
            number, _page, line, *texts = cells_of(value)
            row = {
                name: typed(text, kinds[name])
                for name, text in zip(fields, texts, strict=True)
                if text is not None
            }
            rows[number] = (int(line or 0), row)  # once more where rows of one unit were joined
        elif mark == "X":
            sheet.errors += [
                RowError(value["line"], column, reason, mend, value["sheet"])
                for column, reason, mend in value["errors"]
            ]
        elif mark == "S" and strict and value["why"] == SECTION:
            required = next(column for column in columns if column.field == anchors[0])
            sheet.errors.append(
                RowError(
                    value["line"],
                    required.title,
                    _("未填写"),
                    _("请补上，或删除该行"),
                    value["sheet"],
                )
            )
        elif mark == "S":
            sheet.skipped.append(
                SkippedLine(value["line"], value["why"], value["text"], value["sheet"])
            )
        elif mark == "E":
            sheet.present = set(value["present"])
            sheet.notes = list(value["notes"])
            sheet.ignored_columns = [t for table in value["tables"] for t in table["unmatched"]]
    sheet.rows = list(rows.values())
    return sheet


def write_sheet(
    target: BinaryIO | Path | str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    *,
    title: str,
) -> None:
    """One worksheet with the titles of ``columns``, required ones marked."""
    titles = [column.title + ("*" if column.required else "") for column in columns]
    write_workbook(target, [(title, titles, rows)])


def write_workbook(
    target: BinaryIO | Path | str,
    sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]],
) -> None:
    """``sheets``: title, header and rows of each. Headers are bold and stay in view; every cell is
    typed as text, number or date, so that nothing in it can run as a formula. A column is as wide
    as its title and its first rows want."""
    workbook = Workbook(write_only=True)
    for title, titles, rows in sheets:
        worksheet = workbook.create_sheet(title)
        worksheet.freeze_panes = "A2"
        rows = iter(rows)
        first = list(islice(rows, FIRST_ROWS))
        header = []
        for index, text in enumerate(titles):
            cells = [text, *(row[index] for row in first if index < len(row))]
            width = max(10, min(40, 2 + max(_room_of(value) for value in cells)))
            worksheet.column_dimensions[get_column_letter(index + 1)].width = width
            cell = WriteOnlyCell(worksheet, value=text)
            cell.font = Font(bold=True)
            header.append(cell)
        worksheet.append(header)
        for row in chain(first, rows):
            worksheet.append([_data_cell(worksheet, value) for value in row])
    workbook.save(target)


def _room_of(value: Any) -> int:
    """A Chinese character takes the room of two Latin ones."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in str(value))


def _data_cell(worksheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(worksheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, whatever it starts with
        cell.number_format = "@"
    return cell
