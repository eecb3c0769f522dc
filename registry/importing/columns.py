"""The exchange columns (domain rules §1): one table for templates, imports and exports."""

from collections.abc import Sequence
from dataclasses import replace

from registry import choices
from registry.importing.rules.column_spec import Column

# The classes of key units as lists write them: each stem alone, and with what lists put behind it.
_STEMS = (
    ("water", "水环境", ("水", "水污染")),
    ("groundwater", "地下水", ("地下水污染", "地下水污染防治", "地下水环境")),
    ("air", "大气环境", ("大气", "气", "大气污染")),
    ("noise", "噪声", ("声环境", "环境噪声", "噪声污染", "噪音", "声")),
    ("soil", "土壤污染", ("土壤", "土壤环境", "土壤环境污染", "土")),
    ("risk", "环境风险", ("风险", "环境风险管控", "环境风险防控")),
)
_TAILS = (
    "重点排污单位", "重点监管单位", "重点管控单位", "监管重点单位", "管控重点单位", "重点单位", "重点监管", "重点管控",
    "重点排污", "重点", "监管", "管控", "类", "类别", "污染",
)  # fmt: skip
KEY_CLASS_WORDS = {
    value: tuple(stem + tail for stem in (label, *more) for tail in ("", *_TAILS))
    for value, label, more in _STEMS
}
SOURCE_COLUMNS = (
    Column(
        "本局编号",
        "code",
        "code",
        max_length=20,
        synonyms=("编号", "单位编号", "企业编号", "污染源编号"),
    ),
    Column(
        "单位名称",
        "name",
        "name",
        required=True,
        synonyms=(
            "企业名称",
            "排污单位名称",
            "名称",
            "单位全称",
            "企业全称",
            "企业(单位)名称",
            "单位(企业)名称",
            "重点单位名称",
            "污染源名称",
            "企业名",
            "排污单位",
            "单位详细名称",
            "企业详细名称",
            "排污单位全称",
            "公司名称",
            "监管单位名称",
            "重点排污单位名称",
            "环境监管重点单位名称",
            "环境监管重点单位",
            "单位名",
            "企事业单位名称",
            "企业事业单位名称",
            "企业(单位)全称",
            "重点监管单位名称",
            "重点管控单位名称",
            "土壤污染重点监管单位名称",
            "水环境重点排污单位名称",
            "大气环境重点排污单位名称",
            "企业名称/单位名称",
            "单位名称/企业名称",
            "企业或单位名称",
            "地块名称",
        ),
    ),
    Column(
        "统一社会信用代码",
        "uscc",
        "uscc",
        synonyms=(
            "社会信用代码",
            "信用代码",
            "USCC",
            "组织机构代码/统一社会信用代码",
            "统一信用代码",
            "统一社会信用代码(组织机构代码)",
            "统一社会信用代码/组织机构代码",
            "组织机构代码(统一社会信用代码)",
            "统一社会信用代码证号",
            "社会统一信用代码",
            "机构代码",
            "统一社会信用代码或组织机构代码",
            "社会信用代码/组织机构代码",
            "社会信用代码(组织机构代码)",
            "企业统一社会信用代码",
            "单位统一社会信用代码",
        ),
    ),
    Column("无代码原因", "no_code_reason", "choice", options=choices.NoCodeReason.choices),
    Column(
        "厂区/点位",
        "site",
        max_length=100,
        synonyms=("厂区", "点位", "厂区/点位名称", "厂区名称", "生产厂区"),
    ),
    Column("类别", "kind", "choice", options=choices.SourceKind.choices, synonyms=("对象类别",)),
    Column(
        "监管类型",
        "regulatory_type",
        "choice",
        required=True,
        options=choices.RegulatoryType.choices,
        synonyms=("监管类别", "管理类型", "监管级别"),
    ),
    Column(
        "重点类别",
        "key_classes",
        "choices",
        options=choices.KeyClass.choices,
        synonyms=(
            "名录类别",
            "名录类型",
            "重点单位类别",
            "重点单位类型",
            "重点排污单位类别",
            "重点排污单位类型",
            "重点监管单位类别",
            "环境监管重点单位类别",
            "环境监管重点单位类型",
            "所属类别",
            "所属名录",
            "环境要素",
            "监管要素",
            "管控要素",
            "管控类别",
            "管控类型",
            "重点管控类别",
            "重点监管类别",
            "所属重点类别",
            "要素类别",
            "名录分类",
            "列入类别",
            "纳入类别",
            "类型",
        ),
        doubtful=("类型",),
        said=tuple((value, word) for value, words in KEY_CLASS_WORDS.items() for word in words),
    ),
    Column("名录年度", "key_list_year", "year", synonyms=("年度", "年份")),
    Column("特殊监管", "special", "bool"),
    Column("特殊监管原因", "special_reason", "choice", options=choices.SpecialReason.choices),
    Column("状态", "status", "choice", options=choices.SourceStatus.choices),
    Column("状态日期", "status_date", "date"),
    Column(
        "地址",
        "address",
        max_length=300,
        synonyms=(
            "单位地址",
            "详细地址",
            "生产经营地址",
            "企业地址",
            "生产地址",
            "经营地址",
            "所在地址",
            "生产经营场所",
            "生产经营场所地址",
            "经营场所地址",
            "厂址",
            "注册地址",
            "单位详细地址",
            "企业详细地址",
        ),
    ),
    Column("经度", "longitude", "decimal"),
    Column("纬度", "latitude", "decimal"),
    Column(
        "法定代表人",
        "legal_representative",
        max_length=100,
        synonyms=("法人代表", "法人", "法定代表人姓名"),
    ),
    Column(
        "环保联系人", "contact", max_length=100, synonyms=("联系人", "环保负责人", "企业联系人")
    ),
    Column(
        "联系电话",
        "phone",
        "plain",
        max_length=50,
        synonyms=("电话", "手机", "联系方式", "手机号", "手机号码"),
    ),
    Column("行业代码", "industry_code", "plain", max_length=10, synonyms=("行业类别代码",)),
    Column("行业名称", "industry_name", max_length=100, synonyms=("行业", "行业类别")),
    Column(
        "排污许可证编号",
        "permit_number",
        "plain",
        max_length=40,
        synonyms=("许可证编号", "许可证号", "排污许可证号", "排污许可编号", "登记编号"),
    ),
    Column(
        "许可管理类别",
        "permit_class",
        "choice",
        options=choices.PermitClass.choices,
        synonyms=("管理类别", "排污许可管理类别"),
    ),
    Column(
        "许可证有效期止",
        "permit_until",
        "until",
        synonyms=(
            "许可证有效期",
            "许可证有效期至",
            "许可证有效期限",
            "许可证到期日期",
            "许可证到期日",
            "许可证到期时间",
            "许可证截止日期",
            "排污许可证有效期",
            "排污许可证有效期至",
            "排污许可证有效期止",
            "排污许可证有效期限",
            "排污许可证到期日期",
            "排污许可证到期时间",
            "排污许可证截止日期",
            "排污许可有效期",
            "排污许可有效期至",
            "许可有效期",
            "许可有效期至",
            "许可有效期限",
            "有效期",
            "有效期至",
            "有效期止",
            "有效期限",
            "到期日期",
            "到期时间",
        ),
    ),
    Column("污染物类别", "pollutants", "choices", options=choices.Pollutant.choices),
    Column("在线监控", "online_monitored", "bool"),
    Column("信用等级", "credit_grade", "choice", options=choices.CreditGrade.choices),
    Column("风险等级", "risk_grade", "choice", options=choices.RiskGrade.choices),
    Column("正面清单", "positive_list", "bool"),
    Column("所属网格", "grid", max_length=100, synonyms=("网格", "园区")),
    Column("是否涉密", "confidential", "bool", synonyms=("涉密",)),
    Column("备注", "note", max_length=2000),
)

