import pytest

from inspections.choices import OutcomeCode
from registry.rules.outcomes import AT_FAULT, INSPECTED, PROBLEM_FOUND, Outcome


@pytest.mark.parametrize(
    ("code", "inspected", "problem", "at_fault"),
    [
        pytest.param("1", True, False, False, id="nothing found"),
        pytest.param("2", True, True, True, id="correction ordered"),
        pytest.param("3", True, True, True, id="to be handled"),
        pytest.param("4", False, False, False, id="no such activity"),
        pytest.param("5", False, False, False, id="unreachable"),
        pytest.param("6", False, False, True, id="obstructed"),
        pytest.param("7", False, False, False, id="closed or moved"),
    ],
)
def test_what_a_result_code_says(code: str, inspected: bool, problem: bool, at_fault: bool) -> None:
    assert (code in INSPECTED) is inspected
    assert (code in PROBLEM_FOUND) is problem
    assert (code in AT_FAULT) is at_fault


def test_every_result_code_has_its_official_name() -> None:
    assert set(OutcomeCode.values) == set(Outcome)
