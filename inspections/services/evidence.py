"""Evidence bytes: hashed while received, typed by content, kept outside the web root."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import puremagic
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from inspections.models import Assignment, Evidence
from inspections.rules.assignment_state import EDITABLE
from inspections.services.assignments import require_team
from registry.rules.violations import RuleViolation
from registry.services.trail import record_event

ALLOWED = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
}
MAX_PIXELS = 80_000_000


class EvidenceRefused(RuleViolation):
    code = "evidence_refused"
    basis = "证据附件要求"


def path_of(sha256: str) -> Path:
    return Path(settings.EVIDENCE_ROOT) / sha256[:2] / sha256


def _receive(chunks: Iterable[bytes]) -> tuple[Path, str, int]:
    """The bytes in a temporary file beside their final place, with hash and size."""
    root = Path(settings.EVIDENCE_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=root, prefix="receiving-")
    hasher, size = hashlib.sha256(), 0
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.EVIDENCE_MAX_BYTES:
                    raise EvidenceRefused(
                        _("文件超过 %(max)d MB，请压缩或缩短后再上传。")
                        % {"max": settings.EVIDENCE_MAX_BYTES >> 20}
                    )
                hasher.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        if size == 0:
            raise EvidenceRefused(_("文件是空的，请重新选择。"))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name), hasher.hexdigest(), size


def _media_type(path: Path) -> str:
    """By content, never by name; an image must open and stay within a sane size."""
    try:
        found = {match.mime_type for match in puremagic.magic_file(str(path))}
    except (ValueError, puremagic.PureError):
        found = set()
    media_type = next((kind for kind in ALLOWED if kind in found), "")
    if not media_type:
        raise EvidenceRefused(
            _("只能上传照片（JPG、PNG、WebP）、PDF 或 MP4 视频，请转换后再上传。")
        )
    if media_type.startswith("image/"):
        _check_image(path)
    return media_type


def _check_image(path: Path) -> None:
    try:
        with Image.open(path) as image:
            if image.width * image.height > MAX_PIXELS:
                raise EvidenceRefused(_("照片像素过大，请缩小后再上传。"))
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise EvidenceRefused(_("照片已损坏，无法打开，请重新拍摄或上传。")) from error


def store_evidence(
    *, assignment: Assignment, actor: Any, chunks: Iterable[bytes], name: str
) -> Evidence:
    """Keep the bytes and their row; the same bytes again are the same evidence."""
    require_team(assignment, actor)
    if assignment.state not in EDITABLE:
        raise EvidenceRefused(_("任务不在检查中，不能上传证据。"))
    temporary, sha256, size = _receive(chunks)
    try:
        media_type = _media_type(temporary)
        final = path_of(sha256)
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary.replace(final)
    finally:
        temporary.unlink(missing_ok=True)
    with transaction.atomic():
        row, created = Evidence.objects.get_or_create(
            assignment=assignment,
            sha256=sha256,
            defaults={
                "media_type": media_type,
                "size": size,
                "original_name": Path(name).name[:200],
                "uploaded_by": actor,
            },
        )
        if created:
            record_event(action="evidence.stored", actor=actor, obj=row)
    return row
