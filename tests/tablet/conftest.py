from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image

from .browser import Tablet
from .network import Network


@pytest.fixture
def network(live_server: Any) -> Iterator[Network]:
    network = Network(live_server.url)
    yield network
    network.close()


@pytest.fixture
def tablets(playwright: Any, network: Network, tmp_path: Path) -> Iterator[Callable[..., Tablet]]:
    made: list[Tablet] = []

    def make(name: str = "a") -> Tablet:
        made.append(Tablet(playwright, tmp_path / f"profile-{name}", network.url))
        return made[-1]

    yield make
    for tablet in made:
        tablet.kill()


@pytest.fixture
def tablet(tablets: Callable[..., Tablet]) -> Tablet:
    return tablets()


@pytest.fixture
def photos(tmp_path: Path) -> Callable[[int], list[str]]:
    """Camera files with their data: the time and the place where they were taken."""

    def make(count: int) -> list[str]:
        folder = tmp_path / "camera"
        folder.mkdir(exist_ok=True)
        return [str(_photo(folder / f"IMG_{n:04d}.jpg", n)) for n in range(count)]

    return make


def _photo(path: Path, number: int) -> Path:
    image = Image.effect_noise((300, 225), 40 + number).resize((2400, 1800)).convert("RGB")
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = (
        f"2026:11:20 10:{number:02d}:00"
    )
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (44.0, 0.0, 30.0)
    gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (87.0, 18.0, 0.0)
    target = BytesIO()
    image.save(target, "JPEG", quality=80, exif=exif)
    path.write_bytes(target.getvalue())
    return path
