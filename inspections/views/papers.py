"""执法文书 as files, for those who may see the assignment."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from inspections.choices import PaperCopy, PaperFormat
from inspections.models import PrintedPaper
from inspections.services.assignments import record_view
from inspections.services.papers.printing import print_paper, record_paper
from inspections.views.desk import visible_assignment
from registry.papers.rules.media_types import DOCX, PDF
from registry.web.origin import origin_of

TYPES = {
    PaperFormat.PDF: PDF,
    PaperFormat.WORD: DOCX,
}


def paper_file(request: HttpRequest, paper: PrintedPaper, copy: str, form: str) -> HttpResponse:
    content, sha256 = print_paper(
        paper, copy=copy, form=form, actor=request.user, now=timezone.now()
    )
    name = f"{paper.get_kind_display()}-{paper.number}-第{paper.version}版-{PaperCopy(copy).label}"
    response = HttpResponse(content, content_type=TYPES[PaperFormat(form)])
    response["Content-Disposition"] = (
        content_disposition_header(form == PaperFormat.WORD, f"{name.replace('　', '')}.{form}")
        or "inline"
    )
    response["X-Content-SHA256"] = sha256
    response["Cache-Control"] = "private, no-store"
    return response


def known_form(copy: str, form: str) -> None:
    if copy not in PaperCopy.values or form not in PaperFormat.values:
        raise Http404


@login_required
@require_GET
def record_file(
    request: HttpRequest, public_id: uuid.UUID, number: int, copy: str, form: str
) -> HttpResponse:
    """《污染源现场检查记录表》 of one version; ``copy`` archive or party, ``form`` pdf or docx."""
    known_form(copy, form)
    row = visible_assignment(request, public_id)
    version = get_object_or_404(row.versions, number=number)
    record_view(assignment=row, user=request.user)
    return paper_file(request, record_paper(version, site=origin_of(request)), copy, form)
