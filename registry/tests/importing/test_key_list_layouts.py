"""Where the tables, counties and years of a printed key list stand."""

from pathlib import Path

import pytest

from .key_lists import HEADER, TITLE, Lines, classes, listed
from .reading import book, code, told


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
