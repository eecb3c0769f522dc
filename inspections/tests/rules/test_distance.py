from typing import Any

import pytest

from inspections.rules.distance import metres_between, metres_from

UNIT = (87.3, 44.0)


def test_one_degree_of_latitude_is_a_hundred_and_eleven_kilometres() -> None:
    assert metres_between(87.3, 44.0, 87.3, 45.0) == pytest.approx(111_195, abs=5)
    assert metres_between(87.3, 44.0, 87.3, 44.0) == 0


def test_nothing_is_further_than_half_around_the_earth() -> None:
    for tenth in range(1800):
        longitude, latitude = tenth / 10, tenth / 20
        far = metres_between(longitude, latitude, longitude - 180, -latitude)
        assert far == pytest.approx(20_015_087, abs=1)


@pytest.mark.parametrize(
    ("place", "visit", "metres"),
    [
        pytest.param(UNIT, {"longitude": "87.3", "latitude": "44.01"}, 1112, id="a kilometre off"),
        pytest.param(UNIT, {"longitude": "87.3", "latitude": ""}, None, id="half a place"),
        pytest.param(UNIT, {"longitude": None, "latitude": None}, None, id="no place"),
        pytest.param(UNIT, {}, None, id="nothing said"),
        pytest.param(None, {"longitude": "87.3", "latitude": "44.01"}, None, id="unit not on the map"),
    ],
)  # fmt: skip
def test_the_distance_from_the_unit_is_known_where_both_places_are(
    place: tuple[float, float] | None, visit: dict[str, Any], metres: float | None
) -> None:
    found = metres_from(place, visit)

    assert (found and round(found)) == metres
