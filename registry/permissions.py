"""Permission codenames of this floor; setup_roles gives them to the groups."""

VIEW_SOURCES = "registry.view_pollutionsource"
VIEW_INSPECTORS = "registry.view_inspector"
VIEW_ITEM_LISTS = "registry.view_inspectionitemlist"
MANAGE_REGISTERS = "registry.manage_registers"
VIEW_SOURCES = "registry.view_pollutionsource"
VIEW_INSPECTORS = "registry.view_inspector"
IMPORT_REGISTERS = "registry.import_registers"
APPROVE_SPECIAL_FLAG = "registry.approve_special_flag"
MANAGE_SETTINGS = "registry.manage_settings"
MANAGE_CALENDAR = "registry.manage_calendar"
VIEW_TRAIL = "registry.view_trail"
VIEW_OVERSIGHT = "registry.view_oversight"
VIEW_RISK = "registry.view_riskassessment"
MANAGE_RISK = "registry.manage_risk"
CONFIRM_RISK = "registry.confirm_risk"
VIEW_SPECIAL_FLAGS = "registry.view_specialflag"
VIEW_POSITIVE_LIST = "registry.view_positivelistchange"
MANAGE_POSITIVE_LIST = "registry.manage_positive_list"

DECLARED = (
    ("manage_registers", "维护两库"),
    ("import_registers", "导入两库"),
    ("approve_special_flag", "批准特殊监管标记"),
    ("manage_settings", "修改本局设定"),
    ("manage_calendar", "维护工作日历"),
    ("view_trail", "查看操作留痕"),
    ("view_oversight", "查看期限与运行状况"),
    ("manage_risk", "维护风险事实和权重"),
    ("confirm_risk", "确认风险等级"),
    ("manage_positive_list", "维护正面清单"),
)
