"""Code lists of the registers. Stored values are the English; labels are the bureau's Chinese."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.rules import unit_words
from registry.rules.cap_exemptions import Exemption


class SourceKind(models.TextChoices):
    DISCHARGER = unit_words.SourceKind.DISCHARGER.value, _("排污单位")
    CONSTRUCTION = unit_words.SourceKind.CONSTRUCTION.value, _("建设项目")


class RegulatoryType(models.TextChoices):
    KEY = "key", _("重点")
    GENERAL = "general", _("一般")


class KeyClass(models.TextChoices):
    """重点类别 of 生态环境部令第27号; one unit may be in several."""

    WATER = "water", _("水环境")
    GROUNDWATER = "groundwater", _("地下水")
    AIR = "air", _("大气环境")
    NOISE = "noise", _("噪声")
    SOIL = "soil", _("土壤污染")
    RISK = "risk", _("环境风险")


class SourceStatus(models.TextChoices):
    NORMAL = "normal", _("正常")
    RELOCATED = "relocated", _("搬迁")
    SUSPENDED = "suspended", _("长期停产")
    BANKRUPT = "bankrupt", _("破产")
    CLOSED = "closed", _("关停")
    DEREGISTERED = "deregistered", _("注销")


class SpecialReason(models.TextChoices):
    """特殊监管原因, 实施方案 二（一）."""

    SERIOUS_VIOLATION = unit_words.SpecialReason.SERIOUS_VIOLATION.value, _("严重违法违规记录")
    EXISTING_VIOLATION = (
        unit_words.SpecialReason.EXISTING_VIOLATION.value,
        _("存在生态环境违法问题"),
    )
    HIGH_RISK = unit_words.SpecialReason.HIGH_RISK.value, _("环境风险等级高")
    MANY_COMPLAINTS = unit_words.SpecialReason.MANY_COMPLAINTS.value, _("投诉举报多")
    LOW_CREDIT = unit_words.SpecialReason.LOW_CREDIT.value, _("信用评价等级低")
    SPECIAL_MANAGEMENT = unit_words.SpecialReason.SPECIAL_MANAGEMENT.value, _("有特殊管理需要")
    UNSTABLE_COMPLIANCE = (
        unit_words.SpecialReason.UNSTABLE_COMPLIANCE.value,
        _("不能稳定达到排污许可证规定"),
    )


class PermitClass(models.TextChoices):
    KEY = "key", _("重点管理")
    SIMPLIFIED = "simplified", _("简化管理")
    REGISTERED = "registered", _("登记管理")


class Pollutant(models.TextChoices):
    WASTEWATER = "wastewater", _("废水")
    WASTE_GAS = "waste_gas", _("废气")
    SOLID_WASTE = "solid_waste", _("固废")
    HAZARDOUS_WASTE = "hazardous_waste", _("危废")
    NOISE = "noise", _("噪声")
    RADIATION = "radiation", _("辐射")


class CreditGrade(models.TextChoices):
    """环保信用等级."""

    TRUSTED = "trusted", _("诚信")
    GOOD = "good", _("良好")
    WARNING = "warning", _("警示")
    BAD = "bad", _("不良")


class RiskGrade(models.TextChoices):
    HIGH = unit_words.RiskGrade.HIGH.value, _("高")
    MEDIUM = unit_words.RiskGrade.MEDIUM.value, _("中")
    LOW = unit_words.RiskGrade.LOW.value, _("低")


class ManagementLevel(models.TextChoices):
    """日常环境管理水平; the values equal registry.grading.rules.risk.MANAGEMENT_LABELS."""

    EXCELLENT = "excellent", _("优")
    GOOD = "good", _("良")
    FAIR = "fair", _("一般")
    POOR = "poor", _("差")


class RiskFactKind(models.TextChoices):
    """Facts that stand in no other register and are kept by staff, with date and evidence."""

    PENALTY = "penalty", _("行政处罚")
    SUPERVISED_CASE = "supervised_case", _("挂牌督办")
    ONLINE_ALARM = "online_alarm", _("在线监控报警")
    MANAGEMENT = "management", _("日常环境管理水平")


class AssessmentState(models.TextChoices):
    PROPOSED = "proposed", _("待确认")
    AGREES = "agrees", _("与现行等级一致")
    CONFIRMED = "confirmed", _("已确认")
    REJECTED = "rejected", _("未采纳")
    SUPERSEDED = "superseded", _("已被新测算取代")


class EndingState(models.TextChoices):
    PROPOSED = "proposed", _("待批准")
    APPROVED = "approved", _("已终止")
    REJECTED = "rejected", _("不予终止")
    WITHDRAWN = "withdrawn", _("原因又出现，已撤回")


class PositiveListKind(models.TextChoices):
    ENTERED = "entered", _("列入")
    LEFT = "left", _("移出")
    EXPIRED = "expired", _("到期移出")


class ClueKind(models.TextChoices):
    """Where a 线索 comes from (实施方案 二（一）、（六）)."""

    COMPLAINT = "complaint", _("投诉举报")
    ASSIGNED = "assigned", _("转办交办")
    ONLINE = "online", _("在线监控")
    VIDEO = "video", _("视频监控")
    DRONE = "drone", _("无人机飞检")
    DATA = "data", _("数据监测")


class NoCodeReason(models.TextChoices):
    """无代码原因: why a unit has no 统一社会信用代码."""

    H9_PERMIT = "h9_permit", _("许可证编号以H9开头")
    INDIVIDUAL = "individual", _("个人经营")
    OTHER = "other", _("其他")
    # Entered by its name from a list that shows no codes; stays until somebody adds the code.
    NOT_STATED = "not_stated", _("名录未载，待补")


class InspectorRole(models.TextChoices):
    OFFICER = "officer", _("执法人员")
    STAFF = "staff", _("监管人员")
    EXPERT = "expert", _("专家")


class InspectorStatus(models.TextChoices):
    ON_POST = "on_post", _("在岗")
    OFF_POST = "off_post", _("离岗")


class ConflictKind(models.TextChoices):
    RELATIVE = "relative", _("近亲属")
    EQUITY = "equity", _("股权")
    FORMER_POST = "former_post", _("曾任职")
    OTHER = "other", _("其他")


class CheckSource(models.TextChoices):
    """检查来源: random draws and the checks outside the draw (domain rules §4)."""

    RANDOM = "random", _("双随机抽查")
    DAILY = "daily", _("日常检查")
    SPECIAL_CAMPAIGN = "special_campaign", _("专项检查")
    COMPLAINT = "complaint", _("投诉举报")
    ASSIGNED = "assigned", _("转办交办")
    PERMIT_FOLLOW_UP = "permit_follow_up", _("证后核查")
    PATROL = "patrol", _("巡查检查")
    RECHECK = "recheck", _("复查")
    CONSTRUCTION = "construction", _("建设项目检查")
    JOINT = "joint", _("联合检查")


class CheckMethod(models.TextChoices):
    ON_SITE = "on_site", _("现场")
    DOCUMENTS = "documents", _("书面")
    REMOTE = "remote", _("非现场")


class DisclosureMark(models.TextChoices):
    """What became of a finished check's result."""

    PUBLISHED = "published", _("已公示")
    WITHHELD = "withheld", _("不予公开")


