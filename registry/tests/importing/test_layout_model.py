"""Random sheets built from a model: the reading gives back the model's units, and nothing else.

A sheet is made of blocks: titles, a header of one or two lines, rows with group lines, sums and blank
lines between them, notes below. What the reader returns is compared with the rows put in.
"""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.importing.columns import IMPORT_COLUMNS
from registry.importing.rules import adjacent_tables
from registry.importing.rules.column_spec import titles_of
from registry.importing.rules.layout import Body, Reader, Sample, Skipped, Table

KNOWN = titles_of(IMPORT_COLUMNS)
NAME = "name"
Row = list[Any]

# (titles people use, field, values of a row)
PLAIN = (
    (("统一社会信用代码", "社会信用代码", "信用代码"), "uscc", ("91652300MA77000014", "/", "")),
    (("地址", "详细地址", "生产经营地址"), "address", ("高新区大道1号", "第二大街", "")),
    (("所在县市", "县（市、区）"), "county", ("昌吉市", "阜康市")),
    (("行业类别", "行业"), "industry_name", ("化学原料制造", "污水处理")),
    (("备注",), "note", ("停产检修", "注：已搬迁", "")),
    (("水环境", "大气环境重点排污单位"), "key_classes", ("√", "")),
    (("主要产品（万元）", "环评批复文号"), "", ("PVC", "昌环评〔2020〕8号", 12.5)),
)  # fmt: skip
# A group title over several columns: what stands below it, and what the two mean together.
GROUPS = (
    ("位置", (("经度", "longitude"), ("纬度", "latitude"))),
    ("联系方式", (("环保联系人", "contact"), ("联系电话", "phone"))),
    ("排污许可证", (("编号", "permit_number"), ("管理类别", "permit_class"),
                    ("有效期限", "permit_until"))),
    ("重点类别", (("水环境", "key_classes"), ("土壤", "key_classes"))),
)  # fmt: skip
VALUES = {
    "longitude": (87.3, "87.3"), "latitude": (44.0, ""), "contact": ("张三", "李四", ""),
    "phone": ("0994-1234567", 13999990000.0), "permit_number": ("91652300MA77000014001P",),
    "permit_class": ("重点管理", "登记管理"), "permit_until": ("2028-05-25", ""),
    "key_classes": ("√", ""),
}  # fmt: skip
NAME_TITLES = ("单位名称", "企业名称", "排污单位名称", "单位 名称", "单位名称*", "企业(单位)名称")
ORDINARY = st.builds(
    lambda place, word, trade, end: f"{place}{word}{trade}{end}",
    st.sampled_from(("昌吉", "新疆", "阜康市", "")),
    st.text("博源恒泰绿洲天山瑞丰金禾远达", min_size=2, max_size=4),
    st.sampled_from(("化工", "建材", "热力", "污水处理", "")),
    st.sampled_from(("有限公司", "有限责任公司", "厂", "加油站", "分公司（一期）")),
)
# Real names begin like sums, notes, numbers and titles.
TRICKY = st.sampled_from((
    "合盛硅业新疆有限公司", "总后农场酒厂", "共青团农场", "一汽解放昌吉服务站", "第二毛纺织厂", "第一批发市场",
    "三一重工昌吉分公司", "3号煤矿", "（新疆）天业有限公司", "注塑制品厂", "说唱艺术酒店", "审计学院食堂",
    "联系人餐饮店", "日月酒店", "数据港科技有限公司", "附属医院", "制药厂", "备战建材有限公司", "填海工程公司",
    "小计量仪器有限公司", "合计划科技有限公司", "总计达物流公司", "环境监测站", "名录文化传媒有限公司",
    "7-11便利店", "※之星餐厅", "昌 吉 热 力 厂", "重点建设投资公司", "清单科技（昌吉）有限公司",
))  # fmt: skip
TITLES = st.sampled_from((
    "昌吉州2026年环境监管重点单位名录", "附件1", "附件：", "2026年度水环境重点排污单位名录（共12家）", "（截至2026年6月）",
    "一、大气环境重点排污单位", "（二）土壤污染重点监管单位", "昌吉高新区污染源清单", "填报单位：昌吉高新区生态环境局",
    "第一部分 水环境", "企业基本情况统计表", "表1　污染源一览表", "单位：家",
))  # fmt: skip
BELOW = st.sampled_from((
    "注：以上单位名单以自治州公布为准。", "备注：1.空白表示没有。", "填表人：张三", "说明：本表由各县市填报", "* 为新增单位",
    "1.本表每年更新一次，有变动的及时上报。", "审核：李四", "数据来源：排污许可平台",
))  # fmt: skip
GROUP_LINES = st.sampled_from(
    ("一、化工行业", "（一）高新区", "二、热力行业（3家）", "第二部分 建材")
)


