import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.map_view import (
    HEIGHT,
    LARGEST,
    SMALLEST,
    WIDTH,
    View,
    bounded,
    fitting,
    graticule,
    round_step,
    scale_bar,
    view_of,
)

POINTS = st.tuples(st.floats(85, 92), st.floats(42, 46))
VIEW = View(87.3, 44.0, 1.0)


@given(st.lists(POINTS, min_size=1, max_size=20))
def test_a_fitting_view_shows_every_point(points: list[tuple[float, float]]) -> None:
    view = fitting(points)

    assert view is not None
    for place in points:
        x, y = view.place(*place)
        assert 0 <= x <= WIDTH
        assert 0 <= y <= HEIGHT


def test_without_points_there_is_no_view() -> None:
    assert fitting([]) is None


def test_north_is_up_and_east_is_right() -> None:
    assert VIEW.place(87.3, 44.0) == (WIDTH / 2, HEIGHT / 2)
    assert VIEW.place(87.3, 44.5)[1] == 0
    assert VIEW.place(87.4, 44.0)[0] > WIDTH / 2


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("87.3,44.0,1.0", VIEW),
        ("87.3,44.0,0.0000001", None),
        ("87.3,44.0,0", None),
        ("87.3,44.0,-1", None),
        ("87.3,44.0", None),
        ("nan,44,1", None),
        ("999,44,1", View(180.0, 44.0, 1.0)),
        ("87,99,99", View(87.0, 80.0, LARGEST)),
        ("٣,44,1", None),
        ("", None),
    ],
)
def test_an_address_is_a_view_or_nothing(text: str, view: View | None) -> None:
    assert view_of(text) == view


@given(
    st.floats(-180, 180), st.floats(-80, 80), st.floats(SMALLEST, LARGEST),
    st.floats(-1, 1), st.floats(-1, 1), st.sampled_from([0.5, 1, 2, 4]),
)  # fmt: skip
def test_every_move_leads_to_a_view_with_an_address(
    longitude: float, latitude: float, height: float, right: float, up: float, zoom: float
) -> None:
    view = bounded(longitude, latitude, height).moved(right=right, up=up, zoom=zoom)

    found = view_of(view.address())
    assert found is not None
    assert found.height == pytest.approx(view.height, abs=1e-5)


@pytest.mark.parametrize(
    ("span", "parts", "step"), [(1, 4, 0.2), (1, 5, 0.2), (100, 5, 20), (0.03, 4, 0.005), (7, 1, 5)]
)
def test_steps_are_round(span: float, parts: int, step: float) -> None:
    assert round_step(span, parts) == pytest.approx(step)


@given(st.floats(SMALLEST, LARGEST))
def test_the_grid_has_a_few_lines_whatever_the_enlargement(height: float) -> None:
    meridians, parallels = graticule(bounded(87.3, 44.0, height))

    assert 3 <= len(parallels) <= 12
    assert 3 <= len(meridians) <= 30
    assert all(-1 <= x <= WIDTH + 1 for x, _label in meridians)
    assert len({label for _y, label in parallels}) == len(parallels)


def test_the_scale_says_what_its_length_is() -> None:
    length, text = scale_bar(VIEW)

    assert text == "20 千米"
    assert length == pytest.approx(WIDTH * 20 / (1.5 * 111.32), abs=0.1)
    assert scale_bar(bounded(87, 44, SMALLEST))[1] == "50 米"
