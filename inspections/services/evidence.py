"""Evidence bytes: hashed while received, typed by content, kept outside the web root.

Bytes travel by their SHA-256, apart from the sections that refer to them, and may come before or
after those. A receipt says who sent them; an Evidence row joins them to an assignment.
"""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from inspections.models import Assignment, Evidence, EvidenceReceipt
from inspections.permissions import SUBMIT_RECORD
from inspections.rules.assignment_state import FILLABLE
from inspections.rules.sync import evidence_of
from inspections.services import media
from inspections.services.assignments import require_team
from inspections.services.media import EvidenceRefused
from registry.papers import stored_files
from registry.permissions import require
from registry.trail.services import record_event

PART_BYTES = 8 * 1024 * 1024  # tablet-sync §3
MAX_PARTS = 64
PARTS_KEPT = timedelta(days=14)


class HashMismatch(EvidenceRefused):
    code = "hash_mismatch"
    basis = "chanji-sync/1 §3"


def path_of(sha256: str, size: str = "") -> Path:
    """``size``: view or thumb; empty for the bytes as they were received."""
    original = stored_files.path_of(sha256)
    return original.with_name(f"{sha256}.{size}.jpg") if size else original


def _receive(chunks: Iterable[bytes], *, limit: int) -> tuple[Path, str]:
    temporary, sha256, _size = stored_files.receive(chunks, refuse=EvidenceRefused, limit=limit)
    return temporary, sha256


def _keep(temporary: Path, sha256: str, media_type: str) -> None:
    """Move checked bytes to their place, the sizes for screens first."""
    if media_type.startswith("image/"):
        sizes = {name: temporary.with_suffix(f".{name}") for name in media.SIZES}
        path_of(sha256).parent.mkdir(parents=True, exist_ok=True)
        try:
            media.make_sizes(temporary, sizes)
            for name, path in sizes.items():
                path.replace(path_of(sha256, name))
        finally:
            for path in sizes.values():
                path.unlink(missing_ok=True)
    stored_files.keep(temporary, sha256)


def _limit() -> int:
    return max(settings.EVIDENCE_MAX_BYTES, settings.EVIDENCE_VIDEO_MAX_BYTES)


def receive_whole(*, sha256: str, actor: Any, chunks: Iterable[bytes]) -> bool:
    """Take bytes by their hash; True when they are new from this person.

    HashMismatch or EvidenceRefused leave nothing behind.
    """
    require(actor, SUBMIT_RECORD)
    temporary, found = _receive(chunks, limit=_limit())
    return _take(temporary, found, sha256=sha256, actor=actor)


def _take(temporary: Path, found: str, *, sha256: str, actor: Any) -> bool:
    try:
        if found != sha256:
            raise HashMismatch(_("收到的内容与文件指纹不符，请重新上传。"))
        media_type = media.media_type_of(temporary)
        if media_type.startswith("image/") and media.tells_where(temporary):
            raise EvidenceRefused(_("照片还带有定位等拍摄信息，请更新应用后重新添加。"))
        size = temporary.stat().st_size
        _keep(temporary, sha256, media_type)
    finally:
        temporary.unlink(missing_ok=True)
    created = _receipt(sha256, actor, media_type, size)
    link_received(sha256=sha256, actor=actor)
    return created


def _receipt(sha256: str, actor: Any, media_type: str, size: int) -> bool:
    _row, created = EvidenceReceipt.objects.get_or_create(
        sha256=sha256, user=actor, defaults={"media_type": media_type, "size": size}
    )
    return created


def _has_whole(sha256: str, actor: Any) -> bool:
    receipt = EvidenceReceipt.objects.filter(sha256=sha256, user=actor)
    return path_of(sha256).is_file() and receipt.exists()


# --- parts ----------------------------------------------------------------------------------


def _parts_folder(sha256: str, actor: Any) -> Path:
    return Path(settings.EVIDENCE_ROOT) / "parts" / f"{actor.pk}-{sha256}"


def parts_received(*, sha256: str, actor: Any, of: int) -> list[int]:
    """Numbers of the parts that need not be sent again; a broken link goes on behind the last.

    Never all of them: a process that died before it joined them joins none, so the last part is
    asked for once more, and its arrival does.
    """
    return _parts_here(sha256, actor, of)[: of - 1]


def _parts_here(sha256: str, actor: Any, of: int) -> list[int]:
    folder = _parts_folder(sha256, actor)
    return [k for k in range(1, of + 1) if (folder / f"{k}-{of}").is_file()]