# What other bodies' files say beside the exchange columns: read, never written.
SERIAL = Column("序号", "serial", "serial", synonyms=("编次", "NO", "NO."))
COUNTY = Column(
    "所在县市",
    "county",
    "place",
    max_length=60,
    synonyms=(
        "县(市、区)", "县市区", "县(市/区)", "区县", "县区", "所属区县", "所在区县", "所属县市", "行政区", "行政区划",
        "所属地区", "所在地区", "地区", "所在地", "辖区", "县(区)", "市(县、区)", "所属县(市、区)", "所在县(市、区)",
        "县(市)", "区(县)", "市(县)", "县", "县市", "市县", "区县市", "行政区域", "所属行政区", "所属行政区划",
        "所在行政区", "所属区域", "所在区域", "所在市县", "所属市县", "区(市、县)", "市(区、县)", "区、县",
        "所在区", "所属区", "所在区市", "所属区市", "区市", "所在县区", "所属县区", "所在区(县)", "所在县(区)", "属地", "区(市)", "区/县", "县/区",
        "县(市)区", "市县区", "区市县", "所在行政区域", "旗县区", "旗县", "师市", "团场", "镇街", "街镇", "乡镇", "乡镇街道",
    ),
)  # fmt: skip
LISTED_OR_NOT = Column(
    "调整情况", "listed", "listed",
    synonyms=("变动情况", "变化情况", "增减情况", "调整类型", "名录变化", "名录调整情况", "变更情况", "动态调整情况"),
)  # fmt: skip
MATRIX = tuple(
    Column(
        label,
        "key_classes",
        "mark",
        options=((value, label),),
        synonyms=KEY_CLASS_WORDS[value],
    )
    for value, label, _more in _STEMS
)
IMPORT_COLUMNS = (*SOURCE_COLUMNS, SERIAL, COUNTY, *MATRIX)


