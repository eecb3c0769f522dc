"""Pictures of a document: strokes as curves, photos made small, the QR code."""

from collections.abc import Iterator
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any

import segno
from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

PHOTO_SIDE = 1000
PHOTO_QUALITY = 72
MARGIN = 6
Point = tuple[float, float]


def _points(stroke: Any) -> Iterator[Point]:
    """Points as ``[x, y, …]`` or ``{"x", "y"}``; what is no number is left out."""
    if isinstance(stroke, dict):
        stroke = stroke.get("points", [])
    for point in stroke if isinstance(stroke, list) else []:
        try:
            x, y = (point["x"], point["y"]) if isinstance(point, dict) else point[:2]
            found = float(x), float(y)
        except (KeyError, TypeError, ValueError):
            continue
        if all(map(isfinite, found)):
            yield found


def lines_of(strokes: Any) -> list[list[Point]]:
    """A signature as lines that begin near the origin; empty when nothing was drawn."""
    lines = [list(_points(stroke)) for stroke in strokes if strokes] if strokes else []
    lines = [line for line in lines if line]
    if not lines:
        return []
    left = min(x for line in lines for x, _y in line) - MARGIN
    top = min(y for line in lines for _x, y in line) - MARGIN
    return [[(round(x - left, 1), round(y - top, 1)) for x, y in line] for line in lines]


def _size(lines: list[list[Point]]) -> tuple[int, int]:
    return (
        int(max(x for line in lines for x, _y in line)) + MARGIN,
        int(max(y for line in lines for _x, y in line)) + MARGIN,
    )


def signature_svg(strokes: Any) -> str:
    """The strokes as a drawing made of numbers alone; empty when there are none."""
    lines = lines_of(strokes)
    if not lines:
        return ""
    width, height = _size(lines)
    # A single touch is a dot: a line to itself with round ends.
    paths = [
        "M" + " L".join(f"{x} {y}" for x, y in (line if len(line) > 1 else line * 2))
        for line in lines
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<path d="{" ".join(paths)}" fill="none" stroke="#111" stroke-width="2.6" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def signature_png(strokes: Any, *, scale: int = 4) -> bytes:
    """For Word, which takes no drawing: four times the size it is shown at."""
    lines = lines_of(strokes)
    if not lines:
        return b""
    width, height = _size(lines)
    image = Image.new("L", (min(width, 2000) * scale, min(height, 1000) * scale), 255)
    pen = ImageDraw.Draw(image)
    for line in lines:
        points = [(x * scale, y * scale) for x, y in (line if len(line) > 1 else line * 2)]
        pen.line(points, fill=20, width=int(2.6 * scale), joint="curve")
    return _saved(image, "PNG")


def small_photo(path: Path) -> bytes:
    """The photo as it is seen, at most 1000 pixels a side, without its metadata; empty when the
    file cannot be opened."""
    try:
        with Image.open(path) as image:
            image.draft("RGB", (PHOTO_SIDE, PHOTO_SIDE))
            turned = ImageOps.exif_transpose(image).convert("RGB")
            turned.thumbnail((PHOTO_SIDE, PHOTO_SIDE))
            return _saved(turned, "JPEG", quality=PHOTO_QUALITY)
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError):
        return b""


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    target = BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def qr_svg(text: str) -> str:
    target = BytesIO()
    segno.make(text, error="m", micro=False).save(
        target, kind="svg", border=1, xmldecl=False, omitsize=True
    )
    return target.getvalue().decode()


def qr_png(text: str) -> bytes:
    target = BytesIO()
    segno.make(text, error="m", micro=False).save(target, kind="png", border=1, scale=8)
    return target.getvalue()
