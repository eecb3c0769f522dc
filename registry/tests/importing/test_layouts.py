"""Each layout bureaus use, as a generated file. Every line is taken, skipped with why, or refused."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlwt
from openpyxl import load_workbook

from registry.importing.rules.column_titles import signature

from .reading import Told, book, code, told

HEADER = ["序号", "单位名称", "统一社会信用代码", "监管类型", "地址"]
FILE = "名录.xlsx"


def unit(number: int, **more: Any) -> list[Any]:
    values = {
        "序号": number,
        "单位名称": f"昌吉示范{number}号有限公司",
        "统一社会信用代码": code(number),
        "监管类型": "一般",
        "地址": f"测试路{number}号",
        **more,
    }
    return [values[title] for title in HEADER]


def two(found: Told) -> None:
    assert found.names == ["昌吉示范1号有限公司", "昌吉示范2号有限公司"]
    assert [row["uscc"] for row in found.rows] == [code(1), code(2)]


@pytest.mark.parametrize("above", range(6))
def test_a_header_in_row_one_to_six_is_found(tmp_path: Path, above: int) -> None:
    lines = [[f"昌吉高新区污染源名录{n}"] for n in range(above)]

    found = told(book(tmp_path / FILE, [*lines, HEADER, unit(1), unit(2)]))

    two(found)
    assert [line for line, _why in found.skipped] == list(range(1, above + 1))
    assert found.report["tables"][0]["line"] == above + 1


def test_merged_title_rows_are_titles(tmp_path: Path) -> None:
    lines = [["昌吉高新区2026年污染源"], ["（截至2026年6月）"], HEADER, unit(1), unit(2)]

    found = told(book(tmp_path / FILE, lines, merged=["A1:E1", "A2:E2"]))

    two(found)
    assert [why for _line, why in found.skipped] == ["标题行", "标题行"]


def test_a_header_of_two_rows_is_read_as_one(tmp_path: Path) -> None:
    lines = [
        ["序号", "单位名称", "统一社会信用代码", "监管类型", "位置", "", "联系", ""],
        ["", "", "", "", "经度", "纬度", "环保联系人", "联系电话"],
        [1, "甲厂", code(1), "一般", 87.1, 44.2, "张三", "13900000000"],
    ]
    merged = ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1"]

    row = told(book(tmp_path / FILE, lines, merged=merged)).of("甲厂")

    assert (row["longitude"], row["latitude"]) == ("87.100000", "44.200000")
    assert (row["contact"], row["phone"]) == ("张三", "13900000000")


def test_a_matrix_of_ticks_gives_the_key_classes(tmp_path: Path) -> None:
    lines = [
        ["2026年度某市环境监管重点单位名录"],
        ["序号", "县（市、区）", "单位名称", "名录类别"],
        ["", "", "", "水环境", "地下水", "大气环境", "噪声", "土壤污染", "环境风险"],
        [1, "东区", "甲厂", "√", None, "✓", None, None, "是"],
        [2, None, "乙厂", None, None, None, " √ ", None, "×"],
        [3, "西区", "丙厂", None, None, None, None, "●", None],
    ]
    merged = ["A1:I1", "A2:A3", "B2:B3", "C2:C3", "D2:I2", "B4:B5"]

    found = told(book(tmp_path / FILE, lines, merged=merged))

    assert [row["key_classes"] for row in found.rows] == [
        '["water", "air", "risk"]', '["noise"]', '["soil"]',
    ]  # fmt: skip
    assert {row["regulatory_type"] for row in found.rows} == {"key"}
    assert {row["key_list_year"] for row in found.rows} == {"2026"}
    assert [row["county"] for row in found.rows] == ["东区", "东区", "西区"]


def test_a_mark_that_is_no_tick_is_refused(tmp_path: Path) -> None:
    lines = [["单位名称", "水环境", "大气环境"], ["甲厂", "√", "待定"]]

    assert "“待定”不是“√”" in told(book(tmp_path / FILE, lines)).reasons()


def test_sums_and_notes_under_the_table_are_no_units(tmp_path: Path) -> None:
    below = [
        ["合计：2家"],
        ["", "合计", "", "", ""],
        ["备注：同一单位可列入多个类别。"],
        ["注：以上名单按年度调整"],
        ["填表人：张三", "", "审核：李四"],
    ]

    found = told(book(tmp_path / FILE, [HEADER, unit(1), unit(2), [], *below]))

    two(found)
    assert [why for _line, why in found.skipped] == [
        "合计行", "合计行", "表下说明", "表下说明", "表下说明",
    ]  # fmt: skip


def test_hidden_rows_and_columns_are_read_and_named(tmp_path: Path) -> None:
    path = book(tmp_path / FILE, [HEADER, unit(1), unit(2)])
    workbook = load_workbook(path)
    page = workbook.worksheets[0]
    page.row_dimensions[3].hidden = True
    page.column_dimensions["E"].hidden = True
    workbook.save(path)

    found = told(path)

    two(found)
    assert "第 3 行是隐藏行" in "".join(found.report["notes"])
    assert "E 列“地址”是隐藏列" in "".join(found.report["notes"])


def test_a_hidden_sheet_is_read_and_named(tmp_path: Path) -> None:
    path = book(tmp_path / FILE, [HEADER, unit(1)], [HEADER, unit(2)])
    workbook = load_workbook(path)
    workbook.worksheets[1].sheet_state = "hidden"
    workbook.save(path)

    found = told(path)

    two(found)
    assert "“表2”是隐藏的" in "".join(found.report["notes"])


def test_full_width_digits_stray_blanks_and_lower_case_are_read(tmp_path: Path) -> None:
    wide = code(1).translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"}).lower()
    row = unit(
        1, 单位名称=" 甲\u200b 厂\u3000", 统一社会信用代码=f"\u200b{wide[:4]} {wide[4:]}\ufeff"
    )

    [read] = told(book(tmp_path / FILE, [HEADER, row])).rows

    assert (read["name"], read["uscc"]) == ("甲厂", code(1))


def test_titles_are_known_by_synonym_width_and_blanks(tmp_path: Path) -> None:
    header = ["编次", " 企 业 名 称 ", "社会信用代码＊", "监管类别（必填）", "详细地址"]

    two(told(book(tmp_path / FILE, [header, unit(1), unit(2)])))


@pytest.mark.parametrize(
    "value",
    ["2026-03-05", "2026/3/5", "2026.3.5", "2026年3月5日", "２０２６年３月５日", date(2026, 3, 5),
     datetime(2026, 3, 5, 10, 30)],  # noqa: DTZ001
)  # fmt: skip
def test_dates_of_every_kind_are_one_date(tmp_path: Path, value: Any) -> None:
    lines = [[*HEADER, "状态", "状态日期"], [*unit(1), "关停", value]]

    assert told(book(tmp_path / FILE, lines)).rows[0]["status_date"] == "2026-03-05"


def test_numbers_as_text_and_text_as_numbers_are_read_alike(tmp_path: Path) -> None:
    header = ["单位名称", "监管类型", "联系电话", "行业代码", "名录年度", "经度"]
    lines = [
        header,
        ["甲厂", "一般", 13900000000, 2614, "2026", "87.5"],
        ["乙厂", "一般", "13900000000", "2614", 2026, 87.5],
    ]

    one, other = told(book(tmp_path / FILE, lines)).rows

    for name in ("phone", "industry_code", "key_list_year", "longitude"):
        assert one[name] == other[name]
    assert (one["phone"], one["longitude"]) == ("13900000000", "87.500000")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (916523001234567890, "数字格式"),
        ("916523001234567", "只有 15 位"),
        ("9.16523E+17", "科学计数法"),
        ("916523001234567000", "Excel 只保留 15 位"),
    ],
)
def test_a_code_spoilt_by_excel_is_refused_and_never_mended(
    tmp_path: Path, value: Any, words: str
) -> None:
    found = told(book(tmp_path / FILE, [HEADER, unit(1, 统一社会信用代码=value), unit(2)]))

    assert words in found.reasons()
    assert found.names == ["昌吉示范2号有限公司"]
    assert found.refused[0]["raw"]["地址"] == "测试路1号"


@pytest.mark.parametrize("suffix", ["（东厂区）", "-东厂区", "(东厂区)", " 东厂区", "_东厂区"])
def test_a_site_behind_a_code_is_the_site(tmp_path: Path, suffix: str) -> None:
    found = told(book(tmp_path / FILE, [HEADER, unit(1, 统一社会信用代码=code(1) + suffix)]))

    assert (found.rows[0]["uscc"], found.rows[0]["site"]) == (code(1), "东厂区")
    assert "作为厂区/点位" in found.report["notes"][0]


def test_several_tables_under_each_other_are_all_read(tmp_path: Path) -> None:
    other = ["企业名称", "信用代码", "管理类型"]
    lines = [
        ["一、一般排污单位"], HEADER, unit(1), ["合计：1家"], [],
        ["二、其他单位名单"], other, ["昌吉示范2号有限公司", code(2), "重点"],
    ]  # fmt: skip

    found = told(book(tmp_path / FILE, lines))

    two(found)
    assert [table["line"] for table in found.report["tables"]] == [2, 7]
    assert "address" not in found.rows[1]


def test_several_sheets_are_all_read_and_one_without_a_table_is_named(tmp_path: Path) -> None:
    path = book(tmp_path / FILE, [HEADER, unit(1)], [HEADER, unit(2)], [["封面"], ["说明文字"]])

    found = told(path)

    two(found)
    assert [row["sheet"] for row in found.rows] == ["表1", "表2"]
    assert "工作表“表3”没有表头，未读取" in "".join(found.report["notes"])


def test_one_unit_in_several_tables_collects_the_classes_of_their_titles(tmp_path: Path) -> None:
    header = ["序号", "单位名称"]
    lines = [
        ["2026年重点单位名录"],
        ["一、水环境重点排污单位（2家）"], header, [1, "甲厂"], [2, "乙厂"],
        ["二、大气环境重点排污单位（1家）"], header, [1, "甲厂"],
        ["三、土壤污染重点监管单位（1家）"], header, [1, "丙厂"],
    ]  # fmt: skip

    found = told(book(tmp_path / FILE, lines))

    assert {row["name"]: row["key_classes"] for row in found.rows} == {
        "甲厂": '["water", "air"]', "乙厂": '["water"]', "丙厂": '["soil"]',
    }  # fmt: skip
    assert (8, "与第4行合并为一个单位") in found.skipped
    assert {row["key_list_year"] for row in found.rows} == {"2026"}


def test_a_class_written_between_the_rows_is_that_of_the_rows_below(tmp_path: Path) -> None:
    lines = [
        ["2026年度环境监管重点单位名录"],
        ["序号", "行政区", "企业详细名称"],
        ["一、水环境重点排污单位"], [1, "东区", "甲厂"], [2, "东区", "乙厂"],
        ["", "", "大气环境"], [1, "西区", "丙厂"],
        ["（三）土壤环境重点监管单位"], [1, "东区", "甲厂"],
        ["西区"], [2, "西区", "丁厂"],
    ]  # fmt: skip

    found = told(book(tmp_path / FILE, lines, merged=["A3:C3"]))

    assert {row["name"]: row["key_classes"] for row in found.rows} == {
        "甲厂": '["water", "soil"]', "乙厂": '["water"]', "丙厂": '["air"]', "丁厂": '["soil"]',
    }  # fmt: skip


@pytest.mark.parametrize(
    "written",
    ["水环境重点排污单位、大气环境重点排污单位；土壤污染重点监管单位", "水环境,大气环境，土壤", "水\n气\n土",
     "土壤污染重点监管 水污染 大气污染", "水环境、大气环境、土壤污染"],
)  # fmt: skip
@pytest.mark.parametrize(
    "title", ["环境监管重点单位类别", "重点类别", "名录类型", "重点排污单位类型"]
)
def test_key_classes_written_in_one_cell_are_read_as_people_write_them(
    tmp_path: Path, title: str, written: str
) -> None:
    lines = [["序号", "县（市）", "单位名称", title], [1, "东区", "甲厂", written]]

    [row] = told(book(tmp_path / FILE, lines)).rows

    assert (row["key_classes"], row["county"]) == ('["water", "air", "soil"]', "东区")


@pytest.mark.parametrize(
    "titles",
    [
        ["水", "气", "土", "声", "地下水", "风险"],
        ["水环境重点排污单位", "大气环境重点排污单位", "土壤污染重点监管单位", "环境噪声重点排污单位",
         "地下水污染防治重点排污单位", "环境风险重点管控单位"],
        ["水重点", "大气重点", "土壤重点", "噪声重点", "地下水重点", "风险重点"],
    ],
)  # fmt: skip
def test_columns_of_a_matrix_are_known_by_their_short_and_their_long_names(
    tmp_path: Path, titles: list[str]
) -> None:
    lines = [["区（县）", "企业名称", *titles], ["东区", "甲厂", *"●●●●●●"]]

    found = told(book(tmp_path / FILE, lines))

    every = '["water", "groundwater", "air", "noise", "soil", "risk"]'
    assert [row["key_classes"] for row in found.rows] == [every]
    assert [row["county"] for row in found.rows] == ["东区"]


@pytest.mark.parametrize(
    "title", ["企业名称（全称）", "单位名称(以营业执照为准)", "企业名称（公示）"]
)
def test_a_title_with_a_remark_behind_it_is_that_title(tmp_path: Path, title: str) -> None:
    lines = [["序号", title, "联系电话（手机）"], [1, "甲厂", "13999000001"]]

    [row] = told(book(tmp_path / FILE, lines)).rows

    assert (row["name"], row["phone"]) == ("甲厂", "13999000001")


def test_the_name_of_a_sheet_says_the_class_where_nothing_in_it_does(tmp_path: Path) -> None:
    path = book(tmp_path / FILE, [["序号", "单位名称"], [1, "甲厂"]], [["序号", "单位名称"], [1, "甲厂"]],
                [["序号", "单位名称", "水"], [1, "乙厂", "√"]])  # fmt: skip
    workbook = load_workbook(path)
    for page, name in zip(
        workbook.worksheets, ("2026年水环境重点排污单位", "土壤污染", "大气环境和噪声"), strict=True
    ):
        page.title = name
    workbook.save(path)

    found = told(path)

    assert found.of("甲厂")["key_classes"] == '["water", "soil"]'
    assert found.of("乙厂")["key_classes"] == '["water"]'


def test_group_rows_inside_a_table_are_no_units(tmp_path: Path) -> None:
    lines = [HEADER, ["", "昌吉市"], unit(1), ["呼图壁县"], unit(2)]

    found = told(book(tmp_path / FILE, lines))

    two(found)
    assert found.skipped == [(2, "分组行"), (4, "分组行")]


def test_a_repeated_header_is_no_unit(tmp_path: Path) -> None:
    found = told(book(tmp_path / FILE, [HEADER, unit(1), HEADER, unit(2)]))

    two(found)


def test_a_merged_name_over_two_lines_is_one_unit(tmp_path: Path) -> None:
    lines = [["单位名称", "水环境", "大气环境"], ["甲厂", "√", None], [None, None, "√"]]

    [row] = told(book(tmp_path / FILE, lines, merged=["A2:A3"])).rows

    assert row["key_classes"] == '["water", "air"]'


def test_the_same_row_twice_is_taken_once_and_named(tmp_path: Path) -> None:
    found = told(book(tmp_path / FILE, [HEADER, unit(1), unit(2), unit(1, 序号=3)]))

    two(found)
    assert found.skipped == [(4, "与第2行重复")]


def test_rows_of_one_unit_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    found = told(book(tmp_path / FILE, [HEADER, unit(1), unit(1, 地址="别处")]))

    assert "与第2行重复（同一单位），但地址不同" in found.reasons()
    assert len(found.rows) == 1


def test_a_row_without_a_name_is_refused_not_dropped(tmp_path: Path) -> None:
    found = told(book(tmp_path / FILE, [HEADER, unit(1, 单位名称=None), unit(2)]))

    assert "单位名称：未填写" in found.reasons()


def test_units_without_a_code_are_read(tmp_path: Path) -> None:
    lines = [HEADER, unit(1, 统一社会信用代码="无"), unit(2, 统一社会信用代码="/")]

    assert [row["uscc"] for row in told(book(tmp_path / FILE, lines)).rows] == ["", ""]


def _csv(encoding: str, mark: str = ",") -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        lines = [HEADER, unit(1), unit(2)]
        text = "\r\n".join(mark.join(map(str, line)) for line in lines)
        path = folder / "名录.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.mark.parametrize(
    "write",
    [_csv("utf-8"), _csv("utf-8-sig"), _csv("utf-16"), _csv("gb18030"), _csv("gbk", "\t"),
     _csv("utf-8", ";")],
    ids=["utf-8", "utf-8 with mark", "utf-16", "gb18030", "gbk with tabs", "semicolons"],
)  # fmt: skip
def test_delimited_text_in_every_usual_encoding(
    tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    two(told(write(tmp_path)))


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    workbook = xlwt.Workbook()
    page = workbook.add_sheet("名录")
    for r, line in enumerate([HEADER, unit(1), unit(2)]):
        for c, value in enumerate(line):
            page.write(r, c, value)
    workbook.save(str(tmp_path / "名录.xls"))

    two(told(tmp_path / "名录.xls"))


def old_book(path: Path, prepare: Callable[[Any], None]) -> Path:
    workbook = xlwt.Workbook()
    other = workbook.add_sheet("别的")
    other.write(0, 0, "说明")
    page = workbook.add_sheet("名录")
    for r, line in enumerate([HEADER, unit(1), unit(2)]):
        for c, value in enumerate(line):
            page.write(r, c, value)
    prepare(page)
    workbook.save(str(path))
    return path


def test_hidden_rows_and_columns_of_an_old_workbook_are_named(tmp_path: Path) -> None:
    def hide(page: Any) -> None:
        page.row(2).hidden = True
        page.col(1).hidden = True

    told_ = told(old_book(tmp_path / "a.xls", hide))

    two(told_)
    assert "“名录”第 3 行是隐藏行，已一并读取。" in told_.report["notes"]
    assert f"“名录”B 列“{HEADER[1]}”是隐藏列，已一并读取。" in told_.report["notes"]


def test_an_old_workbook_that_hides_nothing_says_nothing(tmp_path: Path) -> None:
    notes = told(old_book(tmp_path / "a.xls", lambda page: None)).report["notes"]

    assert not [note for note in notes if "隐藏" in note]


def test_cells_that_would_run_as_formulas_are_data(tmp_path: Path) -> None:
    lines = [HEADER, unit(1, 单位名称="=cmd|'/c calc'!A0", 地址="@SUM(1)")]

    [row] = told(book(tmp_path / FILE, lines)).rows

    assert (row["name"], row["address"]) == ("=cmd|'/c calc'!A0", "@SUM(1)")


def test_a_file_of_the_register_is_no_printed_list(tmp_path: Path) -> None:
    """Counts, offices, sheets of explanations and tables beside one another are what they say."""
    lines = [
        ["单位名称", "监管类型", "备注", "单位名称", "废水"],
        ["甲厂", "一般", "共3个厂区", "母公司", 12.5],
        ["某乡人民政府", "一般", "", "", ""],
        ["*ST中泰化学", "一般", "", "", ""],
    ]

    found = told(book(tmp_path / "2024年台账.xlsx", lines, [[1, "台账不规范", "整改"]]))

    assert found.names == ["甲厂", "某乡人民政府", "*ST中泰化学"]
    assert all("key_list_year" not in row and not row.get("key_classes") for row in found.rows)


def test_columns_named_by_hand_are_read_as_said(tmp_path: Path) -> None:
    lines = [["对象", "证照号", "级别"], ["甲厂", code(1), "重点"]]
    said = {"对象": "name", "证照号": "uscc", "级别": "regulatory_type"}

    [row] = told(
        book(tmp_path / FILE, lines), mappings={signature(lines[0]): said}
    ).rows  # the header was not known before

    assert (row["name"], row["uscc"], row["regulatory_type"]) == ("甲厂", code(1), "key")


def test_unknown_columns_are_named(tmp_path: Path) -> None:
    found = told(book(tmp_path / FILE, [[*HEADER, "占地面积"], [*unit(1), 300]]))

    assert found.report["tables"][0]["unmatched"] == ["占地面积"]
