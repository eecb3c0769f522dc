"""The plan's rows: base, ratio and number, with the sentence that lets anyone recompute them."""

from dataclasses import dataclass
from fractions import Fraction

from .protocol import Category
from .quotas import (
    BASIS,
    KEY_FLOOR,
    QUARTERS,
    SPECIAL_FLOOR,
    AnnualGeneral,
    GeneralReading,
    coverage_of,
    due_by,
    percent,
    share_of,
)

READING_LABELS = {
    GeneralReading.OFFICERS: "按执法人员数",
    GeneralReading.UNITS: "按单位数",
    GeneralReading.STRICTER: "两者取大",
}


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """One category. Counts are units.

    `base`: what the ratio is of; `drawable`: units in the pool of this category; `floor`: the
    legal minimum of this quarter by ratio alone, at most the category's units (general: what the
    cumulative 1:10 leaves for it); `uncovered`: key units of this category the year has not
    inspected yet; `quota`: how many are drawn.
    """

    category: Category
    base: int
    drawable: int
    ratio_text: str
    floor: int
    uncovered: int
    quota: int
    explanation: str


def key_line(
    *,
    base: int,
    drawable: int,
    uncovered: int,
    quarters_left: int,
    ratio: Fraction,
    quota: int,
) -> QuotaLine:
    by_ratio, by_coverage = share_of(ratio, base), coverage_of(uncovered, quarters_left)
    sentences = [
        f"{BASIS}：名录库内重点排污单位{base}家（含同为特殊监管对象的{base - drawable}家），"
        f"按{percent(ratio)}应抽{by_ratio}家",
        f"本年尚未随机检查{uncovered}家，连本季度还有{quarters_left}个季度，"
        f"全年检查一遍本季度应抽{by_coverage}家",
        f"取大值，可抽取{drawable}家，本季度抽取{quota}家",
    ]
    if quota < by_ratio:
        sentences.append(
            f"另{base - drawable}家重点排污单位同为特殊监管对象，由特殊监管对象抽取覆盖，"
            f"故少于{by_ratio}家"
        )
    return QuotaLine(
        category=Category.KEY,
        base=base,
        drawable=drawable,
        ratio_text=f"每季度不低于{percent(ratio)}，每年检查一遍",
        floor=min(drawable, share_of(KEY_FLOOR, base)),
        uncovered=uncovered,
        quota=quota,
        explanation="；".join(sentences) + "。",
    )


def special_line(
    *, base: int, uncovered_key: int, quarters_left: int, ratio: Fraction, quota: int
) -> QuotaLine:
    by_ratio = share_of(ratio, base)
    sentences = [f"{BASIS}：特殊监管对象{base}家，按{percent(ratio)}应抽{by_ratio}家"]
    if uncovered_key and quarters_left == 1:
        sentences.append(
            f"其中本年尚未随机检查的重点排污单位{uncovered_key}家，第四季度优先抽取，全部检查"
        )
    sentences.append(f"本季度抽取{quota}家")
    return QuotaLine(
        category=Category.SPECIAL,
        base=base,
        drawable=base,
        ratio_text=f"每季度不低于{percent(ratio)}",
        floor=share_of(SPECIAL_FLOOR, base),
        uncovered=uncovered_key,
        quota=quota,
        explanation="；".join(sentences) + "。",
    )


def general_line(
    *,
    base: int,
    annual: AnnualGeneral,
    ratio: Fraction,
    officers: int,
    quarter_number: int,
    drawn: int,
    quota: int,
) -> QuotaLine:
    due = due_by(annual.used, quarter_number, QUARTERS)
    sentences = [
        f"{BASIS}：年度按1:10，两种口径为按执法人员数（在岗{officers}人）{annual.by_officers}家、"
        f"按单位数（{base}家的{percent(ratio)}）{annual.by_units}家",
        f"采用“{READING_LABELS[annual.reading]}”，不超过{base}家，全年{annual.used}家",
        f"至第{quarter_number}季度累计应抽{due}家，本年已抽{drawn}家，本季度抽取{quota}家",
    ]
    return QuotaLine(
        category=Category.GENERAL,
        base=base,
        drawable=base,
        ratio_text=f"全年1:10（{READING_LABELS[annual.reading]}）",
        floor=quota,
        uncovered=0,
        quota=quota,
        explanation="；".join(sentences) + "。",
    )
