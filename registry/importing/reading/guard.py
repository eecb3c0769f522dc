"""What is looked at before any parser sees the file. Standard library only: it runs in the child."""

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from registry.importing.reading import old_workbook

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 300 * 1024 * 1024
MAX_ENTRIES = 2000
MAX_ROWS = 200_000
CHUNK = 1 << 20
TAIL = 4096

OLE = b"\xd0\xcf\x11\xe0"
KINDS = {".xlsx": "xlsx", ".xls": "xls", ".csv": "csv", ".txt": "csv"}
NAMES = {"xlsx": ".xlsx 工作簿", "xls": "旧版 .xls 工作簿", "csv": "文本表格"}
_HIDDEN = re.compile(rb'<(row|col)\b([^>]*\bhidden="(?:1|true)"[^>]*)>')
_NUMBERS = re.compile(rb'\b(r|min|max)="(\d+)"')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)/?>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)/?>")
_PART = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


class Refused(Exception):
    """The file as a whole; the message is Chinese and says what to do."""


@dataclass
class Facts:
    """``hidden``: sheet part, of an .xls its title → (hidden rows, hidden columns), both counted from
    1; ``blind``: whether something is hidden cannot be told."""

    kind: str
    blind: bool = False
    hidden: dict[str, tuple[list[int], list[int]]] = field(default_factory=dict)


