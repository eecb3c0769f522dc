"""Files made for one request."""

from collections.abc import Iterable

from django.http import HttpResponse, StreamingHttpResponse

from registry.papers.rules.media_types import XLSX


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def attachment(content: bytes | str, name: str, media_type: str) -> HttpResponse:
    return HttpResponse(content, content_type=media_type, headers=_named(name))


def streamed(
    chunks: Iterable[bytes] | Iterable[str], name: str, media_type: str
) -> StreamingHttpResponse:
    """The same while it is still being made."""
    return StreamingHttpResponse(chunks, content_type=media_type, headers=_named(name))


def workbook(content: bytes, name: str) -> HttpResponse:
    """An Excel file; ``name`` without its ending."""
    return attachment(content, f"{name}.xlsx", XLSX)
