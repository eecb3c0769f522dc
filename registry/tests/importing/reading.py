"""What the reading program says of a file, for tests."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from registry.importing.columns import IMPORT_COLUMNS, import_columns_of
from registry.importing.reading.channel import Request, read
from registry.importing.services.spreadsheets import cells_of
from registry.rules.uscc import make_uscc

FIELDS = list(dict.fromkeys(c.field for c in IMPORT_COLUMNS if c.kind != "serial"))


@dataclass
class Told:
    """``rows``: {field: text} with ``line`` and ``sheet``; ``skipped``: (line, why)."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return [row["name"] for row in self.rows]

    def of(self, name: str) -> dict[str, Any]:
        return next(row for row in self.rows if row["name"] == name)

    def reasons(self) -> str:
        return "；".join(
            f"{column}：{reason}，{mend}"
            for row in self.refused
            for column, reason, mend in row["errors"]
        )


def told(path: Path, **more: Any) -> Told:
    columns = import_columns_of("key_list" if more.get("is_key_list") else "sources")
    request = Request(path, path.name, columns, ["name"], FIELDS, is_sources=True, **more)
    found = Told()
    for mark, value in read(request):
        if mark == "R":
            number, sheet, line, *texts = cells_of(value)
            row = {name: text for name, text in zip(FIELDS, texts, strict=True) if text is not None}
            found.rows.append(
                {"number": int(number or 0), "sheet": sheet, "line": int(line or 0), **row}
            )
        elif mark == "X":
            found.refused.append(value)
        elif mark == "S":
            found.skipped.append((value["line"], value["why"]))
        elif mark == "E":
            found.report = value
    seen: dict[int, dict[str, Any]] = {row["number"]: row for row in found.rows}
    found.rows = sorted(seen.values(), key=lambda row: row["number"])
    return found


def book(path: Path, *sheets: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> Path:
    """A workbook of these lines; the merges are of the first sheet."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for number, lines in enumerate(sheets, 1):
        page = workbook.create_sheet(f"表{number}")
        for line in lines:
            page.append(list(line))
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    for area in merged:
        workbook.worksheets[0].merge_cells(area)
    workbook.save(path)
    return path


def code(number: int) -> str:
    return make_uscc(f"91652300MA7{number:06d}")
