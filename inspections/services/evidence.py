"""Evidence bytes: hashed while received, typed by content, kept outside the web root."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inspections.models import Assignment, Evidence
from inspections.rules.assignment_state import EDITABLE
from inspections.services.assignments import require_team
from registry.rules.violations import RuleViolation
from registry.services.stored_files import keep, media_type, path_of, receive
from registry.services.trail import record_event

__all__ = ["EvidenceRefused", "path_of", "store_evidence"]

ALLOWED = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
}


class EvidenceRefused(RuleViolation):
    code = "evidence_refused"
    basis = "证据附件要求"


def store_evidence(
    *, assignment: Assignment, actor: Any, chunks: Iterable[bytes], name: str
) -> Evidence:
    """Keep the bytes and their row; the same bytes again are the same evidence."""
    require_team(assignment, actor)
    if assignment.state not in EDITABLE:
        raise EvidenceRefused(_("任务不在检查中，不能上传证据。"))
    temporary, sha256, size = receive(chunks, refuse=EvidenceRefused)
    try:
        kind = media_type(
            temporary,
            ALLOWED,
            refuse=EvidenceRefused,
            say=_("只能上传照片（JPG、PNG、WebP）、PDF 或 MP4 视频，请转换后再上传。"),
        )
        keep(temporary, sha256)
    finally:
        temporary.unlink(missing_ok=True)
    with transaction.atomic():
        row, created = Evidence.objects.get_or_create(
            assignment=assignment,
            sha256=sha256,
            defaults={
                "media_type": kind,
                "size": size,
                "original_name": Path(name).name[:200],
                "uploaded_by": actor,
            },
        )
        if created:
            record_event(action="evidence.stored", actor=actor, obj=row)
    return row
