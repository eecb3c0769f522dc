"""Open data: the page that explains it, and every table as CSV, JSON and Excel at a stable address."""

import json
import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from disclosure.public import exports, listing
from disclosure.public.tables import TABLES, Table, cell, plain
from disclosure.rules.public_columns import harmless_cell
from registry.importing.services.spreadsheets import write_workbook
from registry.papers.rules.media_types import CSV, XLSX
from registry.selectors import bureau_setting
from registry.web.downloads import streamed

# A workbook is built whole before it is sent, at some 10,000 rows a second; beyond this a person takes
# a quarter, a program CSV.
MOST_XLSX_ROWS = 20_000
CHUNK = 200


def _table(name: str) -> Table:
    if name not in TABLES:
        raise Http404
    return TABLES[name]


@require_safe
def open_data(request: HttpRequest) -> HttpResponse:
    """The data dictionary, the addresses, and what search engines read about them."""
    context = {
        "tables": TABLES.values(),
        "dataset": _dataset(request),
        "quarters": listing.choices_of()["quarters"],
        "section": "open_data",
    }
    return render(request, "public/open_data.html", context)


def _dataset(request: HttpRequest) -> str:
    """schema.org Dataset as JSON for a data block; it cannot end the element it stands in."""
    files = [
        {
            "@type": "DataDownload",
            "name": table.zh,
            "encodingFormat": kind,
            "contentUrl": request.build_absolute_uri(
                reverse("public:table", args=[table.name, ending])
            ),
        }
        for table in TABLES.values()
        for ending, kind in (("csv", "text/csv"), ("json", "application/json"), ("xlsx", XLSX))
    ]
    value = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": _("双随机、一公开抽查公示数据"),
        "description": _(
            "生态环境双随机、一公开抽查的计划、结果、问题处理、统计和抽取复核材料，随公示即时更新。"
        ),
        "url": request.build_absolute_uri(reverse("public:open_data")),
        "inLanguage": "zh-Hans",
        "isAccessibleForFree": True,
        "creator": {"@type": "GovernmentOrganization", "name": bureau_setting("bureau_name")},
        "dateModified": timezone.localdate().isoformat(),
        "distribution": files,
    }
    text = json.dumps(value, ensure_ascii=False)
    return mark_safe(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S308


@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    """The data dictionary for programs."""
    value = [
        {
            "table": table.name,
            "title": {"zh": table.zh, "en": table.en},
            "description": {"zh": table.about_zh, "en": table.about_en},
            "columns": [
                {"name": c.name, "zh": c.zh, "en": c.en, "type": c.kind} for c in table.columns
            ],
        }
        for table in TABLES.values()
    ]
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return HttpResponse(text, content_type="application/json; charset=utf-8")


@require_safe
def table_file(request: HttpRequest, name: str, ending: str) -> Any:
    """One table; ``?quarter=2026Q1`` where it has quarters."""
    table = _table(name)
    quarter = listing.Wanted.read(request.GET).quarter if table.by_quarter else ""
    if ending == "csv":
        chunks = exports.results_csv(quarter) if name == "results" else _csv(table, quarter)
        return streamed(chunks, f"{name}.csv", CSV)
    if ending == "json":
        return streamed(_json(table, quarter), f"{name}.json", "application/json; charset=utf-8")
    return _workbook(request, table, quarter)


def _cells(table: Table, row: tuple[Any, ...]) -> list[Any]:
    return [cell(value, column.kind) for value, column in zip(row, table.columns, strict=True)]


def _csv(table: Table, quarter: str) -> Iterator[bytes]:
    yield (exports.BOM + exports.line(column.zh for column in table.columns)).encode()
    for row in table.rows(quarter):
        yield exports.line(harmless_cell(value) for value in _cells(table, row)).encode()


def _json(table: Table, quarter: str) -> Iterator[bytes]:
    titles = {column.name: column.zh for column in table.columns}
    head = json.dumps(titles, ensure_ascii=False)
    yield f'{{"table": "{table.name}", "columns": {head}, "rows": [\n'.encode()
    lines: list[str] = []
    first = True
    for row in table.rows(quarter):
        values = {
            column.name: plain(value, column.kind)
            for value, column in zip(row, table.columns, strict=True)
        }
        lines.append(json.dumps(values, ensure_ascii=False))
        if len(lines) == CHUNK:
            yield (("" if first else ",\n") + ",\n".join(lines)).encode()
            lines, first = [], False
    if lines:
        yield (("" if first else ",\n") + ",\n".join(lines)).encode()
    yield b"\n]}\n"


def _is_too_long(table: Table, quarter: str) -> bool:
    if table.name == "results":
        return listing.count_of(listing.Wanted(quarter=quarter)).number > MOST_XLSX_ROWS
    return sum(1 for _row in islice(table.rows(quarter), MOST_XLSX_ROWS + 1)) > MOST_XLSX_ROWS


def _workbook(request: HttpRequest, table: Table, quarter: str) -> Any:
    if _is_too_long(table, quarter):
        context = {
            "table": table,
            "most": f"{MOST_XLSX_ROWS:,}",
            "quarter": quarter,
            "quarters": listing.choices_of()["quarters"] if table.by_quarter else [],
            "section": "open_data",
        }
        return render(request, "public/too_long.html", context, status=422)
    target = tempfile.TemporaryFile()  # noqa: SIM115  (FileResponse closes it)
    titles = [column.zh for column in table.columns]
    rows = (_cells(table, row) for row in table.rows(quarter))
    dictionary = [(c.name, c.zh, c.en) for c in table.columns]
    write_workbook(
        target,
        [(table.zh, titles, rows), (_("数据字典"), ("name", _("列"), "English"), dictionary)],
    )
    target.seek(0)
    return FileResponse(
        target, as_attachment=True, filename=f"{table.name}.xlsx", content_type=XLSX
    )


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description as a page to read: no script, no other host."""
    from disclosure.public.api import api
    from disclosure.public.api_pages import operations

    schema = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    base = request.build_absolute_uri("/").rstrip("/")
    context = {"operations": operations(schema, base), "section": "open_data"}
    return render(request, "public/api_docs.html", context)