@dataclass
class Sheet:
    """``units``: line, counted from 1 → {field: cell} of what a reader must find there."""

    lines: list[Row] = field(default_factory=list)
    units: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    tables: int = 0

    def add(self, *cells: Any) -> int:
        self.lines.append(list(cells))
        return len(self.lines)


@st.composite
def columns_of(draw: Any) -> list[tuple[str, str, str, tuple[Any, ...]]]:
    """(upper title, lower title, field, values) of one table's columns; no lower title where the
    header has one line there."""
    plain = draw(st.lists(st.sampled_from(PLAIN), max_size=5, unique=True))
    if not any(name for _titles, name, _values in plain):
        plain.append(PLAIN[0])  # a header names at least two columns anybody knows
    found = [("", draw(st.sampled_from(titles)), name, values) for titles, name, values in plain]
    found.insert(
        draw(st.integers(0, len(found))), ("", draw(st.sampled_from(NAME_TITLES)), NAME, ())
    )
    if draw(st.booleans()):
        found.insert(0, ("", "序号", "serial", ()))
    taken = {name for _upper, _lower, name, _values in found}
    for title, below in draw(st.lists(st.sampled_from(GROUPS), max_size=2, unique=True)):
        if taken.isdisjoint(name for _lower, name in below):
            found += [(title, lower, name, VALUES[name]) for lower, name in below]
    return found


@st.composite
def sheets(draw: Any) -> Sheet:
    sheet = Sheet()
    for _number in range(draw(st.integers(1, 3))):
        _table(draw, sheet)
    return sheet


def _table(draw: Any, sheet: Sheet) -> None:
    columns = draw(columns_of())
    width = len(columns)
    _above(draw, sheet, width)
    _header(draw, sheet, columns)
    serial = columns[0][2] == "serial"
    for number in range(1, draw(st.integers(1, 8)) + 1):
        if serial and draw(st.integers(0, 6)) == 0:
            line = sheet.add(draw(GROUP_LINES))
            if draw(st.booleans()) and width > 2:
                sheet.merges.append((line - 1, 0, line - 1, width - 1))
        _unit(draw, sheet, columns, number)
        if draw(st.integers(0, 9)) == 0:
            sheet.add()
    if draw(st.booleans()):
        sheet.add("合计", *([""] * (width - 2)), 12.0)
    for text in draw(st.lists(BELOW, max_size=2)):
        sheet.add(text)
    if draw(st.booleans()):
        sheet.add("填表人：张三", "审核：李四")


def _above(draw: Any, sheet: Sheet, width: int) -> None:
    titles = draw(st.lists(TITLES, max_size=4))
    for title in titles:
        line = sheet.add(title)
        if draw(st.booleans()) and width > 2:
            sheet.merges.append((line - 1, 0, line - 1, width - 1))
    if titles and draw(st.booleans()):
        sheet.add("填报单位：高新区", *([""] * draw(st.integers(0, 2))), "填报日期：2026年6月")
    for _blank in range(draw(st.integers(0 if titles or not sheet.lines else 1, 2))):
        sheet.add()


