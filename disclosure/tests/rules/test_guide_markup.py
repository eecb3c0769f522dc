import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.rules.guide_markup import render_guide

TAG = re.compile(
    r"</?(?:h2|p|ul|li|strong|br)>|<a href=\"(?:https?://|/)[^\"<>]*\"(?: rel=\"noopener noreferrer\")?>|</a>"
)


def test_headings_lists_and_paragraphs() -> None:
    body = "## 标题\n\n第一段\n第二行\n\n- 甲\n- **乙**\n\n[结果](/results/?q=%E7%94%B2&quarter=2026Q1)"

    assert render_guide(body) == (
        "<h2>标题</h2>\n<p>第一段<br>第二行</p>\n<ul><li>甲</li><li><strong>乙</strong></li></ul>\n"
        '<p><a href="/results/?q=%E7%94%B2&amp;quarter=2026Q1">结果</a></p>'
    )


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "[x](//evil.example/)",
     '[x](https://a.example/" onmouseover="x)', "[x](data:text/html,1)", '<img src="x">'],
)  # fmt: skip
def test_nothing_dangerous_becomes_a_tag(text: str) -> None:
    html = render_guide(text)

    assert "<script" not in html
    assert "<img" not in html
    assert "<a" not in html


@given(st.text(alphabet="ab<>&\"'[]()*#- /:\nhttps甲", max_size=80))
def test_whatever_is_written_only_known_tags_come_out(text: str) -> None:
    assert "<" not in TAG.sub("", render_guide(text))
