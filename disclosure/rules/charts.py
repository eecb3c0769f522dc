"""Where the bars of a simple chart stand; the template draws them as SVG, the table beside says
the same in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, MARGIN, VALUE = 400, 4, 60
ROW, TEXT, BAR = 44, 16, 16  # each bar has its label above it: long Chinese labels stay readable


@dataclass(frozen=True)
class Bar:
    label: str
    value: str
    x: int
    text_y: int
    y: int
    width: float
    height: int
    value_x: float
    value_y: int


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    bars: tuple[Bar, ...]

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"


def bars(rows: Sequence[tuple[str, int]]) -> Chart:
    """Horizontal bars; the longest takes the whole room, one above zero is never invisible."""
    most = max((value for _label, value in rows), default=0)
    room = WIDTH - 2 * MARGIN - VALUE
    made = []
    for place, (label, value) in enumerate(rows):
        width = round(max(2.0, room * value / most), 1) if value else 0.0
        top = place * ROW
        made.append(
            Bar(
                label=label,
                value=f"{value:,}",
                x=MARGIN,
                text_y=top + TEXT,
                y=top + TEXT + 6,
                width=width,
                height=BAR,
                value_x=MARGIN + width + 6,
                value_y=top + TEXT + 19,
            )
        )
    return Chart(WIDTH, max(ROW, ROW * len(rows)), tuple(made))
