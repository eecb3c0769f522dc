"""The same blocks as ``render_paper``, as a Word document that can be edited and searched."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table

FONT = "仿宋"
LATIN = "Times New Roman"
SOFT = RGBColor(0x50, 0x50, 0x50)
SHADE = "F3F3F3"
TICKED, EMPTY = "☑", "☐"
LONG = 240  # signs; as in assets/documents/paper.typ
OPTIONS_IN_LINE = 38  # signs of 10 pt across a wide cell
WIDTH = 17.2  # cm between the margins


def render_word(data: Mapping[str, Any], *, files: Mapping[str, bytes], moment: datetime) -> bytes:
    """``files``: the pictures the blocks name, as JPEG or PNG. Every text is set as text: no part
    of it is read as a template."""
    document = Document()
    _prepare(document, data, moment)
    _head(document, data, files)
    for block in data["blocks"]:
        if block["title"]:
            title = _paragraph(document, block["title"], size=12, before=8)
            title.paragraph_format.keep_with_next = True
        elif isinstance(list(document.iter_inner_content())[-1], Table):
            _gap(document)
        BLOCKS[block["kind"]](document, block, files)
    _keep_with_what_follows(document)
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


def _gap(document: Any) -> None:
    """Two tables that touch are one to Word."""
    gap = _paragraph(document, "", size=4).paragraph_format
    gap.line_spacing, gap.space_after = Pt(5), Pt(0)


def _keep_with_what_follows(document: Any) -> None:
    """The digest does not begin a page of its own."""
    *_rest, last = document.iter_inner_content()
    for paragraph in _last_row(last) if isinstance(last, Table) else [last]:
        paragraph.paragraph_format.keep_with_next = True


def _last_row(table: Any) -> list[Any]:
    return [paragraph for cell in table.rows[-1].cells for paragraph in cell.paragraphs]


def _prepare(document: Any, data: Mapping[str, Any], moment: datetime) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.9)
    section.top_margin = section.bottom_margin = Cm(1.9)
    style = document.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(10.5)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(2)
    # Without it the signs come in the shapes of another country. Latin stays English: as Chinese,
    # it would be broken between any two digits.
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-US")
        language.set(qn("w:eastAsia"), "zh-CN")
    properties = document.core_properties
    properties.title, properties.author = data["title"], data["bureau"]
    properties.created = properties.modified = moment
    foot = section.footer.paragraphs[0]
    foot.style = style  # the style of footers has tabs of its own
    _foot(foot, data)


def _foot(foot: Any, data: Mapping[str, Any]) -> None:
    foot.paragraph_format.tab_stops.add_tab_stop(Cm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    told = f"{data['title']}　编号 {data['number']}　{data['version']}　摘要 {data['digest'][:16]}"
    _run(foot, f"{told}\t第 ", size=8, soft=True)
    _field(foot, "PAGE")
    _run(foot, " 页　共 ", size=8, soft=True)
    _field(foot, "NUMPAGES")
    _run(foot, " 页", size=8, soft=True)


def _field(paragraph: Any, code: str) -> None:
    """A field Word fills in: the page number, the number of pages. Every run of it has its size,
    the one with the result included."""
    for kind in ("begin", "", "separate", "result", "end"):
        run = _run(paragraph, "1" if kind == "result" else "", size=8, soft=True)
        if kind == "":
            instruction = OxmlElement("w:instrText")
            instruction.text = code
            run._r.append(instruction)
        elif kind != "result":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _run(paragraph: Any, text: str, *, size: float = 10.5, soft: bool = False) -> Any:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = LATIN, Pt(size)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), FONT)
    fonts.set(qn("w:hint"), "eastAsia")  # “” … ☑ stand in both fonts
    if soft:
        run.font.color.rgb = SOFT
    return run


def _picture(paragraph: Any, content: bytes, *, alt: str, **size: Any) -> None:
    """``alt`` is what is read out for it."""
    shape = paragraph.add_run().add_picture(BytesIO(content), **size)
    shape._inline.docPr.set("descr", alt)


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
    """As in print: which copy on the left, bureau and title in the middle, the code on the right."""
    widths = (4.0, 9.2, 4.0)
    table = _table(document, widths, style="Normal Table", beside=0)
    _copy, middle, right = _row(table, widths, (("", data["copy"]), data["bureau"], ""), size=12)
    middle.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    _run(middle.add_paragraph(), data["title"], size=20)
    for paragraph in middle.paragraphs:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if "qr.png" in files:
        right.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _picture(right.paragraphs[0], files["qr.png"], alt="验证二维码", width=Cm(2.1))
    _paragraph(document, f"编号：{data['number']}", size=10)
    if "qr.png" in files:
        told = f"扫码或访问 {data['address']} 验证真伪"
        _paragraph(document, told, size=8, soft=True, align=WD_ALIGN_PARAGRAPH.RIGHT)


Cell = str | tuple[str, str]  # a text, or one with a softer one below


def _table(
    document: Any, widths: Sequence[float], *, style: str = "Table Grid", beside: int = 90
) -> Any:
    """``widths`` in cm; ``beside``: room left and right in a cell, in twips."""
    table = document.add_table(rows=0, cols=len(widths))
    table.style = style
    table.autofit = False
    # Word would hang it out of the text by the padding of its cells.
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    padding = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 35), ("left", beside), ("bottom", 35), ("right", beside)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(twips))
        edge.set(qn("w:type"), "dxa")
        padding.append(edge)
    layout = table._tbl.tblPr.find(qn("w:tblLayout"))
    layout.addnext(padding)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    return table


def _row(table: Any, widths: Sequence[float], texts: Sequence[Cell], *, size: float = 10) -> Any:
    """No page ends in the middle of it, unless a text in it is long."""
    row = table.add_row()
    if max(map(_length, texts)) <= LONG:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cells = row.cells
    for cell, width, text in zip(cells, widths, texts, strict=True):
        cell.width = Cm(width)
        _fill(cell, text, size=size)
    return cells


def _length(cell: Cell) -> int:
    text = "".join(cell)
    return len(text) + 20 * text.count("\n")


def _header(table: Any, widths: Sequence[float], texts: Sequence[str]) -> None:
    """Comes again at the top of each page the table goes on."""
    for cell in _row(table, widths, texts):
        _shade(cell)
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True
    table.rows[-1]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _fill(cell: Any, text: Cell, *, size: float = 10) -> None:
    strong, soft = (text, "") if isinstance(text, str) else text
    lines = [(line, False) for line in strong.split("\n") if strong or not soft]
    lines += [(line, True) for line in soft.split("\n") if soft]
    for number, (line, is_soft) in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        if line:  # a cell that holds a run, be it empty, keeps its line when it is merged
            _run(paragraph, line, size=min(size, 8.5) if is_soft else size, soft=is_soft)


def _options(options: Sequence[Any]) -> str:
    """As many in a line as fit: no line ends in the middle of one."""
    lines = [""]
    for text, on in options:
        option = f"{TICKED if on else EMPTY} {text}"
        if lines[-1] and _signs(f"{lines[-1]}　{option}") > OPTIONS_IN_LINE:
            lines.append("")
        lines[-1] += f"{'　' if lines[-1] else ''}{option}"
    return "\n".join(lines)


def _signs(text: str) -> float:
    """Latin letters, digits and blanks are half as wide."""
    return sum(0.5 if sign.isascii() else 1 for sign in text)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value
    return _options(value["options"]) if "options" in value else str(value["text"])


def _facts(document: Any, block: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    widths = (3.25, 5.35, 3.25, 5.35)
    table = _table(document, widths)
    waiting: list[tuple[str, str]] = []
    for label, value, *wide in block["rows"]:
        if wide and wide[0]:
            _pair(table, widths, waiting)
            text = _value(value)
            cells = _row(table, widths, (label, text, "", ""))
            cells[1].merge(cells[3])
            _shade(cells[0])
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
        cells = _row(table, widths, texts + [""] * (4 - len(texts)))
        for cell in cells[: 2 * len(pairs) : 2]:
            _shade(cell)


def _rows(document: Any, block: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    total = sum(block["widths"])
    widths = [WIDTH * width / total for width in block["widths"]]
    table = _table(document, widths)
    _header(table, widths, block["header"])
    for row in block["rows"]:
        _row(table, widths, row)


def _checks(document: Any, block: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    widths = (1.1, 5.2, 2.7, 8.2)
    table = _table(document, widths)
    _header(table, widths, ("序号", "检查内容与要点", "结论", "情况、处理与依据"))
    for row in block["rows"]:
        answers = "\n".join(f"{TICKED if on else EMPTY} {text}" for text, on in row["options"])
        basis = f"依据：{row['bases']}" if row["bases"] else ""
        told = ("\n".join(row["lines"]), basis)
        cells = (str(row["number"]), (row["title"], row["points"]), answers, told)
        _row(table, widths, cells, size=9.5)


def _body(document: Any, block: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    text = "\n".join(block["lines"])
    _row(_table(document, (WIDTH,)), (WIDTH,), (text,), size=10.5)


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
    table = _table(document, widths)
    _header(table, widths, ("身份", "签名", "姓名与时间"))
    for signer in block["rows"]:
        cells = _row(table, widths, (signer["label"], "", (signer["name"], signer["at"])))
        # Room to sign by hand where nothing is signed yet.
        row = table.rows[-1]
        row.height, row.height_rule = Cm(1.6), WD_ROW_HEIGHT_RULE.AT_LEAST
        for cell in cells:
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        picture = files.get(signer["picture"])
        if picture:
            _picture(cells[1].paragraphs[0], picture, alt=signer["name"], height=Cm(1.4))


def _photos(document: Any, block: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    widths = (7.2, 10.0)
    table = _table(document, widths)
    for photo in block["rows"]:
        told = ("\n".join(photo["caption"]), f"SHA-256 {photo['sha256']}")
        cells = _row(table, widths, ("", told), size=9)
        picture = files.get(photo["file"])
        if picture:
            _picture(cells[0].paragraphs[0], picture, alt=photo["caption"][0], width=Cm(6.8))


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
