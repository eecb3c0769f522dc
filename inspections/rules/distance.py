"""How far the inspectors stood from the unit."""

from collections.abc import Mapping
from math import asin, cos, radians, sin, sqrt
from typing import Any

EARTH_DIAMETER = 12_742_000  # metres


def metres_between(
    longitude: float, latitude: float, other_longitude: float, other_latitude: float
) -> float:
    """Great-circle distance of two places given in degrees."""
    a, b = radians(latitude), radians(other_latitude)
    half = (
        sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(other_longitude - longitude) / 2) ** 2
    )
    # Rounding may lift opposite ends of the earth just above 1.
    return EARTH_DIAMETER * asin(min(1.0, sqrt(half)))


def metres_from(unit_place: tuple[float, float] | None, visit: Mapping[str, Any]) -> float | None:
    """From the unit's (longitude, latitude) to where the record's section ``visit`` was located; None
    where either is not known."""
    if unit_place is None:
        return None
    try:
        here = float(str(visit["longitude"])), float(str(visit["latitude"]))
    except (KeyError, ValueError):
        return None
    return metres_between(*here, *unit_place)
