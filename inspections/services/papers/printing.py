"""Print a document: its data are fixed once, each file's hash is kept."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from inspections.choices import PaperCopy, PaperFormat, PaperKind
from inspections.models import Assignment, PaperPrint, PrintedPaper, RecordVersion
from inspections.services.evidence import path_of
from inspections.services.papers import pictures
from inspections.services.papers.record import record_blocks
from registry.papers.documents import render_paper
from registry.papers.docx import render_word
from registry.selectors import bureau_setting
from registry.trail.services import record_event

DIGEST_LETTERS = 20  # of the digest in the address: 80 bits, more than anybody tries


def check_path(digest: str, version: int) -> str:
    """Where a print can be checked: named by the digest it carries, so that nobody finds it who
    does not hold the paper."""
    return f"/check/{digest[:DIGEST_LETTERS]}/{version}/"


def content_digest(blocks: Any) -> str:
    text = json.dumps(blocks, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def fix_paper(
    *,
    kind: str,
    subject: str,
    assignment: Assignment,
    number: str,
    blocks: list[dict[str, Any]],
    made_at: datetime,
    site: str,
    digest: str = "",
    version: int = 1,
) -> PrintedPaper:
    """The document's data as they stay from now on; a second call returns the first's row.

    ``site``: the origin of the public pages, as in ``https://example.cn``.
    """
    digest = digest or content_digest(blocks)
    data = {
        "title": str(PaperKind(kind).label),
        "bureau": bureau_setting("bureau_name"),
        "number": number,
        "version": f"第{version}版",
        "digest": digest,
        "address": site.rstrip("/") + check_path(digest, version),
        "blocks": blocks,
        # Of a record the digest is that of what was signed; this one is of what is printed.
        "blocks_digest": content_digest(blocks),
    }
    paper, created = PrintedPaper.objects.get_or_create(
        kind=kind,
        subject=subject,
        defaults={
            "assignment": assignment,
            "number": number,
            "version": version,
            "digest": digest,
            "data": data,
            "made_at": made_at,
        },
    )
    if created:
        record_event(action="paper.made", obj=paper, changes={"digest": [None, digest]})
    return paper


def record_paper(version: RecordVersion, *, site: str) -> PrintedPaper:
    """《污染源现场检查记录表》 of one immutable version."""
    return fix_paper(
        kind=PaperKind.RECORD,
        subject=f"version:{version.pk}",
        assignment=version.assignment,
        number=version.assignment.number,
        blocks=record_blocks(version),
        made_at=version.submitted_at,
        site=site,
        digest=version.digest,
        version=version.number,
    )


def print_paper(
    paper: PrintedPaper, *, copy: str, form: str, actor: Any, now: datetime
) -> tuple[bytes, str]:
    """The file and its hash; ``copy`` a PaperCopy, ``form`` a PaperFormat. The first time a file
    with this hash leaves the house, that is kept."""
    content = render(paper, copy=copy, form=form)
    sha256 = hashlib.sha256(content).hexdigest()
    _row, created = PaperPrint.objects.get_or_create(
        paper=paper,
        copy=copy,
        format=form,
        sha256=sha256,
        defaults={"printed_by": actor, "printed_at": now},
    )
    if created:
        record_event(
            action="paper.printed",
            actor=actor,
            obj=paper,
            changes={f"{copy}.{form}": [None, sha256]},
        )
    return content, sha256


def render(paper: PrintedPaper, *, copy: str, form: str) -> bytes:
    """The same paper, copy and form give the same bytes."""
    data = {
        **paper.data,
        "copy": str(PaperCopy(copy).label),
        "qr": pictures.qr_svg(paper.data["address"]),
    }
    files: dict[str, bytes] = {}
    data["blocks"] = [_with_pictures(block, files) for block in data["blocks"]]
    if form == PaperFormat.PDF:
        return render_paper(data, files=files, moment=paper.made_at)
    files["qr.png"] = pictures.qr_png(paper.data["address"])
    return render_word(data, files=files, moment=paper.made_at)


def _with_pictures(block: Mapping[str, Any], files: dict[str, bytes]) -> dict[str, Any]:
    """Photos and signatures leave the data as names and come back as files."""
    if block["kind"] == "photos":
        return {**block, "rows": [_photo(row, files) for row in block["rows"]]}
    if block["kind"] == "signatures":
        return {**block, "rows": [_signature(row, files) for row in block["rows"]]}
    return dict(block)


def _photo(row: Mapping[str, Any], files: dict[str, bytes]) -> dict[str, Any]:
    picture = b"" if row["withdrawn"] else pictures.small_photo(path_of(row["sha256"]))
    name = f"photo-{row['sha256'][:16]}.jpg" if picture else ""
    if picture:
        files[name] = picture
    return {**row, "file": name}


def _signature(row: Mapping[str, Any], files: dict[str, bytes]) -> dict[str, Any]:
    picture, name = pictures.signature_png(row["strokes"]), ""
    if picture:
        name = f"signature-{len(files)}.png"
        files[name] = picture
    return {
        "label": row["label"],
        "name": row["name"],
        "at": row["at"],
        "svg": pictures.signature_svg(row["strokes"]),
        "picture": name,
    }
