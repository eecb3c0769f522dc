"""本局设定: every number the bureau may choose, with its default and its legal floor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from registry.rules.legal_floors import KEY_PERCENT, SPECIAL_PERCENT
from registry.rules.violations import RuleViolation


class BadSetting(RuleViolation):
    code = "bad_setting"


class SettingBelowFloor(RuleViolation):
    code = "setting_below_floor"

    def __init__(self, message: str, basis: str, *, field: str) -> None:
        super().__init__(message, field=field)
        self.basis = basis


@dataclass(frozen=True)
class SettingSpec:
    """``kind``: int, bool, choice or text; ``basis`` names the rule behind ``minimum``."""

    key: str
    label: str
    kind: str
    default: Any
    help: str = ""
    minimum: int | None = None
    maximum: int | None = None
    choices: Sequence[tuple[str, str]] = ()
    basis: str = ""


_ALL = (
    SettingSpec("bureau_name", "本局名称", "text", "昌吉高新区环境保护局", "用于公示页和文书"),
    SettingSpec("complaint_phone", "举报电话", "text", "12369", "显示在公示页底部"),
    SettingSpec(
        "place_distance_metres",
        "现场定位距单位多远须说明原因（米）",
        "int",
        500,
        "检查记录的定位超过此距离时，须填写原因",
        50,
        20_000,
    ),
    SettingSpec(
        "soil_and_risk_classes_make_key",
        "土壤、环境风险类别按重点抽查",
        "bool",
        True,
        "默认从严：仅列入土壤污染重点监管或环境风险重点管控的单位也按重点排污单位抽查",
    ),
    SettingSpec(
        "key_ratio",
        "重点排污单位每季度抽查比例（%）",
        "int",
        KEY_PERCENT,
        "",
        KEY_PERCENT,
        100,
        (),
        "实施方案 二（一）",
    ),
    SettingSpec(
        "special_ratio",
        "特殊监管对象每季度抽查比例（%）",
        "int",
        SPECIAL_PERCENT,
        "",
        SPECIAL_PERCENT,
        100,
        (),
        "实施方案 二（一）",
    ),
    SettingSpec(
        "general_reading",
        "一般排污单位1：10的算法",
        "choice",
        "stricter",
        "两种解释都会印在计划上",
        choices=(
            ("stricter", "取两者较大值"),
            ("officers", "每名在岗执法人员10家"),
            ("units", "每10家抽1家"),
        ),
        basis="环办〔2015〕88号",
    ),
    SettingSpec("weight_high", "高风险单位签数", "int", 3, "", 1, 10),
    SettingSpec("weight_medium", "中风险单位签数", "int", 2, "", 1, 10),
    SettingSpec("weight_low", "低风险单位签数", "int", 1, "", 1, 10),
    SettingSpec(
        "announcement_notice_hours",
        "公告至少早于公开随机源多少小时",
        "int",
        48,
        "冻结即公告；每天看一次的人都要能在随机源揭晓前留存公告",
        24,
        240,
    ),
    SettingSpec("positive_list_outside_draw", "正面清单单位列入期间不参加抽取", "bool", False),
    SettingSpec(
        "yearly_cap", "每家单位年度现场检查上限（次）", "int", 2, "国办发〔2024〕54号", 1, 12
    ),
    SettingSpec(
        "rotation_visits",
        "同一执法人员近12个月检查同一单位满几次后轮换",
        "int",
        2,
        "满此次数的，下次抽取不再派其检查该单位；0 表示不限。轮换会使检查组不足两名执法人员时让步",
        0,
        12,
    ),
    SettingSpec(
        "construction_ratio",
        "建设项目每次抽查比例（%）",
        "int",
        20,
        "建设项目不计入随机抽查比例，由本局确定",
        1,
        100,
    ),
    SettingSpec(
        "joint_ratio",
        "部门联合抽查每次抽查比例（%）",
        "int",
        5,
        "联合抽查不计入随机抽查比例，由本局与联合部门商定",
        1,
        100,
    ),
    SettingSpec(
        "lookback_ratio",
        "回头看抽查比例（%）",
        "int",
        0,
        "每季度从本年已检查的重点排污单位中再抽多少；0 表示不开展",
        0,
        100,
    ),
    SettingSpec("waves", "每季度派发批次", "int", 3, "默认每月一批", 1, 12),
    SettingSpec("accept_working_days", "接收任务时限（工作日）", "int", 2, "", 1, 10),
    SettingSpec("review_working_days", "审核时限（工作日）", "int", 5, "", 1, 15),
    SettingSpec(
        "urgent_approval_working_days",
        "紧急检查补办审批时限（工作日）",
        "int",
        2,
        "紧急情况可先检查，自派发之日起计算",
        1,
        5,
    ),
    SettingSpec(
        "hint_visit_minutes",
        "现场检查少于几分钟时提示审核人",
        "int",
        20,
        "以下三项只是审核提示，不作结论",
        1,
        240,
    ),
    SettingSpec(
        "hint_answers_minutes", "十必查全无问题且几分钟内填完时提示审核人", "int", 5, "", 1, 60
    ),
    SettingSpec(
        "hint_metres", "检查地点距单位多少米以上时提示审核人", "int", 1000, "", 100, 20_000
    ),
    SettingSpec("objection_working_days", "答复企业异议时限（工作日）", "int", 5, "", 1, 15),
    SettingSpec(
        "repeat_day", "同一单位一天内上门几次以上提醒", "int", 1, "任何来源的检查都计算", 1, 5
    ),
    SettingSpec("repeat_week", "同一单位一周内上门几次以上提醒", "int", 2, "", 1, 10),
    SettingSpec("repeat_month", "同一单位一月内上门几次以上提醒", "int", 3, "", 1, 20),
    SettingSpec(
        "repeat_officer",
        "同一执法人员一年内第几次到同一单位须说明理由",
        "int",
        3,
        "以往各次均未发现问题的",
        2,
        12,
    ),
    SettingSpec("order_working_days", "送达责令改正通知书时限（工作日）", "int", 5, "", 1, 15),
    SettingSpec(
        "auto_publish_working_days_left",
        "公示期限剩余几个工作日时自动公示",
        "int",
        2,
        "到时仍未公示、也未提出不予公开的结果由系统自动公示，确保不超期",
        0,
        15,
    ),
    SettingSpec(
        "display_years",
        "公示结果展示几年",
        "int",
        5,
        "期满后按季度归档：列表默认不再显示，选择该季度或凭原地址仍可查看",
        1,
        30,
    ),
    SettingSpec(
        "special_penalties",
        "近一年行政处罚达到几次即提议特殊监管",
        "int",
        1,
        "以下五项是提议列入特殊监管的界线；是否列入由人决定",
        1,
        20,
    ),
    SettingSpec(
        "special_supervised_cases", "近一年挂牌督办达到几件即提议特殊监管", "int", 1, "", 1, 20
    ),
    SettingSpec("special_complaints", "近一年查实线索达到几条即提议特殊监管", "int", 3, "", 1, 50),
    SettingSpec(
        "special_credit",
        "信用等级低到何种程度即提议特殊监管",
        "choice",
        "warning",
        choices=(("warning", "警示或不良"), ("bad", "仅不良"), ("none", "不按信用等级提议")),
    ),
    SettingSpec("special_high_risk", "风险等级为高即提议特殊监管", "bool", True),
    SettingSpec("clue_judging_working_days", "研判线索时限（工作日）", "int", 5, "", 1, 30),
    SettingSpec(
        "positive_list_notice_days",
        "正面清单到期前几天提醒",
        "int",
        30,
        "到期前7天再提醒一次；到期自动移出并公示",
        7,
        180,
    ),
    SettingSpec("scheduler_alarm_minutes", "调度停摆多少分钟后报警", "int", 10, "", 2, 1440),
    SettingSpec("mail_alarm_minutes", "邮件滞留多少分钟后报警", "int", 60, "", 10, 1440),
)
SPECS: dict[str, SettingSpec] = {spec.key: spec for spec in _ALL}


def _check_int(spec: SettingSpec, value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadSetting(f"“{spec.label}”应为整数。", field=spec.key)
    if spec.minimum is not None and value < spec.minimum:
        if spec.basis:
            raise SettingBelowFloor(
                f"“{spec.label}”不得低于 {spec.minimum}（{spec.basis}）。",
                spec.basis,
                field=spec.key,
            )
        raise BadSetting(f"“{spec.label}”不得小于 {spec.minimum}。", field=spec.key)
    if spec.maximum is not None and value > spec.maximum:
        raise BadSetting(f"“{spec.label}”不得大于 {spec.maximum}。", field=spec.key)


def check_value(key: str, value: Any) -> None:
    """BadSetting for an unknown key or wrong kind; SettingBelowFloor where the law says no."""
    spec = SPECS.get(key)
    if spec is None:
        raise BadSetting(f"没有名为“{key}”的本局设定。")
    if spec.kind == "int":
        _check_int(spec, value)
    elif spec.kind == "bool" and not isinstance(value, bool):
        raise BadSetting(f"“{spec.label}”应为是或否。", field=key)
    elif spec.kind == "choice" and value not in dict(spec.choices):
        allowed = "、".join(label for _value, label in spec.choices)
        raise BadSetting(f"“{spec.label}”只能取：{allowed}。", field=key)
    elif spec.kind == "text" and not (isinstance(value, str) and value.strip()):
        raise BadSetting(f"“{spec.label}”不能为空。", field=key)
