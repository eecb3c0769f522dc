"""The points of 风险分级 as worked examples: anybody can add them up again."""

from datetime import date

import pytest

from registry.grading.rules.risk import (
    DEFAULT_THRESHOLDS,
    DEFAULT_WEIGHTS,
    BadWeights,
    Counted,
    RiskFacts,
    assess,
    check_weights,
)
from registry.rules.years import years_before

DAY = date(2026, 5, 13)
SEEN = date(2026, 3, 1)


def judged(**facts: object) -> tuple[int, str]:
    result = assess(
        RiskFacts(**{"last_check": SEEN, **facts}),  # type: ignore[arg-type]
        weights=DEFAULT_WEIGHTS,
        thresholds=DEFAULT_THRESHOLDS,
        day=DAY,
    )
    return result.score, result.grade


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, (0, "low"), id="nothing known, seen this year"),
        pytest.param({"penalties": Counted(1)}, (15, "low"), id="one penalty"),
        pytest.param({"penalties": Counted(9)}, (30, "medium"), id="penalties stop at their most"),
        pytest.param(
            {"penalties": Counted(1), "credit_grade": "bad", "permit_class": "simplified"},
            (40, "high"),
            id="exactly the high threshold is high",
        ),
        pytest.param(
            {"complaints": Counted(3), "management_level": "fair"}, (20, "medium"), id="complaints"
        ),
        pytest.param(
            {"management_level": "excellent", "positive_listed": True},
            (-25, "low"),
            id="merits count downwards",
        ),
        pytest.param({"alarms": Counted(400)}, (10, "low"), id="alarms stop at their most"),
        pytest.param({"credit_grade": "unknown"}, (0, "low"), id="what is not known gives nothing"),
    ],
)
def test_the_grade_is_the_sum_of_its_factors(
    facts: dict[str, object], expected: tuple[int, str]
) -> None:
    assert judged(**facts) == expected


@pytest.mark.parametrize(
    ("last", "points"),
    [
        (date(2025, 5, 14), 0),
        (date(2025, 5, 13), 5),
        (date(2024, 5, 14), 5),
        (date(2024, 5, 13), 10),
        (None, 10),
    ],
)
def test_who_was_not_inspected_for_years_gets_more_points(last: date | None, points: int) -> None:
    assert judged(last_check=last)[0] == points


def test_every_factor_is_listed_and_the_list_adds_up() -> None:
    facts = RiskFacts(
        penalties=Counted(2, date(2026, 2, 3)), credit_grade="warning", positive_listed=True
    )

    result = assess(facts, weights=DEFAULT_WEIGHTS, thresholds=DEFAULT_THRESHOLDS, day=DAY)

    assert result.score == sum(line.points for line in result.contributions)
    lines = {line.factor: (line.fact, line.points) for line in result.contributions}
    assert lines["行政处罚"] == ("近3年2次，最近 2026-02-03", 30)
    assert lines["挂牌督办"] == ("近3年无", 0)
    assert lines["信用等级"] == ("警示", 10)
    assert lines["距上次检查"] == ("没有检查记录", 10)
    assert lines["正面清单"] == ("列入", -15)
    assert len(lines) == 10


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"penalty": 101}, "0 至 100"),
        ({"penalty": "5"}, "整数"),
        ({"penalty": None}, "整数"),
        ({"positive_list": 5}, "-100 至 0"),
        ({"bonus": 1}, "没有名为"),
    ],
)
def test_weights_out_of_range_are_refused_by_name(changes: dict[str, object], message: str) -> None:
    with pytest.raises(BadWeights, match=message):
        check_weights({**DEFAULT_WEIGHTS, **changes}, DEFAULT_THRESHOLDS)  # type: ignore[dict-item]


def test_high_begins_above_medium() -> None:
    with pytest.raises(BadWeights, match="应大于"):
        check_weights(DEFAULT_WEIGHTS, {"high_from": 20, "medium_from": 20})
    check_weights(DEFAULT_WEIGHTS, DEFAULT_THRESHOLDS)


def test_a_year_before_leap_day_is_the_28th() -> None:
    assert years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)
    assert years_before(date(2024, 2, 29), 4) == date(2020, 2, 29)
