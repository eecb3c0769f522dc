"""The worksheets of a workbook that passed the guard, and what of them is hidden."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.importing.reading import guard
from registry.importing.rules.header_lines import Merge

MAX_MERGES = 20_000


@dataclass(frozen=True)
class Page:
    """One worksheet. ``label``: its name where the book has several; ``left``: columns before its
    first; ``hidden``: rows and columns by number, None where nobody can tell."""

    name: str
    label: str
    rows: Iterable[Any]
    merges: Sequence[Merge]
    left: int
    height: int
    hidden: tuple[list[int], list[int]] | None


def pages_of(path: Path, facts: guard.Facts, notes: list[str]) -> Iterator[Page]:
    """Hidden worksheets are read too, and named in ``notes``. Raises guard.Refused."""
    # Loaded only now: a file the guard refuses never meets it.
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_path(str(path))
    hidden = guard.hidden_by_name(path, facts)
    if facts.blind:
        notes.append(
            "这个旧版 .xls 文件中有没有隐藏的行列无法识别，内容已全部读取；请核对，或另存为 .xlsx。"
        )
    several = len(book.sheet_names) > 1
    for metadata in book.sheets_metadata:
        sheet = book.get_sheet_by_name(metadata.name)
        if sheet.start is None:
            continue
        if metadata.visible != SheetVisibleEnum.Visible:
            notes.append(f"工作表“{metadata.name}”是隐藏的，已一并读取。")
        height, left = sheet.total_height, sheet.start[1]
        if height > guard.MAX_ROWS:
            raise guard.Refused(
                f"第 {height} 行还有内容，超过 {guard.MAX_ROWS} 行，请清理空白处或拆分后再导入。"
            )
        yield Page(
            metadata.name,
            metadata.name if several else "",
            sheet.iter_rows(),
            _merges(sheet.merged_cell_ranges or (), left),
            left,
            height,
            hidden.get(metadata.name),
        )


def _merges(ranges: Iterable[Any], left: int) -> list[Merge]:
    merges = [
        (top, first - left, bottom, last - left)
        for (top, first), (bottom, last) in ranges
        if first >= left
    ]
    if len(merges) > MAX_MERGES:
        raise guard.Refused("合并单元格过多，请取消合并后再导入。")
    return merges


def hidden_notes(page: Page, tables: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Its hidden rows, and its hidden columns that a table of it has a title for."""
    if page.hidden is None:
        return
    rows, columns = page.hidden
    if rows:
        yield f"“{page.name}”第 {_ranges(rows)} 行是隐藏行，已一并读取。"
    for number in columns:
        for table in tables:
            title = table["titles"].get(str(number - 1 - table["left"]))
            if title:
                yield f"“{page.name}”{_letter(number)} 列“{title}”是隐藏列，已一并读取。"


def _ranges(numbers: Sequence[int]) -> str:
    """``2-4、7`` for 2, 3, 4 and 7."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    shown = [str(a) if a == b else f"{a}-{b}" for a, b in parts[:20]]
    return "、".join(shown) + ("等" if len(parts) > 20 else "")


def _letter(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
