"""The open-data API, version 1: read-only, described by OpenAPI 3.1 with examples.

Additions come without notice; nothing of version 1 is renamed, removed or given another meaning.
"""

import uuid
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, reverse
from django.utils import timezone
from ninja import Field, NinjaAPI, Query, Schema
from ninja.errors import HttpError, ValidationError
from ninja.renderers import JSONRenderer

from disclosure.models import PublicPlan, PublicProblem, PublicResult
from disclosure.public import api_records, exports, listing, selectors, summaries
from disclosure.public.tables import TABLES, plain
from disclosure.rules import statistics
from registry.web.paging import page_of as keys_of

MOST = 100


class ChineseRenderer(JSONRenderer):
    """Chinese as it is, not as escapes."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    renderer=ChineseRenderer(),
    title="双随机、一公开开放数据",
    version="1.0.0",
    description="公示数据的只读接口：无需注册，不限用途。列名的中英文含义见 /open-data/dictionary.json。",
    urls_namespace="api",
    docs_url=None,
    openapi_url="openapi.json",
)


api.add_router("", api_records.router)


@api.exception_handler(ValidationError)
def bad_parameter(request: HttpRequest, error: ValidationError) -> HttpResponse:
    names = sorted({str(e["loc"][-1]) for e in error.errors})
    text = f"参数不合要求：{'、'.join(names)}；各参数的写法见 {reverse('public:api_docs')}"
    return api.create_response(request, {"detail": text}, status=422)


class Result(Schema):
    """One published result; of a withdrawn one the finding is empty and the reason is told."""

    public_id: uuid.UUID = Field(examples=["0b0e5f3e-6c1f-4b52-9b5e-2f1c1d0a9e11"])
    page: str = Field(
        description="公示页地址", examples=["/results/0b0e5f3e-6c1f-4b52-9b5e-2f1c1d0a9e11/"]
    )
    enterprise_name: str = Field(examples=["昌吉示范环保科技有限公司"])
    enterprise_key: str = Field(description="企业历史页的标识", examples=["91652300MA9000001X"])
    uscc: str
    register_code: str = Field(examples=["PS12345"])
    category: str = Field(examples=["重点排污单位"])
    items: str
    checked_on: date
    authority: str
    outcome: str = Field(description="结果代码1至7；已撤回的为空", examples=["1"])
    outcome_text: str = Field(examples=["未发现问题"])
    handling: str
    published_on: date
    due_on: date = Field(description="公示期限")
    completed_on: date
    quarter: str = Field(examples=["2026Q4"])
    plan_number: str = Field(examples=["2026Q4"])
    assignment_number: str
    sampling_type: str = Field(examples=["不定向"])
    method: str = Field(examples=["现场"])
    withdrawn: bool


class ResultPage(Schema):
    results: list[Result]
    after: str = Field(description="下一页的 after；为空表示已到末页", examples=["20261118-97"])
    before: str = Field(description="上一页的 before；为空表示已是首页")


class Wanted(Schema):
    q: str = Field("", max_length=60, description="企业名称中任意两个字，或信用代码")
    quarter: str = Field(
        "", pattern=r"^(20\d\d[Qq][1-4])?$", description="季度", examples=["2026Q4"]
    )
    plan: str = Field("", max_length=12, description="抽查计划编号", examples=["2026Q4-S1"])
    category: str = Field("", max_length=20, description="监管类别", examples=["重点排污单位"])
    outcome: str = Field("", pattern="^[1-7]?$", description="结果代码")
    sort: str = Field(
        "", pattern="^(published|-checked|checked)?$",
        description="默认公示日期新的在前；published 旧的在前；-checked、checked 按抽查时间",
    )  # fmt: skip
    after: str = Field("", max_length=40)
    before: str = Field("", max_length=40)
    limit: Annotated[int, Field(ge=1, le=MOST)] = 20


class Problem(Schema):
    reference: str = Field(examples=["WT000012"])
    assignment_number: str
    quarter: str
    enterprise_name: str
    uscc: str
    matter: str = Field(description="十必查中的哪一项", examples=["固体（危险）废物"])
    handling_text: str = Field(examples=["限期整改"])
    case_number: str
    found_on: date
    deadline: date | None
    closed_on: date | None
    withdrawn: bool


class ProblemPage(Schema):
    problems: list[Problem]
    after: int | None
    before: int | None


class Quota(Schema):
    category: str
    label: str
    base: int
    floor: int
    quota: int
    ratio_text: str
    explanation: str


class Progress(Schema):
    drawn: int
    dispatched: int
    inspected: int
    completed: int
    published: int
    withheld: int
    problems_found: int
    problems_closed: int
    updated_at: datetime


class Source(Schema):
    name: str = Field(examples=["中国福利彩票双色球第2026150期"])
    at: str = Field(description="揭晓时刻（北京时间）")
    address: str = Field(description="官方发布处；现场掷骰为空")
    value: str = Field(description="取值；抽取前为空")


class Count(Schema):
    label: str
    count: int


class Plan(Schema):
    plan_number: str = Field(examples=["2026Q4"])
    title: str
    kind: str
    state: str = Field(description="announced, drawn, approved, revealed, withdrawn, void")
    counts_toward_ratio: bool
    commitment: str
    pool_digest: str
    announcement_digest: str
    entropy: list[Source]
    witnesses: list[str] = Field(description="见证人代表的单位；抽取前为空")
    registered: list[Count] = Field(description="名录家数，按类别")
    left_out: list[Count] = Field(description="未入池家数，按原因")
    frozen_at: datetime
    drawn_at: datetime | None
    approved_at: datetime | None
    quotas: list[Quota]
    officers_count: int
    progress: Progress | None
    proof: str = Field(description="复核材料地址；尚未公开的为空")


class Line(Schema):
    label: str = Field(examples=["2026Q4", "合计"])
    results: int
    random: int
    key: int
    special: int
    general: int
    with_problem: int
    problem_rate: str = Field(examples=["12.50%"])
    on_time: int
    on_time_rate: str = Field(examples=["100.00%"])
    withdrawn: int


class ProblemLine(Schema):
    label: str
    found: int
    closed: int
    open: int
    overdue: int
    closed_rate: str


class Statistics(Schema):
    quarters: list[Line]
    outcomes: dict[str, int] = Field(description="结果代码 → 数量，不含已撤回")
    problems: list[ProblemLine]


def _result(row: PublicResult) -> dict[str, Any]:
    withdrawn = row.withdrawn_at is not None
    values = {name: getattr(row, name) for name in Result.model_fields if hasattr(row, name)}
    if withdrawn:
        values |= {
            "outcome": "", "outcome_text": exports.WITHDRAWN, "handling": row.withdrawn_note,
        }  # fmt: skip
    return {**values, "withdrawn": withdrawn, "page": f"/results/{row.public_id}/"}


@api.get("/results", response=ResultPage, url_name="results", summary="公示结果，分页")
def results(request: HttpRequest, wanted: Query[Wanted]) -> Any:
    chosen = listing.Wanted.read(wanted.dict())
    page = listing.page_of(chosen, after=wanted.after, before=wanted.before, size=wanted.limit)
    rows = PublicResult.objects.in_bulk([row["id"] for row in page.rows])
    return {
        "results": [_result(rows[row["id"]]) for row in page.rows],
        "after": page.after,
        "before": page.before,
    }


@api.get("/results/{uuid:public_id}", response=Result, url_name="result", summary="一条公示结果")
def result(request: HttpRequest, public_id: uuid.UUID) -> Any:
    row = PublicResult.objects.filter(public_id=public_id).first()
    if row is None:
        raise HttpError(404, "没有这条公示结果。")
    return _result(row)


@api.get("/enterprises/{key}", response=list[Result], url_name="enterprise",
         summary="一家企业的全部公示结果")  # fmt: skip
def enterprise(request: HttpRequest, key: str) -> Any:
    rows = selectors.enterprise_results(key)
    if not rows:
        raise HttpError(404, "没有这家企业的公示结果。")
    return [_result(row) for row in rows]


@api.get("/problems", response=ProblemPage, url_name="problems", summary="问题处理，分页")
def problems(
    request: HttpRequest,
    state: Annotated[str, Query(pattern="^(open|overdue|closed)?$")] = "",
    after: int | None = None,
    before: int | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Any:
    rows = selectors.problems(handling="", state=state, today=timezone.localdate())
    page = keys_of(rows, "found_on", descending=True, after=after, before=before, size=limit)
    found = PublicProblem.objects.in_bulk(page.keys)
    return {
        "problems": [_problem(found[key]) for key in page.keys],
        "after": page.next,
        "before": page.previous,
    }


def _problem(row: PublicProblem) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in Problem.model_fields}
    if row.withdrawn:
        values |= {"matter": "", "handling_text": "", "case_number": ""}
    return values


def _plan(row: PublicPlan) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in Plan.model_fields if hasattr(row, name)}
    standing = row.state not in ("withdrawn", "void")
    proof = selectors.proof_of(row.plan_number, row.commitment)
    return {
        **values,
        "progress": selectors.progress_of(row.plan_number) if standing else None,
        "proof": f"/plans/{row.plan_number}/{row.commitment}/proof.json" if proof else "",
    }


@api.get("/plans", response=list[Plan], url_name="plans", summary="抽查计划及进展")
def plans(request: HttpRequest, year: Annotated[int, Query(ge=2000, le=2100)] | None = None) -> Any:
    rows = selectors.standing_plans()
    return [
        _plan(row) for row in (rows.filter(plan_number__startswith=str(year)) if year else rows)
    ]


@api.get("/plans/{number}", response=list[Plan], url_name="plan", summary="一个计划的全部公告")
def plan(request: HttpRequest, number: str) -> Any:
    rows = selectors.plan_of(number)
    if not rows:
        raise HttpError(404, "没有这个抽查计划。")
    return [_plan(row) for row in rows]


@api.get("/statistics", response=Statistics, url_name="statistics", summary="统计，与统计页相同")
def statistics_(
    request: HttpRequest, year: Annotated[int, Query(ge=2000, le=2100)] | None = None
) -> Any:
    counts = statistics.of_year(summaries.counts(), year)
    rows = summaries.problem_rows(year=year, today=timezone.localdate())
    return {
        "quarters": statistics.by_quarter(counts),
        "outcomes": statistics.by_outcome(counts),
        "problems": statistics.problem_lines(rows),
    }


@api.get("/tables/{name}", response=list[dict[str, Any]], url_name="table",
         summary="较小的公开表，整表")  # fmt: skip
def table(request: HttpRequest, name: str) -> Any:
    """plans, progress, draws, external-draws, notices, penalties, positive-list, items, statutory
    or counts."""
    found = TABLES.get(name)
    if found is None or name in ("results", "problems"):
        raise HttpError(404, "没有这个表；结果和问题请用分页接口或整表文件。")
    return [
        {c.name: plain(value, c.kind) for value, c in zip(row, found.columns, strict=True)}
        for row in found.rows("")
    ]


def root(request: HttpRequest) -> JsonResponse:
    """Where everything is."""
    return JsonResponse(
        {
            "version": api.version,
            "openapi": reverse("api:openapi-json"),
            "documentation": reverse("public:api_docs"),
            "results": reverse("api:results"),
            "problems": reverse("api:problems"),
            "penalties": reverse("api:penalties"),
            "notices": reverse("api:notices"),
            "plans": reverse("api:plans"),
            "statutory": reverse("api:statutory"),
            "statistics": reverse("api:statistics"),
        },
        json_dumps_params={"ensure_ascii": False},
    )


_patterns, _app_name, _namespace = api.urls
# Ninja's own root has nothing to say.
urls = (
    [path("", root, name="api-root"), *(p for p in _patterns if p.name != "api-root")],
    _app_name,
    _namespace,
)
