"""The working lists: sources and inspectors, their exports, the filters people keep."""

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from registry import permissions
from registry.forms.bulk import ACTIONS
from registry.forms.lists import InspectorFilter, ListFilter, SaveFilterForm, SourceFilter
from registry.importing.services import list_exports
from registry.models import SavedFilter
from registry.rules.register_quality import BY_KEY
from registry.rules.violations import RuleViolation
from registry.selectors import inspector_list, source_list
from registry.services import saved_filters
from registry.web.downloads import workbook
from registry.web.paging import Page, count_up_to, page_of

KEY = re.compile(r"[0-9]{1,18}")
PAGES = {"sources": "registry:sources", "inspectors": "registry:inspectors"}


def place(data: Mapping[str, Any]) -> dict[str, Any]:
    """Where in the list the address stands; nonsense is the first page."""

    def key(name: str) -> int | None:
        text = str(data.get(name, ""))
        return int(text) if KEY.fullmatch(text) else None

    return {"after": key("after"), "before": key("before"), "last": "last" in data}


def pager(form: ListFilter, page: Page) -> dict[str, str]:
    """Addresses of the neighbouring pages, "" where there is none."""

    def address(**more: Any) -> str:
        query = form.query()
        return "?" + "&".join([*([query] if query else []), *(f"{k}={v}" for k, v in more.items())])

    return {
        "first": address() if page.previous else "",
        "previous": address(before=page.previous) if page.previous else "",
        "next": address(after=page.next) if page.next else "",
        "last": address(last=1) if page.next else "",
    }


def _words(form: ListFilter) -> str:
    """The filter as one line of text, for the printed list."""
    tab = str(dict(form.tabs)[form.chosen["tab"]])
    return "；".join([tab, *(f"{c['label']}：{c['words']}" for c in form.conditions())])


def _common(request: HttpRequest, form: ListFilter, list_name: str) -> dict[str, Any]:
    return {
        "filter": form,
        "chosen": form.chosen,
        "conditions": list(form.conditions()),
        "saved": SavedFilter.objects.filter(user=request.user, list=list_name),
        "list_name": list_name,
        "query": form.query(),
    }


def _tabs(form: ListFilter, counts: Any) -> list[dict[str, Any]]:
    chosen = form.chosen["tab"]
    return [
        {"label": label, "count": count, "query": form.query(tab=tab), "now": tab == chosen}
        for tab, label, count in counts
    ]


@permission_required(permissions.VIEW_SOURCES, raise_exception=True)
@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """The number of queries is the same for ten units and for a million."""
    today = timezone.localdate()
    form = SourceFilter(request.GET)
    chosen = form.chosen
    rows = source_list.listed(chosen, today)
    order = source_list.order_of(chosen)
    where = place(request.GET)
    if jump := request.GET.get("from", "").strip()[:200]:
        where = {"after": source_list.place_of(jump, order)}
    problem = BY_KEY.get(chosen["problem"])
    shown, page = source_list.source_page(rows, order, today, problem, **where)
    filtered = source_list.is_filtered(chosen)
    context = {
        **_common(request, form, "sources"),
        "tabs": _tabs(form, source_list.tab_counts(form.tabs, today)),
        "rows": shown,
        "problem": problem,
        "pager": pager(form, page),
        "found": source_list.found(rows, page) if filtered else None,
        "grids": source_list.grids_in_use(),
        "actions": ACTIONS,
        "may_change": request.user.has_perm(permissions.MANAGE_REGISTERS),
        "can_jump": order in ("code", "name"),
        "by_name": order == "name",
    }
    return render(request, "registry/source_list.html", context)


@permission_required(permissions.VIEW_INSPECTORS, raise_exception=True)
@require_GET
def inspectors(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    form = InspectorFilter(request.GET)
    chosen = form.chosen
    rows = inspector_list.listed(chosen, today)
    page = page_of(rows, chosen["sort"], **place(request.GET))
    context = {
        **_common(request, form, "inspectors"),
        "tabs": _tabs(form, inspector_list.tab_counts(form.tabs, today)),
        "people": inspector_list.people(page.keys, today),
        "pager": pager(form, page),
        "found": count_up_to(rows) if list(form.conditions()) else None,
        "warned": inspector_list.WARNED_DAYS,
        "may_change": request.user.has_perm(permissions.MANAGE_REGISTERS),
    }
    return render(request, "registry/inspector_list.html", context)


def _workbook(
    request: HttpRequest, page: str, query: str, name: str, write: Callable[[BytesIO], int]
) -> HttpResponse:
    target = BytesIO()
    try:
        write(target)
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
        return redirect(f"{reverse(page)}?{query}")
    return workbook(target.getvalue(), name)


@permission_required(permissions.VIEW_SOURCES, raise_exception=True)
@require_GET
def sources_export(request: HttpRequest) -> HttpResponse:
    """The filtered list to print; ``columns=all`` gives the columns that can be imported again."""
    today = timezone.localdate()
    form = SourceFilter(request.GET)
    rows = source_list.ordered(
        source_list.listed(form.chosen, today), source_list.order_of(form.chosen)
    )

    def write(target: BytesIO) -> int:
        if request.GET.get("columns") == "all":
            return list_exports.exchange_sources(target, rows=rows, today=today)
        return list_exports.print_sources(target, rows=rows, words=_words(form), today=today)

    return _workbook(request, "registry:sources", form.query(), f"sources-{today}", write)


@permission_required(permissions.VIEW_INSPECTORS, raise_exception=True)
@require_GET
def inspectors_export(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    form = InspectorFilter(request.GET)
    rows = inspector_list.listed(form.chosen, today)

    def write(target: BytesIO) -> int:
        return list_exports.print_inspectors(target, rows=rows, words=_words(form), today=today)

    return _workbook(request, "registry:inspectors", form.query(), f"inspectors-{today}", write)


# --- filters people keep --------------------------------------------------------------------


@login_required
@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    form = SaveFilterForm(request.POST)
    form.full_clean()
    list_name = form.cleaned_data.get("list", "sources")
    query = form.cleaned_data.get("query", "")
    try:
        row = saved_filters.save_filter(
            user=request.user, list_name=list_name, name=str(form.data.get("name", "")), query=query
        )
    except RuleViolation as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已保存筛选“%(name)s”。") % {"name": row})
    return redirect(f"{reverse(PAGES[list_name])}?{query}")


@login_required
@require_GET
def saved_filter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Whoever has the address sees the list through this filter, if he may see the list."""
    row = get_object_or_404(SavedFilter, public_id=public_id)
    return redirect(f"{reverse(PAGES[row.list])}?{row.query}")


@login_required
@require_POST
def delete_filter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    row = get_object_or_404(SavedFilter, public_id=public_id, user=request.user)
    saved_filters.delete_filter(user=request.user, public_id=public_id)
    messages.success(request, _("已删除筛选“%(name)s”。") % {"name": row})
    return redirect(PAGES[row.list])
