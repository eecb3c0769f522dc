"""What the desk shows: what is due and where to go, by what the person may do."""

from datetime import date
from typing import Any

from django.urls import reverse

from chanji_dualrandom.numbers import numbers_for
from disclosure import permissions as disclosure
from inspections import permissions as inspections
from registry import permissions as registry
from registry.clocks.selectors import all_deadlines, as_rows, deadlines_of, work_calendar
from registry.forms.lists import SourceFilter
from registry.selectors.source_list import tab_counts
from registry.web.paging import Count
from sampling import permissions as sampling
from sampling.selectors import plans_for_desk

SHOWN = 12
LINKS = (
    (registry.VIEW_SOURCES, "污染源名录", "/registry/sources/"),
    (registry.VIEW_INSPECTORS, "检查人员名录", "/registry/inspectors/"),
    (registry.VIEW_SOURCES, "单位分布图", "/registry/map/"),
    (registry.VIEW_SOURCES, "数据质量", "/registry/quality/"),
    (registry.IMPORT_REGISTERS, "导入两库", "/registry/import/sources/"),
    (registry.VIEW_RISK, "风险分级", "/registry/risk/"),
    (registry.VIEW_SPECIAL_FLAGS, "特殊监管提议", "/registry/special-flags/"),
    (registry.VIEW_POSITIVE_LIST, "正面清单", "/registry/positive-list/"),
    (registry.VIEW_ITEM_LISTS, "抽查事项清单", "/registry/item-lists/"),
    (inspections.HANDLE_CLUES, "线索", "/inspections/clues/"),
    (inspections.PROPOSE_CHECK_REQUEST, "抽查外检查", "/inspections/checks/"),
    (sampling.VIEW_PLAN, "抽查计划", "/plans-desk/"),
    (inspections.REVIEW_RECORD, "审核检查记录", "/inspections/review/"),
    (inspections.VIEW_RATINGS, "企业评价和异议", "/inspections/ratings/"),
    (inspections.CLOSE_PROBLEM, "问题销号", "/inspections/problems/"),
    (disclosure.PUBLISH_RESULT, "公示工作台", "/disclosure/"),
    (disclosure.MANAGE_GUIDE, "宣传页面", "/admin/disclosure/guidepage/"),
    (disclosure.MANAGE_GUIDE, "宣传图片和手册", "/admin/disclosure/guidematerial/"),
    (registry.VIEW_OVERSIGHT, "期限与运行", "/registry/oversight/"),
    (registry.MANAGE_SETTINGS, "本局设定", "/registry/settings/"),
    (registry.VIEW_TRAIL, "操作留痕", "/admin/registry/auditevent/"),
)


def desk_cards(user: Any, today: date) -> dict[str, Any]:
    mine = set(deadlines_of(user).values_list("pk", flat=True))
    rows = as_rows(all_deadlines()[:SHOWN], today=today, calendar=work_calendar())
    return {
        "numbers": numbers_for(user, today),
        "register": _register(today) if user.has_perm(registry.VIEW_SOURCES) else [],
        "links": [(label, url) for perm, label, url in LINKS if user.has_perm(perm)],
        # A matter's page opens for those whose clock it is.
        "deadlines": [(row, row.deadline.pk in mine) for row in rows],
        "plans": plans_for_desk()[:4],
    }


def _register(today: date) -> list[tuple[str, Count, str]]:
    page = reverse("registry:sources")
    counts = tab_counts(SourceFilter.tabs, today)
    return [(str(label), count, f"{page}?tab={tab}") for tab, label, count in counts]
