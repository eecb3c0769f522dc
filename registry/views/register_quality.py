"""数据质量: what the registers lack, each number a list, each list with its mend."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from registry import permissions
from registry.rules.register_quality import GAPS
from registry.selectors import inspector_list
from registry.services import register_quality as counting


def _groups(found: counting.Findings) -> list[tuple[str, list[dict[str, Any]]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for problem in GAPS:
        groups.setdefault(problem.group, []).append(
            {
                "label": problem.label,
                "why": problem.why,
                "number": found.numbers.get(problem.key),
                "url": f"{reverse('registry:sources')}?problem={problem.key}",
            }
        )
    return list(groups.items())


def _people(today: date) -> Sequence[dict[str, Any]]:
    """Inspectors who will soon be missing from the draw."""
    page = reverse("registry:inspectors")
    officers = inspector_list.in_tab("officer", today).filter(status="on_post")
    return [
        {
            "label": _("没有执法证，或60天内到期"),
            "why": _("证件过期的人员不计入两名执法人员，到期前请办理换证。"),
            "number": inspector_list.in_tab("expiring", today).order_by().count(),
            "url": f"{page}?tab=expiring",
        },
        {
            "label": _("在岗执法人员没有登录账号"),
            "why": _("不能接收任务，也不能在平板上记录。"),
            "number": officers.filter(user=None).count(),
            "url": f"{page}?tab=officer&status=on_post&account=no",
        },
    ]


@permission_required(permissions.VIEW_SOURCES, raise_exception=True)
@require_GET
def quality(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    found = counting.findings(today=today)
    groups = _groups(found)
    if request.user.has_perm(permissions.VIEW_INSPECTORS):
        groups.append((_("检查人员"), list(_people(today))))
    context = {
        "groups": groups,
        "counted_at": found.counted_at,
        "may_change": request.user.has_perm("registry.change_pollutionsource"),
    }
    return render(request, "registry/quality.html", context)
