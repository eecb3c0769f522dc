"""A boundary file of the bureau: GeoJSON made into plain lines, or refused with the reason."""

import json
import math
from collections.abc import Iterator
from typing import Any

from registry.rules.coordinates import are_crossed, is_here
from registry.rules.violations import RuleViolation

MOST_BYTES = 2 * 1024 * 1024
MOST_POINTS = 50_000
MOST_NESTED = 12
COLLECTIONS = {"FeatureCollection": "features", "GeometryCollection": "geometries"}
LEVELS = {"LineString": 0, "Polygon": 1, "MultiLineString": 1, "MultiPolygon": 2}
Line = list[tuple[float, float]]


class BoundaryNotUsable(RuleViolation):
    code = "boundary_not_usable"


def _refuse(text: str) -> BoundaryNotUsable:
    return BoundaryNotUsable(text, field="file")


def lines_of(content: bytes) -> list[Line]:
    """The outlines of all areas and lines in the file, as (longitude, latitude) in degrees.

    Raises BoundaryNotUsable: too large, no JSON, no GeoJSON, no line, coordinates that are no
    degrees (files in metres are the usual mistake), or none of them in the prefecture.
    """
    if len(content) > MOST_BYTES:
        raise _refuse(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请先简化边界再上传。")
    try:
        data = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise _refuse("文件不是 UTF-8 编码的 JSON，请导出为 GeoJSON 再上传。") from error
    found = [line for line in _lines(data, 0) if len(line) > 1]
    if not found:
        raise _refuse("文件里没有面或线，请导出边界的 Polygon、MultiPolygon 或 LineString。")
    if sum(map(len, found)) > MOST_POINTS:
        raise _refuse(f"边界超过 {MOST_POINTS:,} 个点，请先简化再上传。")
    _check_place(found)
    return found


def _check_place(lines: list[Line]) -> None:
    """A boundary no point of which lies here would draw a map without a single unit."""
    points = [point for line in lines for point in line]
    if any(is_here(*point) for point in points):
        return
    if any(are_crossed(*point) for point in points):
        raise _refuse("经度与纬度像是反了：GeoJSON 的坐标是经度在前、纬度在后，请交换后再上传。")
    raise _refuse("边界不在本州范围内（经度约 85～92，纬度约 43～46），请核对是否选错文件。")


def _no_number(name: str) -> float:
    raise ValueError(name)


def _lines(data: Any, depth: int) -> Iterator[Line]:
    """Every line of a geometry, feature or collection."""
    if depth > MOST_NESTED or not isinstance(data, dict):
        raise _refuse("文件不是 GeoJSON：缺少 type，或嵌套过深。")
    kind = str(data.get("type"))
    if kind in COLLECTIONS:
        for part in _list(data.get(COLLECTIONS[kind])):
            yield from _lines(part, depth + 1)
    elif kind == "Feature":
        if data.get("geometry") is not None:
            yield from _lines(data["geometry"], depth + 1)
    elif kind in LEVELS:
        yield from _nested(data.get("coordinates"), LEVELS[kind])
    elif kind not in ("Point", "MultiPoint"):
        raise _refuse("文件不是 GeoJSON：缺少 type，或类型不认识。")


def _nested(value: Any, level: int) -> Iterator[Line]:
    """The lines that stand ``level`` lists deep."""
    if level == 0:
        yield _line(value)
        return
    for part in _list(value):
        yield from _nested(part, level - 1)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _refuse("GeoJSON 的结构不对：应为列表的地方不是列表。")
    return value


def _line(value: Any) -> Line:
    points = _list(value)
    if len(points) > MOST_POINTS:
        raise _refuse(f"边界超过 {MOST_POINTS:,} 个点，请先简化再上传。")
    return [_point(point) for point in points]


def _point(value: Any) -> tuple[float, float]:
    numbers = _list(value)[:2]
    if len(numbers) < 2 or not all(
        isinstance(n, int | float) and not isinstance(n, bool) for n in numbers
    ):
        raise _refuse("坐标应为 [经度, 纬度] 两个数字。")
    longitude, latitude = (float(n) for n in numbers)
    if not (math.isfinite(longitude) and abs(longitude) <= 180 and abs(latitude) <= 90):
        raise _refuse(
            "坐标不是经纬度（超出 ±180、±90），可能是以米为单位的投影坐标，请转换为经纬度再导出。"
        )
    return round(longitude, 6), round(latitude, 6)