class ItemClass(models.TextChoices):
    GENERAL = "general", _("一般检查事项")
    KEY = "key", _("重点检查事项")


class ListLevel(models.TextChoices):
    PREFECTURE = "prefecture", _("昌吉州清单")
    BUREAU = "bureau", _("高新区清单")
    PARTNER = "partner", _("联合部门清单")


class CalendarLayer(models.TextChoices):
    NATIONAL = "national", _("国家")
    XINJIANG = "xinjiang", _("自治区")
    PREFECTURE = "prefecture", _("自治州")


class DayKind(models.TextChoices):
    OFF = "off", _("放假")
    WORK = "work", _("调休上班")
    NORMAL = "normal", _("取消调整")


class DeadlineState(models.TextChoices):
    OPEN = "open", _("进行中")
    MET = "met", _("已完成")
    CANCELLED = "cancelled", _("已取消")


class CapExemptionKind(models.TextChoices):
    """What the bureau calls the exemptions of registry/rules/cap_exemptions.py."""

    CLUE_CHECK = Exemption.CLUE_CHECK.value, _("线索核查")
    REMOTE_TO_ONSITE = Exemption.REMOTE_TO_ONSITE.value, _("非现场转现场")
    CREDIT_D = Exemption.CREDIT_D.value, _("信用D级/红码")
    ENTERPRISE_REQUEST = Exemption.ENTERPRISE_REQUEST.value, _("企业申请")
    URGENT = Exemption.URGENT.value, _("紧急")


class DeadlineKind(models.TextChoices):
    """Every legal or internal clock of domain rules §4."""

    FREEZE_PLAN = "freeze_plan", _("确定下一季度抽查计划")
    HOLD_DRAW = "hold_draw", _("在公告的期限前抽取")
    REVEAL_PROOF = "reveal_proof", _("在公告的期限前公开复核材料")
    ACCEPT_ASSIGNMENT = "accept_assignment", _("接收抽查任务")
    FINISH_INSPECTION = "finish_inspection", _("完成现场检查")
    REVIEW_RECORD = "review_record", _("审核检查记录")
    PUBLISH_RESULT = "publish_result", _("公示抽查结果")
    RECTIFY_PROBLEM = "rectify_problem", _("限期整改")
    SERVE_ORDER = "serve_order", _("送达责令改正通知书")
    RECHECK_PROBLEM = "recheck_problem", _("复查整改情况")
    ANSWER_OBJECTION = "answer_objection", _("答复企业异议")
    APPROVE_URGENT = "approve_urgent", _("补办紧急检查审批")
    FILE_CASE = "file_case", _("决定是否立案")
    DECIDE_PENALTY = "decide_penalty", _("作出处罚决定")
    SERVE_PENALTY = "serve_penalty", _("送达处罚决定书")
    PUBLISH_PENALTY = "publish_penalty", _("公示处罚决定")
    TRANSFER_APPROVAL = "transfer_approval", _("移送司法审批")
    TRANSFER_HANDOVER = "transfer_handover", _("移送司法交接")
    JUDGE_CLUE = "judge_clue", _("研判线索")


class BureauRole(models.TextChoices):
    """The groups of setup_roles; the label is the group's name."""

    DIRECTOR = "director", _("局领导")
    PLANNER = "planner", _("计划员")
    OFFICER = "officer", _("执法人员")
    PUBLISHER = "publisher", _("公示员")
    AUDITOR = "auditor", _("监督员")
    SYSTEM = "system", _("系统管理员")
