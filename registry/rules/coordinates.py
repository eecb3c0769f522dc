"""Where the bureau's area lies, and whether a point is in it or has its degrees crossed (domain rules §1)."""

from decimal import Decimal

# 昌吉州 lies within these degrees, with some room; longitude and latitude mistaken for each other
# fall outside.
WEST, EAST = Decimal("85.0"), Decimal("92.0")
SOUTH, NORTH = Decimal("42.5"), Decimal("46.0")


def is_here(longitude: Decimal | float, latitude: Decimal | float) -> bool:
    return WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH


def are_crossed(longitude: Decimal | float, latitude: Decimal | float) -> bool:
    """Whether the two stand in each other's place: the point is here only the other way round."""
    return is_here(latitude, longitude)
