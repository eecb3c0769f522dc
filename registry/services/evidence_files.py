"""佐证文件 of register changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from registry.models import EvidenceFile
from registry.papers.stored_files import keep_received, media_type
from registry.permissions import MANAGE_REGISTERS, require
from registry.rules.texts import checked_text
from registry.rules.violations import RuleViolation
from registry.trail.services import record_event

ALLOWED = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
}


class EvidenceFileRefused(RuleViolation):
    code = "evidence_file_refused"
    basis = "实施方案 二（二）动态管理"


class EvidenceMissing(RuleViolation):
    code = "evidence_missing"
    basis = "实施方案 二（二）动态管理"


def _refuse(message: str) -> EvidenceFileRefused:
    return EvidenceFileRefused(message, field="file")


@dataclass(frozen=True)
class Proof:
    """What a change rests on: a kept file, the number or name of a document, or both."""

    file: EvidenceFile | None = None
    note: str = ""

    def fields(self) -> dict[str, Any]:
        return {"evidence": self.file, "evidence_note": self.note}

    def changes(self) -> dict[str, list[Any]]:
        """For the trail: the file by its hash, so that the timeline can link it."""
        said: dict[str, list[Any]] = {}
        if self.file is not None:
            said["evidence"] = [None, self.file.sha256]
        if self.note:
            said["evidence_note"] = [None, self.note]
        return said


def checked_proof(proof: Proof | None) -> Proof:
    """EvidenceMissing unless it names a file or a document."""
    proof = proof or Proof()
    note = checked_text(
        proof.note, label=_("文号或材料名称"), field="evidence_note", limit=200, required=False
    )
    if proof.file is None and not note:
        raise EvidenceMissing(
            _("请上传佐证文件（照片或 PDF），没有文件的写明文号或材料名称。"), field="file"
        )
    return Proof(proof.file, note)


def _kind_of(path: Path) -> str:
    say = _("佐证文件只能是照片（JPG、PNG、WebP）或 PDF，请转换后再上传。")
    return media_type(path, ALLOWED, refuse=_refuse, say=say)


def store_evidence_file(*, chunks: Iterable[bytes], name: str, actor: Any) -> EvidenceFile:
    """Keep the bytes and their row. Raises EvidenceFileRefused for what is no picture or PDF."""
    require(actor, MANAGE_REGISTERS)
    sha256, kind, size = keep_received(chunks, refuse=_refuse, check=_kind_of)
    with transaction.atomic():
        row, created = EvidenceFile.objects.get_or_create(
            sha256=sha256,
            defaults={
                "media_type": kind,
                "size": size,
                "original_name": (Path(name.replace("\\", "/")).name or sha256[:12])[:200],
                "uploaded_by": actor,
            },
        )
        if created:
            record_event(action="evidence_file.stored", actor=actor, obj=row)
    return row
