"""Units on the map: single ones as signs, neighbours as one circle with their number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, F, FloatField, Max, Min, Q, QuerySet, Value
from django.db.models import Count as CountOf
from django.db.models.functions import Cast, Floor

from registry.models import MapBoundary, PollutionSource
from registry.rules.coordinates import EAST, NORTH, SOUTH, WEST
from registry.rules.map_view import COLUMNS, ROWS, SHAPES, View, fitting
from registry.selectors.source_list import Row, rows_of
from registry.web.paging import Count, count_up_to

LISTED = 60


@dataclass(frozen=True)
class Sign:
    """One unit on the sheet; ``kind``: special, key, general or construction."""

    x: float
    y: float
    kind: str
    row: Row

    @property
    def shape(self) -> str:
        return SHAPES.get(self.kind, "")


@dataclass(frozen=True)
class Cluster:
    """``number`` units close to one another; ``view`` shows them enlarged."""

    x: float
    y: float
    radius: float
    number: int
    view: str


def placed(rows: QuerySet[PollutionSource]) -> QuerySet[PollutionSource]:
    return rows.filter(longitude__isnull=False, latitude__isnull=False)


def seen_at_first(rows: QuerySet[PollutionSource], boundary: MapBoundary | None) -> View | None:
    """The boundary, or else all units that lie within the prefecture's degrees."""
    if boundary is not None:
        return fitting((x, y) for line in boundary.lines for x, y in line)
    near = placed(rows).filter(longitude__range=(WEST, EAST), latitude__range=(SOUTH, NORTH))
    edges = near.aggregate(
        west=Min("longitude"), east=Max("longitude"), south=Min("latitude"), north=Max("latitude")
    )
    if edges["west"] is None:
        return None
    return fitting(
        [
            (float(edges["west"]), float(edges["south"])),
            (float(edges["east"]), float(edges["north"])),
        ]
    )


def without_place(rows: QuerySet[PollutionSource]) -> Count:
    return count_up_to(rows.filter(Q(longitude=None) | Q(latitude=None)).order_by("code"))


def in_view(rows: QuerySet[PollutionSource], view: View) -> QuerySet[PollutionSource]:
    return placed(rows).filter(
        longitude__gte=view.west,
        longitude__lte=view.east,
        latitude__gte=view.south,
        latitude__lte=view.north,
    )


def _cells(rows: QuerySet[PollutionSource], view: View) -> QuerySet[Any]:
    """Units by cell of the sheet, counted in the database: one row a cell, however many units."""

    def cell(field: str, start: float, size: float) -> Floor:
        place = (Cast(F(field), FloatField()) - Value(start)) / Value(size)
        return Floor(place, output_field=FloatField())

    cells = (
        in_view(rows, view)
        .order_by()
        .annotate(
            column=cell("longitude", view.west, view.width / COLUMNS),
            line=cell("latitude", view.south, view.height / ROWS),
        )
    )
    return cells.values("column", "line").annotate(
        number=CountOf("pk"), x=Avg("longitude"), y=Avg("latitude"), unit=Min("pk")
    )


def signs_and_clusters(
    rows: QuerySet[PollutionSource], view: View, today: date
) -> tuple[list[Sign], list[Cluster], int]:
    """What to draw, and how many units are in view."""
    cells = list(_cells(rows, view))
    alone = {
        row.source.pk: row for row in rows_of([c["unit"] for c in cells if c["number"] == 1], today)
    }
    signs, clusters = [], []
    for found in cells:
        x, y = view.place(float(found["x"]), float(found["y"]))
        if found["number"] == 1:
            row = alone[found["unit"]]
            signs.append(Sign(x, y, kind_of(row), row))
            continue
        closer = View(float(found["x"]), float(found["y"]), view.height).moved(zoom=4)
        radius = min(26.0, 9 + 3 * len(str(found["number"])) + found["number"] ** 0.25)
        clusters.append(Cluster(x, y, round(radius, 1), found["number"], closer.address()))
    return signs, clusters, sum(found["number"] for found in cells)


def kind_of(row: Row) -> str:
    if row.special:
        return "special"
    if row.source.kind == "construction":
        return "construction"
    return str(row.source.regulatory_type)


def listed_in_view(
    rows: QuerySet[PollutionSource], view: View, today: date
) -> Sequence[tuple[str, Row]]:
    """The table beside the map: the first units in view, by code."""
    keys = in_view(rows, view).order_by("code").values_list("pk", flat=True)[:LISTED]
    return [(kind_of(row), row) for row in rows_of(list(keys), today)]


def outlines(boundary: MapBoundary | None, view: View) -> list[str]:
    """The boundary as SVG paths on the sheet."""
    paths = []
    for line in boundary.lines if boundary else ():
        points = [view.place(x, y) for x, y in line]
        paths.append("M" + "L".join(f"{x} {y}" for x, y in points))
    return paths
