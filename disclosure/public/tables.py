"""The open data: every public table with its columns in Chinese and English.

One description drives the files, the data dictionary, the schema.org Dataset and the tests, so that
none of them can forget a column.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from disclosure.models import (
    PublicExternalDraw,
    PublicItem,
    PublicNotice,
    PublicPenalty,
    PublicPlan,
    PublicPositiveListChange,
    PublicProblem,
    PublicProgress,
    PublicProof,
    PublicStatutoryReport,
)
from disclosure.public import exports, summaries
from disclosure.rules.public_columns import OPEN_DATA_COLUMNS
from disclosure.rules.statutory_report import ITEM_NAMES
from registry.rules.quarter import Quarter

CHUNK = 500


@dataclass(frozen=True)
class Column:
    """``kind``: text, number, money, date, time or yes_no (是/否 in files, true/false in JSON)."""

    name: str
    zh: str
    en: str
    kind: str = "text"


@dataclass(frozen=True)
class Table:
    """``rows`` yields tuples in the order of ``columns``, of one quarter or of all (``""``)."""

    name: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    columns: tuple[Column, ...]
    rows: Callable[[str], Iterable[tuple[Any, ...]]]
    by_quarter: bool = False


def _columns(*lines: str) -> tuple[Column, ...]:
    """``name|中文|English|kind`` a line."""
    return tuple(Column(*(part.strip() for part in line.split("|"))) for line in lines)


# English names of the results' columns; the Chinese ones are those of the law.
RESULT_ENGLISH = {
    "enterprise_name": ("Enterprise", "text"),
    "uscc": ("Unified social credit code", "text"),
    "category": ("Regulatory category", "text"),
    "items": ("Inspection items", "text"),
    "checked_on": ("Date of the inspection", "date"),
    "authority": ("Inspecting authority", "text"),
    "outcome_text": ("Result; 已撤回 for a withdrawn one", "text"),
    "handling": ("Handling; of a withdrawn result the public reason", "text"),
    "published_on": ("Date of publication", "date"),
    "plan_number": ("Sampling plan; empty outside every plan", "text"),
    "assignment_number": ("Assignment; the row's key", "text"),
    "sampling_type": ("不定向 drawn from the whole register, 定向 otherwise", "text"),
    "method": ("Methods of inspection", "text"),
    "completed_on": ("Date of completion; the 20 working days start the day after", "date"),
    "due_on": ("Last day for publication", "date"),
    "register_code": ("Code in the source register", "text"),
    "quarter": ("Quarter the result is filed under", "text"),
    "outcome": ("Official result code 1 to 7; empty for a withdrawn one", "text"),
    "public_id": ("Identifier; the page is /results/<id>/", "text"),
}
RESULTS = tuple(Column(name, zh, *RESULT_ENGLISH[name]) for name, zh in OPEN_DATA_COLUMNS)
PLANS = _columns(
    "plan_number|抽查计划编号|Sampling plan",
    "title|计划|Title",
    "kind|计划类型|Kind of plan",
    "state|状态|State",
    "counts_toward_ratio|计入随机抽查比例|Counts toward the statutory ratio|yes_no",
    "department|联合部门|Joint department",
    "category|类别|Category of this row's quota",
    "base|基数|Units in the pool|number",
    "floor|法定下限|Statutory minimum|number",
    "quota|抽取数|Units to draw|number",
    "ratio_text|抽查比例|Ratio",
    "officers_count|执法人员数|Officers|number",
    "frozen_at|冻结时间|Time of the freeze|time",
    "commitment|随机数承诺|Commitment; names the announcement",
    "pool_digest|抽取池摘要|Digest of the pool",
    "announcement_digest|公告摘要|Digest of the announcement; part of the seed",
    "drawn_at|抽取时间|Time of the draw|time",
    "approved_at|批准时间|Time of the approval|time",
    "ended_reason|撤回或作废原因|Reason where it was withdrawn or declared void",
)
PROGRESS = _columns(
    "plan_number|抽查计划编号|Sampling plan",
    "drawn|抽取|Drawn|number",
    "dispatched|已派发|Dispatched|number",
    "inspected|已检查|Inspected|number",
    "completed|已完成|Completed|number",
    "published|已公示|Published|number",
    "withheld|不予公开|Withheld by law|number",
    "problems_found|发现问题|Problems found|number",
    "problems_closed|问题已销号|Problems closed|number",
    "updated_at|更新时间|Updated|time",
)
PROBLEMS = _columns(
    "reference|问题编号|Reference; the row's key",
    "assignment_number|抽查任务编号|Assignment; joins to results",
    "quarter|季度|Quarter",
    "enterprise_name|企业名称|Enterprise",
    "uscc|统一社会信用代码|Unified social credit code",
    "matter|问题所在|Which of the ten must-checks",
    "handling_text|处理方式|Handling",
    "case_number|案号|Case number of a penalty case",
    "found_on|发现日期|Found|date",
    "deadline|整改期限|Deadline of the rectification|date",
    "closed_on|销号日期|Closed|date",
    "withdrawn|结果已撤回|Its result was withdrawn; texts are empty then|yes_no",
)
PENALTIES = _columns(
    "number|处罚决定书文号|Number of the decision; the row's key",
    "enterprise_name|企业名称|Enterprise",
    "uscc|统一社会信用代码|Unified social credit code",
    "authority|处罚机关|Deciding authority",
    "violation|违法事实|Facts; empty once changed or revoked, as are the next three",
    "basis|处罚依据|Legal basis",
    "content|处罚内容|Penalty",
    "amount|罚款金额（元）|Fine in yuan; 0 where there is none|money",
    "decided_on|决定日期|Decided|date",
    "due_on|公示期限|Last day for publication|date",
    "published_on|公示日期|Published|date",
    "withdrawn|已撤下|Taken down after a change or revocation|yes_no",
    "ended_on|变更或撤销日期|Changed or revoked|date",
    "ended_text|变更或撤销情况|What happened to it",
)
EXTERNAL = _columns(
    "plan_number|抽查计划编号|Sampling plan",
    "title|计划|Title",
    "platform|抽取平台|Platform that drew",
    "drawn_on|抽取日期|Date of the draw|date",
    "file_sha256|名单文件指纹|SHA-256 of the list taken over",
    "label|类别|Category of this row",
    "count|抽取数|Units drawn|number",
    "approved_at|批准时间|Time of the approval|time",
)
ITEMS = _columns(
    "list_version|版本|Version of the list|number",
    "effective_from|生效日期|In force from|date",
    "code|事项编码|Code",
    "name|抽查事项|Item",
    "item_class|事项类别|Class",
    "body|检查主体|Inspecting body",
    "target|检查对象|Who is inspected",
    "content|检查内容|What is inspected",
    "method|检查方式|Method",
    "ratio|抽查比例|Ratio",
    "frequency|抽查频次|Frequency",
    "bases|抽查依据|Legal bases",
)
POSITIVE = _columns(
    "reference|公告编号|Reference; the row's key",
    "enterprise_name|企业名称|Enterprise",
    "uscc|统一社会信用代码|Unified social credit code",
    "register_code|名录编号|Code in the source register",
    "kind|变动|Entered, left or expired",
    "on|日期|Date|date",
    "until|有效期止|Valid until|date",
    "reason|原因|Reason",
    "authority|公布机关|Authority",
)
NOTICES = _columns(
    "reference|变更编号|Reference; the row's key",
    "kind|变更|Corrected, withdrawn, restored, withheld or lifted (a withholding that ended)",
    "at|时间|Time|time",
    "assignment_number|抽查任务编号|Assignment; empty for withheld ones",
    "plan_number|抽查计划编号|Sampling plan",
    "ground|不予公开理由|Ground of a withholding",
    "note|说明|Public reason",
    "changes|更正内容|What was corrected, before and after",
)
DRAWS = _columns(
    "plan_number|抽查计划编号|Sampling plan",
    "commitment|随机数承诺|Commitment; the row's key",
    "void|已作废|Declared void|yes_no",
    "drawn|已抽取|There was a draw|yes_no",
    "sha256|文件指纹|SHA-256 of proof.json",
    "published_at|公开时间|Published|time",
    "address|地址|Address of proof.json",
)
REPORTS = _columns(
    "quarter|季度|Quarter",
    "version|版次|Issue; the highest counts|number",
    "issued_at|报出时间|Issued|time",
    "note|重报说明|Reason of a later issue",
    "number|项目|Item",
    "value|数量|Value|number",
    "label|项目名称|The item in Chinese",
)
COUNTS = _columns(
    "quarter|季度|Quarter",
    "category|监管类别|Regulatory category",
    "outcome|结果代码|Official result code; empty for withdrawn ones",
    "random|随机抽查|Of a sampling plan|yes_no",
    "late|超期公示|Published after its last day|yes_no",
    "withdrawn|已撤回|Withdrawn|yes_no",
    "number|数量|Results of this sort|number",
)


def _results(quarter: str) -> Iterator[tuple[Any, ...]]:
    for row in exports.rows_of(quarter):
        yield row[1:]


def _plans(quarter: str) -> Iterator[tuple[Any, ...]]:
    rows = PublicPlan.objects.order_by("-plan_number", "-frozen_at")
    for plan in rows.filter(plan_number__startswith=quarter):
        before = (
            plan.plan_number, plan.title, plan.kind, plan.get_state_display(),
            plan.counts_toward_ratio, plan.department,
        )  # fmt: skip
        after = (
            plan.officers_count, plan.frozen_at, plan.commitment, plan.pool_digest,
            plan.announcement_digest, plan.drawn_at, plan.approved_at, plan.ended_reason,
        )  # fmt: skip
        for line in plan.quotas:
            quota = (line["label"], line["base"], line["floor"], line["quota"], line["ratio_text"])
            yield (*before, *quota, *after)


def _values(model: Any, columns: tuple[Column, ...], *order: str, **filters: Any) -> Any:
    names = [column.name for column in columns]
    return model.objects.filter(**filters).order_by(*order).values_list(*names).iterator(CHUNK)


def _progress(quarter: str) -> Iterator[tuple[Any, ...]]:
    yield from _values(PublicProgress, PROGRESS, "-plan_number", plan_number__startswith=quarter)


def _problems(quarter: str) -> Iterator[tuple[Any, ...]]:
    filters = {"quarter": quarter} if quarter else {}
    for row in _values(PublicProblem, PROBLEMS, "-found_on", "-pk", **filters):
        withdrawn = row[-1]
        yield (*row[:5], "", "", "", *row[8:11], withdrawn) if withdrawn else row


def _penalties(quarter: str) -> Iterator[tuple[Any, ...]]:
    """Of one quarter: those decided in it."""
    rows = PublicPenalty.objects.order_by("-decided_on", "-pk")
    if quarter:
        asked = Quarter.parse(quarter)
        rows = rows.filter(decided_on__range=(asked.start, asked.end))
    for row in rows.iterator(CHUNK):
        withdrawn = {"withdrawn": row.withdrawn_at is not None}
        yield tuple(withdrawn.get(c.name, getattr(row, c.name, None)) for c in PENALTIES)


def _external(quarter: str) -> Iterator[tuple[Any, ...]]:
    rows = PublicExternalDraw.objects.order_by("-plan_number")
    for row in rows.filter(plan_number__startswith=quarter):
        for line in row.counts:
            yield (
                row.plan_number, row.title, row.platform, row.drawn_on, row.file_sha256,
                line["label"], line["count"], row.approved_at,
            )  # fmt: skip


def _items(_quarter: str) -> Iterator[tuple[Any, ...]]:
    for row in PublicItem.objects.order_by("-list_version", "position"):
        bases = "；".join(f"《{b['title']}》{b['article']}" for b in row.bases)
        yield (*(getattr(row, column.name) for column in ITEMS[:-1]), bases)


def _positive(_quarter: str) -> Iterator[tuple[Any, ...]]:
    for row in PublicPositiveListChange.objects.order_by("-on", "-reference").iterator(CHUNK):
        values = [getattr(row, column.name) for column in POSITIVE]
        values[4] = row.get_kind_display()
        yield tuple(values)


def _notices(_quarter: str) -> Iterator[tuple[Any, ...]]:
    rows = PublicNotice.objects.select_related("result").order_by("-at", "-pk")
    for row in rows.iterator(CHUNK):
        changes = "；".join(f"{c['label']}：{c['before']} → {c['after']}" for c in row.changes)
        yield (
            row.reference, row.get_kind_display(), row.at,
            row.result.assignment_number if row.result else "", row.plan_number,
            row.get_ground_display() if row.ground else "", row.note, changes,
        )  # fmt: skip


def _draws(_quarter: str) -> Iterator[tuple[Any, ...]]:
    for row in PublicProof.objects.order_by("-plan_number", "void").defer("bundle"):
        address = f"/plans/{row.plan_number}/{row.commitment}/proof.json"
        yield (
            row.plan_number, row.commitment, row.void, row.drawn, row.sha256, row.published_at,
            address,
        )  # fmt: skip


def _reports(_quarter: str) -> Iterator[tuple[Any, ...]]:
    for row in PublicStatutoryReport.objects.order_by("-quarter", "-version"):
        for name, value in row.numbers.items():
            label = ITEM_NAMES[name]
            yield (row.quarter, row.version, row.issued_at, row.note, name, value, label)


def _counts(quarter: str) -> Iterator[tuple[Any, ...]]:
    """As an outsider would count: of withdrawn results the code is not told."""
    merged: dict[tuple[Any, ...], int] = {}
    for row in summaries.counts(quarter):
        code = "" if row.withdrawn else row.outcome
        key = (row.quarter, row.category, code, row.random, row.late, row.withdrawn)
        merged[key] = merged.get(key, 0) + row.number
    yield from ((*key, number) for key, number in merged.items())


TABLES = {
    table.name: table
    for table in (
        Table("results", "抽查结果", "Inspection results",
              "每一条公示的检查结果。", "Every published inspection result.", RESULTS, _results, True),
        Table("problems", "问题处理", "Problems and their handling",
              "公示结果中发现的每个问题，直到销号。",
              "Every problem of a published result, to its close-out.", PROBLEMS, _problems, True),
        Table("penalties", "行政处罚", "Penalty decisions",
              "每份公示的处罚决定；变更或撤销的只留文号和情况。",
              "Every published decision; of changed or revoked ones number and reason.",
              PENALTIES, _penalties, True),
        Table("counts", "公示计数", "Counts of results",
              "各类公示结果的数量；统计页由此相加。",
              "Numbers of published results by sort; the statistics are sums of these.",
              COUNTS, _counts, True),
        Table("plans", "抽查计划", "Sampling plans",
              "每次公告的抽取数，每类一行。", "Quotas of every announcement, a row a category.",
              PLANS, _plans, True),
        Table("progress", "计划进展", "Progress of the plans",
              "每个计划的进展数字。", "Progress of each plan in numbers.", PROGRESS, _progress, True),
        Table("draws", "抽取复核材料", "Proofs of the draws",
              "可以重算的抽取材料及其指纹。", "Material to recompute each draw, with its digest.",
              DRAWS, _draws),
        Table("external-draws", "外部抽取", "Draws on other platforms",
              "在其他平台抽取、本站无法复核的计划，每类一行。",
              "Draws that cannot be recomputed here, a row a category.", EXTERNAL, _external, True),
        Table("notices", "公示变更", "Changes after publication",
              "更正、撤回、恢复和不予公开。", "Corrections, withdrawals, restorations, withholdings.",
              NOTICES, _notices),
        Table("positive-list", "正面清单变动", "Positive list",
              "列入、移出和到期。", "Entries, removals and expiries.", POSITIVE, _positive),
        Table("items", "抽查事项清单", "Inspection items",
              "查什么、依据什么。", "What is inspected on which legal basis.", ITEMS, _items),
        Table("statutory", "法定季报", "Quarterly statutory report",
              "每一版季报的每个数字。", "Every number of every issue.", REPORTS, _reports),
    )
}  # fmt: skip


def plain(value: Any, kind: str) -> Any:
    """A value as JSON has it; times in the bureau's zone with their offset."""
    if value is None or kind in ("number", "yes_no"):
        return value
    if kind == "time":
        return timezone.localtime(value).isoformat()
    if kind == "money":
        return float(value)
    return str(value)


def cell(value: Any, kind: str) -> Any:
    """A value as a table for people has it."""
    if kind == "yes_no":
        return "是" if value else "否"
    if value is None:
        return ""
    if kind == "time":
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    return value if kind in ("number", "money") else str(value)
