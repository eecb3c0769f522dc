"""Which class a printed key list says of a unit. What it does not say is not made up."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from registry.importing.rules.column_titles import IGNORED, signature

from .key_lists import FILE, HEADER, TITLE, classes, listed, whys
from .reading import book, code, told


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ([*HEADER, "水环境", "大气环境", "土壤污染"], [1, "东区", "甲厂", "√", None, None]),
        ([*HEADER, "重点类别"], [1, "东区", "甲厂", "水环境"]),
    ],
)
@pytest.mark.parametrize(
    "above",
    ["2026年某市水环境、大气环境重点排污单位和土壤污染重点监管单位名录",
     "（共2家，其中水环境重点排污单位1家、大气环境重点排污单位1家）"],
)  # fmt: skip
def test_a_title_that_names_every_class_says_nothing_of_one_row(
    tmp_path: Path, above: str, header: list[str], row: list[Any]
) -> None:
    assert classes(listed(tmp_path, [[above], header, row])) == {"甲厂": "water"}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("2026年水、大气环境重点排污单位名录", "water+air"),
        ("2026年水污染重点排污单位", "water"),
        ("2026年声环境重点排污单位", "noise"),
        ("2026年环境风险重点管控单位名录", "risk"),
        ("2026年地下水污染防治重点排污单位名录", "groundwater"),
        ("2026年污水处理厂、废气治理单位名录", ""),
        ("依据《中华人民共和国水污染防治法》公布重点单位名录", ""),
        ("根据水污染防治法、大气污染防治法公布重点单位名录", ""),
        ("供水、供热重点单位名录", ""),
        ("溧水、高淳区重点单位名录", ""),
        ("供气重点单位名录", ""),
        ("昌吉州水污染源清单", ""),
        ("昌吉州水和大气环境重点排污单位名录", "water+air"),
    ],
)
def test_the_classes_a_title_names(tmp_path: Path, title: str, expected: str) -> None:
    assert classes(listed(tmp_path, [[title], HEADER, [1, "东区", "甲厂"]])) == {"甲厂": expected}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("水", "water"), ("附件2 大气", "air"), ("噪声（3家）", "noise"), ("名单", "")],
)
def test_a_sheet_called_by_a_class_and_nothing_else(
    tmp_path: Path, name: str, expected: str
) -> None:
    path = book(tmp_path / FILE, [[TITLE], HEADER, [1, "东区", "甲厂"]])
    workbook = load_workbook(path)
    workbook.worksheets[0].title = name
    workbook.save(path)

    assert classes(told(path, is_key_list=True)) == {"甲厂": expected}


def test_a_header_printed_again_on_the_next_page_changes_nothing(tmp_path: Path) -> None:
    lines = [
        ["2026年水环境重点排污单位名录"], HEADER, [1, "东区", "甲厂"],
        HEADER, [2, None, "乙厂"],
        ["续表"], HEADER, [3, "西区", "丙厂"],
    ]  # fmt: skip

    found = listed(tmp_path, lines)

    assert classes(found) == {"甲厂": "water", "乙厂": "water", "丙厂": "water"}
    assert [row["county"] for row in found.rows] == ["东区", "东区", "西区"]


def test_another_title_over_the_same_header_begins_another_table(tmp_path: Path) -> None:
    lines = [
        ["2026年水环境重点排污单位名录"], HEADER, [1, "东区", "甲厂"],
        [], ["2026年其他重点单位名录"], HEADER, [1, None, "乙厂"],
    ]  # fmt: skip

    found = listed(tmp_path, lines)

    assert classes(found) == {"甲厂": "water", "乙厂": ""}
    assert found.of("乙厂").get("county", "") == ""


def test_a_note_says_nothing_of_the_table_below_it(tmp_path: Path) -> None:
    lines = [
        ["2026年水环境重点排污单位名录"], HEADER, [1, "东区", "甲厂"],
        ["注：大气环境重点排污单位另行公布。"], HEADER, [2, "东区", "乙厂"],
    ]  # fmt: skip

    found = listed(tmp_path, lines)

    assert classes(found) == {"甲厂": "water", "乙厂": "water"}
    assert whys(found)[4] == "表下说明"


def test_a_section_without_a_class_ends_the_one_before_it(tmp_path: Path) -> None:
    lines = [
        [TITLE], HEADER,
        ["一、大气环境重点排污单位"], ["（一）东区"], [1, "东区", "甲厂"], ["（二）西区"], [2, "西区", "乙厂"],
        ["二、其他"], [1, "西区", "丙厂"],
    ]  # fmt: skip

    assert classes(listed(tmp_path, lines)) == {"甲厂": "air", "乙厂": "air", "丙厂": ""}


def test_a_header_of_three_lines_is_one_header(tmp_path: Path) -> None:
    lines = [
        ["附件"], [TITLE],
        ["序号", "县区", "单位名称", "环境监管重点单位类别", None, None],
        [None, None, None, "重点排污单位", None, "重点监管单位"],
        [None, None, None, "水环境", "大气环境", "土壤污染"],
        [1, "东区", "甲厂", "√", None, "√"],
    ]  # fmt: skip
    merged = ["A3:A5", "B3:B5", "C3:C5", "D3:F3", "D4:E4"]

    found = listed(tmp_path, lines, merged=merged)

    assert classes(found) == {"甲厂": "water+soil"}
    assert [table["line"] for table in found.report["tables"]] == [3]


def test_a_class_parted_by_levels_is_that_class_in_each(tmp_path: Path) -> None:
    lines = [
        [TITLE],
        ["序号", "单位名称", "水环境", None, "大气环境"],
        [None, None, "省级", "市级", None],
        [1, "甲厂", None, "√", None], [2, "乙厂", "√", None, "√"],
    ]  # fmt: skip
    merged = ["A2:A3", "B2:B3", "C2:D2", "E2:E3"]

    assert classes(listed(tmp_path, lines, merged=merged)) == {"甲厂": "water", "乙厂": "water+air"}


def test_classes_of_two_years_are_never_put_together(tmp_path: Path) -> None:
    lines = [
        ["某市重点单位名录"],
        ["序号", "单位名称", "2025年", None, "2026年", None],
        [None, None, "水", "气", "水", "气"],
        [1, "甲厂", None, "√", "√", None],
    ]  # fmt: skip
    merged = ["A2:A3", "B2:B3", "C2:D2", "E2:F2"]
    titles = ["序号", "单位名称", "2025年水", "2025年气", "2026年水", "2026年气"]
    said = {signature(titles): {"2026年水": "mark:water", "2026年气": "mark:air"}}

    assert classes(listed(tmp_path, lines, merged=merged)) == {"甲厂": ""}
    assert classes(listed(tmp_path, lines, merged=merged, mappings=said)) == {"甲厂": "water"}


def test_a_numbered_line_ends_what_was_written_once(tmp_path: Path) -> None:
    lines = [
        [TITLE],
        ["重点类别", "单位名称"],
        ["水环境", "甲厂"],
        ["二、其他单位"],
        [None, "乙厂"],
    ]

    assert classes(listed(tmp_path, lines)) == {"甲厂": "water", "乙厂": ""}


def test_a_county_goes_on_below_the_header_of_the_next_page(tmp_path: Path) -> None:
    header = ["序号", "单位名称", "水环境"]
    lines = [[TITLE], header, ["（一）东区"], [1, "甲厂", "√"], header, [2, "乙厂", "√"]]

    assert [row["county"] for row in listed(tmp_path, lines).rows] == ["东区", "东区"]


def test_a_class_left_of_the_names_is_written_once_for_its_block(tmp_path: Path) -> None:
    lines = [
        [TITLE], ["名录类别", "序号", "单位名称"],
        ["水环境重点排污单位", 1, "甲厂"], [None, 2, "乙厂"], ["大气环境重点排污单位", 1, "丙厂"],
    ]  # fmt: skip

    assert classes(listed(tmp_path, lines)) == {"甲厂": "water", "乙厂": "water", "丙厂": "air"}


def test_an_older_title_goes_before_a_newer_one(tmp_path: Path) -> None:
    header = ["组织机构代码", "社会信用代码", "企业名称", "注册地址", "生产地址", "乡镇", "县区"]
    row = ["468354627", code(1), "甲厂", "一路", "二路", "某镇", "东区"]

    [found] = listed(tmp_path, [header, row]).rows

    assert (found["uscc"], found["address"], found["county"]) == (code(1), "二路", "东区")


@pytest.mark.parametrize("cells", [(12.5, 3), ("达标", None)])
def test_amounts_are_no_ticks(tmp_path: Path, cells: tuple[Any, Any]) -> None:
    lines = [
        ["单位名称", "县区", "废水", "废气"],
        ["甲厂", "东区", *cells],
        ["乙厂", "东区", None, None],
    ]

    found = listed(tmp_path, lines)

    assert classes(found) == {"甲厂": "", "乙厂": ""}


def test_a_filled_circle_beside_an_empty_one(tmp_path: Path) -> None:
    lines = [
        ["单位名称", "县区", "水环境", "噪声"],
        ["甲厂", "东区", "●", "○"],
        ["乙厂", "东区", "○", "○"],
    ]

    assert classes(listed(tmp_path, lines)) == {"甲厂": "water", "乙厂": ""}


def test_a_tick_that_was_taken_back_is_asked_for(tmp_path: Path) -> None:
    lines = [["单位名称", "县区", "水环境"], ["甲厂", "东区", "√（已取消）"]]

    assert "“√（已取消）”不是“√”" in listed(tmp_path, lines).reasons()


@pytest.mark.parametrize(
    "title", ["类别", "监管类别", "类型", "单位类别", "污染类型", "重点排污单位"]
)
def test_a_title_of_several_meanings_is_what_stands_below_it(tmp_path: Path, title: str) -> None:
    header = [*HEADER, title]

    assert classes(listed(tmp_path, [header, [1, "东区", "甲厂", "水环境"]])) == {"甲厂": "water"}
    other = listed(tmp_path, [header, [1, "东区", "甲厂", "工业企业"]])
    assert classes(other) == {"甲厂": ""}
    assert other.report["tables"][0]["unmatched"] == [title]


def test_the_plain_title_goes_before_one_of_several_meanings(tmp_path: Path) -> None:
    lines = [["类型", "单位名称", "重点类别"], ["工业企业", "甲厂", "噪声"]]

    assert classes(listed(tmp_path, lines)) == {"甲厂": "noise"}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("水环境和大气环境", "water+air"), ("水环境+大气环境", "water+air"), ("1.水环境 2.噪声", "water+noise"),
        ("水环境（省控）", "water"), ("水环境重点\n排污单位", "water"), ("土壤污染监管", "soil"),
        ("土壤环境污染重点监管单位", "soil"), ("水环境监管重点单位", "water"), ("其他重点排污单位", ""), ("—", ""),
    ],
)  # fmt: skip
def test_what_people_write_for_a_class(tmp_path: Path, cell: str, expected: str) -> None:
    lines = [[*HEADER, "重点类别"], [1, "东区", "甲厂", cell]]

    assert classes(listed(tmp_path, lines)) == {"甲厂": expected}


@pytest.mark.parametrize("mark", ["○", "◎", "◆", "✔\ufe0f", "√（新增）", "√*", "新增", "重大", 1])
def test_what_people_tick_with(tmp_path: Path, mark: Any) -> None:
    lines = [[*HEADER, "环境风险"], [1, "东区", "甲厂", mark]]

    assert classes(listed(tmp_path, lines)) == {"甲厂": "risk"}


def test_a_known_column_can_be_left_unread_and_an_unknown_one_be_a_tick(tmp_path: Path) -> None:
    header = ["单位名称", "备注", "涉重金属"]
    said = {signature(header): {"备注": IGNORED, "涉重金属": "mark:soil"}}

    found = listed(tmp_path, [header, ["甲厂", "内部", "√"]], mappings=said)

    assert classes(found) == {"甲厂": "soil"}
    assert "note" not in found.rows[0]