# What a key list writes where none of the classes is meant.
_NO_CLASS = ("其他", "其它", "其他重点排污单位", "其他重点单位", "无", "-", "—", "——", "/")
# In a register's file these are pollutants and amounts; a key list ticks them.
_LOOSE_MARKS = {
    "water": ("废水", "涉水"), "air": ("废气", "涉气"), "noise": ("涉噪",), "soil": ("涉土",),
}  # fmt: skip


def _of_a_key_list(column: Column) -> Column:
    """Other bureaus number their rows under 编号, and call the classes 类别 or 监管类别."""
    if column.field == "code":
        return replace(column, synonyms=("本局单位编号", "污染源编号"))
    if column.field == "serial":
        return replace(column, synonyms=(*column.synonyms, "编号", "单位编号", "企业编号"))
    if column.field == "key_classes" and column.kind == "choices":
        more = (
            "监管类别", "监管类型", "类别", "单位类别", "单位类型", "污染类别", "污染类型", "企业类别", "企业类型",
            "管理类型", "对象类别", "重点排污单位",
        )  # fmt: skip
        return replace(
            column,
            synonyms=(*column.synonyms, *more),
            doubtful=(*column.doubtful, *more),
            said=(
                *column.said,
                *((value, word) for value, words in _LOOSE_MARKS.items() for word in words),
                *(("", word) for word in _NO_CLASS),
            ),
        )
    if column.field == "uscc":
        return replace(column, synonyms=(*column.synonyms, "组织机构代码", "法人代码"))
    if column.kind == "mark":
        more = _LOOSE_MARKS.get(column.options[0][0], ())
        return replace(column, synonyms=(*column.synonyms, *more), doubtful=more)
    return column


# Every unit of a key list is a key discharger: there is nothing to say of kind and type.
KEY_LIST_COLUMNS = (
    *(_of_a_key_list(c) for c in IMPORT_COLUMNS if c.field not in ("kind", "regulatory_type")),
    LISTED_OR_NOT,
)

INSPECTOR_COLUMNS = (
    Column("人员编号", "code", "code", required=True, max_length=20, synonyms=("编号",)),
    Column("姓名", "name", required=True, max_length=50),
    Column(
        "类别",
        "role",
        "choice",
        required=True,
        options=choices.InspectorRole.choices,
        synonyms=("人员类别",),
    ),
    Column(
        "单位", "organisation", required=True, max_length=100, synonyms=("所在单位", "工作单位")
    ),
    Column("执法证号", "certificate", "plain", max_length=40, synonyms=("执法证编号", "证件号")),
    Column("证件有效期起", "valid_from", "date"),
    Column("证件有效期止", "valid_to", "until", synonyms=("有效期至", "证件有效期")),
    Column("专业", "skills", "list"),
    Column(
        "联系电话",
        "phone",
        "plain",
        max_length=50,
        synonyms=("电话", "手机", "联系方式", "手机号", "手机号码"),
    ),
    Column("状态", "status", "choice", options=choices.InspectorStatus.choices),
    Column("备注", "note", max_length=2000),
)


def import_columns_of(register: str) -> Sequence[Column]:
    """What the reading of a file for this register knows: ImportedFile.Register."""
    return {"inspectors": INSPECTOR_COLUMNS, "key_list": KEY_LIST_COLUMNS}.get(
        register, IMPORT_COLUMNS
    )