def inspect(path: Path, filename: str) -> Facts:
    """What the file is; raises Refused for what no register list is."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise Refused(
            f"文件有 {size / 1048576:.1f} MB，超过 {MAX_BYTES >> 20} MB，请拆分或清理后再导入。"
        )
    if size == 0:
        raise Refused("文件是空的，请重新选择。")
    with path.open("rb") as file:
        head = file.read(4096)
    kind = _kind_of(head)
    suffix = Path(filename).suffix.lower()
    if suffix in (".xlsm", ".xltm", ".xlsb", ".xlam"):
        raise Refused(f"不接受 {suffix} 文件（可能含宏），请另存为 .xlsx 后再导入。")
    said = KINDS.get(suffix)
    if said is None:
        raise Refused("只接受 .xlsx、.xls 和 .csv 文件，请另存后再导入。")
    if kind == "html":
        raise Refused("文件内容是网页（HTML），请用 Excel 打开后另存为 .xlsx 再导入。")
    facts = Facts(kind)
    if kind == "xls":
        facts = _old_workbook(path)
    if said != kind:
        raise Refused(
            f"扩展名是 {suffix}，内容却是{NAMES.get(kind, '别的格式')}，不是有效的 {suffix} 文件，"
            f"可能已损坏或改过扩展名，请用 Excel 打开后另存为 .xlsx 再导入。"
        )
    return _workbook(path) if kind == "xlsx" else facts


def _kind_of(head: bytes) -> str:
    if head.startswith(OLE):
        return "xls"
    if head.startswith(b"PK"):
        return "xlsx"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta")):
        return "html"
    if start.startswith(b"<?xml") or start.startswith((b"%pdf", b"rar!", b"7z\xbc\xaf", b"{\\rtf")):
        return "other"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "csv"
    return "other" if b"\0" in head else "csv"


def _old_workbook(path: Path) -> Facts:
    """An OLE container: the old .xls, or an encrypted .xlsx; streams are named in UTF-16."""
    content = path.read_bytes()

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        raise Refused("文件已加密，请取消打开密码后再导入。")
    if holds("_VBA_PROJECT"):
        raise Refused("文件含有宏，请另存为不含宏的 .xlsx 后再导入。")
    if not holds("Workbook") and not holds("Book"):
        raise Refused("这不是 Excel 工作簿，请另存为 .xlsx 后再导入。")
    hidden = old_workbook.hidden_of(content)
    return Facts("xls", blind=hidden is None, hidden=hidden or {})


def _workbook(path: Path) -> Facts:
    try:
        with zipfile.ZipFile(path) as archive:
            return _unpack(archive)
    except Refused:
        raise
    except Exception as error:
        # zipfile and zlib raise whatever they meet; the person needs one plain sentence.
        raise Refused(
            "这不是有效的 .xlsx 文件（可能已损坏或没有下载完整），请用 Excel 打开后重新另存为 .xlsx。"
        ) from error


def _unpack(archive: zipfile.ZipFile) -> Facts:
    entries = archive.infolist()
    names = [entry.filename.replace("\\", "/") for entry in entries]
    lower = {name.lower() for name in names}
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("文件已加密，请取消打开密码后再导入。")
    if any(
        name.endswith(("vbaproject.bin", "vbadata.xml")) or "/macrosheets/" in name
        for name in lower
    ):
        raise Refused("文件含有宏，请另存为不含宏的 .xlsx 后再导入。")
    if "xl/workbook.bin" in lower:
        raise Refused("这是二进制工作簿（.xlsb），请另存为 .xlsx 后再导入。")
    if "xl/workbook.xml" not in lower or "[content_types].xml" not in lower:
        raise Refused("这不是 Excel 工作簿，请另存为 .xlsx 后再导入。")
    if len(lower) != len(names):
        raise Refused("文件内部有重名的部件，不是正常保存的工作簿，请重新另存为 .xlsx。")
    too_large = Refused("文件解压后过大，可能不是正常的名录，请清理空白格式后再导入。")
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise too_large
    facts = Facts("xlsx")
    left = MAX_UNPACKED
    for entry, name in zip(entries, names, strict=True):
        # Counted while unpacking: the directory's own sizes are the sender's word.
        left = _scan(archive, entry, name, facts, left)
        if left < 0:
            raise too_large
    return facts


def _scan(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, facts: Facts, left: int
) -> int:
    xml = name.lower().endswith((".xml", ".rels", ".vml"))
    sheet = _PART.fullmatch(name) is not None
    hidden: tuple[list[int], list[int]] = ([], [])
    rows, tail = 0, b""
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                return left
            if not xml:
                continue
            if not tail and chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise Refused("文件内部的文字编码不常见，请用 Excel 打开后重新另存为 .xlsx。")
            text = tail + chunk
            if b"<!" in text and (b"<!DOCTYPE" in text or b"<!ENTITY" in text):
                raise Refused("文件内部引用了外部实体，不是正常保存的工作簿，已拒绝。")
            if sheet:
                rows += chunk.count(b"<row")
                if rows > MAX_ROWS:
                    raise Refused(
                        f"表中超过 {MAX_ROWS} 行（空白但带格式的行也算），"
                        "请把有内容的区域复制到新工作簿，或拆分后再导入。"
                    )
                if b"hidden=" in text:
                    _note_hidden(text, hidden)
            tail = chunk[-TAIL:]
    if hidden[0] or hidden[1]:
        facts.hidden[name] = (sorted(set(hidden[0])), sorted(set(hidden[1])))
    return left


def _note_hidden(text: bytes, hidden: tuple[list[int], list[int]]) -> None:
    for match in _HIDDEN.finditer(text):
        numbers = {key: int(value) for key, value in _NUMBERS.findall(match[2])}
        if match[1] == b"row" and b"r" in numbers and len(hidden[0]) < MAX_ROWS:
            hidden[0].append(numbers[b"r"])
        elif b"min" in numbers and b"max" in numbers:
            last = min(numbers[b"max"], numbers[b"min"] + 200)
            hidden[1].extend(range(numbers[b"min"], last + 1))


def hidden_by_name(path: Path, facts: Facts) -> dict[str, tuple[list[int], list[int]]]:
    """Sheet title → hidden rows and columns."""
    if not facts.hidden or facts.kind == "xls":
        return facts.hidden
    with zipfile.ZipFile(path) as archive:
        book = archive.read("xl/workbook.xml")
        relations = archive.read("xl/_rels/workbook.xml.rels")
    targets = {}
    for match in _RELATION.finditer(relations):
        target = _attribute(match[1], "Target").lstrip("/")
        target = target if target.startswith("xl/") else f"xl/{target}"
        targets[_attribute(match[1], "Id")] = target
    found = {}
    for match in _SHEET.finditer(book):
        part = targets.get(_attribute(match[1], "r:id"), "")
        if part in facts.hidden:
            found[_attribute(match[1], "name")] = facts.hidden[part]
    return found


def _attribute(text: bytes, name: str) -> str:
    match = re.search(rb"\b" + name.encode() + rb'="([^"]*)"', text)
    return match[1].decode("utf-8", "replace") if match else ""
