"""宣传: texts, pictures and brochures for citizens. What is stored is already safe to show."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from disclosure.choices import MaterialKind
from disclosure.models import GuideMaterial, GuidePage
from disclosure.permissions import MANAGE_GUIDE
from disclosure.rules.guide_markup import render_guide
from registry.papers.rules.pdf_safety import is_active
from registry.permissions import require
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event

LARGEST_BYTES = 5 * 1024 * 1024
LARGEST_PIXELS = 40_000_000
LONGEST_SIDE = 1280  # on no page is a picture wider
BODY_LENGTH = 20_000


class BadMaterial(RuleViolation):
    code = "bad_material"


@transaction.atomic
def save_page(*, page: GuidePage, actor: Any, now: datetime) -> GuidePage:
    """Store a new or changed page with its HTML."""
    require(actor, MANAGE_GUIDE)
    page.title = checked_text(page.title, label=_("标题"), field="title", limit=60)
    page.body = checked_text(page.body, label=_("正文"), field="body", limit=BODY_LENGTH)
    page.html, page.updated_at = render_guide(page.body), now
    created = page.pk is None
    page.save()
    record_event(
        action="guide_page.created" if created else "guide_page.changed", actor=actor, obj=page,
        changes={"shown": [None, page.shown]},
    )  # fmt: skip
    return page


@dataclass(frozen=True)
class Prepared:
    """An uploaded file as it may be stored."""

    kind: MaterialKind
    content: bytes
    width: int = 0
    height: int = 0

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


def prepare_material(content: bytes) -> Prepared:
    """A picture drawn anew, so that nothing hidden stays in it, or a PDF without actions.

    Raises BadMaterial for anything else, for what is too large, and for what is there already.
    """
    if not content or len(content) > LARGEST_BYTES:
        raise BadMaterial(_("文件为空或超过 5 MB，请压缩后再上传。"), field="file")
    if content.startswith(b"%PDF-"):
        if is_active(content):
            raise BadMaterial(
                _("PDF 含有脚本、附件或自动动作，请另存为普通 PDF 后再上传。"), field="file"
            )
        found = Prepared(MaterialKind.BROCHURE, content)
    else:
        found = Prepared(MaterialKind.PICTURE, *_redrawn(content))
    if GuideMaterial.objects.filter(sha256=found.sha256).exists():
        raise BadMaterial(_("这个文件已经上传过。"), field="file")
    return found


@transaction.atomic
def add_material(*, row: GuideMaterial, file: Prepared, actor: Any, now: datetime) -> GuideMaterial:
    """Store a prepared file with its title and description; the file itself never changes again."""
    require(actor, MANAGE_GUIDE)
    row.title = checked_text(row.title, label=_("标题"), field="title", limit=60)
    row.description = checked_text(
        row.description, label=_("图片说明"), field="description", limit=200
    )
    row.kind, row.content, row.sha256 = file.kind, file.content, file.sha256
    row.size, row.width, row.height = len(file.content), file.width, file.height
    row.uploaded_at = now
    row.save()
    record_event(action="guide_material.created", actor=actor, obj=row)
    return row


def _redrawn(content: bytes) -> tuple[bytes, int, int]:
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > LARGEST_PIXELS:
                raise BadMaterial(_("图片像素过多，请缩小后再上传。"), field="file")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE * 2))
            target = BytesIO()
            upright.save(target, "WEBP", quality=80)
            return target.getvalue(), upright.width, upright.height
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, ValueError) as error:
        raise BadMaterial(
            _("只接受 JPEG、PNG、WebP 图片和 PDF 手册；这个文件无法读取。"), field="file"
        ) from error
