"""The exchange columns (domain rules §1): one table for templates, imports and exports."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry import choices


@dataclass(frozen=True)
class Column:
    """``field``: model field or a special word; ``kind``: how a cell becomes a value."""

    title: str
    field: str
    kind: str = "text"
    required: bool = False
    options: Sequence[tuple[str, str]] = ()
    synonyms: Sequence[str] = ()
    max_length: int = 200


SOURCE_COLUMNS = (
    Column("本局编号", "code", "code", max_length=20, synonyms=("编号", "单位编号")),
    Column("单位名称", "name", required=True, synonyms=("企业名称", "排污单位名称", "名称")),
    Column(
        "统一社会信用代码",
        "uscc",
        "uscc",
        synonyms=("社会信用代码", "信用代码", "USCC", "组织机构代码/统一社会信用代码"),
    ),
    Column("无代码原因", "no_code_reason", "choice", options=choices.NoCodeReason.choices),
    Column("厂区/点位", "site", max_length=100, synonyms=("厂区", "点位", "厂区/点位名称")),
    Column("类别", "kind", "choice", options=choices.SourceKind.choices, synonyms=("对象类别",)),
    Column(
        "监管类型",
        "regulatory_type",
        "choice",
        required=True,
        options=choices.RegulatoryType.choices,
        synonyms=("监管类别", "管理类型"),
    ),
    Column("重点类别", "key_classes", "choices", options=choices.KeyClass.choices),
    Column("名录年度", "key_list_year", "year"),
    Column("特殊监管", "special", "bool"),
    Column("特殊监管原因", "special_reason", "choice", options=choices.SpecialReason.choices),
    Column("状态", "status", "choice", options=choices.SourceStatus.choices),
    Column("状态日期", "status_date", "date"),
    Column("地址", "address", max_length=300, synonyms=("单位地址", "详细地址", "生产经营地址")),
    Column("经度", "longitude", "decimal"),
    Column("纬度", "latitude", "decimal"),
    Column("法定代表人", "legal_representative", max_length=100, synonyms=("法人代表", "法人")),
    Column("环保联系人", "contact", max_length=100, synonyms=("联系人", "环保负责人")),
    Column("联系电话", "phone", max_length=50, synonyms=("电话", "手机")),
    Column("行业代码", "industry_code", max_length=10),
    Column("行业名称", "industry_name", max_length=100, synonyms=("行业", "行业类别")),
    Column("排污许可证编号", "permit_number", max_length=40, synonyms=("许可证编号", "许可证号")),
    Column("许可管理类别", "permit_class", "choice", options=choices.PermitClass.choices),
    Column("污染物类别", "pollutants", "choices", options=choices.Pollutant.choices),
    Column("在线监控", "online_monitored", "bool"),
    Column("信用等级", "credit_grade", "choice", options=choices.CreditGrade.choices),
    Column("风险等级", "risk_grade", "choice", options=choices.RiskGrade.choices),
    Column("正面清单", "positive_list", "bool"),
    Column("所属网格", "grid", max_length=100, synonyms=("网格", "园区")),
    Column("是否涉密", "confidential", "bool", synonyms=("涉密",)),
    Column("备注", "note", max_length=2000),
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
    Column("执法证号", "certificate", max_length=40, synonyms=("执法证编号", "证件号")),
    Column("证件有效期起", "valid_from", "date"),
    Column("证件有效期止", "valid_to", "date", synonyms=("有效期至", "证件有效期")),
    Column("专业", "skills", "list"),
    Column("联系电话", "phone", max_length=50, synonyms=("电话", "手机")),
    Column("状态", "status", "choice", options=choices.InspectorStatus.choices),
    Column("备注", "note", max_length=2000),
)
