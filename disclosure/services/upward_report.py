"""上报表: one plan and its results as the workbook that is reported upward."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from disclosure.choices import ENDED_WITHOUT_EFFECT
from disclosure.models import PublicPlan, PublicProgress, PublicResult
from disclosure.rules.public_columns import DETAIL_COLUMNS, TEN_COLUMNS
from registry.importing.services.spreadsheets import write_workbook
from registry.rules.violations import RuleViolation

PLAN_TITLES = (
    "季度", "类别", "基数", "抽查比例", "法定下限", "抽取数", "已公示", "公示率（%）", "计算依据",
)  # fmt: skip
PROGRESS = (
    ("drawn", "抽取"), ("dispatched", "已派发"), ("inspected", "已检查"), ("completed", "已完成"),
    ("published", "已公示"), ("withheld", "不予公开"), ("problems_found", "发现问题"),
    ("problems_closed", "问题已销号"),
)  # fmt: skip


class NothingToReport(RuleViolation):
    code = "nothing_to_report"
    basis = "实施方案 二（五）"


def plan_workbook(number: str, target: BinaryIO | Path) -> None:
    """Three sheets, from published copies alone: 计划, 进展, 结果. A sealed name cannot be in it.

    Raises NothingToReport for a plan without an announcement that stands.
    """
    plan = (
        PublicPlan.objects.filter(plan_number=number)
        .exclude(state__in=ENDED_WITHOUT_EFFECT)
        .first()
    )
    if plan is None:
        raise NothingToReport(_("%(number)s没有有效的抽查计划公告。") % {"number": number})
    columns = (*TEN_COLUMNS, *DETAIL_COLUMNS)
    write_workbook(
        target,
        [
            (_("计划"), PLAN_TITLES, _plan_rows(plan)),
            (_("进展"), [_("项目"), _("数量")], _progress_rows(number)),
            (_("结果"), [_("序号"), *(title for _name, title in columns)], _result_rows(number)),
        ],
    )


def _plan_rows(plan: PublicPlan) -> Iterator[list[Any]]:
    published = Counter(
        PublicResult.objects.filter(plan_number=plan.plan_number).values_list("category", flat=True)
    )
    for line in plan.quotas:
        done = published[line["label"]]
        rate = round(100 * done / line["quota"], 2) if line["quota"] else 100.0
        yield [
            plan.plan_number, line["label"], line["base"], line["ratio_text"], line["floor"],
            line["quota"], done, rate, line["explanation"],
        ]  # fmt: skip


def _progress_rows(number: str) -> Iterator[list[Any]]:
    row = PublicProgress.objects.filter(plan_number=number).first()
    for name, title in PROGRESS:
        yield [title, getattr(row, name) if row else 0]


def _result_rows(number: str) -> Iterator[list[Any]]:
    names = [name for name, _title in (*TEN_COLUMNS, *DETAIL_COLUMNS)]
    rows = PublicResult.objects.filter(plan_number=number).order_by("published_on", "pk")
    for position, row in enumerate(rows.iterator(chunk_size=1000), 1):
        values = {name: getattr(row, name) for name in names}
        if row.withdrawn_at:
            values["outcome_text"], values["handling"] = _("已撤回"), row.withdrawn_note
        yield [position, *(values[name] for name in names)]
