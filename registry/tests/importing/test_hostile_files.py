"""Files that would hurt: each is refused with a reason, in bounded time and memory."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

from registry.importing.reading import guard
from registry.importing.reading.channel import ROOT as ROOT_FOLDER
from registry.importing.reading.channel import FileRefused, Request

from .reading import FIELDS, IMPORT_COLUMNS, book, told

MEGABYTES = 300
MEASURE = """
import resource, subprocess, sys
program = [sys.executable, "-m", "registry.importing.reading.program"]
subprocess.run(program, input=sys.stdin.buffer.read(), stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
SHEET = "xl/worksheets/sheet1.xml"
ROOT = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def _plain(path: Path) -> Path:
    return book(path, [["单位名称", "监管类型"], ["甲厂", "一般"]])


def _with(path: Path, name: str, content: bytes, *, replace: bool = False) -> Path:
    """The plain workbook with one part more, or another one."""
    whole = _plain(path.with_name("plain.xlsx"))
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if not (replace and entry == name):
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return path


def _sheet(path: Path, content: str) -> Path:
    return _with(path, SHEET, content.encode(), replace=True)


def zip_bomb(path: Path) -> None:
    _plain(path)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/image1.bin", "w") as part,
    ):
        for _megabyte in range((guard.MAX_UNPACKED >> 20) + 1):
            part.write(b"\0" * (1 << 20))


def bomb_that_lies_about_its_size(path: Path) -> None:
    zip_bomb(path)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    path.write_bytes(content)


def many_entries(path: Path) -> None:
    _plain(path)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(guard.MAX_ENTRIES + 1):
            archive.writestr(f"xl/media/{number}", b"")


def a_million_empty_styled_rows(path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(1, 1_000_001))
    _sheet(path, f"{ROOT}<sheetData>{rows}</sheetData></worksheet>")


def cells_at_both_ends(path: Path) -> None:
    cells = "".join(
        f'<row r="{r}"><c r="{c}{r}" t="inlineStr"><is><t>x</t></is></c></row>'
        for c, r in (("A", 1), ("XFD", 1048576))
    )
    _sheet(path, f"{ROOT}<sheetData>{cells}</sheetData></worksheet>")


def a_wide_and_long_corner(path: Path) -> None:
    cells = "".join(
        f'<row r="{r}"><c r="{c}{r}" t="inlineStr"><is><t>x</t></is></c></row>'
        for c, r in (("A", 1), ("ZZ", 150_000))
    )
    _sheet(path, f"{ROOT}<sheetData>{cells}</sheetData></worksheet>")


def external_entity(path: Path) -> None:
    evil = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    _sheet(path, f"{evil}{ROOT}<sheetData/></worksheet>")


def entity_in_other_encoding(path: Path) -> None:
    evil = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x []>{ROOT}</worksheet>'
    _with(path, SHEET, evil.encode("utf-16"), replace=True)


def macros(path: Path) -> None:
    _with(path, "xl/vbaProject.bin", b"x")


def encrypted_workbook(path: Path) -> None:
    path.write_bytes(guard.OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600)


def encrypted_entries(path: Path) -> None:
    _plain(path)
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)


def truncated(path: Path) -> None:
    _plain(path)
    path.write_bytes(path.read_bytes()[:-900])


def text_called_workbook(path: Path) -> None:
    path.write_text("单位名称,监管类型\n甲厂,一般\n")


def old_workbook_called_new(path: Path) -> None:
    path.write_bytes(guard.OLE + b"\0" * 600 + "Workbook".encode("utf-16-le") + b"\0" * 600)


def page_called_workbook(path: Path) -> None:
    path.write_text("<html><table><tr><td>单位名称</td></tr></table></html>")


def document_called_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("word/document.xml", "<x/>")


def two_parts_of_one_name(path: Path) -> None:
    _with(path, SHEET, b"<x/>")


def over_size(path: Path) -> None:
    path.write_bytes(b"PK" + b"\0" * guard.MAX_BYTES)


