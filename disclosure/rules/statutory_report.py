"""The quarterly statutory report: what it counts, and its two rates (domain rules §5)."""

from dataclasses import asdict, dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

TWO_DECIMALS = Decimal("0.01")


def rate(part: int, whole: int) -> str:
    """``part`` ÷ ``whole`` in per cent with two decimals, halves up; a dash where nothing was due.

    Both numbers stand beside it wherever it is shown, so that a reader can recompute it.
    """
    if whole == 0:
        return "—"
    value = Decimal(100 * part) / Decimal(whole)
    return f"{value.quantize(TWO_DECIMALS, rounding=ROUND_HALF_UP)}%"


@dataclass(frozen=True)
class StatutoryNumbers:
    """Counts of one quarter.

    Units are those in the register at the time of the report: ``general`` are neither key nor
    special (实施方案 二（一）), ``key`` includes key units that are special as well. Checks are
    finished random checks of the quarter's plans, by the category they were drawn in.
    """

    units_total: int
    units_general: int
    units_key: int
    units_special: int
    officers: int
    checks_general: int
    checks_key: int
    checks_special: int
    published: int
    withheld: int
    problems_found: int
    problems_handled: int

    @property
    def checks_total(self) -> int:
        return self.checks_general + self.checks_key + self.checks_special

    @property
    def publication_rate(self) -> str:
        return rate(self.published, self.checks_total)

    @property
    def handling_rate(self) -> str:
        return rate(self.problems_handled, self.problems_found)

    def as_json(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, int]) -> "StatutoryNumbers":
        return cls(**{field.name: int(values[field.name]) for field in fields(cls)})


# What each number is called where it stands alone, as in the open data.
ITEM_NAMES = {
    "units_total": "检查对象合计",
    "units_general": "检查对象：一般",
    "units_key": "检查对象：重点",
    "units_special": "检查对象：特殊",
    "officers": "执法人员",
    "checks_general": "完成随机抽查：一般",
    "checks_key": "完成随机抽查：重点",
    "checks_special": "完成随机抽查：特殊",
    "published": "公示结果",
    "withheld": "不予公开",
    "problems_found": "发现问题",
    "problems_handled": "已处理问题",
}
HEADER = ("指标", "合计", "一般", "重点", "特殊", "说明")


def table(numbers: StatutoryNumbers) -> list[tuple[str, str, str, str, str, str]]:
    """The report's rows, the same on page, in Excel, PDF and Word."""
    n = numbers
    both_published = f"{n.published} ÷ {n.checks_total}"
    both_handled = f"{n.problems_handled} ÷ {n.problems_found}"
    withheld = f"另有不予公开 {n.withheld} 项" if n.withheld else ""
    return [
        (
            "检查对象（个）",
            str(n.units_total),
            str(n.units_general),
            str(n.units_key),
            str(n.units_special),
            "重点含同时为特殊监管的单位；一般指重点、特殊以外的单位",
        ),
        ("执法人员（人）", str(n.officers), "", "", "", "本局持有效执法证、在岗且未休假"),
        (
            "完成随机抽查（次）",
            str(n.checks_total),
            str(n.checks_general),
            str(n.checks_key),
            str(n.checks_special),
            "按抽取时的类别，审核通过为完成",
        ),
        ("公示结果（项）", str(n.published), "", "", "", withheld),
        ("公示率", n.publication_rate, "", "", "", both_published),
        ("发现问题（个）", str(n.problems_found), "", "", "", ""),
        ("已处理问题（个）", str(n.problems_handled), "", "", "", "已销号"),
        ("处理率", n.handling_rate, "", "", "", both_handled),
    ]
