"""Sheet → typed rows and row errors, and back. No database here."""

import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from registry.exchange import Column
from registry.rules import cells
from registry.rules.violations import RuleViolation

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 200
HEADER_SEARCH_ROWS = 10


class FileRefused(RuleViolation):
    """The file as a whole cannot be read."""

    code = "file_refused"


@dataclass
class RowError:
    row: int
    column: str
    reason: str
    mend: str

    def __str__(self) -> str:
        return f"第{self.row}行“{self.column}”：{self.reason}；{self.mend}"


@dataclass
class Sheet:
    """``rows``: (sheet row number, {field: value}); ``present``: fields the file has."""

    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    present: set[str] = field(default_factory=set)
    ignored_columns: list[str] = field(default_factory=list)


def _check_container(path: Path) -> None:
    """Refuse what is not a plain, reasonably sized .xlsx before anything parses it."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise FileRefused(
            _("文件有 %(size)d MB，超过 %(max)d MB，请拆分后再导入。")
            % {"size": size >> 20, "max": MAX_BYTES >> 20}
        )
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused(
            _("这是旧版 .xls 或加密的文件，请用 Excel 另存为不加密的 .xlsx 后再导入。")
        )
    if not zipfile.is_zipfile(path):
        raise FileRefused(
            _("这不是有效的 .xlsx 文件（可能已损坏或改过扩展名），请重新另存为 .xlsx。")
        )
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        names = {entry.filename for entry in entries}
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise FileRefused(_("文件含有宏，请另存为不含宏的 .xlsx 后再导入。"))
        if "xl/workbook.xml" not in names:
            raise FileRefused(_("这不是 Excel 工作簿，请另存为 .xlsx 后再导入。"))
        if len(entries) > 2000 or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise FileRefused(_("文件解压后过大，可能不是正常的名录，请清理空白格式后再导入。"))


def _header(row: Sequence[Any], columns: Sequence[Column]) -> dict[int, Column]:
    """Which cell of ``row`` is which column, by title or synonym."""
    known = {}
    for column in columns:
        for title in (column.title, *column.synonyms):
            known.setdefault(_squeeze(title), column)
    found: dict[int, Column] = {}
    for index, value in enumerate(row):
        column = known.get(_squeeze(cells.as_text(value)))
        if column is not None and column not in found.values():
            found[index] = column
    return found


def _squeeze(title: str) -> str:
    return title.replace(" ", "").replace("\n", "").rstrip("*＊").upper()


def _find_header(
    rows: Iterable[tuple[Any, ...]], columns: Sequence[Column]
) -> tuple[int, dict[int, Column], list[str]]:
    required = [column.title for column in columns if column.required]
    best: dict[int, Column] = {}
    for number, row in enumerate(rows, 1):
        found = _header(row, columns)
        if {column.title for column in found.values()} >= set(required):
            ignored = [
                cells.as_text(value)
                for index, value in enumerate(row)
                if index not in found and cells.as_text(value)
            ]
            return number, found, ignored
        best = found if len(found) > len(best) else best
        if number >= HEADER_SEARCH_ROWS:
            break
    missing = [t for t in required if t not in {column.title for column in best.values()}]
    raise FileRefused(
        _("前 %(rows)d 行中没有找到表头，缺少必填列：%(columns)s。请使用模板或补上这些列名。")
        % {"rows": HEADER_SEARCH_ROWS, "columns": "、".join(missing)}
    )


READERS: dict[str, Callable[[Any, Column], Any]] = {
    "text": lambda value, column: cells.read_text(value, column.max_length),
    "code": lambda value, column: cells.read_code(value, column.max_length),
    "uscc": lambda value, column: cells.read_uscc(value),
    "bool": lambda value, column: cells.read_bool(value),
    "year": lambda value, column: cells.read_year(value),
    "decimal": lambda value, column: cells.read_decimal(value),
    "date": lambda value, column: cells.read_date(value),
    "list": lambda value, column: cells.split_list(value),
    "choice": lambda value, column: cells.read_choice(value, column.options),
    "choices": lambda value, column: cells.read_choices(value, column.options),
}


def _read_row(
    number: int, row: Sequence[Any], header: dict[int, Column], sheet: Sheet
) -> dict[str, Any] | None:
    values: dict[str, Any] = {}
    sound = True
    for index, column in header.items():
        cell = row[index] if index < len(row) else None
        try:
            value = READERS[column.kind](cell, column)
            if column.required and value in ("", None):
                raise cells.BadCell("未填写", "此列必填，请补上")
            values[column.field] = value
        except cells.BadCell as error:
            sheet.errors.append(RowError(number, column.title, error.reason, error.mend))
            sound = False
    return values if sound else None


def read_sheet(path: Path, columns: Sequence[Column]) -> Sheet:
    """The first worksheet as typed rows. FileRefused when the file itself cannot be read."""
    try:
        _check_container(path)
        workbook = load_workbook(path, read_only=True, data_only=True)
        worksheet = workbook.worksheets[0]
        worksheet.reset_dimensions()
        return _read_worksheet(worksheet, columns)
    except FileRefused:
        raise
    except Exception as error:
        # zipfile and openpyxl raise whatever they meet; the person needs one plain sentence.
        raise FileRefused(
            _("文件无法读取，可能已损坏，请用 Excel 打开后另存为 .xlsx 再导入。")
        ) from error


def _read_worksheet(worksheet: Any, columns: Sequence[Column]) -> Sheet:
    def rows() -> Iterable[tuple[Any, ...]]:
        return worksheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)

    header_row, header, ignored = _find_header(rows(), columns)
    sheet = Sheet(present={column.field for column in header.values()}, ignored_columns=ignored)
    for number, row in enumerate(rows(), 1):
        if number <= header_row or not any(cells.as_text(value) for value in row):
            continue
        if number > MAX_ROWS:
            raise FileRefused(_("超过 %(max)d 行，请拆分后再导入。") % {"max": MAX_ROWS})
        values = _read_row(number, row, header, sheet)
        if values is not None:
            sheet.rows.append((number, values))
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
    typed as text, number or date, so that nothing in it can run as a formula."""
    workbook = Workbook(write_only=True)
    for title, titles, rows in sheets:
        worksheet = workbook.create_sheet(title)
        worksheet.freeze_panes = "A2"
        header = []
        for index, text in enumerate(titles, 1):
            width = max(10, min(40, 2 * len(text) + 4))
            worksheet.column_dimensions[get_column_letter(index)].width = width
            cell = WriteOnlyCell(worksheet, value=text)
            cell.font = Font(bold=True)
            header.append(cell)
        worksheet.append(header)
        for row in rows:
            worksheet.append([_data_cell(worksheet, value) for value in row])
    workbook.save(target)


def _data_cell(worksheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(worksheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, whatever it starts with
        cell.number_format = "@"
    return cell