def nothing_in_it(path: Path) -> None:
    path.write_bytes(b"")


def damaged_xml(path: Path) -> None:
    _sheet(path, f"{ROOT}<sheetData><row r='1'><c r='A1'><v>1</sheetData>")


HOSTILE: dict[Callable[[Path], None], str] = {
    zip_bomb: "解压后过大",
    bomb_that_lies_about_its_size: "解压后过大|不是有效的",
    many_entries: "解压后过大",
    a_million_empty_styled_rows: "空白但带格式",
    cells_at_both_ends: "很远的单元格|行还有内容",
    a_wide_and_long_corner: "很远的单元格",
    external_entity: "外部实体",
    entity_in_other_encoding: "编码不常见",
    macros: "宏",
    encrypted_workbook: "已加密",
    encrypted_entries: "已加密",
    truncated: "不是有效的 .xlsx",
    text_called_workbook: "内容却是文本表格",
    old_workbook_called_new: "内容却是旧版 .xls",
    page_called_workbook: "网页",
    document_called_workbook: "不是 Excel 工作簿",
    two_parts_of_one_name: "重名",
    over_size: "超过 20 MB",
    nothing_in_it: "文件是空的",
    damaged_xml: "无法读取|没有找到表头",
}


def peak_of_reading(path: Path) -> int:
    """Megabytes of the reading program. A small process of its own starts it: a child's peak is
    never told as less than its parent's, and the parent here is a whole test run."""
    request = Request(path, path.name, IMPORT_COLUMNS, ["name"], FIELDS, is_sources=True)
    run = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "-c", MEASURE],
        input=request.as_json(),
        cwd=ROOT_FOLDER,
        env={**os.environ, "MALLOC_ARENA_MAX": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(run.stdout) >> 10


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_a_hostile_file_is_refused_with_a_reason_and_within_bounds(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "名录.xlsx"
    make(path)

    with pytest.raises(FileRefused, match=HOSTILE[make]):
        told(path)

    assert peak_of_reading(path) <= MEGABYTES


def test_a_false_dimension_alone_does_no_harm(tmp_path: Path) -> None:
    path = _plain(tmp_path / "名录.xlsx")
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(SHEET).decode()
    start, end = sheet.index("<dimension"), sheet.index("<sheetViews")
    lie = f'{sheet[:start]}<dimension ref="A1:XFD1048576"/>{sheet[end:]}'

    assert told(_sheet(tmp_path / "名录2.xlsx", lie)).names == ["甲厂"]


@pytest.mark.parametrize("suffix", [".xlsm", ".xlsb", ".ods", ".exe", ""])
def test_other_kinds_of_files_are_refused(tmp_path: Path, suffix: str) -> None:
    path = _plain(tmp_path / "plain.xlsx").rename(tmp_path / f"名录{suffix}")

    with pytest.raises(FileRefused, match=r"只接受|不接受"):
        told(path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "名录.csv"
    path.write_bytes(b"\xff\x00\x81" * 50)

    with pytest.raises(FileRefused):
        told(path)


def test_an_old_workbook_with_macros_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "名录.xls"
    names = ("Workbook", "_VBA_PROJECT_CUR")
    path.write_bytes(guard.OLE + b"\0" * 600 + b"".join(n.encode("utf-16-le") for n in names))

    with pytest.raises(FileRefused, match="宏"):
        told(path)


def test_a_register_of_the_usual_size_fits_the_bounds(tmp_path: Path) -> None:
    workbook = Workbook(write_only=True)
    page = workbook.create_sheet("名录")
    page.append(["单位名称", "监管类型", *[f"列{n}" for n in range(10)]])
    for number in range(20_000):
        page.append([f"昌吉示范{number}号", "一般", *["内容"] * 10])
    workbook.save(tmp_path / "名录.xlsx")

    assert len(told(tmp_path / "名录.xlsx").rows) == 20_000