def receive_part(
    *, sha256: str, actor: Any, part: int, of: int, part_sha256: str, chunks: Iterable[bytes]
) -> bool:
    """Keep one part; True once the last one has made the file whole."""
    require(actor, SUBMIT_RECORD)
    if not (1 <= part <= of <= MAX_PARTS):
        raise EvidenceRefused(_("分段编号不对，请重新上传。"))
    temporary, found = _receive(chunks, limit=PART_BYTES)
    try:
        if found != part_sha256:
            raise HashMismatch(_("这一段的内容与指纹不符，请重新上传这一段。"))
        if _has_whole(sha256, actor):
            return True  # sent again after the reply got lost: nothing of it is kept
        folder = _parts_folder(sha256, actor)
        folder.mkdir(parents=True, exist_ok=True)
        temporary.replace(folder / f"{part}-{of}")
    finally:
        temporary.unlink(missing_ok=True)
    if len(_parts_here(sha256, actor, of)) < of:
        return False
    return _join(sha256=sha256, actor=actor, of=of)


def _join(*, sha256: str, actor: Any, of: int) -> bool:
    folder = _parts_folder(sha256, actor)
    try:
        temporary, found = _receive(_read_parts(folder, of), limit=_limit())
    except FileNotFoundError:
        # Another request joined them in this moment.
        return _has_whole(sha256, actor)
    try:
        _take(temporary, found, sha256=sha256, actor=actor)
    finally:
        # Whole or wrong: these parts are of no more use.
        shutil.rmtree(folder, ignore_errors=True)
    return True


def _read_parts(folder: Path, of: int) -> Iterator[bytes]:
    for number in range(1, of + 1):
        with (folder / f"{number}-{of}").open("rb") as file:
            while chunk := file.read(1 << 20):
                yield chunk


def drop_abandoned_parts(*, now: datetime) -> int:
    """Parts nobody came back for; the tablet still has the file and would begin anew."""
    root = Path(settings.EVIDENCE_ROOT) / "parts"
    dropped = 0
    for folder in root.iterdir() if root.is_dir() else ():
        if now.timestamp() - folder.stat().st_mtime > PARTS_KEPT.total_seconds():
            shutil.rmtree(folder, ignore_errors=True)
            dropped += 1
    return dropped


# --- to which assignment they belong ------------------------------------------------------------


def link_received(*, sha256: str, actor: Any) -> None:
    """Join bytes that have just come to the records that already speak of them."""
    section = f"evidence:{sha256}"
    spoken_of = Assignment.objects.filter(team__inspector__user=actor).filter(
        Q(sections__section=section) | Q(operations__section=section, operations__kept_as__gt="")
    )
    for assignment in spoken_of.distinct():
        link_section(assignment=assignment, section=section)


def link_section(*, assignment: Assignment, section: str) -> None:
    """Join a section to its bytes, once somebody of the team has sent them."""
    sha256 = evidence_of(section)
    if not sha256 or assignment.evidence.filter(sha256=sha256).exists():
        return
    team = assignment.team.values("inspector__user")
    receipt = EvidenceReceipt.objects.filter(sha256=sha256, user__in=team).first()
    if receipt is None or not path_of(sha256).is_file():
        return
    value = assignment.sections.filter(section=section).values_list("value", flat=True).first()
    name = str((value or {}).get("name", ""))
    _link(assignment, receipt, Path(name).name[:200])


@transaction.atomic
def _link(assignment: Assignment, receipt: EvidenceReceipt, name: str) -> Evidence:
    row, created = Evidence.objects.get_or_create(
        assignment=assignment,
        sha256=receipt.sha256,
        defaults={
            "media_type": receipt.media_type,
            "size": receipt.size,
            "original_name": name,
            "uploaded_by": receipt.user,
        },
    )
    if created:
        record_event(action="evidence.stored", actor=receipt.user, obj=row)
    return row


def link_all(assignment: Assignment) -> None:
    """Join whatever has come meanwhile; asked before a record is submitted."""
    names = assignment.sections.filter(section__startswith="evidence:")
    for section in names.values_list("section", flat=True):
        link_section(assignment=assignment, section=section)


def store_evidence(
    *, assignment: Assignment, actor: Any, chunks: Iterable[bytes], name: str
) -> Evidence:
    """An upload from the page without JavaScript: camera data taken off here, then hashed.

    The same bytes again are the same evidence.
    """
    require_team(assignment, actor)
    if assignment.state not in FILLABLE:
        raise EvidenceRefused(_("任务不在检查中，不能上传证据。"))
    temporary, sha256 = _receive(chunks, limit=_limit())
    try:
        if media.media_type_of(temporary).startswith("image/"):
            media.without_metadata(temporary)
            with temporary.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        _take(temporary, sha256, sha256=sha256, actor=actor)
    finally:
        temporary.unlink(missing_ok=True)
    receipt = EvidenceReceipt.objects.get(sha256=sha256, user=actor)
    return _link(assignment, receipt, Path(name).name[:200])
