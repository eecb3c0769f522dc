"""Bytes people upload: hashed while received, typed by content, kept outside the web root."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import puremagic
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

MAX_PIXELS = 80_000_000
RECEIVING = "receiving-"  # how the name of a file begins until it is whole and checked
UNFINISHED_KEPT = timedelta(days=1)  # no request takes that long
Refuse = Callable[[str], Exception]
Found = TypeVar("Found")


def path_of(sha256: str) -> Path:
    return Path(settings.EVIDENCE_ROOT) / sha256[:2] / sha256


def too_large(limit: int) -> str:
    return _("文件超过 %(max)d MB，请压缩或缩短后再上传。") % {"max": limit >> 20}


def receive(
    chunks: Iterable[bytes], *, refuse: Refuse, limit: int | None = None
) -> tuple[Path, str, int]:
    """The bytes in a temporary file beside their final place, with hash and size.

    ``refuse`` makes the refusal that is raised for an empty file or one that is too large;
    ``limit`` in bytes replaces the usual one.
    """
    limit = settings.EVIDENCE_MAX_BYTES if limit is None else limit
    root = Path(settings.EVIDENCE_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=root, prefix=RECEIVING)
    hasher, size = hashlib.sha256(), 0
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise refuse(too_large(limit))
                hasher.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if size == 0:
            raise refuse(_("文件是空的，请重新选择。"))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name), hasher.hexdigest(), size


def media_type(path: Path, allowed: Mapping[str, str], *, refuse: Refuse, say: str) -> str:
    """By content, never by name; an image must open and stay within a sane size.

    ``allowed``: media types by preference; ``say`` is the refusal's text for anything else.
    """
    try:
        found = {match.mime_type for match in puremagic.magic_file(str(path))}
    except (ValueError, puremagic.PureError):
        found = set()
    kind = next((kind for kind in allowed if kind in found), "")
    if not kind:
        raise refuse(say)
    if kind.startswith("image/"):
        _check_image(path, refuse)
    return kind


def _check_image(path: Path, refuse: Refuse) -> None:
    try:
        with Image.open(path) as image:
            if image.width * image.height > MAX_PIXELS:
                raise refuse(_("照片像素过大，请缩小后再上传。"))
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise refuse(_("照片已损坏，无法打开，请重新拍摄或上传。")) from error


def keep(temporary: Path, sha256: str) -> None:
    """Put received bytes in their place; the same bytes again replace themselves."""
    final = path_of(sha256)
    final.parent.mkdir(parents=True, exist_ok=True)
    temporary.replace(final)


def keep_received(
    chunks: Iterable[bytes], *, refuse: Refuse, check: Callable[[Path], Found]
) -> tuple[str, Found, int]:
    """Keep the bytes once ``check`` has looked at them and raised nothing.

    Returns their hash, what ``check`` found, and their size.
    """
    temporary, sha256, size = receive(chunks, refuse=refuse)
    try:
        found = check(temporary)
        keep(temporary, sha256)
    finally:
        temporary.unlink(missing_ok=True)
    return sha256, found, size


def drop_unfinished(*, now: datetime) -> int:
    """What processes that were killed had begun to receive; whoever sent it sends it again."""
    dropped = 0
    for path in Path(settings.EVIDENCE_ROOT).glob(f"{RECEIVING}*"):
        if now.timestamp() - path.stat().st_mtime > UNFINISHED_KEPT.total_seconds():
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped
