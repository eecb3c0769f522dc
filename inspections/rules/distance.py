"""How far the inspectors stood from the unit."""

from math import asin, cos, radians, sin, sqrt

EARTH_DIAMETER = 12_742_000  # metres


def metres_between(
    longitude: float, latitude: float, other_longitude: float, other_latitude: float
) -> float:
    """Great-circle distance of two places given in degrees."""
    a, b = radians(latitude), radians(other_latitude)
    half = (
        sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(other_longitude - longitude) / 2) ** 2
    )
    return EARTH_DIAMETER * asin(sqrt(half))
