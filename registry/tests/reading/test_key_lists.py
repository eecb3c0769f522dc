"""The yearly key lists of other bureaus, as they are laid out for printing. What a list does not say is not
made up, and whoever is not on it is not taken."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from registry.rules.headers import IGNORED, signature

from .reading import Told, book, code, told

FILE = "名录.xlsx"
TITLE = "2026年某市环境监管重点单位名录"
HEADER = ["序号", "县区", "单位名称"]
Lines = Sequence[Sequence[Any]]


def listed(path: Path, *sheets: Lines, merged: Sequence[str] = (), **more: Any) -> Told:
    return told(book(path / FILE, *sheets, merged=merged), is_key_list=True, **more)


def classes(found: Told) -> dict[str, str]:
    """Name → classes, as water+air."""
    return {row["name"]: "+".join(json.loads(row.get("key_classes") or "[]")) for row in found.rows}


def whys(found: Told) -> dict[int, str]:
    return dict(found.skipped)


# --- which class --------------------------------------------------------------------------


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


# --- who is on it -------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["二、移出名录单位", "退出重点单位名单", "（二）调出企业（1家）"])
def test_those_who_left_the_list_are_named_and_not_taken(tmp_path: Path, title: str) -> None:
    lines = [[TITLE], ["一、新增单位"], HEADER, [1, "东区", "甲厂"], [title], [2, "东区", "乙厂"]]

    found = listed(tmp_path, lines)

    assert found.names == ["甲厂"]
    assert whys(found)[6] == "已退出名录，不读取"


@pytest.mark.parametrize(
    "title",
    ["2026年重点单位名录（不含已退出单位）", "对不再符合条件的企业予以移出，现公布名录。", "落后产能退出重点单位名录",
     "2026年重点单位名录调整情况（新增、移出）"],
)  # fmt: skip
def test_a_title_that_only_mentions_leavers_is_that_of_a_list(tmp_path: Path, title: str) -> None:
    assert listed(tmp_path, [[title], HEADER, [1, "东区", "甲厂"]]).names == ["甲厂"]


def test_those_who_stay_come_after_those_who_left(tmp_path: Path) -> None:
    lines = [
        [TITLE],
        HEADER,
        ["移出单位"],
        ["（一）东区"],
        [1, "东区", "甲厂"],
        ["保留单位"],
        [2, "东区", "乙厂"],
    ]

    assert listed(tmp_path, lines).names == ["乙厂"]


def test_the_title_after_the_leavers_begins_a_list_again(tmp_path: Path) -> None:
    lines = [[TITLE], HEADER, [1, "东区", "甲厂"], ["二、移出名录单位"], [2, "东区", "乙厂"],
             ["三、备用单位"], HEADER, [3, "东区", "丙厂"]]  # fmt: skip

    assert listed(tmp_path, lines).names == ["甲厂", "丙厂"]


def test_a_column_says_who_left_the_list(tmp_path: Path) -> None:
    lines = [[*HEADER, "调整情况"], [1, "东区", "甲厂", "新增"], [2, "东区", "乙厂", "已退出"]]

    found = listed(tmp_path, lines)

    assert found.names == ["甲厂"]
    assert whys(found) == {3: "已退出名录，不读取"}


@pytest.mark.parametrize(
    "total",
    [
        "合计（家）",
        "全县合计",
        "市本级小计",
        "本页小计",
        "以上共计3家",
        "总数",
        "累计",
        "城区合计：2家",
        "共2家",
        "3家",
    ],
)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_no_total_is_a_unit(tmp_path: Path, total: str, place: int) -> None:
    line: list[Any] = [None, None, None, 1]
    line[place] = total
    lines = [[*HEADER, "水环境"], [1, "东区", "甲厂", "√"], line]

    found = listed(tmp_path, lines)

    assert (found.names, found.refused) == (["甲厂"], [])
    assert whys(found)[3] in ("合计行", "标题行")


def test_a_subtotal_beside_a_merged_county_is_no_unit(tmp_path: Path) -> None:
    lines = [
        ["县区", "序号", "单位名称"], ["东区", 1, "甲厂"], [None, "小计", "1家"], ["全市合计", 1, "1家"],
    ]  # fmt: skip

    assert listed(tmp_path, lines, merged=["A2:A3"]).names == ["甲厂"]


@pytest.mark.parametrize(
    "below",
    ["上述单位应当依法公开环境信息。", "2026年3月25日", "二〇二六年三月二十五日", "某市生态环境局", "某县人民政府（盖章）"],
)  # fmt: skip
def test_what_stands_under_a_list_of_names_is_no_unit(tmp_path: Path, below: str) -> None:
    lines = [[TITLE], ["单位名称", "县区"], ["甲厂", "东区"], [below]]

    assert listed(tmp_path, lines).names == ["甲厂"]


def test_column_numbers_and_an_empty_list_are_no_units(tmp_path: Path) -> None:
    numbers = [HEADER, ["甲", "乙", "丙"], [1, "东区", "甲厂"]]
    digits = [[*HEADER, "水环境"], ["1", "2", "3", "4"], [1, "东区", "乙厂", "√"]]
    nothing = [HEADER, [1, None, "无"]]

    found = listed(tmp_path, numbers, digits, nothing)

    assert found.names == ["甲厂", "乙厂"]
    assert [why for _line, why in found.skipped] == ["栏号行", "栏号行", "空表的说明"]


# --- where they stand ---------------------------------------------------------------------


def test_tables_beside_one_another_are_all_read(tmp_path: Path) -> None:
    lines = [
        ["2026年水环境重点排污单位名单"],
        ["序号", "单位名称", "县区", None, "序号", "单位名称", "县区"],
        [1, "甲厂", "东区", None, 3, "丙厂", "西区"],
        [2, "乙厂", "东区", None, None, None, None],
        ["合计：3家"],
    ]  # fmt: skip

    found = listed(tmp_path, lines, merged=["A1:G1"])

    assert classes(found) == {"甲厂": "water", "乙厂": "water", "丙厂": "water"}
    assert "2 张表并排" in "".join(found.report["notes"])


def test_tables_beside_one_another_have_titles_of_their_own(tmp_path: Path) -> None:
    lines = [
        ["2026年重点排污单位名录"],
        ["水环境重点排污单位", None, None, "大气环境重点排污单位", None, None],
        [*HEADER, *HEADER],
        [1, "东区", "甲厂", 1, "西区", "乙厂"],
        [None, None, None, 2, "西区", "丙厂"],
    ]  # fmt: skip

    found = listed(tmp_path, lines, merged=["A1:F1", "A2:C2", "D2:F2"])

    assert classes(found) == {"甲厂": "water", "乙厂": "air", "丙厂": "air"}
    assert {row["key_list_year"] for row in found.rows} == {"2026"}


def test_a_sheet_without_a_header_goes_on_with_the_table_before(tmp_path: Path) -> None:
    first = [["2026年土壤污染重点监管单位名单"], HEADER, [1, "东区", "甲化工厂"]]
    second = [[2, "西区", "乙化工厂"], [3, "西区", "丙化工厂"]]

    notes = [["说明"], [1, None, "本表由各县填报。"], [2, None, "单位名称填写全称"]]
    found = listed(tmp_path, first, second, notes)

    assert classes(found) == {"甲化工厂": "soil", "乙化工厂": "soil", "丙化工厂": "soil"}
    assert "工作表“表2”没有表头，接着前一张表读取" in "".join(found.report["notes"])
    assert "工作表“表3”没有表头，未读取" in "".join(found.report["notes"])


def test_the_next_sheet_goes_on_with_the_last_section(tmp_path: Path) -> None:
    first = [["2026年水环境重点排污单位名单"], HEADER, [1, "东区", "甲化工厂"],
             ["二、大气环境重点排污单位"], [2, "东区", "乙化工厂"]]  # fmt: skip

    found = listed(tmp_path, first, [[3, "西区", "丙化工厂"]])

    assert classes(found) == {"甲化工厂": "water", "乙化工厂": "air", "丙化工厂": "air"}


@pytest.mark.parametrize(
    "other",
    [
        [["填报说明"], [1, "本名录依据有关规定编制"], [2, "数据截至2026年3月"]],
        [["序号", "县市", "家数"], [1, "昌吉市", 25], [2, "阜康市", 12]],
        [["法律法规依据"], [1, "《水污染防治法》", "全文"]],
    ],
)
def test_a_sheet_of_something_else_holds_no_units(tmp_path: Path, other: Lines) -> None:
    first = [[TITLE], ["序号", "单位名称", "县区"], [1, "甲化工厂", "东区"]]

    assert listed(tmp_path, first, other).names == ["甲化工厂"]


def test_what_stands_below_tables_beside_one_another_keeps_its_columns(tmp_path: Path) -> None:
    lines = [
        ["序号", "单位名称", "序号", "单位名称"], [1, "甲化工厂", 2, "乙化工厂"],
        ["序号", "单位名称", "统一社会信用代码", "重点类别"], [1, "丙化工厂", code(3), "水环境"],
    ]  # fmt: skip

    found = listed(tmp_path, lines)

    assert found.names == ["甲化工厂", "丙化工厂"]
    assert found.of("丙化工厂")["uscc"] == code(3)


def test_a_title_in_the_middle_is_that_of_all_tables_below(tmp_path: Path) -> None:
    lines = [[None, None, None, "2026年水环境重点排污单位名录"], [*HEADER, *HEADER],
             [1, "东区", "甲化工厂", 2, "西区", "乙化工厂"]]  # fmt: skip

    assert classes(listed(tmp_path, lines)) == {"甲化工厂": "water", "乙化工厂": "water"}


def test_a_section_over_tables_beside_one_another_is_that_of_all(tmp_path: Path) -> None:
    lines = [
        ["序号", "单位名称", "序号", "单位名称"],
        ["一、水环境重点排污单位", None, None, None], [1, "甲化工厂", 2, "乙化工厂"],
        ["二、移出名录单位", None, None, None], [1, "丙化工厂", 2, "丁化工厂"],
    ]  # fmt: skip

    found = listed(tmp_path, lines, merged=["A2:D2", "A4:D4"])

    assert classes(found) == {"甲化工厂": "water", "乙化工厂": "water"}


def test_a_county_stays_over_the_classes_within_it(tmp_path: Path) -> None:
    lines = [
        [TITLE], ["序号", "单位名称"],
        ["一、天山区"], ["（一）水环境重点排污单位"], [1, "甲厂"], ["（二）噪声重点排污单位"], [2, "乙厂"],
        ["二、米东区"], ["（一）水环境重点排污单位"], ["序号", "单位名称"], [1, "丙厂"],
    ]  # fmt: skip

    found = listed(tmp_path, lines)

    assert classes(found) == {"甲厂": "water", "乙厂": "noise", "丙厂": "water"}
    assert [table["line"] for table in found.report["tables"]] == [2, 10]
    assert [row["county"] for row in found.rows] == ["天山区", "天山区", "米东区"]


@pytest.mark.parametrize("line", ["工业园区", "城区", "重点管控区", "全市", "各县市区"])
def test_not_every_area_is_a_county(tmp_path: Path, line: str) -> None:
    found = listed(tmp_path, [[TITLE], ["序号", "单位名称"], [line], [1, "甲厂"]])

    assert found.of("甲厂").get("county", "") == ""


def test_a_county_between_the_rows_is_that_of_the_rows_below(tmp_path: Path) -> None:
    lines = [
        [TITLE], ["序号", "单位名称", "水环境"],
        ["（一）东区（1家）"], [1, "甲厂", "√"], ["（二）阜康市"], [2, "乙厂", "√"],
    ]  # fmt: skip

    assert [row["county"] for row in listed(tmp_path, lines).rows] == ["东区", "阜康市"]


def test_a_county_is_written_with_its_count(tmp_path: Path) -> None:
    lines = [HEADER, [1, "汉台区\n（2家）", "甲厂"], [2, None, "乙厂"]]

    assert [row["county"] for row in listed(tmp_path, lines).rows] == ["汉台区", "汉台区"]


def test_a_long_notice_may_stand_above_the_table(tmp_path: Path) -> None:
    lines = [[f"第{n}段，根据有关规定公布。"] for n in range(40)]

    assert listed(tmp_path, [*lines, HEADER, [1, "东区", "甲厂"]]).names == ["甲厂"]


@pytest.mark.parametrize(
    ("name", "title"), [("2025年名录.xlsx", "名录"), ("名录.xlsx", "二〇二五年名录")]
)
def test_the_year_stands_in_the_title_or_the_name_of_the_file(
    tmp_path: Path, name: str, title: str
) -> None:
    path = book(tmp_path / name, [[title], HEADER, [1, "东区", "甲厂"]])

    assert told(path, is_key_list=True).of("甲厂")["key_list_year"] == "2025"


# --- one unit -----------------------------------------------------------------------------


def test_the_same_unit_under_two_classes_keeps_what_was_written_first(tmp_path: Path) -> None:
    header = ["县区", "单位名称", "统一社会信用代码", "地址", "备注"]
    lines = [
        ["一、水环境重点排污单位"], header, ["东区", "甲（东）厂", code(1), "一号", "新增"],
        ["二、土壤污染重点监管单位"], header, ["东区", "甲(东)厂", None, "工业园一号", None],
    ]  # fmt: skip

    found = listed(tmp_path, lines)

    assert classes(found) == {"甲（东）厂": "water+soil"}
    assert (found.rows[0]["uscc"], found.rows[0]["address"]) == (code(1), "一号")
    assert whys(found)[6] == "与第3行合并为一个单位（地址以前者为准）"


def test_a_code_that_comes_on_a_later_sheet_is_taken(tmp_path: Path) -> None:
    lines = [["单位名称", "统一社会信用代码", "水环境", "噪声"],
             ["甲厂", None, "√", None], ["甲厂", code(1), None, "√"]]  # fmt: skip

    found = listed(tmp_path, lines)

    assert classes(found) == {"甲厂": "water+noise"}
    assert found.rows[0]["uscc"] == code(1)


def test_one_name_in_two_counties_is_not_one_unit(tmp_path: Path) -> None:
    header = [*HEADER, "水环境", "噪声"]
    lines = [header, [1, "东区", "中心卫生院", "√", None], [2, "西区", "中心卫生院", None, "√"]]

    found = listed(tmp_path, lines)

    assert classes(found) == {"中心卫生院": "water"}
    assert "所在县市不同" in found.reasons()


def test_one_name_with_a_code_in_one_county_and_without_in_another(tmp_path: Path) -> None:
    header = [*HEADER, "统一社会信用代码"]
    lines = [header, [1, "东区", "卫生院", None], [2, "西区", "卫生院", code(1)], [3, "西区", "卫生院", code(1)],
             [4, "南区", "加油站", code(2)], [5, "北区", "加油站", None], [6, "东区", "卫生院", None]]  # fmt: skip

    found = listed(tmp_path, lines)

    assert [(row["county"], row["uscc"]) for row in found.rows] == [
        ("东区", ""), ("西区", code(1)), ("南区", code(2)), ("北区", ""),
    ]  # fmt: skip


def test_one_name_with_several_codes_is_several_units(tmp_path: Path) -> None:
    header = ["单位名称", "统一社会信用代码", "水环境", "噪声"]
    lines = [header, ["加油站", code(1), "√", None], ["加油站", code(2), "√", None],
             ["加油站", None, None, "√"]]  # fmt: skip

    found = listed(tmp_path, lines)

    assert [(row["uscc"], row["key_classes"]) for row in found.rows] == [
        (code(1), '["water"]'), (code(2), '["water"]'), ("", '["noise"]'),
    ]  # fmt: skip


def test_two_sites_under_one_code_are_asked_for(tmp_path: Path) -> None:
    lines = [["单位名称", "统一社会信用代码", "水环境"],
             ["甲厂（北厂区）", code(1), "√"], ["甲厂（南厂区）", code(1), "√"]]  # fmt: skip

    assert "厂区/点位" in listed(tmp_path, lines).reasons()


@pytest.mark.parametrize(
    "name", ["*甲乙丙厂", "★甲乙丙厂", "3.甲乙丙厂", "（3）甲乙丙厂", "甲乙丙\n厂"]
)
def test_what_stands_before_or_within_a_name_is_not_the_name(tmp_path: Path, name: str) -> None:
    assert listed(tmp_path, [HEADER, [1, "东区", name]]).names == ["甲乙丙厂"]


@pytest.mark.parametrize(
    "name",
    [
        "3号煤矿",
        "7-11便利店",
        "1.5兆瓦电站",
        "（新疆）天业公司",
        "*ST中泰化学",
        "（1）号煤矿",
        "(001)工厂",
    ],
)
def test_a_name_that_begins_with_a_number_or_a_bracket_stays(tmp_path: Path, name: str) -> None:
    assert listed(tmp_path, [HEADER, [1, "东区", name]]).names == [name]


@pytest.mark.parametrize("around", ["'{}", '="{}"', "统一社会信用代码：{}", "{}\t"])
def test_a_code_within_quotes_or_behind_its_name_is_the_code(tmp_path: Path, around: str) -> None:
    lines = [[*HEADER, "统一社会信用代码"], [1, "东区", "甲厂", around.format(code(1))]]

    assert listed(tmp_path, lines).rows[0]["uscc"] == code(1)


def test_the_older_code_is_no_code_and_is_named(tmp_path: Path) -> None:
    lines = [[*HEADER, "组织机构代码"], [1, "东区", "甲医院", "46835462-7"]]

    found = listed(tmp_path, lines)

    assert found.rows[0]["uscc"] == ""
    assert "“46835462-7”是组织机构代码" in "".join(found.report["notes"])


def test_numbers_that_begin_anew_on_each_sheet_are_no_codes_of_ours(tmp_path: Path) -> None:
    header = ["编号", "单位名称", "水环境"]

    found = listed(tmp_path, [header, [1, "甲厂", "√"]], [header, [1, "乙厂", "√"]])

    assert found.names == ["甲厂", "乙厂"]
    assert all(not row.get("code") for row in found.rows)


# --- what a person says of the columns ------------------------------------------------------


def test_a_known_column_can_be_left_unread_and_an_unknown_one_be_a_tick(tmp_path: Path) -> None:
    header = ["单位名称", "备注", "涉重金属"]
    said = {signature(header): {"备注": IGNORED, "涉重金属": "mark:soil"}}

    found = listed(tmp_path, [header, ["甲厂", "内部", "√"]], mappings=said)

    assert classes(found) == {"甲厂": "soil"}
    assert "note" not in found.rows[0]
