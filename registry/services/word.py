"""The same blocks as ``render_paper``, as a Word document that can be edited and searched."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

FONT = "仿宋"
LATIN = "Times New Roman"
SOFT = RGBColor(0x50, 0x50, 0x50)
TICKED, EMPTY = "☑", "☐"


def render_word(data: Mapping[str, Any], *, files: Mapping[str, bytes], moment: datetime) -> bytes:
    """``files``: the pictures the blocks name, as JPEG or PNG. Every text is set as text: no part
    of it is read as a template."""
    document = Document()
    _prepare(document, data, moment)
    _head(document, data, files)
    for block in data["blocks"]:
        if block["title"]:
            _paragraph(document, block["title"], size=12, before=8)
        BLOCKS[block["kind"]](document, block, files)
    _paragraph(document, f"内容摘要（SHA-256）：{data['digest']}", size=8, soft=True, before=8)
    target = BytesIO()
    document.save(target)
    return _without_clock(target)


def _without_clock(packed: BytesIO) -> bytes:
    """A zip names the moment each part was packed; without it the same data make the same bytes."""
    target = BytesIO()
    with ZipFile(packed) as source, ZipFile(target, "w", ZIP_DEFLATED) as copy:
        for name in source.namelist():
            part = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            part.compress_type = ZIP_DEFLATED
            copy.writestr(part, source.read(name))
    return target.getvalue()


def _prepare(document: Any, data: Mapping[str, Any], moment: datetime) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.9)
    section.top_margin = section.bottom_margin = Cm(1.9)
    style = document.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(10.5)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(2)
    properties = document.core_properties
    properties.title, properties.author = data["title"], data["bureau"]
    properties.created = properties.modified = moment
    foot = section.footer.paragraphs[0]
    _run(
        foot,
        f"{data['title']}　编号 {data['number']}　{data['version']}　摘要 {data['digest'][:16]}　第 ",
        size=8,
    )
    _field(foot, "PAGE")
    _run(foot, " 页　共 ", size=8)
    _field(foot, "NUMPAGES")
    _run(foot, " 页", size=8)


def _field(paragraph: Any, code: str) -> None:
    """A field Word fills in: the page number, the number of pages."""
    run = paragraph.add_run()
    run.font.size = Pt(8)
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = text
        run._r.append(element)


def _run(paragraph: Any, text: str, *, size: float = 10.5, soft: bool = False) -> Any:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = LATIN, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    if soft:
        run.font.color.rgb = SOFT
    return run


def _paragraph(
    parent: Any,
    text: str,
    *,
    size: float = 10.5,
    soft: bool = False,
    before: float = 0,
    align: Any = None,
    indent: bool = False,
) -> Any:
    paragraph = parent.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(before)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(size * 2)
    if align is not None:
        paragraph.alignment = align
    _run(paragraph, text, size=size, soft=soft)
    return paragraph


def _head(document: Any, data: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    centre = WD_ALIGN_PARAGRAPH.CENTER
    _paragraph(document, data["copy"], size=9, soft=True)
    _paragraph(document, data["bureau"], size=12, align=centre)
    _paragraph(document, data["title"], size=20, align=centre)
    _paragraph(document, f"编号：{data['number']}", size=10)
    if "qr.png" in files:
        holder = document.add_paragraph()
        holder.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        holder.add_run().add_picture(BytesIO(files["qr.png"]), width=Cm(2.1))
        _paragraph(
            document,
            f"扫码或访问 {data['address']} 验证真伪",
            size=8,
            soft=True,
            align=WD_ALIGN_PARAGRAPH.RIGHT,
        )


def _table(document: Any, columns: int, widths: Sequence[float]) -> Any:
    table = document.add_table(rows=0, cols=columns)
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    return table


def _row(table: Any, widths: Sequence[float], texts: Sequence[str], *, size: float = 10) -> Any:
    cells = table.add_row().cells
    for cell, width, text in zip(cells, widths, texts, strict=True):
        cell.width = Cm(width)
        _fill(cell, text, size=size)
    return cells


def _fill(cell: Any, text: str, *, size: float = 10) -> None:
    for number, line in enumerate(text.split("\n")):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        _run(paragraph, line, size=size)


def _options(options: Sequence[Any]) -> str:
    return "　".join(f"{TICKED if on else EMPTY} {text}" for text, on in options)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value
    return _options(value["options"]) if "options" in value else str(value["text"])


def _facts(document: Any, block: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    widths = (2.9, 5.7, 2.9, 5.7)
    table = _table(document, 4, widths)
    waiting: list[tuple[str, str]] = []
    for label, value, *wide in block["rows"]:
        if wide and wide[0]:
            _pair(table, widths, waiting)
            cells = _row(table, widths, (label, _value(value), "", ""))
            cells[1].merge(cells[3])
            waiting = []
        else:
            waiting.append((label, _value(value)))
            if len(waiting) == 2:
                _pair(table, widths, waiting)
                waiting = []
    _pair(table, widths, waiting)


def _pair(table: Any, widths: Sequence[float], pairs: Sequence[tuple[str, str]]) -> None:
    if pairs:
        texts = [text for pair in pairs for text in pair]
        _row(table, widths, texts + [""] * (4 - len(texts)))


def _rows(document: Any, block: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    total = sum(block["widths"])
    widths = [17.2 * width / total for width in block["widths"]]
    table = _table(document, len(widths), widths)
    _row(table, widths, block["header"])
    for row in block["rows"]:
        _row(table, widths, row)


def _checks(document: Any, block: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    widths = (1.1, 5.2, 2.7, 8.2)
    table = _table(document, 4, widths)
    _row(table, widths, ("序号", "检查内容与要点", "结论", "情况、处理与依据"))
    for row in block["rows"]:
        told = [*row["lines"], *([f"依据：{row['bases']}"] if row["bases"] else [])]
        answers = "\n".join(f"{TICKED if on else EMPTY} {text}" for text, on in row["options"])
        title = f"{row['title']}\n{row['points']}" if row["points"] else row["title"]
        _row(table, widths, (str(row["number"]), title, answers, "\n".join(told)), size=9.5)


def _body(document: Any, block: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    _row(_table(document, 1, (17.2,)), (17.2,), ("\n".join(block["lines"]),), size=10.5)


def _prose(document: Any, block: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    for line in block["lines"]:
        _paragraph(document, line, size=12, before=4, indent=True)


def _address(document: Any, block: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    _paragraph(document, f"{block['text']}：", size=12, before=6)


def _closing(document: Any, block: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    for text, before in ((block["bureau"], 24), (block["day"], 4), ("（印章）", 4)):
        _paragraph(document, text, size=12, before=before, align=WD_ALIGN_PARAGRAPH.RIGHT)


def _signatures(document: Any, block: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    widths = (3.6, 8.6, 5.0)
    table = _table(document, 3, widths)
    _row(table, widths, ("身份", "签名", "姓名与时间"))
    for signer in block["rows"]:
        cells = _row(table, widths, (signer["label"], "", f"{signer['name']}\n{signer['at']}"))
        picture = files.get(signer["picture"])
        if picture:
            cells[1].paragraphs[0].add_run().add_picture(BytesIO(picture), height=Cm(1.4))


def _photos(document: Any, block: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    widths = (7.2, 10.0)
    table = _table(document, 2, widths)
    for photo in block["rows"]:
        told = "\n".join([*photo["caption"], f"SHA-256 {photo['sha256']}"])
        cells = _row(table, widths, ("", told), size=9)
        picture = files.get(photo["file"])
        if picture:
            cells[0].paragraphs[0].add_run().add_picture(BytesIO(picture), width=Cm(6.8))


BLOCKS: dict[str, Callable[[Any, Mapping[str, Any], Mapping[str, bytes]], None]] = {
    "facts": _facts,
    "rows": _rows,
    "checks": _checks,
    "body": _body,
    "prose": _prose,
    "address": _address,
    "closing": _closing,
    "signatures": _signatures,
    "photos": _photos,
}
