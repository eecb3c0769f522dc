"""The part of the API that tells of decisions and changes: penalties, notices, statutory reports."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from disclosure.models import PublicNotice, PublicPenalty
from disclosure.public import selectors
from registry.web.paging import page_of

MOST = 100
router = Router()
After = Annotated[int | None, Query(description="上一页给出的 after")]
Before = Annotated[int | None, Query(description="上一页给出的 before")]
Limit = Annotated[int, Query(ge=1, le=MOST)]


class Penalty(Schema):
    """One published decision; of a changed or revoked one only its number and what happened."""

    number: str = Field(examples=["昌高环罚〔2026〕3号"])
    enterprise_name: str
    enterprise_key: str = Field(description="企业历史页的标识", examples=["91652300MA9000001X"])
    uscc: str
    authority: str
    violation: str
    basis: str
    content: str
    amount: Decimal = Field(description="罚款金额，元", examples=["20000.00"])
    decided_on: date
    due_on: date = Field(description="公示期限")
    published_on: date
    withdrawn: bool = Field(description="已变更或撤销")
    ended_on: date | None
    ended_text: str


class PenaltyPage(Schema):
    penalties: list[Penalty]
    after: int | None
    before: int | None


class Change(Schema):
    field: str = Field(examples=["enterprise_name"])
    label: str = Field(examples=["企业名称"])
    before: str
    after: str


class Notice(Schema):
    """One correction, withdrawal, restoration or withholding."""

    reference: str = Field(examples=["BG000012"])
    kind: str = Field(description="corrected, withdrawn, restored, withheld, lifted")
    kind_text: str = Field(examples=["更正"])
    at: datetime
    result: str = Field(description="公示页地址；不予公开的为空")
    assignment_number: str
    plan_number: str
    ground: str = Field(description="不予公开的理由")
    note: str
    changes: list[Change]


class NoticePage(Schema):
    notices: list[Notice]
    after: int | None
    before: int | None


class Report(Schema):
    """One issue of a quarter's statutory report; the highest version counts."""

    quarter: str = Field(examples=["2026Q3"])
    version: int
    authority: str
    issued_at: datetime
    note: str = Field(description="重报说明")
    numbers: dict[str, int]


@router.get("/penalties", response=PenaltyPage, url_name="penalties", summary="行政处罚决定，分页")
def penalties(
    request: HttpRequest, after: After = None, before: Before = None, limit: Limit = 50
) -> Any:
    rows = PublicPenalty.objects.all()
    page = page_of(rows, "decided_on", descending=True, after=after, before=before, size=limit)
    found = PublicPenalty.objects.in_bulk(page.keys)
    return {
        "penalties": [_penalty(found[key]) for key in page.keys],
        "after": page.next,
        "before": page.previous,
    }


def _penalty(row: PublicPenalty) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in Penalty.model_fields if hasattr(row, name)}
    return {**values, "withdrawn": row.withdrawn_at is not None}


@router.get("/notices", response=NoticePage, url_name="notices", summary="公示变更，分页")
def notices(
    request: HttpRequest, after: After = None, before: Before = None, limit: Limit = 50
) -> Any:
    rows = PublicNotice.objects.all()
    page = page_of(rows, "at", descending=True, after=after, before=before, size=limit)
    found = PublicNotice.objects.select_related("result").in_bulk(page.keys)
    return {
        "notices": [_notice(found[key]) for key in page.keys],
        "after": page.next,
        "before": page.previous,
    }


def _notice(row: PublicNotice) -> dict[str, Any]:
    result = row.result
    return {
        "reference": row.reference,
        "kind": row.kind,
        "kind_text": row.get_kind_display(),
        "at": row.at,
        "result": f"/results/{result.public_id}/" if result else "",
        "assignment_number": result.assignment_number if result else "",
        "plan_number": row.plan_number,
        "ground": row.get_ground_display() if row.ground else "",
        "note": row.note,
        "changes": row.changes,
    }


@router.get("/statutory", response=list[Report], url_name="statutory",
            summary="法定季报，每一版")  # fmt: skip
def statutory_reports(request: HttpRequest) -> Any:
    return [
        report
        for standing, earlier in selectors.statutory_reports()
        for report in (standing, *earlier)
    ]
