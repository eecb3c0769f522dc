"""What the desk shows: what is due and where to go, by what the person may do."""

from datetime import date
from typing import Any

from disclosure import permissions as disclosure
from disclosure.selectors import desk_counts
from inspections import permissions as inspections
from inspections.selectors import review_queue
from registry import permissions as registry
from registry.models import Deadline, PollutionSource
from registry.selectors import work_calendar
from sampling import permissions as sampling
from sampling.selectors import plans_for_desk

LINKS = (
    (registry.VIEW_SOURCES, "污染源名录", "/registry/sources/"),
    (registry.VIEW_INSPECTORS, "检查人员名录", "/registry/inspectors/"),
    (registry.IMPORT_REGISTERS, "导入两库", "/registry/import/sources/"),
    (registry.VIEW_RISK, "风险分级", "/registry/risk/"),
    (registry.VIEW_SPECIAL_FLAGS, "特殊监管提议", "/registry/special-flags/"),
    (registry.VIEW_POSITIVE_LIST, "正面清单", "/registry/positive-list/"),
    (registry.VIEW_ITEM_LISTS, "抽查事项清单", "/registry/item-lists/"),
    (inspections.HANDLE_CLUES, "线索", "/inspections/clues/"),
    (sampling.EDIT_PLAN, "抽查计划", "/plans-desk/"),
    (inspections.REVIEW_RECORD, "审核检查记录", "/inspections/review/"),
    (inspections.CLOSE_PROBLEM, "问题销号", "/inspections/problems/"),
    (disclosure.PUBLISH_RESULT, "公示工作台", "/disclosure/"),
    (disclosure.MANAGE_GUIDE, "宣传页面", "/admin/disclosure/guidepage/"),
    (disclosure.MANAGE_GUIDE, "宣传图片和手册", "/admin/disclosure/guidematerial/"),
    (registry.VIEW_OVERSIGHT, "期限与运行", "/registry/oversight/"),
    (registry.MANAGE_SETTINGS, "本局设定", "/registry/settings/"),
    (registry.VIEW_TRAIL, "操作留痕", "/admin/registry/auditevent/"),
)


def desk_cards(user: Any, today: date) -> dict[str, Any]:
    calendar = work_calendar()
    deadlines = [
        {
            "deadline": deadline,
            "left": calendar.between(today, deadline.due_on),
            "overdue": deadline.due_on < today,
        }
        for deadline in Deadline.objects.filter(state="open").order_by("due_on", "pk")[:12]
    ]
    return {
        "links": [(label, url) for perm, label, url in LINKS if user.has_perm(perm)],
        "deadlines": deadlines,
        "plans": plans_for_desk()[:4],
        "reviews": review_queue().count() if user.has_perm(inspections.REVIEW_RECORD) else None,
        "publication": desk_counts(today) if user.has_perm(disclosure.PUBLISH_RESULT) else None,
        "sources": PollutionSource.objects.in_pool().count(),
    }
