"""Printed documents: Typst templates in ``assets/documents``, data as JSON, our own font."""

import json
from collections.abc import Mapping
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
