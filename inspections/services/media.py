"""What a received file is, by its content; the two sizes it is shown in; what must not be in it."""

import shutil
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from registry.papers.rules.pdf_safety import is_active
from registry.papers.stored_files import media_type, too_large
from registry.rules.violations import RuleViolation

ALLOWED = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
}
FROM_A_TABLET = 2048  # longest side of the photos that static/js/tablet/photo.js makes
SIZES = {"view": (1600, 82), "thumb": (320, 75)}  # longest side, JPEG quality
_IMAGE_ERRORS = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    Image.DecompressionBombError,
)


class EvidenceRefused(RuleViolation):
    code = "evidence_refused"
    basis = "证据附件要求"


def media_type_of(path: Path) -> str:
    """One of ALLOWED, by content and never by name; EvidenceRefused says what else it is."""
    kind = media_type(
        path,
        ALLOWED,
        refuse=EvidenceRefused,
        say=_("只能上传照片（JPG、PNG、WebP）、PDF 或视频（MP4、MOV、WebM），请转换后再上传。"),
    )
    video = kind.startswith("video/")
    limit = settings.EVIDENCE_VIDEO_MAX_BYTES if video else settings.EVIDENCE_MAX_BYTES
    if path.stat().st_size > limit:
        raise EvidenceRefused(too_large(limit))
    if kind.startswith("image/"):
        _check_frames(path)
    if kind == "application/pdf":
        _check_pdf(path)
    return kind


def _check_pdf(path: Path) -> None:
    if is_active(path.read_bytes()):
        raise EvidenceRefused(_("PDF 含有脚本或嵌入文件，请打印为普通 PDF 后再上传。"))


def _check_frames(path: Path) -> None:
    with Image.open(path) as image:
        if getattr(image, "n_frames", 1) > 1:
            raise EvidenceRefused(_("动图不能作为证据，请上传照片或视频。"))


def tells_where(path: Path) -> bool:
    """True while the bytes still carry the place where they were taken."""
    with suppress(*_IMAGE_ERRORS), Image.open(path) as image:
        return bool(image.getexif().get_ifd(ExifTags.IFD.GPSInfo))
    return False


def without_metadata(path: Path) -> None:
    """Write a photo again without what the camera added, upright. For uploads without JavaScript."""
    try:
        with Image.open(path) as image:
            if not image.getexif() and "xmp" not in image.info:
                return
            kind, profile = image.format or "JPEG", image.info.get("icc_profile")
            upright = ImageOps.exif_transpose(image)
            # An empty block: Pillow would copy the one it has read.
            upright.save(path, kind, quality=92, icc_profile=profile, exif=b"", xmp=b"")
    except _IMAGE_ERRORS as error:
        raise EvidenceRefused(_("照片已损坏，无法打开，请重新拍摄或上传。")) from error


def _fits_a_screen(image: Image.Image) -> bool:
    """No larger than tablets make them, and without anything a camera wrote."""
    small = max(image.size) <= FROM_A_TABLET and image.format == "JPEG"
    return small and not image.getexif() and "xmp" not in image.info


def _same_bytes(original: Path, target: Path) -> None:
    """A second name for the same bytes, or a copy where the disk knows no second names."""
    target.unlink(missing_ok=True)
    try:
        target.hardlink_to(original)
    except OSError:
        shutil.copyfile(original, target)


def make_sizes(original: Path, target: dict[str, Path]) -> None:
    """The two sizes for screens, without metadata; ``target``: size name → path.

    A JPEG is unpacked at the scale that is needed: its decoder halves while it reads, and a cut
    file still fails. Turning the small picture upright afterwards costs nothing. What a tablet has
    already made small is looked at as it is: that is three quarters of the work of a busy evening.
    """
    try:
        with Image.open(original) as image:
            wanted = dict(SIZES)
            if _fits_a_screen(image):
                del wanted["view"]
                _same_bytes(original, target["view"])
            largest = max(side for side, _quality in wanted.values())
            # In the picture's own shape: a square would be too large for the decoder to halve.
            shrink = min(1.0, largest / max(image.size))
            image.draft("RGB", (int(image.width * shrink), int(image.height * shrink)))
            image.thumbnail((largest, largest), Image.Resampling.BILINEAR)
            picture = ImageOps.exif_transpose(image).convert("RGB")
            picture.info.clear()
            for name, (side, quality) in wanted.items():
                picture.thumbnail((side, side), Image.Resampling.BILINEAR)
                picture.save(target[name], "JPEG", quality=quality)
    except _IMAGE_ERRORS as error:
        raise EvidenceRefused(_("照片已损坏，无法打开，请重新拍摄或上传。")) from error
