from disclosure.rules import charts
from disclosure.rules.statistics import (
    Count,
    by_outcome,
    by_quarter,
    of_year,
    problem_lines,
    years_of,
)


def count(number: int, **changes: object) -> Count:
    values = {"quarter": "2026Q1", "category": "一般排污单位", "outcome": "1", "random": True,
              "late": False, "withdrawn": False}  # fmt: skip
    return Count(**{**values, **changes}, number=number)  # type: ignore[arg-type]


COUNTS = [
    count(5),
    count(3, outcome="2", category="重点排污单位"),
    count(2, outcome="3", withdrawn=True, category="特殊监管对象"),
    count(1, quarter="2025Q4", outcome="6", late=True, random=False),
]


def test_a_quarter_is_added_up_from_its_counts() -> None:
    first, second, whole = by_quarter(COUNTS)

    assert (first.label, first.title) == ("2026Q1", "2026年第一季度")
    assert (first.results, first.key, first.special, first.general) == (10, 3, 2, 5)
    assert (first.with_problem, first.withdrawn, first.problem_rate) == (3, 2, "37.50%")
    assert (second.late, second.on_time_rate, second.random) == (1, "0.00%", 0)
    assert (whole.results, whole.on_time_rate) == (11, "90.91%")


def test_what_a_withdrawn_result_had_found_is_not_told_by_the_sums() -> None:
    assert by_outcome(COUNTS) == {"1": 5, "2": 3, "3": 0, "4": 0, "5": 0, "6": 1, "7": 0}


def test_a_year_is_picked_by_its_quarters() -> None:
    assert years_of(COUNTS) == [2026, 2025]
    assert sum(row.number for row in of_year(COUNTS, 2025)) == 1
    assert of_year(COUNTS, None) == COUNTS


def test_nothing_at_all_has_a_sum_of_nothing() -> None:
    (line,) = by_quarter([])
    assert (line.results, line.on_time_rate) == (0, "—")


def test_problems_are_counted_by_handling() -> None:
    lines = problem_lines(
        [("限期整改", True, False), ("限期整改", False, True), ("立案处罚", False, False)]
    )

    assert [(x.label, x.found, x.closed, x.open, x.overdue) for x in lines] == [
        ("立案处罚", 1, 0, 1, 0), ("限期整改", 2, 1, 1, 1), ("合计", 3, 1, 2, 1),
    ]  # fmt: skip
    assert lines[-1].closed_rate == "33.33%"


def test_bars_stay_inside_the_picture_and_none_above_zero_is_invisible() -> None:
    chart = charts.bars([("多", 1_000_000), ("少", 1), ("无", 0)])

    most, least, none = chart.bars
    assert most.x + most.width + charts.VALUE <= chart.width
    assert least.width == 2.0
    assert none.width == 0
    assert most.value == "1,000,000"
    assert all(bar.y + bar.height <= chart.height for bar in chart.bars)
    assert charts.bars([]).bars == ()