def _header(draw: Any, sheet: Sheet, columns: list[Any]) -> None:
    sheet.tables += 1
    if not any(upper for upper, _lower, _name, _values in columns):
        sheet.add(*(lower for _upper, lower, _name, _values in columns))
        return
    merged = draw(st.booleans())
    top, below = [], []
    for index, (upper, lower, _name, _values) in enumerate(columns):
        repeats = bool(upper) and columns[index - 1][0] == upper
        top.append("" if repeats else upper or lower)
        below.append(lower if upper else "")
    line = sheet.add(*top) - 1
    sheet.add(*below)
    if not merged:
        return
    for index, (upper, _lower, _name, _values) in enumerate(columns):
        if not upper:
            sheet.merges.append((line, index, line + 1, index))
        elif columns[index - 1][0] != upper:
            last = index
            while last + 1 < len(columns) and columns[last + 1][0] == upper:
                last += 1
            sheet.merges.append((line, index, line, last))


def _unit(draw: Any, sheet: Sheet, columns: list[Any], number: int) -> None:
    cells: Row = []
    said: dict[str, Any] = {}
    for _upper, _lower, name, values in columns:
        if name == "serial":
            value: Any = float(number)
        elif name == NAME:
            value = draw(st.one_of(ORDINARY, ORDINARY, TRICKY))
        else:
            value = draw(st.sampled_from(values))
        cells.append(value)
        if name not in ("", "serial", "county", "key_classes"):
            said[name] = value
    if not any(cell for cell, column in zip(cells, columns, strict=True) if column[2] != NAME):
        spare = next(i for i, column in enumerate(columns) if column[2] != NAME)
        cells[spare] = next(value for value in columns[spare][3] if value)
        if columns[spare][2] in said:
            said[columns[spare][2]] = cells[spare]
    sheet.units.append((sheet.add(*cells), said))


def read(sheet: Sheet) -> tuple[list[tuple[int, dict[str, Any]]], set[int], int]:
    """Units as read, the lines named as skipped, and the number of tables."""
    reader = Reader(KNOWN, anchors=[NAME], merges=sheet.merges)
    units, skipped, tables = [], set(), 0
    for event in reader.walk(sheet.lines):
        if isinstance(event, Body):
            columns = event.table.header.columns
            for line, row in zip(event.lines, event.rows, strict=True):
                units.append((line, {
                    column.field: row[index] if index < len(row) else ""
                    for index, column in columns.items()
                    if column.kind not in ("mark", "serial") and column.field != "county"
                }))  # fmt: skip
        elif isinstance(event, Skipped):
            skipped.add(event.line)
        elif isinstance(event, Table):
            tables += 1
        else:
            assert not isinstance(event, Sample), "a header was not found"
    return units, skipped, tables


@settings(max_examples=300, deadline=None)
@given(sheets())
def test_a_reading_gives_back_the_units_of_the_model(sheet: Sheet) -> None:
    units, skipped, tables = read(sheet)

    assert [(line, said[NAME]) for line, said in units] == [
        (line, said[NAME]) for line, said in sheet.units
    ]
    assert units == sheet.units
    assert tables == sheet.tables
    assert skipped.isdisjoint(line for line, _said in units)


@given(
    st.lists(ORDINARY, min_size=1, max_size=9), st.integers(2, adjacent_tables.MOST), st.booleans()
)
def test_a_list_in_columns_is_the_list_below_one_another(
    names: list[str], columns: int, gap: bool
) -> None:
    """Printed in two to four columns, with or without an empty one between them."""
    between = [""] if gap else []
    rows = [[float(n), name, "昌吉市"] for n, name in enumerate(names, 1)]
    per = -(-len(rows) // columns)
    lines: list[Row] = [["2026年名单"], _beside([["序号", "单位名称", "县区"]] * columns, between)]
    for line in range(per):
        found = [rows[n * per + line : n * per + line + 1] for n in range(columns)]
        lines.append(_beside([cells[0] if cells else ["", "", ""] for cells in found], between))

    header, spans = adjacent_tables.spans_of(lines, KNOWN, [NAME]) or (0, [])
    read_back = []
    for span in spans:
        part = adjacent_tables.part_of(lines, header, spans, span, [])
        units, _skipped, tables = read(Sheet(part))
        assert tables == 1
        read_back += [said[NAME] for _line, said in units]

    assert read_back == names


def _beside(parts: list[Row], between: Row) -> Row:
    found = list(parts[0])
    for part in parts[1:]:
        found += [*between, *part]
    return found
