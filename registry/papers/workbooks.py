"""Lists as workbooks that come out of the printer as they should: A4 across, the header on every
page, page numbers; every cell typed, so that nothing in it can run as a formula."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

THIN = Side(style="thin", color="9AA7AB")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
A4 = 9
HEADER = PatternFill("solid", fgColor="E3F1EF")


@dataclass(frozen=True)
class PrintColumn:
    """``width`` in characters of Excel's; a Chinese character takes two."""

    title: str
    width: int


def print_list(
    target: BinaryIO,
    *,
    title: str,
    columns: Sequence[PrintColumn],
    rows: Iterable[Sequence[Any]],
    subtitle: str,
    footer: str,
) -> None:
    """One sheet: title, what was filtered, the header (repeated on each page), the rows."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title[:31])
    _set_up_page(sheet, columns, footer)
    sheet.append([_cell(sheet, title, font=Font(bold=True, size=16), box=False)])
    sheet.append([_cell(sheet, subtitle, font=Font(color="4A5A63"), box=False, wrap=False)])
    sheet.append(
        [_cell(sheet, column.title, font=Font(bold=True), fill=HEADER) for column in columns]
    )
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    workbook.save(target)


def _set_up_page(sheet: Any, columns: Sequence[PrintColumn], footer: str) -> None:
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "3:3"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.6
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.left.text = footer.replace("&", "&&")
    sheet.oddFooter.right.text = "第 &P 页，共 &N 页"


def _cell(
    sheet: Any,
    value: Any,
    *,
    font: Font | None = None,
    fill: PatternFill | None = None,
    box: bool = True,
    wrap: bool = True,
) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, whatever it starts with
        cell.number_format = "@"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    cell.alignment = Alignment(vertical="top", wrap_text=wrap)
    if box:
        cell.border = BOX
    if font:
        cell.font = font
    if fill:
        cell.fill = fill
    return cell
