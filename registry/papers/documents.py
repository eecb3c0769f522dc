"""Printed documents: Typst templates in ``assets/documents``, data as JSON, our own font."""

import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.conf import settings


def render_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """A PDF/A document with embedded fonts and searchable text.

    ``template``: the file's name without ending. Data never becomes source: it is read by the
    template as JSON, so that no name in it can run as markup.
    """
    pdf: bytes = typst.compile(
        str(settings.BASE_DIR / "assets" / "documents" / f"{template}.typ"),
        root=str(settings.BASE_DIR / "assets"),
        font_paths=[str(settings.BASE_DIR / "assets" / "vendor")],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["a-2b"],
    )
    return pdf


def render_paper(data: Mapping[str, Any], *, files: Mapping[str, bytes], moment: datetime) -> bytes:
    """The blocks of ``data`` as PDF/A; ``files`` are the pictures it names.

    ``moment`` stands in the file as its date, so that the same data make the same bytes. The
    compiler sees one folder that holds the template, the data and the pictures, and nothing else.
    """
    source = settings.BASE_DIR / "assets" / "documents" / "paper.typ"
    with tempfile.TemporaryDirectory(prefix="paper-") as name:
        folder = Path(name)
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        for filename, content in files.items():
            (folder / filename).write_bytes(content)
        main = folder / "paper.typ"
        main.write_bytes(source.read_bytes())
        pdf: bytes = typst.compile(
            str(main),
            root=str(folder),
            font_paths=[str(settings.BASE_DIR / "assets" / "vendor")],
            ignore_system_fonts=True,
            pdf_standards=["a-2b"],
            timestamp=int(moment.timestamp()),
        )
    return pdf
