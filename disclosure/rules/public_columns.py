"""The ten statutory columns and what stands with them: a whitelist. Anything else cannot be
built into a published copy."""

TEN_COLUMNS = (
    ("enterprise_name", "企业名称"),
    ("uscc", "统一社会信用代码"),
    ("category", "监管类别"),
    ("items", "抽查事项"),
    ("checked_on", "抽查时间"),
    ("authority", "检查机关"),
    ("outcome_text", "检查结果"),
    ("handling", "处理情况"),
    ("published_on", "公示日期"),
)  # with 序号 in front, which is the row's place in the list
DETAIL_COLUMNS = (
    ("plan_number", "抽查计划编号"),
    ("assignment_number", "抽查任务编号"),
    ("sampling_type", "抽查类型"),
    ("method", "检查方式"),
    ("completed_on", "完成日期"),
    ("due_on", "公示期限"),
    ("register_code", "名录编号"),
)
OPEN_DATA_COLUMNS = (
    *TEN_COLUMNS,
    *DETAIL_COLUMNS,
    ("quarter", "季度"),
    ("outcome", "结果代码"),
    ("public_id", "标识"),
)
# What a correction may change: the unit, what was looked at, what was found and what was done. The
# days and numbers that prove the 20 working days, and the authority of that day, stay.
CORRECTABLE_COLUMNS = tuple(
    column
    for column in (*TEN_COLUMNS, *DETAIL_COLUMNS)
    if column[0]
    in {"enterprise_name", "uscc", "items", "checked_on", "outcome_text", "handling", "method"}
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def harmless_cell(value: object) -> str:
    """Text for CSV that no spreadsheet runs as a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
