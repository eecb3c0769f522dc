"""The exchange columns (domain rules §1): one table for templates, imports and exports."""

from registry import choices
from registry.rules.columns import Column

# The classes of key units as lists write them: each stem alone, and with what lists put behind it.
_STEMS = (
    ("water", "水环境", ("水", "水污染")),
    ("groundwater", "地下水", ("地下水污染", "地下水污染防治", "地下水环境")),
    ("air", "大气环境", ("大气", "气", "大气污染")),
    ("noise", "噪声", ("声环境", "环境噪声", "噪声污染", "噪音", "声")),
    ("soil", "土壤污染", ("土壤", "土壤环境", "土")),
    ("risk", "环境风险", ("风险", "环境风险管控", "环境风险防控")),
)
_TAILS = (
    "重点排污单位", "重点监管单位", "重点管控单位", "重点单位", "重点监管", "重点管控", "重点排污", "重点",
    "类", "污染",
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
            "类型",
        ),
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
    max_length=60,
    synonyms=(
        "县(市、区)", "县市区", "县(市/区)", "区县", "县区", "所属区县", "所在区县", "所属县市", "行政区", "行政区划",
        "所属地区", "所在地区", "地区", "所在地", "辖区", "县(区)", "市(县、区)", "所属县(市、区)", "所在县(市、区)",
        "县(市)", "区(县)", "市(县)", "县", "县市", "市县", "区县市", "行政区域", "所属行政区", "所属行政区划",
        "所在行政区", "所属区域", "所在区域", "所在市县", "所属市县", "区(市、县)", "市(区、县)", "区、县",
    ),
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
