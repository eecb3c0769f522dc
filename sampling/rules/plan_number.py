"""The number of a plan: its quarter, and for any other kind than the quarterly one a letter and
a count. `2027Q1` is the quarter's plan, `2027Q1-S1` its first supplementary draw.

The number is what chanji-draw/2 calls the plan: it stands in the pool file, in the announcement
and in the draw record.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from registry.rules.quarter import Quarter
from registry.rules.violations import RuleViolation


class PlanKind(StrEnum):
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"
    SUPPLEMENTARY = "supplementary"
    CONSTRUCTION = "construction"
    JOINT = "joint"
    LOOKBACK = "lookback"
    EXTERNAL = "external"


LETTERS = {
    PlanKind.MONTHLY: "M",
    PlanKind.SUPPLEMENTARY: "S",
    PlanKind.CONSTRUCTION: "C",
    PlanKind.JOINT: "J",
    PlanKind.LOOKBACK: "L",
    PlanKind.EXTERNAL: "E",
}
KIND_OF = {letter: kind for kind, letter in LETTERS.items()}
KIND_LABELS = {
    PlanKind.QUARTERLY: "季度抽查",
    PlanKind.MONTHLY: "按月分批抽查",
    PlanKind.SUPPLEMENTARY: "补充抽查",
    PlanKind.CONSTRUCTION: "建设项目抽查",
    PlanKind.JOINT: "部门联合抽查",
    PlanKind.LOOKBACK: "回头看抽查",
    PlanKind.EXTERNAL: "外部抽取",
}
# 联合抽查 and construction-project checks keep their own source and never count toward the
# random ratio (domain rules §4).
COUNT_TOWARD_RATIO = frozenset(
    {
        PlanKind.QUARTERLY,
        PlanKind.MONTHLY,
        PlanKind.SUPPLEMENTARY,
        PlanKind.LOOKBACK,
        PlanKind.EXTERNAL,
    }
)
# Together they are the quarter's draw: no unit twice, and the floors of §3.
DRAWN_FROM_THE_REGISTER = frozenset({PlanKind.QUARTERLY, PlanKind.MONTHLY, PlanKind.SUPPLEMENTARY})
MONTHS = 3
_NUMBER = re.compile(r"([0-9]{4}Q[1-4])(?:-([A-Z])([1-9][0-9]?))?")


class BadPlanNumber(RuleViolation):
    code = "bad_plan_number"


@dataclass(frozen=True, slots=True)
class PlanNumber:
    """`count` is 0 for the quarter's own plan; for monthly batches it is the month, 1 to 3."""

    quarter: Quarter
    kind: PlanKind = PlanKind.QUARTERLY
    count: int = 0

    @classmethod
    def parse(cls, text: str) -> "PlanNumber":
        """Raises BadPlanNumber for anything not written like 2027Q1 or 2027Q1-S1."""
        match = _NUMBER.fullmatch(text.strip().upper())
        kind = KIND_OF.get(match[2]) if match and match[2] else PlanKind.QUARTERLY
        if match is None or kind is None:
            raise BadPlanNumber(
                f"“{text}”不是抽查计划编号，应写成 2027Q1（季度计划）或 2027Q1-S1（补充抽查）这样。"
            )
        if kind == PlanKind.MONTHLY and int(match[3]) > MONTHS:
            raise BadPlanNumber(f"“{text}”不存在：一个季度只有3个月批次，编号为M1至M3。")
        return cls(Quarter.parse(match[1]), kind, int(match[3] or 0))

    def __str__(self) -> str:
        if self.kind == PlanKind.QUARTERLY:
            return str(self.quarter)
        return f"{self.quarter}-{LETTERS[self.kind]}{self.count}"

    @property
    def label(self) -> str:
        """How people call it: 2027年第一季度抽查计划, 2027年第一季度补充抽查（第1次）."""
        if self.kind == PlanKind.QUARTERLY:
            return f"{self.quarter.label}抽查计划"
        if self.kind == PlanKind.MONTHLY:
            month = 3 * (self.quarter.number - 1) + self.count
            return f"{self.quarter.year}年{month}月抽查批次"
        return f"{self.quarter.label}{KIND_LABELS[self.kind]}（第{self.count}次）"
