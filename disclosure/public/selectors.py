"""Reads of the public site: published copies only."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from disclosure.choices import ENDED_WITHOUT_EFFECT
from disclosure.models import (
    PublicExternalDraw,
    PublicItem,
    PublicPlan,
    PublicPositiveListChange,
    PublicProgress,
    PublicProof,
    PublicResult,
)
from disclosure.rules.public_columns import OPEN_DATA_COLUMNS

PAGE = 20


def standing_plans() -> QuerySet[PublicPlan]:
    return PublicPlan.objects.order_by("-plan_number", "-frozen_at")


def plan_of(number: str) -> list[PublicPlan]:
    """Every announcement of the plan, the standing one first, those that ended after it."""
    rows = list(PublicPlan.objects.filter(plan_number=number).order_by("-frozen_at"))
    return sorted(rows, key=lambda row: row.state in ENDED_WITHOUT_EFFECT)


def external_draws() -> QuerySet[PublicExternalDraw]:
    return PublicExternalDraw.objects.order_by("-plan_number")


def progress_of(number: str) -> PublicProgress | None:
    return PublicProgress.objects.filter(plan_number=number).first()


def announcement_of(number: str, commitment: str = "") -> PublicPlan | None:
    """The announcement with this commitment, or the standing one."""
    rows = plan_of(number)
    if commitment:
        return next((row for row in rows if row.commitment == commitment), None)
    return next((row for row in rows if row.state not in ENDED_WITHOUT_EFFECT), None)


def proof_of(number: str, commitment: str = "") -> PublicProof | None:
    """The bundle of this commitment, or of the draw that counts."""
    rows = PublicProof.objects.filter(plan_number=number)
    return rows.filter(**({"commitment": commitment} if commitment else {"void": False})).first()


def proofs() -> QuerySet[PublicProof]:
    """Revealed bundles, the newest plan first, without their long text."""
    return PublicProof.objects.order_by("-plan_number", "void", "-published_at").defer("bundle")


def items_in_force() -> QuerySet[PublicItem]:
    latest = PublicItem.objects.order_by("-list_version").values("list_version")[:1]
    return PublicItem.objects.filter(list_version__in=latest).order_by("position")


def visible_results() -> QuerySet[PublicResult]:
    return PublicResult.objects.order_by("-published_on", "-pk")


def search_results(*, text: str, plan: str, outcome: str) -> QuerySet[PublicResult]:
    """``plan``: a plan number, or a quarter for all plans of it."""
    rows = visible_results()
    if text:
        rows = rows.filter(Q(enterprise_name__icontains=text) | Q(uscc__iexact=text))
    if plan:
        rows = rows.filter(plan_number__startswith=plan)
    if outcome:
        rows = rows.filter(outcome=outcome)
    return rows


def page_of(
    rows: QuerySet[PublicResult], cursor: PublicResult | None, *, size: int = PAGE
) -> tuple[list[PublicResult], PublicResult | None]:
    """One page by keyset, after ``cursor``; and the row to continue from, if there is more."""
    if cursor is not None:
        day, pk = cursor.published_on, cursor.pk
        # Bounded first, then refined: the form both databases answer from the index.
        rows = rows.filter(published_on__lte=day).filter(Q(published_on__lt=day) | Q(pk__lt=pk))
    found = list(rows[: size + 1])
    more = found[size - 1] if len(found) > size else None
    return found[:size], more


def quarters_with_results() -> list[str]:
    numbers = PublicProgress.objects.values_list("plan_number", flat=True)
    return sorted({number.partition("-")[0] for number in numbers}, reverse=True)


def enterprise_results(key: str) -> list[PublicResult]:
    return list(visible_results().filter(enterprise_key=key))


def open_data(row: PublicResult) -> dict[str, Any]:
    """The whitelisted columns of one result as plain data."""
    values = {name: getattr(row, name) for name, _title in OPEN_DATA_COLUMNS}
    if row.withdrawn_at:
        values["outcome_text"] = "已撤回"
        values["handling"] = row.withdrawn_note
    return values


def open_data_rows() -> Iterator[dict[str, Any]]:
    for row in visible_results().iterator(chunk_size=1000):
        yield open_data(row)


def positive_list_years() -> list[int]:
    """Years with a published change, the newest first."""
    days = PublicPositiveListChange.objects.dates("on", "year", order="DESC")
    return [day.year for day in days]


def positive_list_changes(year: int) -> QuerySet[PublicPositiveListChange]:
    return PublicPositiveListChange.objects.filter(on__year=year).order_by("-on", "-reference")


def positive_list_on(day: date) -> list[PublicPositiveListChange]:
    """Who is on the list that day by what was published: the entry that nothing has ended."""
    last: dict[str, PublicPositiveListChange] = {}
    for row in PublicPositiveListChange.objects.filter(on__lte=day).order_by("on", "reference"):
        last[row.register_code] = row
    standing = [
        row
        for row in last.values()
        if row.kind == "entered" and (row.until is None or row.until >= day)
    ]
    return sorted(standing, key=lambda row: row.register_code)
