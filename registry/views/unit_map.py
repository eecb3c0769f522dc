"""The map of units, drawn by the server: no tiles, no scripts, no internet."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from registry import permissions
from registry.forms.lists import SourceFilter
from registry.forms.unit_map import BoundaryForm
from registry.models import MapBoundary
from registry.rules.map_boundary import MOST_BYTES
from registry.rules.map_view import HEIGHT, SHAPES, WIDTH, View, graticule, scale_bar, view_of
from registry.selectors import source_list, unit_map
from registry.services.map_boundary import set_boundary
from registry.web.steps import step_taken

# label, then parts of the sheet to the right and up, then enlargement
MOVES: tuple[tuple[str, str, dict[str, float]], ...] = (
    ("放大", "＋", {"zoom": 2}),
    ("缩小", "－", {"zoom": 0.5}),
    ("向西", "←", {"right": -0.4}),
    ("向北", "↑", {"up": 0.4}),
    ("向南", "↓", {"up": -0.4}),
    ("向东", "→", {"right": 0.4}),
)
LEGEND = tuple(
    (kind, label, SHAPES.get(kind, ""))
    for kind, label in (
        ("special", _("特殊")),
        ("key", _("重点")),
        ("general", _("一般")),
        ("construction", _("建设项目")),
    )
)
NOWHERE = View(87.3, 44.0, 1.0)  # 昌吉, while no unit has a place yet


@permission_required(permissions.VIEW_SOURCES, raise_exception=True)
@require_GET
def units_on_map(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    form = SourceFilter(request.GET)
    rows = source_list.listed(form.chosen, today)
    boundary = MapBoundary.objects.first()
    view = view_of(request.GET.get("view", "")) or unit_map.seen_at_first(rows, boundary) or NOWHERE
    signs, clusters, number = unit_map.signs_and_clusters(rows, view, today)
    query = form.query()
    meridians, parallels = graticule(view)
    context: dict[str, Any] = {
        "filter": form,
        "chosen": form.chosen,
        "conditions": list(form.conditions()),
        "tabs": [
            (label, form.query(tab=tab), tab == form.chosen["tab"]) for tab, label in form.tabs
        ],
        "query": query,
        "prefix": f"?{query}&" if query else "?",
        "width": WIDTH,
        "height": HEIGHT,
        "signs": signs,
        "clusters": clusters,
        "number": number,
        "unplaced": unit_map.without_place(rows),
        "table": unit_map.listed_in_view(rows, view, today),
        "meridians": meridians,
        "parallels": parallels,
        "scale": scale_bar(view),
        "moves": [(name, sign, view.moved(**how).address()) for name, sign, how in MOVES],
        "view": view,
        "boundary": boundary,
        "legend": LEGEND,
        "outlines": unit_map.outlines(boundary, view),
        "may_upload": request.user.has_perm(permissions.MANAGE_SETTINGS),
    }
    return render(request, "registry/map.html", context)


@permission_required(permissions.MANAGE_SETTINGS, raise_exception=True)
@require_http_methods(["GET", "POST"])
def boundary(request: HttpRequest) -> HttpResponse:
    form = BoundaryForm(request.POST or None, request.FILES or None)

    def draw() -> None:
        data = form.cleaned_data
        set_boundary(
            title=data["title"],
            approval=data["approval"],
            content=data["file"].read(MOST_BYTES + 1),
            actor=request.user,
        )

    if step_taken(request, form, draw, _("边界已更新。")):
        return redirect("registry:map")
    context = {"form": form, "known": MapBoundary.objects.select_related("uploaded_by")[:10]}
    status = 422 if form.errors else 200
    return render(request, "registry/map_boundary.html", context, status=status)
