"""The same blocks as PDF and as Word: what the page itself promises, whatever it says."""

from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from PIL import Image
from pypdf import PdfReader

from registry.papers.documents import render_paper
from registry.papers.docx import render_word

MOMENT = datetime(2026, 5, 13, 8, tzinfo=UTC)
DIGEST = "5ac5" * 16
OPTIONS = [[f"{n} 未发现开展本次抽查涉及的经营活动", n == 4] for n in range(1, 8)]


def facts(rows: int) -> dict[str, Any]:
    return {"kind": "facts", "title": "一、情况", "rows": [["地址", "路1号", True]] * rows}


def signatures(*names: str) -> dict[str, Any]:
    rows = [
        {"label": "执法人员", "name": name, "at": "2026年5月13日", "svg": "", "picture": ""}
        for name in names
    ]
    return {"kind": "signatures", "title": "二、签名", "rows": rows}


def paper(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": "复查记录",
        "bureau": "昌吉高新区环境保护局",
        "number": "FC-2026-00009",
        "version": "第1版",
        "digest": DIGEST,
        "copy": "第二联　交被检查单位",
        "qr": "",
        "address": "https://hbj.example.cn/check/5ac55ac55ac55ac55ac5/1/",
        "blocks": list(blocks),
    }


def square() -> bytes:
    target = BytesIO()
    Image.new("L", (40, 40)).save(target, "PNG")
    return target.getvalue()


def word(*blocks: dict[str, Any]) -> Any:
    files = {"qr.png": square()}
    return Document(BytesIO(render_word(paper(*blocks), files=files, moment=MOMENT)))


# The longest texts the form takes.
NARRATIVE = "现场检查时发现该企业危险废物贮存间标识缺失。" * 227
NOTE = "未按规定设置台账，数据缺失超过规定时限。" * 100
LONG = {
    "narrative": {"kind": "body", "title": "六、现场检查情况", "lines": [NARRATIVE]},
    "must-check": {
        "kind": "checks",
        "title": "五、十必查",
        "rows": [
            {"number": n, "title": "环评手续", "points": "是否经批准", "bases": "《环境保护法》",
             "options": [["发现问题", True]], "lines": [NOTE]}
            for n in (1, 2)
        ],
    },
    "what was asked": {
        "kind": "rows", "title": "三、逐项复查", "header": ["原问题", "复查情况"], "widths": [1, 3],
        "rows": [["标识缺失", "已改正"], [NOTE, "已改正"]],
    },
    "many lines": {"kind": "facts", "title": "", "rows": [["原因", "无\n" * 90, True]] * 2},
    "wide value": {"kind": "facts", "title": "", "rows": [["处理意见", NARRATIVE, True]]},
    "narrow value": {"kind": "facts", "title": "", "rows": [["原因", NOTE], ["期限", NOTE]]},
}  # fmt: skip


def heights(page: Any) -> list[float]:
    """How far from the bottom, in points, each text stands."""
    found: list[float] = []

    def look(text: str, outer: list[float], own: list[float], *_font: Any) -> None:
        if text.strip():
            found.append(own[4] * outer[1] + own[5] * outer[3] + outer[5])

    page.extract_text(visitor_text=look)
    return found


@pytest.mark.parametrize("block", LONG.values(), ids=LONG)
@pytest.mark.parametrize("below", [[], [facts(1)]], ids=["at the end", "in the middle"])
def test_the_longest_text_goes_on_from_page_to_page_and_none_of_it_is_cut_off(
    block: dict[str, Any], below: list[dict[str, Any]]
) -> None:
    content = render_paper(paper(facts(12), block, *below), files={}, moment=MOMENT)

    pages = PdfReader(BytesIO(content)).pages

    assert min(min(heights(page)) for page in pages) > 30
    # No page is left nearly empty because what follows did not fit.
    assert min(len(heights(page)) for page in pages[:-1]) > 15


LAST = {
    "signatures": [signatures("赵一鸣", "钱二川")],
    "facts": [{**facts(2), "title": ""}],
    "rows": [
        {"kind": "rows", "title": "", "header": ["姓名"], "widths": [1], "rows": [["甲"]] * 3}
    ],
}


@pytest.mark.parametrize("last", LAST.values(), ids=LAST)
def test_the_digest_never_has_a_page_of_its_own(last: list[dict[str, Any]]) -> None:
    for rows in range(16, 40, 2):
        content = render_paper(paper(facts(rows), *last), files={}, moment=MOMENT)

        text = PdfReader(BytesIO(content)).pages[-1].extract_text()

        assert DIGEST in text
        assert any(name in text for name in ("钱二川", "路1号", "甲"))


def test_the_party_copy_is_named_in_one_line() -> None:
    content = render_paper(paper(facts(1)), files={}, moment=MOMENT)

    first = PdfReader(BytesIO(content)).pages[0].extract_text()

    assert "第二联 交被检查单位" in first.replace("　", " ")


def test_word_has_digest_page_numbers_address_and_code_where_the_print_has_them() -> None:
    document = word(facts(1))

    footer = document.sections[0].footer.paragraphs[0]
    body = "".join(paragraph.text for paragraph in document.paragraphs)
    fields = [field.text for field in footer._p.iter(qn("w:instrText"))]
    sizes = {run.font.size.pt for run in footer.runs}
    assert (fields, sizes) == (["PAGE", "NUMPAGES"], {8})
    assert "摘要 5ac55ac55ac55ac5" in footer.text
    assert f"内容摘要（SHA-256）：{DIGEST}" in body
    assert "https://hbj.example.cn/check/5ac55ac55ac55ac55ac5/1/" in body
    pictures = document.tables[0].rows[0].cells[2]._tc.iter(qn("wp:docPr"))
    assert [picture.get("descr") for picture in pictures] == ["验证二维码"]


def test_word_takes_the_text_for_chinese() -> None:
    languages = [tag.get(qn("w:eastAsia")) for tag in word().styles.element.iter(qn("w:lang"))]

    assert set(languages) == {"zh-CN"}


def test_a_value_across_the_page_has_no_empty_lines_below_it() -> None:
    table = word(facts(1)).tables[1]

    assert [p.text for p in table.rows[0].cells[1].paragraphs] == ["路1号"]


def test_options_are_not_broken_at_the_end_of_a_line() -> None:
    block = {"kind": "facts", "title": "", "rows": [["检查结果", {"options": OPTIONS}, True]]}

    lines = word(block).tables[1].rows[0].cells[1].text.split("\n")

    assert len(lines) == 4
    assert all(line.endswith("经营活动") for line in lines)


def test_tables_of_a_word_document_never_touch_and_repeat_their_header() -> None:
    table = {"kind": "rows", "title": "", "header": ["姓名"], "widths": [1], "rows": [["甲"]]}
    document = word(facts(2), table, table, signatures("赵一鸣"), {**facts(1), "title": ""})

    parts = list(document.iter_inner_content())

    assert not [1 for a, b in pairwise(parts) if isinstance(a, Table) and isinstance(b, Table)]
    headed = [
        t for t in document.tables if t._tbl.tr_lst[0].find(f".//{qn('w:tblHeader')}") is not None
    ]
    assert len(headed) == 3


def test_there_is_room_to_sign_by_hand() -> None:
    row = word(signatures("赵一鸣")).tables[1].rows[1]

    assert row.height is not None
    assert row.height.cm >= 1.5
