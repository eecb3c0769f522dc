"""An industrial zone that is nowhere: its outline, its streets, and where on them a plant stands."""

import json
import math
from dataclasses import dataclass
from decimal import Decimal

from chanji_dualrandom.demo.dice import Dice

ZONE = (
    (87.082, 44.048), (87.118, 44.037), (87.163, 44.041), (87.204, 44.051), (87.226, 44.071),
    (87.219, 44.098), (87.189, 44.112), (87.151, 44.120), (87.112, 44.114), (87.086, 44.096),
    (87.075, 44.070),
)  # fmt: skip
# Six grids, each round one kind of industry, with the streets that run through it.
GRIDS = (
    ((87.108, 44.061), ("融合路", "拓新路", "致远街", "砺金街", "长河街")),
    ((87.152, 44.059), ("青松路", "白桦路", "红柳街", "胡杨街", "沙枣街")),
    ((87.195, 44.069), ("丰登路", "千禾路", "麦田街", "云杉街", "向阳街")),
    ((87.108, 44.094), ("重工路", "铸造路", "天工街", "精诚街", "百炼街")),
    ((87.151, 44.098), ("创智路", "腾飞大道", "学府街", "星辰街", "联创街")),
    ((87.192, 44.094), ("北庭路", "轮台路", "驼铃街", "商埠街", "远山街")),
)
KM_EAST, KM_NORTH = 80.0, 111.2  # kilometres in one degree, at this latitude
TURN = math.radians(9)  # the streets do not run exactly east
BETWEEN_STREETS = 0.42  # km
FROM_THE_STREET = 0.07


@dataclass(frozen=True)
class Place:
    longitude: Decimal
    latitude: Decimal
    address: str


def boundary_file() -> bytes:
    """The outline as GeoJSON, for the map."""
    ring = [list(point) for point in (*ZONE, ZONE[0])]
    return json.dumps({"type": "Polygon", "coordinates": [ring]}).encode()


def is_inside(east: float, north: float) -> bool:
    """Whether a point lies in the zone: a ray to the east crosses its outline an odd number of times."""
    inside = False
    for (x1, y1), (x2, y2) in zip(ZONE, (*ZONE[1:], ZONE[0]), strict=True):
        if (y1 > north) != (y2 > north) and east < x1 + (north - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside


class Streets:
    """Plots are given out once."""

    def __init__(self, dice: Dice) -> None:
        self.dice, self.taken = dice, set[str]()

    def plot(self, grid: int) -> Place:
        """A free one on a street of the grid, denser towards its middle."""
        (east, north), names = GRIDS[grid]
        while True:
            along = self.dice.gauss(0, 0.85)
            street = self.dice.randrange(len(names))
            address = f"昌吉高新区{names[street]}{round(along * 40) + 120}号"
            across = (street - len(names) // 2) * BETWEEN_STREETS
            across += self.dice.choice((-1, 1)) * self.dice.gauss(FROM_THE_STREET, 0.015)
            x = east + (along * math.cos(TURN) - across * math.sin(TURN)) / KM_EAST
            y = north + (along * math.sin(TURN) + across * math.cos(TURN)) / KM_NORTH
            if address not in self.taken and is_inside(x, y):
                self.taken.add(address)
                return Place(_degrees(x), _degrees(y), address)


def _degrees(value: float) -> Decimal:
    return Decimal(f"{value:.6f}")
