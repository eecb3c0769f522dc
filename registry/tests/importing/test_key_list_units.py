"""Who is on a printed key list, and which of its rows are one unit."""

from pathlib import Path
from typing import Any

import pytest

from .key_lists import HEADER, TITLE, classes, listed, whys
from .reading import code


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
