"""风险分级: a sum of points anybody can add up again (实施方案 二（六）).

The factors are those the plan names: violations, complaints and other verified clues, online-monitoring
alarms, the level of daily environmental management, credit grade, permit class, how long nobody has
looked, and the positive list. No public rule gives the points: they are bureau settings, by version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from registry.rules.unit_words import RiskGrade
from registry.rules.violations import RuleViolation
from registry.rules.years import years_before

HIGH, MEDIUM, LOW = RiskGrade
GRADE_LABELS = {HIGH: "高", MEDIUM: "中", LOW: "低", "": "未定级"}
CREDIT_LABELS = {"trusted": "诚信", "good": "良好", "warning": "警示", "bad": "不良"}
PERMIT_LABELS = {"key": "重点管理", "simplified": "简化管理", "registered": "登记管理"}
MANAGEMENT_LABELS = {"excellent": "优", "good": "良", "fair": "一般", "poor": "差"}


class BadWeights(RuleViolation):
    code = "bad_risk_weights"
    basis = "实施方案 二（六）"


@dataclass(frozen=True)
class WeightSpec:
    """One number of a version of the weights, with the range it may lie in."""

    key: str
    label: str
    default: int
    minimum: int = 0
    maximum: int = 100


WEIGHTS = (
    WeightSpec("lookback_years", "处罚、督办和检查发现问题的回溯年数", 3, 1, 10),
    WeightSpec("penalty", "每次行政处罚", 15),
    WeightSpec("penalty_most", "行政处罚合计上限", 30),
    WeightSpec("supervised_case", "每件挂牌督办", 20),
    WeightSpec("supervised_case_most", "挂牌督办合计上限", 40),
    WeightSpec("finding", "每次检查发现问题", 5),
    WeightSpec("finding_most", "检查发现问题合计上限", 15),
    WeightSpec("complaint", "近一年每条查实线索", 5),
    WeightSpec("complaint_most", "查实线索合计上限", 20),
    WeightSpec("alarm", "近一年每次在线监控报警", 1),
    WeightSpec("alarm_most", "在线监控报警合计上限", 10),
    WeightSpec("credit_trusted", "信用等级：诚信", -5, -100),
    WeightSpec("credit_good", "信用等级：良好", 0, -100),
    WeightSpec("credit_warning", "信用等级：警示", 10),
    WeightSpec("credit_bad", "信用等级：不良", 20),
    WeightSpec("permit_key", "许可管理类别：重点管理", 10),
    WeightSpec("permit_simplified", "许可管理类别：简化管理", 5),
    WeightSpec("permit_registered", "许可管理类别：登记管理", 0),
    WeightSpec("management_excellent", "日常环境管理水平：优", -10, -100),
    WeightSpec("management_good", "日常环境管理水平：良", -5, -100),
    WeightSpec("management_fair", "日常环境管理水平：一般", 5),
    WeightSpec("management_poor", "日常环境管理水平：差", 15),
    WeightSpec("unseen_one_year", "满1年未检查", 5),
    WeightSpec("unseen_two_years", "满2年未检查或从未检查", 10),
    WeightSpec("positive_list", "列入正面清单", -15, -100, 0),
)
THRESHOLDS = (
    WeightSpec("high_from", "高风险：总分达到", 40, 1, 500),
    WeightSpec("medium_from", "中风险：总分达到", 20, 0, 500),
)
DEFAULT_WEIGHTS = {spec.key: spec.default for spec in WEIGHTS}
DEFAULT_THRESHOLDS = {spec.key: spec.default for spec in THRESHOLDS}


@dataclass(frozen=True)
class Counted:
    """How often something happened within its window, and when last; ``times`` is at least 0."""

    times: int = 0
    last: date | None = None

    def text(self, window: str, unit: str = "次") -> str:
        if not self.times:
            return f"{window}无"
        return f"{window}{self.times}{unit}" + (f"，最近 {self.last}" if self.last else "")


NONE = Counted()


@dataclass(frozen=True)
class RiskFacts:
    """What is known of one unit. Stored values of the code lists; blank means not known.

    ``last_check`` is None for a unit nobody has inspected as far as the check ledger goes.
    """

    penalties: Counted = NONE
    supervised_cases: Counted = NONE
    findings: Counted = NONE
    complaints: Counted = NONE
    alarms: Counted = NONE
    credit_grade: str = ""
    permit_class: str = ""
    management_level: str = ""
    last_check: date | None = None
    positive_listed: bool = False


@dataclass(frozen=True)
class Contribution:
    """One line of the sum: which factor, the fact behind it, its points (may be negative)."""

    factor: str
    fact: str
    points: int


@dataclass(frozen=True)
class Result:
    """``score`` is the sum of the points of ``contributions``; all factors are listed."""

    score: int
    grade: str
    contributions: Sequence[Contribution] = field(default=())


def check_weights(weights: Mapping[str, int], thresholds: Mapping[str, int]) -> None:
    """BadWeights unless every number is there, in its range, and 高 begins above 中."""
    faults: dict[str, str] = {}
    for specs, values in ((WEIGHTS, weights), (THRESHOLDS, thresholds)):
        known = {spec.key for spec in specs}
        if unknown := sorted(values.keys() - known):
            raise BadWeights(f"没有名为“{unknown[0]}”的权重，请刷新页面后重新填写。")
        for spec in specs:
            if fault := _fault(spec, values.get(spec.key)):
                faults[spec.key] = fault
    if not faults and thresholds["high_from"] <= thresholds["medium_from"]:
        faults["high_from"] = "高风险的起点分应大于中风险的起点分。"
    if faults:
        raise BadWeights("；".join(faults.values()), fields=faults)


def _fault(spec: WeightSpec, value: object) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return f"“{spec.label}”应为整数。"
    if not spec.minimum <= value <= spec.maximum:
        return f"“{spec.label}”应在 {spec.minimum} 至 {spec.maximum} 之间。"
    return ""


def grade_for(score: int, thresholds: Mapping[str, int]) -> str:
    if score >= thresholds["high_from"]:
        return HIGH
    return MEDIUM if score >= thresholds["medium_from"] else LOW


def assess(
    facts: RiskFacts, *, weights: Mapping[str, int], thresholds: Mapping[str, int], day: date
) -> Result:
    """Add the points up. The texts change only when a fact does, never with the mere passing of
    days: so that an assessment that says the same is the same."""
    years = f"近{weights['lookback_years']}年"
    lines = (
        _counted("行政处罚", facts.penalties, years, weights, "penalty"),
        _counted("挂牌督办", facts.supervised_cases, years, weights, "supervised_case", "件"),
        _counted("检查发现问题", facts.findings, years, weights, "finding"),
        _counted("查实的投诉举报等线索", facts.complaints, "近1年", weights, "complaint", "条"),
        _counted("在线监控报警", facts.alarms, "近1年", weights, "alarm"),
        _graded("信用等级", facts.credit_grade, CREDIT_LABELS, weights, "credit"),
        _graded("许可管理类别", facts.permit_class, PERMIT_LABELS, weights, "permit"),
        _graded(
            "日常环境管理水平", facts.management_level, MANAGEMENT_LABELS, weights, "management"
        ),
        _unseen(facts.last_check, weights, day),
        Contribution(
            "正面清单",
            "列入" if facts.positive_listed else "未列入",
            weights["positive_list"] if facts.positive_listed else 0,
        ),
    )
    score = sum(line.points for line in lines)
    return Result(score, grade_for(score, thresholds), lines)


def _counted(
    factor: str,
    counted: Counted,
    window: str,
    weights: Mapping[str, int],
    key: str,
    unit: str = "次",
) -> Contribution:
    points = min(counted.times * weights[key], weights[f"{key}_most"])
    return Contribution(factor, counted.text(window, unit), points)


def _graded(
    factor: str, value: str, labels: Mapping[str, str], weights: Mapping[str, int], key: str
) -> Contribution:
    """No points for what is not known: ignorance is neither merit nor fault."""
    if value not in labels:
        return Contribution(factor, "未登记", 0)
    return Contribution(factor, labels[value], weights[f"{key}_{value}"])


def _unseen(last_check: date | None, weights: Mapping[str, int], day: date) -> Contribution:
    factor = "距上次检查"
    if last_check is None:
        return Contribution(factor, "没有检查记录", weights["unseen_two_years"])
    fact = f"上次检查 {last_check}"
    if last_check <= years_before(day, 2):
        return Contribution(factor, fact, weights["unseen_two_years"])
    if last_check <= years_before(day, 1):
        return Contribution(factor, fact, weights["unseen_one_year"])
    return Contribution(factor, fact, 0)
