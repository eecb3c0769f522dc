"""What the page of an assignment offers its team, state by state."""

import pytest

from inspections.choices import AssignmentState
from inspections.models import Assignment
from inspections.pages.assignment import offers


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        pytest.param("dispatched", {"gate", "accept", "change"}, id="accept first"),
        pytest.param("accepted", {"gate", "start", "fill", "change"}, id="start, or fill at once"),
        pytest.param("inspecting", {"gate", "fill", "change"}, id="fill and sign"),
        pytest.param("submitted", {"gate"}, id="with the reviewer"),
        pytest.param("returned", {"gate", "fill"}, id="mend"),
        pytest.param("approved", {"gate"}, id="the code still answers"),
        pytest.param("replaced", set(), id="no visit"),
        pytest.param("cancelled", set(), id="refused afterwards"),
    ],
)
def test_an_assignment_offers_what_its_state_leaves_open(state: str, offered: set[str]) -> None:
    may = offers(Assignment(state=state, wave_id=1))

    assert {
        name for name in ("gate", "accept", "start", "fill", "change") if getattr(may, name)
    } == (offered)


def test_only_what_was_drawn_may_be_replaced() -> None:
    assert not offers(Assignment(state=AssignmentState.ACCEPTED)).change
