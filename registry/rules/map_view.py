"""The arithmetic of a map without tiles: which degrees are seen, and where they stand on the sheet.

A sheet of ``WIDTH`` × ``HEIGHT`` units shows a box of degrees. East and north are drawn to the same
scale in the middle of the view; over the extent of a prefecture the rest is off by less than a line.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 900, 600
# How the signs of a kind are drawn, around its place; a kind without a shape is a disc.
SHAPES = {
    "special": "M0-8 8 6H-8Z",
    "key": "M-6-6H6V6H-6Z",
    "construction": "M0-8 8 0 0 8-8 0Z",
}
KILOMETRES = 111.32  # one degree of latitude
SMALLEST, LARGEST = 0.002, 40.0  # degrees of latitude from edge to edge
COLUMNS, ROWS = 30, 20  # cells in which neighbours are drawn as one
STEPS = (1, 2, 5)
_NUMBER = r"-?[0-9]{1,3}(?:\.[0-9]{1,6})?"
_VIEW = re.compile(rf"({_NUMBER}),({_NUMBER}),({_NUMBER})")


@dataclass(frozen=True)
class View:
    """The middle in degrees, and the degrees of latitude from the lower edge to the upper."""

    longitude: float
    latitude: float
    height: float

    @property
    def width(self) -> float:
        """Degrees of longitude from edge to edge."""
        return self.height * WIDTH / HEIGHT / math.cos(math.radians(self.latitude))

    @property
    def west(self) -> float:
        return self.longitude - self.width / 2

    @property
    def east(self) -> float:
        return self.longitude + self.width / 2

    @property
    def south(self) -> float:
        return self.latitude - self.height / 2

    @property
    def north(self) -> float:
        return self.latitude + self.height / 2

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a point stands on the sheet; y grows downwards."""
        return (
            round((longitude - self.west) / self.width * WIDTH, 1),
            round((self.north - latitude) / self.height * HEIGHT, 1),
        )

    def moved(self, *, right: float = 0, up: float = 0, zoom: float = 1) -> "View":
        """Moved by parts of the sheet, enlarged by ``zoom``; stays on the globe."""
        return bounded(
            self.longitude + right * self.width,
            self.latitude + up * self.height,
            self.height / zoom,
        )

    def address(self) -> str:
        return f"{self.longitude:.6f},{self.latitude:.6f},{self.height:.6f}"


def bounded(longitude: float, latitude: float, height: float) -> View:
    return View(
        min(max(longitude, -180.0), 180.0),
        min(max(latitude, -80.0), 80.0),
        min(max(height, SMALLEST), LARGEST),
    )


def view_of(text: str) -> View | None:
    """The view of an address "longitude,latitude,height"; None for anything else."""
    match = _VIEW.fullmatch(text)
    if match is None:
        return None
    longitude, latitude, height = map(float, match.groups())
    if height <= 0:
        return None
    return bounded(longitude, latitude, height)


def fitting(points: Iterable[tuple[float, float]]) -> View | None:
    """The view that holds every point with some room around; None without points."""
    found = list(points)
    if not found:
        return None
    easts, norths = [p[0] for p in found], [p[1] for p in found]
    latitude = (min(norths) + max(norths)) / 2
    high = max(norths) - min(norths)
    wide = (max(easts) - min(easts)) * math.cos(math.radians(latitude)) * HEIGHT / WIDTH
    return bounded((min(easts) + max(easts)) / 2, latitude, max(high, wide, 0.01) * 1.15)


def round_step(span: float, parts: int) -> float:
    """The greatest of 1, 2, 5 × 10ⁿ of which at least ``parts`` fit into ``span``."""
    wanted = span / parts
    power = 10.0 ** math.floor(math.log10(wanted))
    return max(step * power for step in STEPS if step * power <= wanted * 1.000001)


def graticule(view: View) -> tuple[list[tuple[float, str]], list[tuple[float, str]]]:
    """Meridians (x, label) and parallels (y, label) at round degrees."""
    step = round_step(view.height, 4)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))

    def lines(low: float, high: float) -> Sequence[float]:
        first = math.ceil(low / step)
        return [(first + n) * step for n in range(int((high - first * step) / step) + 1)]

    return (
        [(view.place(d, 0)[0], f"{d:.{digits}f}°") for d in lines(view.west, view.east)],
        [(view.place(0, d)[1], f"{d:.{digits}f}°") for d in lines(view.south, view.north)],
    )


def scale_bar(view: View) -> tuple[float, str]:
    """Length on the sheet and the distance it stands for."""
    across = view.height * WIDTH / HEIGHT * KILOMETRES
    step = round_step(across, 5)
    text = f"{step:g} 千米" if step >= 1 else f"{step * 1000:g} 米"
    return round(step / across * WIDTH, 1), text
