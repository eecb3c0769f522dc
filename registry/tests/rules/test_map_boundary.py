"""Boundary files as bureaus export them, and files that are none."""

import json
from typing import Any

import pytest

from registry.rules import map_boundary
from registry.rules.map_boundary import BoundaryNotUsable, lines_of

RING = [[87.0, 44.0], [87.5, 44.0], [87.5, 44.5], [87.0, 44.0]]
LINE = [(87.0, 44.0), (87.5, 44.0), (87.5, 44.5), (87.0, 44.0)]


def packed(data: Any) -> bytes:
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    "data",
    [
        {"type": "Polygon", "coordinates": [RING]},
        {"type": "MultiPolygon", "coordinates": [[RING]]},
        {"type": "LineString", "coordinates": [[*p, 450.0] for p in RING]},
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [RING]}},
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "geometry": None},
                {"type": "Feature", "geometry": {"type": "Point", "coordinates": [87, 44]}},
                {
                    "type": "Feature",
                    "geometry": {
                        "type": "GeometryCollection",
                        "geometries": [{"type": "MultiLineString", "coordinates": [RING]}],
                    },
                },
            ],
        },
    ],
)
def test_every_shape_gives_its_lines(data: Any) -> None:
    assert lines_of(b"\xef\xbb\xbf" + packed(data)) == [LINE]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04", "不是 UTF-8"),
        ("坏".encode("gb18030"), "不是 UTF-8"),
        (b"[" * 100_000, "不是 UTF-8"),
        (b"[]", "不是 GeoJSON"),
        (b'{"type": "Topology"}', "类型不认识"),
        (b'{"type": "FeatureCollection"}', "不是列表"),
        (b'{"type": "Point", "coordinates": [87, 44]}', "没有面或线"),
        (b'{"type": "LineString", "coordinates": [[87, NaN], [1, 2]]}', "不是 UTF-8"),
        (b'{"type": "LineString", "coordinates": [["87", 44], [1, 2]]}', "两个数字"),
        (b'{"type": "LineString", "coordinates": [[87], [1, 2]]}', "两个数字"),
        (b'{"type": "LineString", "coordinates": [[487500.1, 4874000.2], [1, 2]]}', "投影坐标"),
        (b'{"type": "LineString", "coordinates": [[1e999, 44], [1, 2]]}', "投影坐标"),
        (b'{"type": "LineString", "coordinates": [[44, 87], [44.5, 87]]}', "经度与纬度像是反了"),
        (b'{"type": "LineString", "coordinates": [[119.3, 26.1], [119.4, 26]]}', "不在本州"),
    ],
)
def test_what_is_no_boundary_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(BoundaryNotUsable, match=words):
        lines_of(content)


def test_nested_collections_end(monkeypatch: pytest.MonkeyPatch) -> None:
    data: Any = {"type": "Polygon", "coordinates": [RING]}
    for _turn in range(20):
        data = {"type": "GeometryCollection", "geometries": [data]}

    with pytest.raises(BoundaryNotUsable, match="嵌套过深"):
        lines_of(packed(data))


def test_files_and_lines_have_their_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed({"type": "Polygon", "coordinates": [RING, RING]})

    monkeypatch.setattr(map_boundary, "MOST_POINTS", 7)
    with pytest.raises(BoundaryNotUsable, match="7 个点"):
        lines_of(data)
    monkeypatch.setattr(map_boundary, "MOST_BYTES", 10)
    with pytest.raises(BoundaryNotUsable, match="请先简化"):
        lines_of(data)
